"""Messages of Concert V3 over a line: TCP takes them bare, serial in frames."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from services.terminals.concert.texts import NOT_DONE
from services.terminals.concert.tlv import STATUS, Gathering
from services.terminals.eplus.handshake import Delivery, Handshake
from services.terminals.problems import TransportLost
from services.terminals.transports.line import Line, Monotonic

# What the answer is judged by; its tags may come in any order.
_APPROVAL = frozenset({STATUS, "CA", "CB", "CD", "CE", "AC"})
_REFUSAL = frozenset({STATUS, "CA", "CD", "AF"})
_LONGEST_TAIL = 10.0
"""Seconds that an answer may go on once it could be whole."""


class Link(Protocol):
    """One request and one answer at a time. Raises Break when the line is gone."""

    @property
    def name(self) -> str:
        """Where it leads to."""

    def begin(self) -> int:
        """Get the line for a request; return how many late messages were dropped.

        Nothing of the request was sent when this raises.
        """

    def deliver(self, message: bytes) -> Delivery:
        """Send the request, once."""

    def receive(self, timeout: float) -> bytes | None:
        """Return the answer; None when none came in `timeout` seconds."""

    def finish(self) -> None:
        """End the exchange, once the answer is on the disk."""

    def close(self) -> None:
        """Let go; what was half received is forgotten."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """Seconds of silence that end an answer, as nothing in it does."""

    whole: float = 0.002
    """When it holds all that is looked for."""
    else_: float = 0.25
    """When more may come."""


class TcpLink:
    """A connection for each request."""

    def __init__(self, line: Line, monotonic: Monotonic, quiet: Quiet, *, ticket: bool) -> None:
        self._line = line
        self._monotonic = monotonic
        self._quiet = quiet
        self._wanted = _APPROVAL | {"ZT"} if ticket else _APPROVAL
        self._gathering = Gathering()
        self._data = b""

    @property
    def name(self) -> str:
        """Host and port."""
        return self._line.name

    def begin(self) -> int:
        """Connect."""
        self.close()
        self._line.open()
        return 0

    def deliver(self, message: bytes) -> Delivery:
        """Send the request; nobody says that it arrived."""
        self._line.send(message)
        return Delivery.UNHEARD

    def receive(self, timeout: float) -> bytes | None:
        """Return the answer, once it can be whole and nothing follows it."""
        deadline = self._monotonic() + timeout
        while True:
            data = self._more(deadline)
            self._gathering.feed(data)
            self._data += data
            late = self._monotonic() - deadline
            if self._gathering.is_answer and (not data or late > _LONGEST_TAIL):
                return self._taken()
            if late >= 0 and not self._gathering.is_answer:
                return None

    def finish(self) -> None:
        """Hang up."""
        self.close()

    def close(self) -> None:
        """Hang up."""
        self._line.close()
        self._taken()

    def _more(self, deadline: float) -> bytes:
        """Return what comes next; empty when it is quiet, or the terminal has hung up."""
        left = max(deadline - self._monotonic(), 0)
        if not self._gathering.is_answer:
            return self._line.receive(left)
        try:
            return self._line.receive(self._quiet.whole if self._says_all() else self._quiet.else_)
        except TransportLost:
            return b""

    def _says_all(self) -> bool:
        refused = (STATUS, NOT_DONE) in self._gathering.pairs
        return self._gathering.has(_REFUSAL if refused else self._wanted)

    def _taken(self) -> bytes:
        data, self._data = self._data, b""
        self._gathering = Gathering()
        return data


class SerialLink:
    """The handshake of the French serial protocols around each message."""

    def __init__(self, handshake: Handshake) -> None:
        self._handshake = handshake

    @property
    def name(self) -> str:
        """The device."""
        return self._handshake.name

    def begin(self) -> int:
        """Bid for the line."""
        return len(self._handshake.take())

    def deliver(self, message: bytes) -> Delivery:
        """Send the request, and give the line free."""
        delivery = self._handshake.deliver(message)
        self._handshake.release()
        return delivery

    def receive(self, timeout: float) -> bytes | None:
        """Return the answer, not yet acknowledged."""
        return self._handshake.receive(timeout)

    def finish(self) -> None:
        """Acknowledge the answer."""
        self._handshake.accept()

    def close(self) -> None:
        """Let go of the line."""
        self._handshake.close()
