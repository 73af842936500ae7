"""Sending the queued days of a store: prepare, look up, create, pay, prove.

Every step reads from the tables what is left to do and writes there what it did, so a
run may end anywhere and the next one goes on (DESIGN.md, How a day travels, 3 to 6).
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta

from services.accounting.ledger import (
    AuthorisationLost,
    CallFailed,
    CallRefused,
    OutcomeUnknown,
    RateLimited,
)
from services.contract.states import DayState
from services.store import days
from services.sync.changed.meeting import Meeting
from services.sync.changed.resending import Resending
from services.sync.documents.preparing import Preparation
from services.sync.findings import Kept
from services.sync.links import backing_off, linking
from services.sync.posting import creating, finishing, paying, undoing
from services.sync.posting.creating import Stopped
from services.sync.posting.entries import Entry, open_entries
from services.sync.posting.proving import prove
from services.sync.posting.recovery import Recovery, close_resolved_attempts, take_over_open_attempts
from services.sync.posting.settling import settle
from services.sync.sharing.turns import TurnLost, Turns
from services.sync.showing import reading
from services.sync.tools import Link, Tools

log = logging.getLogger(__name__)

_LOOK_AGAIN_SECONDS = 0.2


class Sender:
    """Sends what is queued of a store, one run a tenant at a time over all machines."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._turns = tools.turns or Turns(tools.db, "", tools.shared_now)

    def run(self, store: str) -> None:
        """Send the queued days of a store as far as they can be sent now.

        What a person asked for goes first. Returns when nothing more can be done at
        present; why is then in the tables. Raises what is no failure of the ledger, such
        as a full disk: loud, and nothing lost.
        """
        try:
            for asked in (True, False):
                self._run(store, asked_by_person=asked)
        except TurnLost as lost:
            log.warning("sending for %s ends here: %s", store, lost)

    def elsewhere(self, store: str) -> bool:
        """Whether another machine sends to the store's organisation now."""
        with self._tools.db.read() as session:
            tenant = reading.tenant(session, store)
        return tenant is not None and self._turns.elsewhere(tenant)

    def idle(self, tenant: str, seconds: float) -> bool:
        """Wait until nobody sends to an organisation; False when somebody still does."""
        waited = 0.0
        while self._turns.under_way(tenant):
            if waited >= seconds or not self._tools.waiter.wait(_LOOK_AGAIN_SECONDS):
                return False
            waited += _LOOK_AGAIN_SECONDS
        return True

    def _run(self, store: str, *, asked_by_person: bool) -> None:
        with self._tools.db.read() as session:
            if not days.queued(session, store, asked=asked_by_person):
                return
        link = linking.link_of(self._tools, store, asked_by_person=asked_by_person)
        link = link or finishing.link_to_finish(self._tools, store, asked_by_person=asked_by_person)
        if link is None:
            return
        with self._turns.take(link.tenant) as db:
            if db is not None:
                Run(replace(self._tools, db=db), link).go()


class Run:
    """One run for one link."""

    def __init__(self, tools: Tools, link: Link) -> None:
        self._tools = tools
        self._link = link
        self._recovery = Recovery(tools, link)

    def go(self) -> None:
        """Send what is queued; leave each day in the state it reached."""
        with self._tools.db.read() as session:
            if not days.queued(session, self._link.store, asked=self._link.asked_by_person):
                return
        take_over_open_attempts(self._tools, self._link)
        stopped_by = self._patiently()
        close_resolved_attempts(self._tools, self._link)
        settle(self._tools, self._link, stopped_by)

    def _patiently(self) -> Kept | None:
        """Pass over the work until it is done or only fails; return what ended it early."""
        failures, done = 0, self._done()
        begun = done
        while True:
            try:
                self._pass()
            except Stopped:
                return linking.obstacle_of(self._tools, self._link.store)
            except CallFailed as failure:
                if linking.has_moved_on(self._tools, self._link):
                    return linking.obstacle_of(self._tools, self._link.store)
                if isinstance(failure, AuthorisationLost):
                    return linking.lost(self._tools, self._link.store, failure, self._link.tenant)
                before, done = done, self._done()
                failures = 1 if done > before else failures + 1
                if not self._may_try_again(failure, failures):
                    return self._give_up(failure, progressed=self._done() > begun)
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

    def _give_up(self, failure: CallFailed, *, progressed: bool) -> Kept | None:
        if self._tools.waiter.stopping:
            return None
        return backing_off.gave_up(self._tools, self._link.store, failure, progressed=progressed)

    def _pass(self) -> None:
        """Do everything that is left, in order; what was done before is not done again."""
        try:
            self._begin()
        except Stopped:
            self._finish()
            raise
        prove(self._tools, self._link)
        if any(entry.row.state == DayState.UNKNOWN for entry in self._open()):
            raise _said_to_be_there()

    def _begin(self) -> None:
        creating.go_on(self._tools, self._link)
        Preparation(self._tools, self._link).run()
        if self._link.asked_by_person:
            Meeting(self._tools, self._link).run()
        if Resending(self._tools, self._link).run():
            Preparation(self._tools, self._link).run()
        self._recovery.documents()
        creating.create(self._tools, self._link)
        paying.look_up_invoices(self._tools, self._link)
        self._recovery.payments()
        paying.pay(self._tools, self._link)

    def _finish(self) -> None:
        """Finish the documents that are there already when nothing more may begin."""
        creating.go_on(self._tools, self._link, begins=False)
        self._recovery.documents()
        finishing.finish(self._tools, self._link)
        self._recovery.payments()
        paying.pay(self._tools, self._link, only_begun=True)
        prove(self._tools, self._link)

    def _open(self) -> list[Entry]:
        with self._tools.db.read() as session:
            return open_entries(session, self._link)

    def _done(self) -> tuple[int, int, int, int]:
        """Return how far the work got: it grows with everything that is done."""
        entries = self._open()
        with self._tools.db.read() as session:
            undone = undoing.steps_done(session, self._link)
        paid = sum(payment.state == DayState.POSTED for entry in entries for payment in entry.payments)
        # What is voided comes first: its new revision is one more that is open.
        return undone, -len(entries), sum(entry.created for entry in entries), paid


def _said_to_be_there() -> OutcomeUnknown:
    return OutcomeUnknown(
        "The outcome of a document is not known yet.",
        "The ledger says that it has the document already.",
        "Tillbook looks it up.",
    )
