"""How fast, how patiently and with which clock days are sent."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

Clock = Callable[[], datetime]
"""Returns the current time, zoned."""


def utc_now() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)


class Waiter(Protocol):
    """Waits while something else happens; tests do not."""

    def wait(self, seconds: float) -> bool:
        """Wait at most `seconds`; False when the service stops meanwhile."""

    @property
    def stopping(self) -> bool:
        """Whether the service is about to stop."""


class StopSignal:
    """A wait that ends at once when the service stops."""

    def __init__(self) -> None:
        self._stop = threading.Event()

    def wait(self, seconds: float) -> bool:
        """Wait at most `seconds`; False when the service stops meanwhile."""
        return not self._stop.wait(max(seconds, 0))

    @property
    def stopping(self) -> bool:
        """Whether the service is about to stop."""
        return self._stop.is_set()

    def set(self) -> None:
        """End every wait."""
        self._stop.set()


@dataclass(frozen=True, slots=True)
class Pace:
    """The bounds of sending."""

    batch: int = 50
    """Documents in one call (XERO.md 5.1)."""
    tries: int = 4
    """How often a call that fails in passing is made in one run."""
    first_wait: float = 1.0
    """Seconds before the second try; doubled for each further one."""
    longest_wait: float = 60.0
    """Seconds a run may wait for a limit; for longer ones it ends and is started again."""
    come_back: timedelta = timedelta(minutes=5)
    """When a run that gave up is started again."""
    settling: timedelta = timedelta(seconds=20)
    """How long a call whose answer was lost may still arrive at the ledger. What carries no
    unique number is not sent again before that."""
    reference_age: timedelta = timedelta(hours=24)
    """Reference data older than this are read again before sending."""
    recheck_age: timedelta = timedelta(minutes=1)
    """Before a day is blocked by reference data older than this, they are read again."""
    tick: float = 10.0
    """Seconds between two looks at what is due."""
