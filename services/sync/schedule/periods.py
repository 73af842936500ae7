"""Which dates go together: a week or a month is put together when it is over.

Only the sender puts together (`put_together`), so what is under way never changes under
its hands. A date whose takings are, or may be, at the ledger keeps its place for ever: a
date that comes late goes by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import and_, or_
from sqlmodel import Session, col, select

from services.books.periods import Period, Timetable
from services.books.shapes import JOURNAL_KEY, REFUNDS_KEY, SALES_KEY
from services.contract.states import DayState
from services.store import by_file, connections, days, schedules, stores
from services.store.tables import Day, DocumentRow, ReceiptRow, SessionRow
from services.sync.findings import Kept, finding
from services.sync.schedule import closing

SUMMED_KEYS = frozenset({SALES_KEY, REFUNDS_KEY, JOURNAL_KEY})
"""Documents of a day or a period as a whole; every other one is of its own date."""
GOES_WITH = "goes_with_period"
_SETTLED = frozenset({DayState.POSTED, DayState.NO_TRADE, DayState.MISSING, DayState.BY_FILE})
_MOVED = frozenset({DayState.DIFFERS, DayState.CHANGED})
_MAY_BE_THERE = (DayState.SENDING, DayState.UNKNOWN)
_SUMMED_SECTIONS = ("sales", "refunds")


class Periods:
    """The weeks and months of one store, as the tables are at one moment."""

    def __init__(self, session: Session, store: str, now: datetime, table: Timetable | None = None) -> None:
        """Take another `table` than the store's to see what it would do."""
        self._session = session
        self._store = store
        self._now = now
        self.facts = stores.get_facts(session, store)
        self.table = table or schedules.timetable(session, store)

    def unfinished(self, day: date) -> Period | None:
        """Return the week or month that a date's takings still wait for."""
        row = days.get_day(self._session, self._store, day)
        if row is not None and (row.posted_with is not None or self._left(row)):
            return None
        period = self.table.period(day)
        return None if period is None or self.is_over(period, self._now) else period

    def is_over(self, period: Period, at: datetime) -> bool:
        """Whether the last date of a period was over at a moment."""
        return closing.closed_at(self._session, self.facts, period.last) <= at

    def together(self, day: date) -> tuple[date, ...]:
        """Return the dates that go, or would go now, with a date; it is one of them."""
        row = days.get_day(self._session, self._store, day)
        if row is not None and self._left(row):
            return days.dates_of(self._session, self._store, day)
        period = self.table.period(day)
        members = self._members(period) if period else []
        return tuple(members) if day in members else (day,)

    def so_far(self, day: date) -> tuple[date, ...]:
        """Return the dates that would go with a date if its period were over now."""
        if self.unfinished(day) is None:
            return self.together(day)
        period = self.table.period(day)
        members = self._members(period) if period else []
        return tuple(members) if day in members else (day,)

    def put_together(self, day: date) -> tuple[date, ...]:
        """Sum a date with the others of its period, for that is over; return them all."""
        dates = self.together(day)
        if self._left(days.ensure_day(self._session, self._store, day, self._now)):
            return dates
        for each in dates:
            self._release(each)
        if self.table.period(day) is not None and day in self.has_takings([day]):
            self._bind(dates)
        self._session.flush()
        return dates

    def _release(self, day: date) -> None:
        """Take apart what was put together with a date and never sent."""
        for each in days.dates_of(self._session, self._store, day):
            row = days.ensure_day(self._session, self._store, each, self._now)
            row.posted_with = None
            self._session.add(row)

    def _bind(self, dates: Sequence[date]) -> None:
        for each in dates:
            row = days.ensure_day(self._session, self._store, each, self._now)
            row.posted_with = dates[-1]
            self._session.add(row)

    def has_takings(self, dates: Sequence[date]) -> frozenset[date]:
        """Return those of the dates on which something was taken that is summed."""
        taken = select(col(ReceiptRow.business_date)).where(
            ReceiptRow.store == self._store,
            col(ReceiptRow.business_date).in_(dates),
            col(ReceiptRow.effective),
            # A debtor payment leaves its cash rounding to the day.
            or_(
                col(ReceiptRow.section).in_(_SUMMED_SECTIONS),
                and_(col(ReceiptRow.section) == "debtor_payment", col(ReceiptRow.cash_rounding) != 0),
            ),
        )
        counted = select(SessionRow).where(
            SessionRow.store == self._store, col(SessionRow.business_date).in_(dates)
        )
        found = set(self._session.exec(taken.distinct()))
        return frozenset(found | {row.business_date for row in self._session.exec(counted) if row.counted})

    def _members(self, period: Period) -> list[date]:
        """Return the dates of a period whose takings are not at the ledger.

        Of the store's own.
        """
        rows = days.between(self._session, self._store, period.first, period.last)
        left = self._all_left(rows) | self._of_others(rows)
        taken = self.has_takings([row.business_date for row in rows])
        return [row.business_date for row in rows if row.business_date in taken - left]

    def _of_others(self, rows: Sequence[Day]) -> frozenset[date]:
        """Return the dates that belong to another organisation than the store's.

        `sealing`.
        """
        connection = connections.get_connection(self._session, self._store)
        if connection is None or connection.tenant is None:
            return frozenset()
        wanted = select(col(DocumentRow.business_date)).where(
            DocumentRow.store == self._store,
            col(DocumentRow.business_date).in_([row.business_date for row in rows]),
            DocumentRow.tenant != connection.tenant,
            ~col(DocumentRow.withdrawn),
        )
        sealed = {row.business_date for row in rows if row.tenant not in {None, connection.tenant}}
        return frozenset(sealed | set(self._session.exec(wanted)))

    def _left(self, row: Day) -> bool:
        return bool(self._all_left([row]))

    def _all_left(self, rows: Sequence[Day]) -> frozenset[date]:
        """Return the dates that are settled, or whose takings may be at the ledger."""
        sent = self._sent({days.posting_date(row) for row in rows}) | by_file.dates(
            self._session, self._store
        )
        return frozenset(
            row.business_date
            for row in rows
            if row.state in _SETTLED
            or (row.state in _MOVED and row.whole and not self.gained(row))
            or days.posting_date(row) in sent
        )

    def gained(self, row: Day) -> bool:
        """Whether takings came for a date of which only what is its own was sent.

        They are no change of it: they go with its week or month.
        """
        day = row.business_date
        if row.state not in _MOVED or not row.whole or row.each_alone or row.touched == row.built:
            return False
        if row.posted_with is not None or self.table.period(day) is None:
            return False
        return day in self.has_takings([day]) and not self._summed(day)

    def _summed(self, day: date) -> bool:
        """Whether takings of a date were ever kept as a sum."""
        wanted = select(DocumentRow.id).where(
            DocumentRow.store == self._store,
            DocumentRow.business_date == day,
            col(DocumentRow.key).in_(SUMMED_KEYS),
        )
        return self._session.exec(wanted.limit(1)).first() is not None

    def _sent(self, dates: Iterable[date]) -> frozenset[date]:
        """Return the dates whose summed documents are, or may be, at the ledger."""
        wanted = select(col(DocumentRow.business_date)).where(
            DocumentRow.store == self._store,
            col(DocumentRow.business_date).in_(list(dates)),
            col(DocumentRow.key).in_(SUMMED_KEYS),
            or_(col(DocumentRow.remote_id).is_not(None), col(DocumentRow.state).in_(_MAY_BE_THERE)),
        )
        return frozenset(self._session.exec(wanted))


def goes_with(day: date, period: Period) -> Kept:
    """Return why a date's takings wait although it is over."""
    return finding(
        GOES_WITH,
        f"{day.isoformat()} goes with {period.words}.",
        f"The store's takings are sent {period.frequency.value}, as one sum.",
        "It is sent by itself then. To send it earlier, change the frequency"
        " with `tillbook schedule --frequency daily --start`.",
        "wait",
    )


def before_start(day: date, start: date, store: str) -> Kept:
    """Return why a date waits that is before the start of the schedule."""
    return finding(
        "before_start",
        f"{day.isoformat()} is before the schedule's start.",
        f"Days are sent from {start.isoformat()} on; nothing earlier is sent unasked.",
        f"Send it with `tillbook backfill --store {store} --from {day} --to {day}`.",
        "person",
    )
