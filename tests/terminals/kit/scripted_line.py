"""A line that follows a script, on a clock of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import ClassVar, Generic, TypeVar

from services.terminals.problems import TransportLost

Said = Sequence[tuple[float, bytes]]
"""Seconds of silence, then bytes."""
SaidT = TypeVar("SaidT")
HANG_UP = b"<hangs up>"


@dataclass(kw_only=True)
class OnItsClock(Generic[SaidT]):
    """The other side of a line: what it says, each after its seconds of silence."""

    START: ClassVar[datetime] = datetime(2026, 11, 21, 12, tzinfo=UTC)
    now: float = 0.0
    _queue: list[tuple[float, SaidT]] = field(default_factory=list)

    def monotonic(self) -> float:
        """Seconds on a clock that only silence moves."""
        return self.now

    def clock(self) -> datetime:
        """The same, as a time of day."""
        return self.START + timedelta(seconds=self.now)

    def next(self, timeout: float) -> SaidT | None:
        """What is said within this time; else the time passes, and it is None."""
        if not self._queue or self._queue[0][0] > timeout:
            if self._queue:
                self._queue[0] = (self._queue[0][0] - timeout, self._queue[0][1])
            self.now += timeout
            return None
        seconds, said = self._queue.pop(0)
        self.now += seconds
        return said


@dataclass
class ScriptedLine(OnItsClock[bytes]):
    """Says, after the n-th time something is sent, what stands there in the script."""

    script: Sequence[Said] = ()
    unasked: Said = ()
    sent: list[tuple[float, bytes]] = field(default_factory=list)
    name: str = "the script"
    closed: int = 0

    def __post_init__(self) -> None:
        self._queue += self.unasked

    def open(self) -> None:
        pass

    def send(self, data: bytes) -> None:
        if len(self.sent) < len(self.script):
            self._queue += self.script[len(self.sent)]
        self.sent.append((self.now, data))

    def receive(self, timeout: float) -> bytes:
        data = self.next(timeout)
        if data == HANG_UP:
            raise TransportLost(self.name)
        return data or b""

    def close(self) -> None:
        self.closed += 1

    def texts(self) -> list[bytes]:
        """What was sent, without when."""
        return [data for _, data in self.sent]
