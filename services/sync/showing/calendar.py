"""A store's business dates as people see them: the month, waiting, missing."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func
from sqlmodel import Session, col, select

from services.books.calendar import business_date
from services.books.money import from_minor, text_of
from services.books.records import StoreFacts
from services.books.totals import Section
from services.contract.answers import DayAnswer
from services.contract.problem import Refused
from services.contract.states import DayState
from services.store import days, stores
from services.store.tables import Day, ReceiptRow
from services.sync.findings import Kept, told
from services.sync.schedule import closing
from services.sync.schedule.periods import Periods, before_start, goes_with

_SUMMED = tuple(section.value for section in Section)


@dataclass(frozen=True, slots=True)
class Shown:
    """One business date as it is shown."""

    date: date
    state: DayState
    row: Day | None


class Calendar:
    """The business dates of one store, at one moment."""

    def __init__(self, session: Session, store: str, now: datetime) -> None:
        self._session = session
        self.now = now
        self._periods = Periods(session, store, now)
        self.facts: StoreFacts = stores.get_facts(session, store)
        self.start: date | None = stores.get_store(session, store).start_date

    @property
    def today(self) -> date:
        """The store's business date at this moment."""
        return business_date(self.now, self.facts.timezone, self.facts.cutoff)

    def shown(self, day: date, row: Day | None) -> DayState:
        """Return the state of a date: one that is over and not sent waits, or is missing."""
        if row is not None and row.state != DayState.OPEN:
            return DayState(row.state)
        if not self._is_over(day):
            return DayState.OPEN
        return DayState.WAITING if row is not None else DayState.MISSING

    def between(self, first: date, last: date) -> Iterator[Shown]:
        """Yield every date from the store's first on, until today at the latest."""
        begin = self.first()
        if begin is None:
            return
        rows = {row.business_date: row for row in days.between(self._session, self.facts.key, first, last)}
        latest = max([self.today, *rows])
        day = max(first, begin)
        while day <= min(last, latest):
            row = rows.get(day)
            if row is not None or day <= self.today:
                yield Shown(day, self.shown(day, row), row)
            day += timedelta(days=1)

    def month(self, text: str) -> list[DayAnswer]:
        """Return a month (`2026-11`) as it crosses the socket."""
        year, month = _year_and_month(text)
        shown = list(self.between(date(year, month, 1), date(year, month, monthrange(year, month)[1])))
        takings = self.takings([each.date for each in shown if each.row is not None])
        return [self.answer(each, takings.get(each.date)) for each in shown]

    def answer(self, shown: Shown, takings: int | None) -> DayAnswer:
        """Return one date as it crosses the socket."""
        currency = self.facts.currency
        answer: DayAnswer = {
            "date": shown.date.isoformat(),
            "state": shown.state,
            "amount": None if takings is None else text_of(from_minor(takings, currency), currency),
            "why": told(self.why(shown)),
        }
        if shown.row is not None and shown.row.no_trade_by and shown.state is DayState.NO_TRADE:
            answer["confirmed_by"] = shown.row.no_trade_by
        return answer

    def why(self, shown: Shown) -> list[Kept]:
        """Return what a date waits for, or what stops it."""
        if shown.row is not None and shown.row.why:
            return shown.row.why
        if shown.row is None or shown.state is not DayState.WAITING:
            return []
        period = self._periods.unfinished(shown.date)
        if period is not None:
            return [goes_with(shown.date, period)]
        early = self.start is not None and shown.date < self.start and not shown.row.queued
        return [before_start(shown.date, self.start, self.facts.key)] if early and self.start else []

    def takings(self, dates: Iterable[date]) -> dict[date, int]:
        """Return what the summed receipts of these dates come to, in minor units."""
        wanted = list(dates)
        if not wanted:
            return {}
        amount = func.sum(col(ReceiptRow.net) + col(ReceiptRow.cash_rounding))
        rows = self._session.exec(
            select(col(ReceiptRow.business_date), amount)
            .where(
                ReceiptRow.store == self.facts.key,
                col(ReceiptRow.business_date).between(min(wanted), max(wanted)),
                col(ReceiptRow.effective),
                col(ReceiptRow.section).in_(_SUMMED),
            )
            .group_by(col(ReceiptRow.business_date))
        ).all()
        known = {day: int(total) for day, total in rows}
        return {day: known.get(day, 0) for day in wanted}

    def first(self) -> date | None:
        """Return the store's first date: its start, else the first with records."""
        earliest = self._session.exec(
            select(func.min(Day.business_date)).where(Day.store == self.facts.key)
        ).one()
        known = [day for day in (self.start, earliest) if day is not None]
        return min(known) if known else None

    def waiting(self) -> list[date]:
        """Return the dates that are over and not sent."""
        rows = days.in_states(
            self._session, [DayState.OPEN, DayState.WAITING, DayState.SENDING], self.facts.key
        )
        return [row.business_date for row in rows if self._waits(row)]

    def _waits(self, row: Day) -> bool:
        return row.state != DayState.OPEN or self._is_over(row.business_date)

    def counts(self) -> dict[str, int]:
        """Return how many dates are in each state that asks for attention, and posted."""
        counted = Counter(days.count_by_state(self._session, self.facts.key))
        over = sum(
            self._is_over(row.business_date)
            for row in days.in_states(self._session, [DayState.OPEN], self.facts.key)
        )
        counted[DayState.WAITING] += over + counted[DayState.SENDING]
        counted[DayState.MISSING] += self._missing()
        words = (
            "posted",
            "waiting",
            "blocked",
            "unknown",
            "refused",
            "differs",
            "missing",
            "changed",
            "no_trade",
            "by_file",
        )
        return {word: counted[word] for word in words}

    def _missing(self) -> int:
        """Count the dates that are over and have no row at all."""
        first = self.first()
        if first is None:
            return 0
        last = self.today - timedelta(days=1)
        return max((last - first).days + 1, 0) - days.count_between(
            self._session, self.facts.key, first, last
        )

    def _is_over(self, day: date) -> bool:
        if day > self.today:
            return False
        # A date before today is past its cut-off; only today asks the tills.
        return day < self.today or closing.is_closed(self._session, self.facts, day, self.now)


def _year_and_month(text: str) -> tuple[int, int]:
    try:
        month = datetime.strptime(text, "%Y-%m")  # noqa: DTZ007 - a month has no zone
    except ValueError as error:
        raise Refused(
            f"{text!r} is not a month.",
            "A month is written as 2026-11.",
            "Correct it and try again.",
            code="invalid",
        ) from error
    return month.year, month.month
