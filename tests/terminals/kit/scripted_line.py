"""A line that follows a script, on a clock of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from services.terminals.problems import TransportLost

Said = Sequence[tuple[float, bytes]]
"""Seconds of silence, then bytes."""
_START = datetime(2026, 11, 21, 12, tzinfo=UTC)
HANG_UP = b"<hangs up>"


@dataclass
class ScriptedLine:
    """Says, after the n-th time something is sent, what stands there in the script."""

    script: Sequence[Said] = ()
    unasked: Said = ()
    now: float = 0.0
    sent: list[tuple[float, bytes]] = field(default_factory=list)
    name: str = "the script"
    closed: int = 0
    _queue: list[tuple[float, bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._queue += self.unasked

    def monotonic(self) -> float:
        return self.now

    def clock(self) -> datetime:
        return _START + timedelta(seconds=self.now)

    def open(self) -> None:
        pass

    def send(self, data: bytes) -> None:
        if len(self.sent) < len(self.script):
            self._queue += self.script[len(self.sent)]
        self.sent.append((self.now, data))

    def receive(self, timeout: float) -> bytes:
        if not self._queue or self._queue[0][0] > timeout:
            if self._queue:
                self._queue[0] = (self._queue[0][0] - timeout, self._queue[0][1])
            self.now += timeout
            return b""
        seconds, data = self._queue.pop(0)
        self.now += seconds
        if data == HANG_UP:
            raise TransportLost(self.name)
        return data

    def close(self) -> None:
        self.closed += 1

    def texts(self) -> list[bytes]:
        """What was sent, without when."""
        return [data for _, data in self.sent]
