"""Whether a business date may be handed over as files, and what would be in them.

Only what is not at the ledger and surely cannot come there by us. Of a date, or a week or
month, of which a part is there only the rest is handed over; a date with a document that
is there half, or whose outcome nobody knows, is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlmodel import Session

from services.accounting.xero.preflight import Known, preflight
from services.contract.states import DayState
from services.store import by_file, connections, days
from services.store.tables import Connection, DocumentRow, FilePosting
from services.sync import reference
from services.sync.changed.moved import MovedSales
from services.sync.documents.building import Builder, Built
from services.sync.documents.choosing import nothing_to_send, still_open
from services.sync.documents.preparing import gone
from services.sync.files.left_over import LeftOver
from services.sync.findings import Kept, finding, from_books
from services.sync.posting import contacts
from services.sync.schedule.periods import Periods
from services.sync.showing.calendar import Calendar

_NOT_CONNECTED = "not_connected"


class Handed(NamedTuple):
    """What of a date, or a period, goes into files, and what does not."""

    built: Built
    """Nothing in it is at the ledger."""
    sent: tuple[str, ...]
    """Numbers of what is there."""
    changed: Mapping[date, tuple[str, ...]]
    """Those among them that the tills changed since, by date."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a date, or of the period it is summed into."""

    dates: tuple[date, ...]
    handed: Handed | None = None
    """What would be handed over."""
    posting: FilePosting | None = None
    """How it was handed over before."""
    why: tuple[Kept, ...] = ()
    """What stops it."""

    @property
    def ready(self) -> Handed | None:
        """What may be handed over now, if anything."""
        return None if self.why else self.handed


class Handing:
    """Judges the dates of one store as the tables are at one moment."""

    def __init__(self, session: Session, store: str, now: datetime) -> None:
        self._session = session
        self._store = store
        self.calendar = Calendar(session, store, now)
        self.connection: Connection | None = connections.get_connection(session, store)
        self.periods = Periods(session, store, now)
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
            dates = self._together(row.business_date)
            if seen.isdisjoint(dates) and (first == last or row.state != DayState.NO_TRADE):
                found.append(self._judged(dates))
                seen.update(dates)
        if not found and first == last:
            return [Verdict((first,), why=(nothing_to_send(first),))]
        return found

    def _together(self, day: date) -> tuple[date, ...]:
        """Return the dates summed with a date: its week or month, once that is over."""
        if by_file.posting_of(self._session, self._store, day) is not None:
            return days.dates_of(self._session, self._store, day)
        return (day,) if self.periods.unfinished(day) is not None else self.periods.together(day)

    def _judged(self, dates: tuple[date, ...]) -> Verdict:
        posting = by_file.posting_of(self._session, self._store, dates[-1])
        if posting is not None:
            return Verdict(dates, posting=posting)
        left = LeftOver(self._session, self._store, dates)
        if stopped := list(self._stopped(left, dates)):
            return Verdict(dates, why=tuple(stopped[:1]))
        whole = left.build(self.builder, dates)
        moved = [MovedSales(self._session, self._store, day, left.of_day(whole, day)) for day in dates]
        if stopped := [why for each in moved for why in each.stopped()]:
            return Verdict(dates, why=tuple(stopped[:1]))
        handed = Handed(
            left.rest_of(whole, [key for each in moved for key in each.kept]),
            tuple(sorted(row.number for row in left.there.values())),
            left.changed(self.builder, whole),
        )
        if findings := self._findings(handed.built):
            return Verdict(dates, handed, why=tuple(findings))
        if not handed.built.documents.documents:
            return Verdict(dates, handed, why=(*left.all_there(),) or (nothing_to_send(dates[-1]),))
        return Verdict(dates, handed)

    def _stopped(self, left: LeftOver, dates: Sequence[date]) -> Iterator[Kept]:
        yield from left.stopped()
        yield from self._foreign(left.rows, dates)
        for day in dates:
            known = days.get_day(self._session, self._store, day)
            if self.calendar.shown(day, known) is DayState.OPEN:
                yield still_open(self._session, self.builder.store, day)

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
