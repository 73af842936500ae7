"""Sending the queued days of a store: prepare, look up, create, pay, prove.

Every step reads from the tables what is left to do and writes there what it did, so a
run may end anywhere and the next one goes on (DESIGN.md, How a day travels, 3 to 6).
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import text

from services.accounting.ledger import (
    AuthorisationLost,
    CallFailed,
    CallRefused,
    NotSent,
    OutcomeUnknown,
    RateLimited,
)
from services.contract.states import DayState
from services.store import days
from services.store.database import Database
from services.sync import creating, linking, paying
from services.sync.creating import Stopped
from services.sync.entries import Entry, open_entries
from services.sync.findings import Kept
from services.sync.preparing import Preparation
from services.sync.proving import prove
from services.sync.recovery import Recovery, close_resolved_attempts, take_over_open_attempts
from services.sync.settling import settle
from services.sync.tools import Link, Tools

_LOCK = text("select pg_try_advisory_lock(hashtextextended(:tenant, 0))")
_UNLOCK = text("select pg_advisory_unlock(hashtextextended(:tenant, 0))")


class Sender:
    """Sends what is queued of a store, one run a tenant at a time."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    def run(self, store: str) -> None:
        """Send the queued days of a store as far as they can be sent now.

        Returns when nothing more can be done at present; why is then in the tables.
        Raises what is no failure of the ledger, such as a full disk: loud, and nothing lost.
        """
        link = linking.link_of(self._tools, store)
        if link is None:
            return
        with self._locks[link.tenant], _across_processes(self._tools.db, link.tenant) as ours:
            if ours:
                Run(self._tools, link).go()


@contextmanager
def _across_processes(db: Database, tenant: str) -> Iterator[bool]:
    """Be the only sender of a tenant among all services on one database."""
    if db.is_sqlite:  # the file has one service
        yield True
        return
    key = {"tenant": f"tillbook:{tenant}"}
    # Of the session and not of a transaction: one that is open for minutes holds up clean-up.
    engine = db.engine.execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        ours = bool(connection.execute(_LOCK, key).scalar())
        try:
            yield ours
        finally:
            if ours:
                connection.execute(_UNLOCK, key)


class Run:
    """One run for one link."""

    def __init__(self, tools: Tools, link: Link) -> None:
        self._tools = tools
        self._link = link
        self._recovery = Recovery(tools, link)

    def go(self) -> None:
        """Send what is queued; leave each day in the state it reached."""
        with self._tools.db.read() as session:
            if not days.queued(session, self._link.store):
                return
        take_over_open_attempts(self._tools, self._link)
        stopped_by = self._patiently()
        close_resolved_attempts(self._tools, self._link)
        settle(self._tools, self._link, stopped_by)

    def _patiently(self) -> Kept | None:
        """Pass over the work until it is done or only fails; return what ended it early."""
        failures, done = 0, self._done()
        while True:
            try:
                self._pass()
            except Stopped:
                return None
            except AuthorisationLost as failure:
                return linking.lost(self._tools, self._link.store, failure)
            except (CallRefused, NotSent, RateLimited, OutcomeUnknown) as failure:
                before, done = done, self._done()
                failures = 1 if done > before else failures + 1
                if not self._may_try_again(failure, failures):
                    return self._give_up(failure)
            else:
                linking.worked(self._tools, self._link)
                return None

    def _may_try_again(self, failure: CallFailed, failures: int) -> bool:
        """Wait as the failure asks; False when the run had better end."""
        pace = self._tools.pace
        if isinstance(failure, CallRefused) or failures >= pace.tries:
            return False
        wait = failure.retry_after or pace.first_wait * 2 ** (failures - 1)
        if isinstance(failure, OutcomeUnknown):
            wait = 0  # looked up at once
        if wait > pace.longest_wait:
            return False
        if isinstance(failure, RateLimited):
            linking.failed(
                self._tools, self._link.store, failure, self._tools.now() + timedelta(seconds=wait)
            )
        return self._tools.waiter.wait(wait)

    def _give_up(self, failure: CallFailed) -> Kept | None:
        if self._tools.waiter.stopping:
            return None
        asked = timedelta(seconds=failure.retry_after) if failure.retry_after else self._tools.pace.come_back
        return linking.failed(self._tools, self._link.store, failure, self._tools.now() + asked)

    def _pass(self) -> None:
        """Do everything that is left, in order; what was done before is not done again."""
        creating.go_on(self._tools, self._link)
        Preparation(self._tools, self._link).run()
        self._recovery.documents()
        creating.create(self._tools, self._link)
        paying.look_up_invoices(self._tools, self._link)
        self._recovery.payments()
        paying.pay(self._tools, self._link)
        prove(self._tools, self._link)
        if any(entry.row.state == DayState.UNKNOWN for entry in self._open()):
            raise _said_to_be_there()

    def _open(self) -> list[Entry]:
        with self._tools.db.read() as session:
            return open_entries(session, self._link)

    def _done(self) -> tuple[int, int, int]:
        """Return how far the work got: it grows with everything that is done."""
        entries = self._open()
        paid = sum(payment.state == DayState.POSTED for entry in entries for payment in entry.payments)
        return -len(entries), sum(entry.created for entry in entries), paid


def _said_to_be_there() -> OutcomeUnknown:
    return OutcomeUnknown(
        "The outcome of a document is not known yet.",
        "The ledger says that it has the document already.",
        "Tillbook looks it up.",
    )
