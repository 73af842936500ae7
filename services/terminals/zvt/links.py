"""Messages over a line: TCP takes them bare, serial in frames (PA00P016 2 and 3)."""

from __future__ import annotations

from collections import deque
from typing import Protocol

from services.terminals.problems import ProtocolError, TerminalSilent
from services.terminals.transports.kept import OverLine
from services.terminals.transports.line import Line, Monotonic
from services.terminals.zvt.apdu import Apdu, Splitter, decode, encode
from services.terminals.zvt.framing import ACK, NAK, FrameReader, Signal, framed
from services.terminals.zvt.profiles import Timers


class Link(Protocol):
    """Sends and receives whole messages. Raises Break when the line is gone."""

    @property
    def name(self) -> str:
        """Where it leads to."""

    def open(self) -> bool:
        """Connect; return whether the connection is new."""

    def send(self, message: Apdu) -> None:
        """Send a message; on a serial line it has arrived when this returns."""

    def receive(self, timeout: float) -> Apdu | None:
        """Return the next message; None when none came in `timeout` seconds."""

    def close(self) -> None:
        """Let go; what was half received is forgotten."""


class TcpLink(OverLine):
    """Bare messages in a stream; a length before each for some gateways."""

    def __init__(self, line: Line, *, length_prefix: bool = False) -> None:
        super().__init__(line)
        self._prefix = length_prefix
        self._splitter = Splitter()
        self._ready: deque[Apdu] = deque()
        self._held = b""

    def send(self, message: Apdu) -> None:
        """Send a message."""
        data = encode(message)
        self._line.send(len(data).to_bytes(2, "big") + data if self._prefix else data)

    def receive(self, timeout: float) -> Apdu | None:
        """Return the next message; None when none came in time."""
        if not self._ready:
            data = self._line.receive(timeout)
            self._ready.extend(self._prefixed(data) if self._prefix else self._splitter.feed(data))
            if self._splitter.is_foreign:
                raise ProtocolError("something that is not ZVT")
        return self._ready.popleft() if self._ready else None

    def close(self) -> None:
        """Let go."""
        super().close()
        self._splitter = Splitter()
        self._ready.clear()
        self._held = b""

    def _prefixed(self, data: bytes) -> list[Apdu]:
        self._held += data
        messages = []
        while len(self._held) >= 2 and len(self._held) >= 2 + int.from_bytes(self._held[:2], "big"):  # noqa: PLR2004 - the prefix
            end = 2 + int.from_bytes(self._held[:2], "big")
            messages.append(decode(self._held[2:end]))
            self._held = self._held[end:]
        return messages


class SerialLink(OverLine):
    """Messages in frames: each is answered by ACK or NAK, and repeated at most twice."""

    def __init__(self, line: Line, timers: Timers, monotonic: Monotonic) -> None:
        super().__init__(line)
        self._timers = timers
        self._monotonic = monotonic
        self._reader = FrameReader()
        self._ready: deque[Apdu] = deque()
        self._signals: deque[Signal] = deque()

    def send(self, message: Apdu) -> None:
        """Send a message and see that it arrived.

        Raises TerminalSilent when nothing says so, ProtocolError when it is refused.
        """
        frame, answer = framed(encode(message)), None
        for _ in range(1 + self._timers.repeats):
            self._signals.clear()
            self._line.send(frame)
            answer = self._answer()
            if answer is Signal.ACK:
                return
        if answer is Signal.NAK:
            raise ProtocolError("a frame it refused each time it was sent")
        raise TerminalSilent("T2", self._timers.until_ack)

    def receive(self, timeout: float) -> Apdu | None:
        """Return the next message; None when none came in time."""
        deadline = self._monotonic() + timeout
        left = timeout
        while not self._ready:
            # Once at least: what waits on the line counts, though no time is given.
            self._read(max(left, 0))
            left = deadline - self._monotonic()
            if left <= 0 and not self._reader.inside and not self._ready:
                return None
        return self._ready.popleft()

    def close(self) -> None:
        """Let go of the line."""
        super().close()
        self._reader.drop()
        self._ready.clear()
        self._signals.clear()

    def _answer(self) -> Signal | None:
        """Wait for the answer to a frame: ACK or NAK; None when T2 runs out."""
        deadline = self._monotonic() + self._timers.until_ack
        while not self._signals:
            left = deadline - self._monotonic()
            if left <= 0:
                return None
            self._read(left)
        return self._signals.popleft()

    def _read(self, timeout: float) -> None:
        inside = self._reader.inside
        data = self._line.receive(self._timers.between_bytes if inside else timeout)
        if not data and inside:
            # T1: the frame stopped in the middle.
            self._reader.drop()
            self._line.send(NAK)
        for event in self._reader.feed(data):
            self._handle(event)

    def _handle(self, event: bytes | Signal) -> None:
        if isinstance(event, Signal):
            if event is Signal.BAD:
                self._line.send(NAK)
            else:
                self._signals.append(event)
            return
        # Acknowledged before it is looked at: the frame is sound, whatever it says.
        self._line.send(ACK)
        try:
            self._ready.append(decode(event))
        except ProtocolError:
            return
