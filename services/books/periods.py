"""Weeks and months of business dates, and which dates are summed together.

Weeks run from Monday to Sunday, months are calendar months. The first and the last one
are cut where the schedule starts or changes, so that no date belongs to two.
"""

from __future__ import annotations

from bisect import bisect_right
from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

_DAY = timedelta(days=1)


class Frequency(StrEnum):
    """How often a store's takings are sent (CLI.md, schedule)."""

    MANUAL = "manual"
    DAILY = "daily"
    REAL_TIME = "real-time"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


class Change(NamedTuple):
    """From which business date on which frequency holds."""

    since: date
    frequency: str


class Period(NamedTuple):
    """The business dates of a week or a month, or what is left of it."""

    first: date
    last: date
    frequency: Frequency

    @property
    def words(self) -> str:
        """What a person calls it."""
        name = "week" if self.frequency is Frequency.WEEKLY else "month"
        return f"the {name} that ends {self.last.isoformat()}"


class Timetable:
    """Which frequency holds for each business date of a store."""

    def __init__(self, changes: Iterable[Change], start: date | None = None) -> None:
        """Take the changes of the frequency and the date from which on days are sent."""
        self._changes = sorted(changes)
        self._since = [change.since for change in self._changes]
        self._start = start

    def frequency(self, day: date) -> Frequency:
        """Return the frequency that holds for a date; before the first change: daily."""
        number = bisect_right(self._since, day)
        return Frequency(self._changes[number - 1].frequency) if number else Frequency.DAILY

    def is_real_time(self, day: date) -> bool:
        """Whether the receipts of a date are sent one by one."""
        return self.frequency(day) is Frequency.REAL_TIME

    def period(self, day: date) -> Period | None:
        """Return the week or month a date belongs to; None: its documents are its own."""
        frequency = self.frequency(day)
        if frequency not in _SPANS:
            return None
        first, last = _SPANS[frequency](day)
        number = bisect_right(self._since, day)
        first = max(first, self._since[number - 1])
        if number < len(self._since):
            last = min(last, self._since[number] - _DAY)
        if self._start is not None and first < self._start <= last:
            first, last = (first, self._start - _DAY) if day < self._start else (self._start, last)
        return Period(first, last, frequency)


def _week(day: date) -> tuple[date, date]:
    first = day - timedelta(days=day.weekday())
    return first, first + timedelta(days=6)


def _month(day: date) -> tuple[date, date]:
    return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])


_SPANS = {Frequency.WEEKLY: _week, Frequency.MONTHLY: _month}
