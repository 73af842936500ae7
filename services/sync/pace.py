"""How fast, how patiently and with which clock days are sent."""

from __future__ import annotations

import random
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
    person_waits: float = 10.0
    """Seconds a person's request waits for a limit before the person is told."""
    beat: float = 10.0
    """Seconds between two signs of life of a machine."""
    dead_after: float = 60.0
    """Seconds without a sign of life after which the other machines take its work over."""
    database_back: timedelta = timedelta(seconds=10)
    """When a run that the database broke off is started again."""
    come_back: timedelta = timedelta(minutes=5)
    """When a run that gave up is started again; doubled each time it fails in a row."""
    come_back_longest: timedelta = timedelta(hours=1)
    """The longest of these waits."""
    come_back_tries: int = 24
    """Tries in a row by itself; after the last one a person is needed. About a day."""
    odd_tries: int = 3
    """Tries in a row of what the ledger refuses as a whole for no reason that is known."""
    spread: float = 0.25
    """A wait is shortened by up to this part, so that many shops do not come at once."""
    chance: Callable[[], float] = random.random
    """Returns how far within the spread, 0 to 1."""
    look_every: timedelta = timedelta(hours=24)
    """A link over which nothing was sent for so long is looked at; that keeps it alive too."""
    consent_warning: timedelta = timedelta(days=14)
    """How long before a consent dies unused a person is told."""
    disconnect_waits: float = 40.0
    """Seconds that ending a connection waits for what is just being sent."""
    approval: timedelta = timedelta(hours=1)
    """How often drafts are looked at, whose payments wait until they are approved."""
    settling: timedelta = timedelta(seconds=20)
    """How long a call whose answer was lost may still arrive at the ledger. What carries no
    unique number is not sent again before that."""
    reference_age: timedelta = timedelta(hours=24)
    """Reference data older than this are read again before sending."""
    recheck_age: timedelta = timedelta(minutes=1)
    """Before a day is blocked by reference data older than this, they are read again."""
    tick: float = 10.0
    """Seconds between two looks at what is due."""
