"""Texts over a serial line: bid, deliver, release; each frame is acknowledged.

ENQ → ACK → `STX text ETX LRC` → ACK → EOT, in either direction (TERMINALS.md 3.1).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import Enum, auto

from services.terminals.eplus.framing import Event, FrameReader, Signal, framed
from services.terminals.problems import ProtocolError, Refusal, TerminalSilent, TransportLost
from services.terminals.transports.kept import OverLine
from services.terminals.transports.line import Line, Monotonic

_MOST_LATE = 20
_MOST_SIGNALS = 200
"""Signals in a row after which the line carries something else."""


@dataclass(frozen=True, slots=True)
class Timers:
    """Seconds. `until_answer` is the protocol's; the others are usual ones."""

    between_bytes: float = 0.5
    until_ack: float = 2.0
    until_answer: float = 180.0
    """From the request to the answer: the customer pays meanwhile."""
    until_whole: float = 10.0
    """The longest a frame may take."""
    slice: float = 0.05
    """How often the till's wish to abort is looked at."""
    repeats: int = 2
    """How often a bid, or a frame the other side refused, is sent again."""


class Delivery(Enum):
    """What became of a frame."""

    TAKEN = auto()
    REFUSED = auto()
    """The other side said each time that it did not arrive whole."""
    UNHEARD = auto()
    """Nobody knows: no answer came."""


class Handshake(OverLine):
    """Sends and receives whole texts over a line."""

    def __init__(self, line: Line, timers: Timers, monotonic: Monotonic) -> None:
        super().__init__(line)
        self._timers = timers
        self._monotonic = monotonic
        self._reader = FrameReader()
        self._events: deque[Event] = deque()

    def take(self) -> list[bytes]:
        """Get the line for a text of ours; return late texts that came instead.

        They belong to something earlier and settle nothing. A line that died since it was
        used last is opened anew once: nothing was sent on it. Raises as `bid`.
        """
        is_new = self.open()
        try:
            return [*self.clear(), *self.bid()]
        except TransportLost:
            if is_new:
                raise
        self.close()
        self.open()
        return [*self.clear(), *self.bid()]

    def close(self) -> None:
        """Let go of the line; what was half received is forgotten."""
        super().close()
        self._reader.drop()
        self._events.clear()

    def clear(self) -> list[bytes]:
        """Take what came unasked off the line, and return its texts."""
        late: list[bytes] = []
        for _ in range(_MOST_LATE):
            event = self._next(0)
            if event is None:
                return late
            late += self._late(event)
        raise ProtocolError("messages without end that nobody asked for")

    def bid(self) -> list[bytes]:
        """Ask for the line, and return late texts that came instead of the answer.

        Raises Refusal when the terminal does not want, TerminalSilent when it does not
        answer; nothing was sent then.
        """
        late: list[bytes] = []
        event: Event | None = None
        for _ in range(1 + self._timers.repeats):
            self._send(Signal.ENQ)
            event = self._answer()
            if event is Signal.ACK:
                return late
            late += self._late(event)
        if event is None:
            raise TerminalSilent("ENQ", self._timers.until_ack)
        raise Refusal("The card terminal takes nothing now.", "it is busy", "NAK")

    def deliver(self, text: bytes) -> Delivery:
        """Send a text once; again only when the terminal refused it as damaged."""
        frame = framed(text)
        for _ in range(1 + self._timers.repeats):
            self._drop_strays()
            self._line.send(frame)
            event = self._answer()
            if event is Signal.ACK:
                return Delivery.TAKEN
            if event is not Signal.NAK:
                self._keep(event)
                return Delivery.UNHEARD
        return Delivery.REFUSED

    def release(self) -> None:
        """Give the line free."""
        self._send(Signal.EOT)

    def receive(self, timeout: float) -> bytes | None:
        """Return the next text, not yet acknowledged; None when none came in time.

        Raises ProtocolError when it comes damaged again and again.
        """
        deadline = self._monotonic() + timeout
        damaged = 0
        for _ in range(_MOST_SIGNALS):
            event = self._next(max(deadline - self._monotonic(), 0))
            if event is None or isinstance(event, bytes):
                return event
            if event is Signal.ENQ:
                self._send(Signal.ACK)
                deadline = max(deadline, self._monotonic() + self._timers.until_ack)
            elif event is Signal.BAD:
                damaged += 1
                self._refuse(damaged)
                deadline = max(deadline, self._monotonic() + self._timers.until_ack)
        raise ProtocolError("signals without end")

    def accept(self) -> None:
        """Acknowledge the text received last."""
        self._send(Signal.ACK)

    def _refuse(self, damaged: int) -> None:
        if damaged > self._timers.repeats + 1:
            raise ProtocolError("a message that came damaged each time")
        self._send(Signal.NAK)

    def _late(self, event: Event | None) -> list[bytes]:
        """Take the text the terminal bids for, or has sent without asking."""
        if event is Signal.ENQ:
            self._send(Signal.ACK)
            event = self.receive(self._timers.until_ack)
        if not isinstance(event, bytes):
            return []
        self.accept()
        return [event]

    def _drop_strays(self) -> None:
        """Forget what came before the frame: an ACK in it is of something else."""
        self._reader.feed(self._line.receive(0))
        self._reader.drop()
        self._events.clear()

    def _answer(self) -> Event | None:
        """Wait for what answers a bid or a frame; None when nothing came."""
        deadline = self._monotonic() + self._timers.until_ack
        for _ in range(_MOST_SIGNALS):
            event = self._next(max(deadline - self._monotonic(), 0))
            # The end of what was said before is no answer.
            if event is not Signal.EOT:
                return event
        return None

    def _keep(self, event: Event | None) -> None:
        if event is not None:
            self._events.appendleft(event)

    def _next(self, timeout: float) -> Event | None:
        """Return what comes next; None when nothing came in time."""
        deadline = self._monotonic() + timeout
        while not self._events:
            left = deadline - self._monotonic()
            data = self._line.receive(self._timers.between_bytes if self._reader.inside else max(left, 0))
            self._events.extend(self._reader.feed(data))
            if self._reader.inside and (not data or left < -self._timers.until_whole):
                self._reader.drop()
                self._events.append(Signal.BAD)
            elif not data and left <= 0:
                return None
        return self._events.popleft()

    def _send(self, signal: Signal) -> None:
        self._line.send(signal.value)
