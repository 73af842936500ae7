"""What was sent of a store's days beside the tills, and beside the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from sqlmodel import Session

from services.books import differences
from services.books.differences import Changes
from services.books.documents import Document
from services.contract.changed import ChangeAnswer
from services.contract.states import DayState
from services.store import by_file, corrections, days
from services.store.corrections import Chain
from services.store.documents import document_of, payments_of
from services.store.tables import Day, DocumentRow
from services.sync.changed import policy, theirs
from services.sync.changed.answers import LEDGER, TILLS, Change, answer_of
from services.sync.changed.tills import CannotSay, Tills, is_stopped
from services.sync.documents.building import Builder, Built
from services.sync.schedule.periods import SUMMED_KEYS
from services.sync.showing import reading

CHANGED = (DayState.CHANGED, DayState.DIFFERS)
_GOES_ON = (DayState.OPEN, DayState.WAITING)
_MOST = 366


def of_day(session: Session, store: str, day: date) -> list[ChangeAnswer]:
    """Return every document of a date, or of its period, that is not as it was sent."""
    return [answer_of(change) for change in DayChanges(session, store, day).every()]


def goes_on(row: Day) -> bool:
    """Whether part of a date was sent, and records came in since."""
    return row.state in _GOES_ON and not row.whole and row.built not in {None, row.touched}


def of_store(session: Session, store: str) -> list[ChangeAnswer]:
    """Return the changes of all days that changed or differ, the oldest first.

    And of days that go on, of which receipts were sent that changed since.
    """
    rows = days.in_states(session, [*CHANGED, *_GOES_ON], store)
    rows = [row for row in rows if row.state in CHANGED or goes_on(row)]
    dates = sorted({day for row in rows for day in (row.business_date, days.posting_date(row))})
    found = [change for day in dates[:_MOST] for change in of_day(session, store, day)]
    return list({(each["date"], each["key"], each["side"], each["number"]): each for each in found}.values())


class DayChanges:
    """The documents of a date, or its period, beside the tills and beside the ledger."""

    def __init__(self, session: Session, store: str, day: date) -> None:
        self._session = session
        self.store = store
        self.tenant = reading.tenant(session, store)
        self.builder = Builder(session, store, self.tenant)
        self.built: Built = self.builder.build(day)
        self.tills = Tills(self.builder, self.built)

    @property
    def dates(self) -> tuple[date, ...]:
        """The dates that are settled together."""
        return self.built.dates

    def chains(self, day: date) -> dict[str, Chain]:
        """Return what there is of each document of a date."""
        return corrections.chains(self._session, self.store, day)

    def says(self, chain: Chain) -> Document | None:
        """Return a document as the tills have it now; what was sent when they cannot say."""
        try:
            return self.tills.says(chain)
        except CannotSay:
            return chain.stands_for

    def changed(self, day: date) -> Iterator[tuple[Chain, Document | None, Changes]]:
        """Yield what the tills changed of a date since it was sent."""
        for chain in self.chains(day).values():
            if chain.at_ledger or chain.kept is not None:
                says = self.says(chain)
                if found := differences.changes(chain.stands_for, says):
                    yield chain, says, found

    def unsent(self, day: date) -> Iterator[Document]:
        """Yield what was never sent of a date, nor left out by a person."""
        known = self.chains(day)
        for document in () if is_stopped(self.built.documents) else self.built.documents.documents:
            chain = known.get(document.key)
            known_of = chain is not None and (chain.at_ledger or chain.kept is not None)
            if document.date == day and not known_of:
                yield document

    def new(self, day: date) -> Iterator[Document]:
        """Yield what was never sent of a date and does not wait for its turn.

        A date's sums wait until it is over, or its week or month: they are no change of it.
        """
        waits = self.waits(day)
        for document in self.unsent(day):
            if not (waits and document.key in SUMMED_KEYS):
                yield document

    def waits(self, day: date) -> bool:
        """Whether something of a date is still to be sent in its turn."""
        row = days.get_day(self._session, self.store, day)
        by_files = by_file.among(self._session, self.store, [day])
        return row is not None and not row.whole and not by_files

    def edited(self, day: date) -> Iterator[DocumentRow]:
        """Yield what the ledger has otherwise of a date, and nobody accepted."""
        for chain in self.chains(day).values():
            yield from (row for row in chain.at_ledger if policy.edited_there(row))

    def every(self) -> Iterator[Change]:
        """Yield all changes of the dates."""
        for day in self.dates:
            for chain, says, found in self.changed(day):
                yield self._at_tills(chain, day, says, found)
            for row in self.edited(day):
                yield self._in_ledger(row)
            whole = days.get_day(self._session, self.store, day)
            if whole is not None and whole.state == DayState.CHANGED:
                yield from (self._new(document) for document in self.new(day))

    def _at_tills(self, chain: Chain, day: date, says: Document | None, found: Changes) -> Change:
        sent, row = chain.stands_for, chain.original
        pattern = says or sent
        assert pattern is not None  # noqa: S101 - they differ
        return Change(
            self.store,
            day,
            row.number if row is not None else pattern.number,
            chain.key,
            pattern.kind.value,
            pattern.currency,
            TILLS,
            row.state if row is not None else DayState.CHANGED.value,
            differences.total_of(sent),
            differences.total_of(says),
            found,
            row,
            tuple(each.number for each in chain.corrections if each.id in chain.sent),
            chain.kept,
        )

    def _in_ledger(self, row: DocumentRow) -> Change:
        ours, version = document_of(row), (row.accepted or {})["found"]
        payments = payments_of(self._session, [row.id or 0])[row.id or 0]
        found = theirs.differences(ours, payments, version)
        gone = any(each.name == "status" for each in found.fields)
        there = Decimal(0) if gone else Decimal(version["total"] or ours.total)
        return Change(
            self.store,
            row.business_date,
            row.number,
            corrections.base_key(row),
            row.kind,
            ours.currency,
            LEDGER,
            row.state,
            differences.total_of(ours),
            differences.sign_of(ours) * there,
            found,
            row,
        )

    def _new(self, document: Document) -> Change:
        return Change(
            self.store,
            document.date,
            document.number,
            document.key,
            document.kind.value,
            document.currency,
            TILLS,
            DayState.WAITING.value,
            Decimal(0),
            differences.total_of(document),
            differences.changes(None, document),
        )
