"""Preparing the queued days: build, check, keep as rows (DESIGN.md, 3 and 4)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from sqlmodel import Session

from services.accounting.xero.preflight import Known, preflight
from services.books.ledger_facts import LedgerFacts
from services.contract.states import DayState
from services.store import days
from services.store.documents import documents_on
from services.store.tables import DocumentRow
from services.sync import closing, contacts, reference
from services.sync.building import Builder, Built
from services.sync.filing import Filing, is_sent
from services.sync.findings import Kept, finding, from_books
from services.sync.tools import Link, Tools

PURCHASE = "purchase:"
_NOT_CONNECTED = "not_connected"


class Preparation:
    """Prepares the queued days of one link, oldest first."""

    def __init__(self, tools: Tools, link: Link) -> None:
        self._tools = tools
        self._link = link
        self._facts: LedgerFacts | None = None

    def run(self) -> None:
        """Prepare every queued day; raises CallFailed when the ledger cannot be asked."""
        dates = self._dates()
        if not dates:
            return
        if self._older_than(self._tools.pace.reference_age):
            self._refresh()
        days_built = [self._built(day) for day in dates]
        names = {document.contact for built in days_built for document in built.documents.documents}
        contacts.look_up(self._tools, self._link, names)
        blocked = self._prepare_all(days_built, final=False)
        if blocked and self._older_than(self._tools.pace.recheck_age):
            self._refresh()
        self._prepare_all([self._built(built.date) for built in blocked], final=True)

    def findings_of(self, day: date) -> list[Kept]:
        """Return what blocks a day, as far as is known without asking the ledger."""
        return _findings(self._built(day), self._known())

    def _dates(self) -> list[date]:
        with self._tools.db.read() as session:
            return [row.business_date for row in days.queued(session, self._link.store)]

    def _older_than(self, limit: timedelta) -> bool:
        with self._tools.db.read() as session:
            age = reference.age(session, self._link.tenant, self._tools.now())
        return age is None or age > limit

    def _refresh(self) -> None:
        reference.refresh(self._tools, self._link, reference.NEEDED)
        self._facts = None

    def _built(self, day: date) -> Built:
        """Build a day; one that was sent in part keeps to the shape it was begun with."""
        with self._tools.db.read() as session:
            builder = Builder(session, self._link.store, self._link.tenant, self._facts)
            self._facts = builder.facts
            sent = [row for row in documents_on(session, self._link.store, day) if is_sent(row)]
            if not sent or sent[0].shape == builder.mapping().shape:
                return builder.build(day)
            return builder.build(day, version=sent[0].mapping_version)

    def _known(self) -> Known:
        """Return what the ledger last told us; the allowance is for the ledger to say."""
        link = self._link
        with self._tools.db.read() as session:
            return Known(
                facts=self._facts or Builder(session, link.store, link.tenant).facts,
                actions=reference.actions(session, link.tenant),
                contacts=contacts.known(session, link.tenant),
                scopes=link.scopes,
            )

    def _prepare_all(self, days_built: list[Built], *, final: bool) -> list[Built]:
        """Prepare days; return those that fresher reference data may unblock."""
        known = self._known()
        return [built for built in days_built if not self._prepare(built, known, final=final)]

    def _prepare(self, built: Built, known: Known, *, final: bool) -> bool:
        with self._tools.db.write() as session:
            day = days.ensure_day(session, self._link.store, built.date, self._tools.now())
            if day.touched != built.touched:
                return True  # it changed since it was built: the next run builds it again
            rows = documents_on(session, self._link.store, built.date)
            if gone := self._of_another_organisation(session, rows):
                self._wait(session, built.date, gone)
                return True
            findings = _findings(built, known)
            if findings and not any(row.state in {DayState.SENDING, DayState.UNKNOWN} for row in rows):
                if final:
                    self._block(session, built, findings)
                return False
            state = self._keep(session, built, rows)
        self._tools.tell("day", self._link.store, date=built.date.isoformat(), state=state)
        return True

    def _of_another_organisation(self, session: Session, rows: Iterable[DocumentRow]) -> Kept | None:
        other = next((row.tenant for row in rows if row.tenant != self._link.tenant), None)
        if other is None:
            return None
        name = reference.organisation(session, other).get("Name", other)
        return gone(str(name), self._link.organisation)

    def _wait(self, session: Session, day: date, why: Kept) -> None:
        days.set_state(session, self._link.store, day, DayState.WAITING, self._tools.now(), [why])
        days.unqueue(session, self._link.store, day)
        self._tools.tell("day", self._link.store, date=day.isoformat(), state=DayState.WAITING)

    def _block(self, session: Session, built: Built, findings: list[Kept]) -> None:
        store, now = self._link.store, self._tools.now()
        days.set_built(session, store, built.date, built.touched, built.takings, now)
        days.set_state(session, store, built.date, DayState.BLOCKED, now, findings)
        days.unqueue(session, store, built.date)
        self._tools.tell("day", store, date=built.date.isoformat(), state=DayState.BLOCKED)

    def _keep(self, session: Session, built: Built, rows: list[DocumentRow]) -> DayState:
        store, now = self._link.store, self._tools.now()
        facts = built.totals.store
        documents = built.documents.documents
        if not closing.is_closed(session, facts, built.date, now) and not any(map(_is_of_the_day, rows)):
            documents = tuple(document for document in documents if document.key.startswith(PURCHASE))
            if not documents:
                return self._leave(session, built, DayState.OPEN, _still_open(session, built))
        if not documents and not rows:
            return self._leave(session, built, DayState.MISSING, _nothing_to_send(built))
        Filing(session, self._link, now).keep(built, documents)
        days.set_built(session, store, built.date, built.touched, built.takings, now)
        days.set_state(session, store, built.date, DayState.SENDING, now)
        return DayState.SENDING

    def _leave(self, session: Session, built: Built, state: DayState, why: Kept) -> DayState:
        days.set_state(session, self._link.store, built.date, state, self._tools.now(), [why])
        days.unqueue(session, self._link.store, built.date)
        return state


def _findings(built: Built, known: Known) -> list[Kept]:
    books = [each for each in built.documents.blocked if each.stops_day and each.code != _NOT_CONNECTED]
    return from_books([*books, *preflight(built.documents, known)])


def gone(organisation: str, current: str) -> Kept:
    """Return what keeps a day waiting whose organisation is no longer the store's."""
    return finding(
        "organisation_gone",
        f"This day belongs to {organisation}.",
        f"The shop is connected to {current or 'another organisation'} now, and a day is never sent to two.",
        f"Connect the shop to {organisation} again to send it.",
    )


def _is_of_the_day(row: DocumentRow) -> bool:
    return not row.key.startswith(PURCHASE)


def _still_open(session: Session, built: Built) -> Kept:
    facts = built.totals.store
    registers = closing.open_registers(session, facts, built.date)
    still = (
        f"Till {', '.join(registers)} has not been closed." if registers else "Its cut-off has not passed."
    )
    return finding(
        "day_open",
        f"{built.date} is still open.",
        still,
        "Close the tills, wait for the cut-off, or close the day with `tillbook day close`.",
    )


def _nothing_to_send(built: Built) -> Kept:
    return finding(
        "nothing_to_send",
        f"There is nothing to send of {built.date}.",
        "No takings came in for that date, or all of them were voided.",
        "Import them, or confirm with `tillbook day no-trade` that the shop was closed.",
    )
