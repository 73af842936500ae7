"""Exchanges with one terminal: sealed, sent, and known to be the answer."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from services.contract.problem import Problem
from services.terminals.nexo import answers, messages, requests
from services.terminals.nexo.calls import Call
from services.terminals.nexo.messages import Category, Header, Message
from services.terminals.nexo.requests import Body
from services.terminals.nexo.sealing import NONCE, Key
from services.terminals.problems import Break, ProtocolError, Refusal, TerminalSilent
from services.terminals.references import ALPHABET, LENGTH
from services.terminals.transports.line import Monotonic

Record = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class Timers:
    """How long we wait, in seconds (TERMINALS.md 4: a payment takes 120 s at most)."""

    answer: float = 20.0
    payment: float = 125.0
    """After that the payment is aborted."""
    after_abort: float = 15.0
    """So long we go on waiting for the payment's answer."""
    between_aborts: float = 3.0
    abort: float = 5.0
    slice: float = 0.1


@dataclass(frozen=True, slots=True)
class Names:
    """Who we are to the terminal, who it is, and what our messages are sealed with."""

    sale: str
    poi: str
    keys: Sequence[Key] = field(repr=False)
    """The key in use first, then the one before it."""


class Talk:
    """Speaks to one terminal; one connection for each exchange."""

    def __init__(
        self, connect: Callable[[], Call], names: Names, timers: Timers, monotonic: Monotonic, record: Record
    ) -> None:
        self._connect = connect
        self._names = names
        self._timers = timers
        self._monotonic = monotonic
        self._record = record
        self._key = names.keys[0]
        self._greeted = False

    def forget(self) -> None:
        """Greet the terminal again before the next exchange."""
        self._greeted = False

    def greet(self) -> None:
        """See that the terminal is there and knows our key, once; moves no money.

        While a passphrase is being changed the one before it is tried too. Raises Refusal
        when the terminal takes neither.
        """
        if self._greeted:
            return
        refused: Refusal | None = None
        for key in self._names.keys:
            self._key = key
            try:
                self.ask(Category.DIAGNOSIS, requests.diagnosis(host=False))
            except Refusal as refusal:
                refused = refusal
            else:
                self._greeted = True
                return
        if refused is not None:
            raise refused

    def open(self) -> Call:
        """Connect for one exchange; nothing is sent."""
        call = self._connect()
        call.open()
        return call

    def ask(self, category: Category, body: Body, seconds: float | None = None) -> Message:
        """Ask for a service function; return the answer.

        `seconds`: how long that may take, where somebody else than the terminal is waited for.
        """
        call = self.open()
        try:
            return self.exchange(call, category, body, number(), seconds or self._timers.answer)
        finally:
            call.close()

    def exchange(
        self,
        call: Call,
        category: Category,
        body: Body,
        service: str,
        seconds: float,
        meanwhile: Callable[[], None] | None = None,
    ) -> Message:
        """Send a request on an open connection; return the answer to it and no other.

        `meanwhile` is called between slices of waiting. Raises TerminalSilent, ProtocolError
        for an answer to something else, Refusal when the terminal did not take it.
        """
        self._send(call, category, body, service)
        deadline = self._monotonic() + seconds
        while True:
            data = call.wait(self._timers.slice)
            if data is not None:
                return self._answer(data, category, service)
            if self._monotonic() >= deadline:
                raise TerminalSilent(f"{category} answer", seconds)
            if meanwhile is not None:
                meanwhile()

    def abort(self, category: Category, service: str) -> None:
        """Ask to abort a running exchange, whether or not that is heard of."""
        reference = requests.message_reference(category, service, self._names.sale, self._names.poi)
        try:
            call = self.open()
        except Break:
            return
        try:
            self._send(call, Category.ABORT, requests.abort(reference), number())
            self._hear_out(call)
        except Problem:
            # What became of the payment is in its own answer.
            return
        finally:
            call.close()

    def _hear_out(self, call: Call) -> None:
        deadline = self._monotonic() + self._timers.abort
        while call.wait(self._timers.slice) is None and self._monotonic() < deadline:
            pass

    def _send(self, call: Call, category: Category, body: Body, service: str) -> None:
        header = messages.request(category, service, self._names.sale, self._names.poi)
        data = messages.encode(header, body, self._key, secrets.token_bytes(NONCE))
        self._record(">", f"{category} {service}")
        call.send(data)

    def _answer(self, data: bytes, category: Category, service: str) -> Message:
        message = messages.decode(data, self._names.keys)
        header = message.header
        if header.category == Category.EVENT:
            self._record("<", f"Event to {category} {service}")
            said = answers.rejection(message) or "it does not take the message"
            raise Refusal(f"The terminal refused {category}.", said, "Event")
        if header != Header(category, "Response", service, self._names.sale, self._names.poi):
            raise ProtocolError("an answer to something else")
        self._record("<", f"{category} {service}")
        return message


def number() -> str:
    """Return the number of a new exchange: ten characters, unique for ever."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
