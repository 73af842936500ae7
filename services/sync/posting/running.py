"""What runs a store's sending: the seam between this room and its job runner."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Protocol

from sqlalchemy.exc import DBAPIError

from services.contract.problem import Unreachable
from services.sync.findings import Kept, finding, kept
from services.sync.pace import Clock, Pace
from services.sync.posting.sending import Sender

log = logging.getLogger(__name__)


class Runner(Protocol):
    """Runs `run(store)` some time after `submit(store)`, one of a store at a time.

    It may forget everything when it ends: what is unfinished is submitted again.
    """

    def start(self, run: Callable[[str], None]) -> None:
        """Begin to run what is submitted."""

    def submit(self, store: str) -> None:
        """Have a store run; more than once while it waits is once."""

    def stop(self) -> None:
        """End, within bounds; what is left is submitted again at the next start."""


class InlineRunner:
    """Runs at once, in the thread that asks: for tests and one-off tools."""

    def __init__(self) -> None:
        self._run: Callable[[str], None] | None = None

    def start(self, run: Callable[[str], None]) -> None:
        """Begin to run what is submitted."""
        self._run = run

    def submit(self, store: str) -> None:
        """Run the store now; without effect before `start`."""
        if self._run is not None:
            self._run(store)

    def stop(self) -> None:
        """Run nothing more."""
        self._run = None


class Runs:
    """Runs stores and remembers what went wrong when not even the database could."""

    def __init__(self, sender: Sender, clock: Clock, pace: Pace) -> None:
        self._sender = sender
        self._clock = clock
        self._pace = pace
        self._not_before: dict[str, datetime] = {}
        self.trouble: dict[str, Kept] = {}
        """By store: what the last run ended with that is no failure of the ledger."""

    def run(self, store: str) -> None:
        """Run a store; what fails beside the ledger is loud, and tried again later."""
        try:
            self._sender.run(store)
        except Exception as error:
            self.trouble[store] = _trouble(error)
            of_database = isinstance(error, _OF_DATABASE)
            rest = self._pace.database_back if of_database else self._pace.come_back
            self._not_before[store] = self._clock() + rest
            log.exception("sending for %s ended; nothing is lost, it is tried again", store)
            raise
        self.forgive(store)

    def may_start(self, store: str) -> bool:
        """Whether a store has rested after a failure, and no other machine sends for it."""
        now = self._clock()
        # A rest is never longer: what lies further ahead is of a clock that was set back.
        rests = now < self._not_before.get(store, now) <= now + self._pace.come_back
        return not rests and not self._sender.elsewhere(store)

    def keep_trouble_of(self, stores: Iterable[str]) -> None:
        """Forget what went wrong with any other store: another machine has done its work."""
        for store in set(self.trouble) - set(stores):
            self.forgive(store)

    def forgive(self, store: str) -> None:
        """Let a store run again now: it worked, or a person asks."""
        self.trouble.pop(store, None)
        self._not_before.pop(store, None)


_OF_DATABASE = (DBAPIError, OSError, Unreachable)


def _trouble(error: Exception) -> Kept:
    if isinstance(error, Unreachable):
        return kept(error)
    if isinstance(error, DBAPIError | OSError):
        return finding(
            "cannot_write",
            "Sending stopped: the database cannot be written.",
            f"The computer says: {getattr(error, 'orig', error)}.",
            "Make room on the disk, check that it works. Sending goes on by itself; nothing is sent twice.",
        )
    return finding(
        "stopped",
        "Sending stopped because of a fault in Tillbook.",
        f"{type(error).__name__}.",
        "It is tried again by itself. If this stays, send the log to support.",
    )
