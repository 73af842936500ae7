"""One command to the terminal, and all it says until the end.

PA00P015 2, PA00P016 3.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from services.terminals.problems import Break, ProtocolError, Refusal, TerminalSilent
from services.terminals.transports.line import Monotonic
from services.terminals.zvt import commands, messages
from services.terminals.zvt.apdu import CLASSES, Apdu
from services.terminals.zvt.charsets import Charset
from services.terminals.zvt.codes import Command
from services.terminals.zvt.commands import Draft
from services.terminals.zvt.describing import described
from services.terminals.zvt.links import Link
from services.terminals.zvt.profiles import Timers
from services.terminals.zvt.texts import Language, result_text, status_text

_OK = frozenset({0x8000, 0x8400})
_RESTARTING_T4 = frozenset({Command.INTERMEDIATE_STATUS, Command.STATUS_INFORMATION})
_MOST_LATE = 100
_SEQUENCE_END = 1_000_000


class Listener(Protocol):
    """Takes in what the terminal says while a command runs, and answers."""

    def started(self) -> None:
        """Note that the terminal has taken the command."""

    def wants_abort(self) -> bool:
        """Whether the command shall be aborted; asked again and again."""

    def show(self, text: str) -> None:
        """Show what the terminal does."""

    def take(self, message: Apdu) -> Draft:
        """Return the answer to a message that is neither the end nor a status."""

    def ended(self, message: Apdu) -> None:
        """Take in the end: 06 0F or 06 1E."""

    def late(self, message: Apdu) -> Draft | None:
        """Return the answer to what came too late; None: say nothing.

        It belongs to something earlier, so it settles nothing of this command.
        """


@dataclass(slots=True)
class Sequence:
    """Numbers our messages and knows the terminal's again, where it has sequence ids."""

    on: bool = False
    _own: int = 0
    _heard: str = ""

    def next(self) -> bytes:
        """Return the number of our next message; empty where there are none."""
        if not self.on:
            return b""
        self._own = (self._own + 1) % _SEQUENCE_END
        return bytes.fromhex(f"{self._own:06d}")

    def is_repeat(self, heard: str) -> bool:
        """Whether the terminal's message is the one it sent before."""
        repeated = self.on and heard != "" and heard == self._heard
        self._heard = heard or self._heard
        return repeated


@dataclass(slots=True)
class Exchange:
    """Runs commands over a link, one at a time."""

    link: Link
    timers: Timers
    charset: Charset
    monotonic: Monotonic
    record: Callable[[str, str], None]
    language: Language = "en"
    sequence: Sequence = field(default_factory=Sequence)
    _answered: Draft | None = None
    _aborting: bool = False
    _owed: int = 0
    """Answers to aborts that have not come yet."""

    def run(self, draft: Draft, listener: Listener) -> None:
        """Send a command and stay until its end, which `listener` is told.

        Raises Refusal when the terminal answers 84, TerminalSilent on T3 or T4.
        """
        self.tell(draft, listener)
        listener.started()
        self._until_end(listener)

    def tell(self, draft: Draft, listener: Listener) -> None:
        """Send a command that ends with its answer, such as 06 02; raises as `run`."""
        self._aborting, self._owed = False, 0
        self._clear_line(listener)
        self._send(draft.apdu(self.sequence.next()))
        answer = self._answer_to(listener)
        if answer.command not in _OK:
            raise refusal(answer, self.charset, self.language)

    def _clear_line(self, listener: Listener) -> None:
        """Take what came unasked off the line, lest it is taken for an answer."""
        for _ in range(_MOST_LATE):
            message = self._receive(0)
            if message is None:
                return
            if not message.is_answer:
                self._answer_late(message, listener)
        raise ProtocolError("messages without end that nobody asked for")

    def _answer_late(self, message: Apdu, listener: Listener) -> None:
        answer = listener.late(message)
        if answer is not None:
            self._reply(message, answer)

    def _answer_to(self, listener: Listener) -> Apdu:
        deadline = self.monotonic() + self.timers.until_answer
        while (left := deadline - self.monotonic()) > 0:
            message = self._receive(left)
            if message is None:
                continue
            if message.is_answer:
                return message
            self._answer_late(message, listener)
        raise TerminalSilent("T3", self.timers.until_answer)

    def _until_end(self, listener: Listener) -> None:
        patience = self.timers.until_end
        deadline = self.monotonic() + patience
        while (left := deadline - self.monotonic()) > 0:
            message = self._receive(min(left, self.timers.slice))
            if message is None:
                self._abort_if_wanted(listener)
            elif message.is_answer:
                # To our abort: how that went, the end will tell.
                self._owed = max(0, self._owed - 1)
            elif message.command in {Command.COMPLETION, Command.ABORTED}:
                listener.ended(message)
                self._take_leave(message)
                return
            else:
                patience = self._heard(message, listener, patience)
                if message.command in _RESTARTING_T4:
                    deadline = self.monotonic() + patience
        self._give_up()
        raise TerminalSilent("T4", patience)

    def _take_leave(self, end: Apdu) -> None:
        """Acknowledge the end; it stands, whether that gets through or not."""
        try:
            self._reply(end, commands.accepted())
            self._collect_owed()
        except Break:
            self.link.close()

    def _collect_owed(self) -> None:
        """Wait for the answer to a late abort, lest the next command takes it."""
        deadline = self.monotonic() + self.timers.until_answer
        while self._owed:
            left = deadline - self.monotonic()
            message = self._receive(left) if left > 0 else None
            if message is not None and message.is_answer:
                self._owed -= 1
            elif left <= 0:
                self._owed = 0
                self.link.close()

    def _heard(self, message: Apdu, listener: Listener, patience: float) -> float:
        """Answer a message; return T4 as it is from now on."""
        if self.sequence.is_repeat(messages.sequence_of(message)) and self._answered:
            self._reply(message, self._answered)
            return patience
        if message.command == Command.INTERMEDIATE_STATUS:
            patience = self._show(message, listener, patience)
            answer = commands.accepted()
        else:
            answer = listener.take(message)
        self._reply(message, answer)
        return patience

    def _show(self, message: Apdu, listener: Listener, patience: float) -> float:
        status = messages.intermediate_status(message.data, self.charset)
        words = status.text or status_text(status.status, self.language)
        if words:
            listener.show(words)
        return patience if not status.minutes else status.minutes * 60.0

    def _abort_if_wanted(self, listener: Listener) -> None:
        if not self._aborting and listener.wants_abort():
            self._aborting, self._owed = True, self._owed + 1
            self._send(commands.bare(Command.ABORT).apdu(self.sequence.next()))

    def _give_up(self) -> None:
        """Try to abort what runs on the terminal, as card complete's test B4.4 wants it."""
        try:
            self._send(commands.bare(Command.ABORT).apdu(self.sequence.next()))
        except Break:
            return

    def _reply(self, message: Apdu, answer: Draft) -> None:
        self._answered = answer
        heard = messages.sequence_of(message) if self.sequence.on else ""
        self._send(answer.apdu(bytes.fromhex(heard)))

    def _send(self, message: Apdu) -> None:
        self.record(">", described(message))
        self.link.send(message)

    def _receive(self, timeout: float) -> Apdu | None:
        message = self.link.receive(timeout)
        if message is not None:
            self.record("<", described(message))
            if message.command >> 8 not in CLASSES:
                raise ProtocolError(f"a message {message.command:04X}, which is not ZVT")
        return message


def refusal(answer: Apdu, charset: Charset, language: Language = "en") -> Refusal:
    """Return what an answer 84 says; `Refusal.detail` is its code in hex."""
    code = answer.command & 0xFF
    if code == Command.ABORTED & 0xFF and answer.data:
        # As an abort: its first byte is the code (PA00P015 2.1: a wrong currency is told so).
        read = messages.aborted(answer.data, charset)
        code = answer.data[0] if read.result is None else read.result
    return Refusal("The card terminal does not do this.", result_text(code, language), f"{code:02X}")
