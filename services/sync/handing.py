"""Whether a business date may be handed over as files, and what would be in them.

Only what is not at the ledger and surely cannot come there by us: a date with a document
that was sent, or whose outcome nobody knows, is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from services.accounting.xero.preflight import Known, preflight
from services.books.documents import DocumentKind
from services.contract.states import DayState
from services.store import by_file, connections, days
from services.store.documents import payments_of
from services.store.tables import Connection, DocumentRow, FilePosting, PaymentRow
from services.sync import contacts, reference
from services.sync.building import Builder, Built
from services.sync.calendar import Calendar
from services.sync.choosing import nothing_to_send, still_open
from services.sync.findings import Kept, finding, from_books
from services.sync.preparing import gone

_NOT_CONNECTED = "not_connected"
_LOST = frozenset({DayState.SENDING, DayState.UNKNOWN})
_THERE = frozenset({DayState.POSTED, DayState.DIFFERS, DayState.CHANGED})


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a date, or of the period it is summed into."""

    dates: tuple[date, ...]
    built: Built | None = None
    posting: FilePosting | None = None
    """How it was handed over before."""
    why: tuple[Kept, ...] = ()
    """What stops it."""

    @property
    def ready(self) -> bool:
        """Whether it may be handed over now."""
        return self.built is not None and not self.why and self.posting is None


class Handing:
    """Judges the dates of one store as the tables are at one moment."""

    def __init__(self, session: Session, store: str, now: datetime) -> None:
        self._session = session
        self._store = store
        self.calendar = Calendar(session, store, now)
        self.connection: Connection | None = connections.get_connection(session, store)
        self.builder = Builder(session, store, self.tenant or None)

    @property
    def tenant(self) -> str:
        """The organisation the store chose; empty when it never did."""
        return (self.connection.tenant or "") if self.connection else ""

    def verdicts(self, first: date, last: date) -> list[Verdict]:
        """Return what becomes of the dates of a span that have records, oldest first.

        A date without trade is left out of a span; asked for alone it is refused.
        """
        seen: set[date] = set()
        found = []
        for row in days.between(self._session, self._store, first, last):
            dates = days.dates_of(self._session, self._store, row.business_date)
            if seen.isdisjoint(dates) and (first == last or row.state != DayState.NO_TRADE):
                found.append(self._judged(dates))
                seen.update(dates)
        if not found and first == last:
            return [Verdict((first,), why=(nothing_to_send(first),))]
        return found

    def _judged(self, dates: tuple[date, ...]) -> Verdict:
        posting = by_file.posting_of(self._session, self._store, dates[-1])
        if posting is not None:
            return Verdict(dates, posting=posting)
        if stopped := list(self._stopped(dates)):
            return Verdict(dates, why=tuple(stopped[:1]))
        built = self.builder.build(dates[-1])
        if findings := self._findings(built):
            return Verdict(dates, built, why=tuple(findings))
        if not built.documents.documents:
            return Verdict(dates, built, why=(nothing_to_send(dates[-1]),))
        return Verdict(dates, built)

    def _stopped(self, dates: Sequence[date]) -> Iterator[Kept]:
        rows = self._rows(dates)
        payments = payments_of(self._session, [row.id or 0 for row in rows])
        out = [(row, payments[row.id or 0]) for row in rows]
        for row, paid in out:
            if _states(row, paid) & _LOST:
                yield _unknown(row)
        for row, paid in out:
            if _is_there(row, paid):
                yield _at_ledger(row)
        yield from self._foreign(rows, dates)
        for day in dates:
            known = days.get_day(self._session, self._store, day)
            if self.calendar.shown(day, known) is DayState.OPEN:
                yield still_open(self._session, self.builder.store, day)

    def _rows(self, dates: Sequence[date]) -> list[DocumentRow]:
        """Return every row of the dates, those too that are no longer part of them."""
        wanted = select(DocumentRow).where(
            DocumentRow.store == self._store, col(DocumentRow.business_date).in_(dates)
        )
        return list(self._session.exec(wanted))

    def _foreign(self, rows: Iterable[DocumentRow], dates: Iterable[date]) -> Iterator[Kept]:
        known = [days.get_day(self._session, self._store, day) for day in dates]
        tenants = {row.tenant for row in rows} | {day.tenant for day in known if day and day.tenant}
        for tenant in sorted(tenants - {self.tenant}):
            name = reference.organisation(self._session, tenant).get("Name", tenant)
            yield gone(str(name), (self.connection.tenant_name or "") if self.connection else "")

    def _findings(self, built: Built) -> list[Kept]:
        stopping = [
            each for each in built.documents.blocked if each.stops_day and each.code != _NOT_CONNECTED
        ]
        facts = self.builder.facts
        if facts.connected:
            known = Known(facts, contacts=contacts.known(self._session, self.tenant))
            stopping += preflight(built.documents, known)
        return from_books(stopping)


def changed_since(posting: FilePosting, day: date) -> Kept:
    """Return what a person must know of a date that changed after it was handed over."""
    return finding(
        "changed_after_file",
        f"{day} changed at the tills after it was posted by file.",
        f"{posting.made_by} handed it over on {posting.made:%Y-%m-%d %H:%M} UTC; the files have what the"
        " tills said then.",
        "Nothing is sent. Compare `tillbook preview` with the printed journal and correct Xero by hand.",
    )


def _states(row: DocumentRow, payments: Iterable[PaymentRow]) -> set[str]:
    return {row.state, *(payment.state for payment in payments)}


def _is_there(row: DocumentRow, payments: Iterable[PaymentRow]) -> bool:
    """Whether any part of it is there; the invoice that a debtor pays is none of it."""
    if any(payment.remote_id or payment.state in _THERE for payment in payments):
        return True
    if row.kind == DocumentKind.PAYMENT:
        return False
    return row.remote_id is not None or row.state in _THERE


def _unknown(row: DocumentRow) -> Kept:
    return finding(
        "outcome_unknown",
        f"Nobody knows whether {row.number} is in Xero.",
        "It was being sent and the answer was lost, or it is being sent now.",
        f"Have it looked up first: `tillbook sync --date {row.business_date}` while Xero can be reached, or"
        " look in Xero for this number.",
    )


def _at_ledger(row: DocumentRow) -> Kept:
    return finding(
        "at_ledger_already",
        f"{row.number} is in Xero already.",
        "The date was sent, or a part of it, and would be in the books twice.",
        f"Sync {row.business_date} when Xero can be reached again; what is missing is then sent.",
    )
