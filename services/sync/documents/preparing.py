"""Preparing the queued days: build, check, keep as rows (DESIGN.md, 3 and 4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import Session

from services.accounting.xero.preflight import Known, preflight
from services.books.documents import Document
from services.books.ledger_facts import LedgerFacts
from services.contract.states import DayState
from services.store import by_file, days
from services.store.documents import documents_on
from services.store.tables import DocumentRow
from services.sync import reference
from services.sync.changed.policy import that_stop
from services.sync.documents import real_time
from services.sync.documents.building import Builder, Built
from services.sync.documents.choosing import choose, nothing_to_send, still_open
from services.sync.documents.filing import Filing, is_sent
from services.sync.documents.parts import Extent, Part, parts_of
from services.sync.findings import Kept, finding, from_books
from services.sync.links import sealing
from services.sync.posting import contacts
from services.sync.schedule.periods import SUMMED_KEYS, Periods
from services.sync.tools import Link, Tools

NOT_CONNECTED = "not_connected"
_UNDER_WAY = frozenset({DayState.SENDING, DayState.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Prepared:
    """A part of what is queued, built."""

    part: Part
    built: Built


class Preparation:
    """Prepares the queued days of one link, oldest first."""

    def __init__(self, tools: Tools, link: Link) -> None:
        self._tools = tools
        self._link = link
        self._facts: LedgerFacts | None = None

    def run(self) -> None:
        """Prepare every queued day; raises CallFailed when the ledger cannot be asked."""
        parts = self._parts()
        if not parts:
            return
        if self._older_than(self._tools.pace.reference_age):
            self._refresh()
        prepared = [self._built(part) for part in parts]
        names = {document.contact for each in prepared for document in each.built.documents.documents}
        contacts.look_up(self._tools, self._link, names)
        blocked = self._prepare_all(prepared, final=False)
        if blocked and self._older_than(self._tools.pace.recheck_age):
            self._refresh()
        self._prepare_all([self._built(each.part) for each in blocked], final=True)

    def findings_of(self, day: date) -> list[Kept]:
        """Return what blocks a day, as far as is known without asking the ledger."""
        with self._tools.db.read() as session:
            dates = Periods(session, self._link.store, self._tools.now()).together(day)
        return _findings(self._built(Part(dates, Extent.WHOLE)).built, self._known())

    def _parts(self) -> list[Part]:
        with self._tools.db.read() as session:
            if not days.queued(session, self._link.store, asked=self._link.asked_by_person):
                return []
        with self._tools.db.write() as session:
            return parts_of(session, self._link.store, self._tools.now(), asked=self._link.asked_by_person)

    def _older_than(self, limit: timedelta) -> bool:
        with self._tools.db.read() as session:
            age = reference.age(session, self._link.tenant, self._tools.now())
        return age is None or not timedelta(0) <= age <= limit

    def _refresh(self) -> None:
        reference.refresh(self._tools, self._link, reference.NEEDED)
        self._facts = None

    def _built(self, part: Part) -> Prepared:
        """Build a part; one that was sent in part keeps to the shape it was begun with."""
        with self._tools.db.read() as session:
            builder = Builder(session, self._link.store, self._link.tenant, self._facts)
            self._facts = builder.facts
            rows = documents_on(session, self._link.store, part.dates[-1])
            sent = [row for row in rows if is_sent(row) and row.key in SUMMED_KEYS]
            other = bool(sent) and sent[0].shape != builder.mapping().shape
            version = sent[0].mapping_version if other else None
            if part.extent is Extent.RECEIPTS:
                return Prepared(part, builder.build_receipts(part.dates[0], part.receipts, version=version))
            return Prepared(part, builder.build_dates(part.dates, version=version))

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

    def _prepare_all(self, prepared: list[Prepared], *, final: bool) -> list[Prepared]:
        """Prepare parts; return those that fresher reference data may unblock."""
        known = self._known()
        return [each for each in prepared if not self._prepare(each, known, final=final)]

    def _prepare(self, prepared: Prepared, known: Known, *, final: bool) -> bool:
        built = prepared.built
        with self._tools.db.write() as session:
            if not self._is_current(session, prepared):
                return True  # it changed since it was built: the next run builds it again
            rows = [row for day in built.dates for row in documents_on(session, self._link.store, day)]
            if gone := self._of_another_organisation(session, built, rows):
                self._leave(session, built.dates, DayState.WAITING, gone)
            elif (findings := that_stop(_findings(built, known), built, rows)) and not any(
                row.state in _UNDER_WAY for row in rows
            ):
                if not final:
                    return False
                self._note(session, built, whole=None)
                self._leave(session, built.dates, DayState.BLOCKED, *findings)
            else:
                self._keep(session, prepared, rows)
            states = self._states(session, built)
        for day, state in states.items():
            self._tools.tell("day", self._link.store, date=day.isoformat(), state=state)
        return True

    def _is_current(self, session: Session, prepared: Prepared) -> bool:
        built, part = prepared.built, prepared.part
        store, now = self._link.store, self._tools.now()
        if by_file.among(session, store, built.dates):
            return False
        rows = [days.ensure_day(session, store, day, now) for day in built.dates]
        # One that came after the others were marked would be in the day's sum.
        if part.real_time and len(rows) == 1 and real_time.unmarked(session, rows[0]):
            return False
        return all(row.touched == built.touched[row.business_date] for row in rows)

    def _states(self, session: Session, built: Built) -> dict[date, str]:
        rows = (days.get_day(session, self._link.store, day) for day in built.dates)
        return {row.business_date: row.state for row in rows if row is not None}

    def _of_another_organisation(
        self, session: Session, built: Built, rows: Iterable[DocumentRow]
    ) -> Kept | None:
        other = next((row.tenant for row in rows if row.tenant != self._link.tenant), None)
        other = other or sealing.sealed_to_another(session, self._link.store, built.dates, self._link.tenant)
        if other is None:
            return None
        return gone(sealing.name_of(session, other), self._link.organisation)

    def _note(self, session: Session, built: Built, *, whole: bool | None) -> None:
        """Note of which moment the documents of each date are."""
        store, now = self._link.store, self._tools.now()
        for day in built.dates:
            days.set_built(session, store, day, built.touched[day], built.takings[day], now, whole=whole)

    def _keep(self, session: Session, prepared: Prepared, rows: list[DocumentRow]) -> None:
        built, now = prepared.built, self._tools.now()
        choice = choose(session, prepared.part, built, rows, now)
        if not choice.documents and not rows:
            self._nothing(session, prepared, closed=choice.closed)
            return
        Filing(session, self._link, now).keep(built, choice.documents, whole=choice.complete)
        self._note(session, built, whole=choice.whole)
        for day in built.dates:
            row = days.set_state(session, self._link.store, day, DayState.SENDING, now)
            row.each_alone = choice.each_alone
            kept_before = any(each.business_date == day for each in rows)
            if choice.whole and not kept_before and not _has_document(choice.documents, day):
                self._leave(session, [day], DayState.MISSING, nothing_to_send(day))

    def _nothing(self, session: Session, prepared: Prepared, *, closed: bool) -> None:
        """Leave a date of which nothing can be sent now, and say why."""
        built, extent = prepared.built, prepared.part.extent
        day = built.date
        if extent is Extent.RECEIPTS or not closed:
            self._leave(session, [day], DayState.OPEN, still_open(session, built.totals.store, day))
        elif extent is Extent.OWN and built.takings[day]:
            self._note(session, built, whole=False)
            self._leave(session, [day], DayState.WAITING)
        else:
            for each in built.dates:
                self._leave(session, [each], DayState.MISSING, nothing_to_send(each))

    def _leave(self, session: Session, dates: Iterable[date], state: DayState, *why: Kept) -> None:
        for day in dates:
            days.set_state(session, self._link.store, day, state, self._tools.now(), list(why) or None)
            days.unqueue(session, self._link.store, day)


def _findings(built: Built, known: Known) -> list[Kept]:
    books = [each for each in built.documents.blocked if each.stops_day and each.code != NOT_CONNECTED]
    return from_books([*books, *preflight(built.documents, known)])


def _has_document(documents: Iterable[Document], day: date) -> bool:
    """Whether a date is in any of the documents: its own, or the sums of its period."""
    return any(document.date == day or document.key in SUMMED_KEYS for document in documents)


def gone(organisation: str, current: str) -> Kept:
    """Return what keeps a day waiting whose organisation is no longer the store's."""
    return finding(
        "organisation_gone",
        f"This day belongs to {organisation}.",
        f"The shop is connected to {current or 'another organisation'} now, and a day is never sent to two.",
        f"Connect the shop to {organisation} again to send it.",
    )
