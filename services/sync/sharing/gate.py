"""The gate that every call to Xero passes, shared by all machines."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from services.accounting.ledger import NotSent, RateLimited
from services.store import allowance as calls
from services.store.database import Database
from services.store.tables import Allowance
from services.sync.pace import Pace, Waiter
from services.sync.sharing.allowance import STANDARD, Answer, Limits, after_set_back, believe, obstacle

Moment = Callable[[Session], datetime]
"""Returns the current time: the database's own, where machines share it."""
Fence = Callable[[Session], None]
"""Raises when this thread may no longer call, because another machine took over."""

GOOD_FOR = 15.0
"""Seconds between the leave and the departure of a call; far less than a machine is dead after."""


def _no_fence(_session: Session) -> None:
    """Nobody else sends."""


@dataclass(frozen=True, slots=True)
class AllowanceGate:
    """Gives leave for a call when there is room for it; see `permits.Gate`."""

    db: Database
    moment: Moment
    waiter: Waiter
    pace: Pace = field(default_factory=Pace)
    limits: Limits = STANDARD
    executor: str = ""
    fence: Fence = _no_fence
    good_for: float = GOOD_FOR

    @contextmanager
    def call(self, tenant: str, *, asked_by_person: bool, may_wait: bool) -> Iterator[Leave]:
        """Yield the leave for one call, and note that it is over."""
        if not tenant:
            yield Leave()
            return
        patience = self._patience(asked=asked_by_person) if may_wait else 0.0
        leave = self.begin(tenant, asked_by_person=asked_by_person, patience=patience)
        try:
            yield leave
        finally:
            self.end(tenant, leave)

    def begin(self, tenant: str, *, asked_by_person: bool, patience: float = 0.0) -> Leave:
        """Count a call, return the leave for it; RateLimited: there is no room."""
        leave = Leave()

        def attempt() -> RateLimited | None:
            nonlocal leave
            # Looked at before, so that a process frozen in between does not take it for fresh.
            given = _seconds()
            refusal, number = self._begin(tenant, asked=asked_by_person)
            leave = Leave(number, given, self.good_for)
            return refusal

        self._patiently(attempt, patience)
        return leave

    def end(self, tenant: str, leave: Leave) -> None:
        """Note that a call is over, and what its answer says of the calls left."""
        with self.db.note() as session:
            row = calls.lock_allowance(session, tenant)
            believe(session, row, leave.number, self.moment(session), self.limits, leave.answer)

    def wait_for_room(self, tenant: str, *, asked_by_person: bool) -> None:
        """Wait until a call may go; raise RateLimited when that takes too long.

        For what is written down before it is called: a call that waits after that would
        leave later than the row says.
        """
        self._patiently(
            lambda: self._obstacle(tenant, asked=asked_by_person), self._patience(asked=asked_by_person)
        )

    def _patience(self, *, asked: bool) -> float:
        return self.pace.person_waits if asked else self.pace.longest_wait

    def _patiently(self, attempt: Callable[[], RateLimited | None], patience: float) -> None:
        """Attempt until it succeeds; raise what stands in the way when patience ends."""
        while (refusal := attempt()) is not None:
            wait = refusal.retry_after or 0.0
            if wait > patience or not self.waiter.wait(wait):
                raise refusal
            patience -= wait

    def _begin(self, tenant: str, *, asked: bool) -> tuple[RateLimited | None, int]:
        with self.db.note() as session:
            self.fence(session)
            row, now = self._tidied(session, tenant)
            refusal = obstacle(session, row, now, self.limits, asked=asked)
            if refusal is not None:
                return refusal, 0
            return None, calls.begin_call(session, row, self.executor, now)

    def _obstacle(self, tenant: str, *, asked: bool) -> RateLimited | None:
        with self.db.read() as session:
            row = calls.get_allowance(session, tenant)
            if row is None or not obstacle(session, row, self.moment(session), self.limits, asked=asked):
                return None
        # What stands in the way may have been left behind by a clock that was set back.
        with self.db.note() as session:
            row, now = self._tidied(session, tenant)
            return obstacle(session, row, now, self.limits, asked=asked)

    def _tidied(self, session: Session, tenant: str) -> tuple[Allowance, datetime]:
        """Return what is known of an organisation, locked, and the time."""
        row = calls.lock_allowance(session, tenant)
        now = self.moment(session)
        after_set_back(row, now)
        calls.tidy(session, row, now)
        return row, now


class Leave:
    """Leave for one call; see `permits.Permit`."""

    def __init__(self, number: int = 0, given: float | None = None, good_for: float = GOOD_FOR) -> None:
        self.number = number
        self.answer = Answer(status=0)
        self._given = _seconds() if given is None else given
        self._good_for = good_for

    def check(self) -> None:
        """Raise NotSent when the leave was given too long ago."""
        if _seconds() - self._given > self._good_for:
            raise NotSent(
                "The call was not sent.",
                "This machine stood still between deciding to call and calling.",
                "Tillbook looks at what is left to do, and goes on.",
                f"leave {self.number} is older than {self._good_for:g} s",
            )

    def answered(self, status: int, headers: Mapping[str, str]) -> None:
        """Keep what the answer says until the call is noted as over."""
        self.answer = Answer.of(status, headers)


def _seconds() -> float:
    # Goes on while the process, or the whole machine, sleeps.
    return time.clock_gettime(time.CLOCK_BOOTTIME)
