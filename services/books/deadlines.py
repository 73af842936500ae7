"""By when a business date must be in the books: its lock date, or its tax return.

Due dates of returns: Inland Revenue (GST returns: the 28th of the month after the period,
but 7 May and 15 January), the Australian Taxation Office (BAS: monthly the 21st, quarterly
the 28th of the month after, but 28 February), HM Revenue and Customs (VAT: a month and
seven days after the period). One that falls on a weekend is named as it is: earlier than it
must be. Which months end a period follows from the end of the financial year. Pure.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from services.books.countries import AUSTRALIA, NEW_ZEALAND, UNITED_KINGDOM

# Xero's words for how often a return is filed (SalesTaxPeriod), in months.
_MONTHS: Mapping[str, int] = {
    "MONTHLY": 1,
    "ONEMONTHS": 1,
    "1MONTHLY": 1,
    "TWOMONTHS": 2,
    "2MONTHLY": 2,
    "QUARTERLY": 3,
    "QUARTERLY1": 3,
    "QUARTERLY2": 3,
    "QUARTERLY3": 3,
    "3MONTHLY": 3,
    "SIXMONTHS": 6,
    "6MONTHLY": 6,
}
_YEAR = 12
_NZ_DUE = {3: (5, 7), 11: (1, 15)}
"""Month a period ends in: month and day it is due, where that is not the 28th after."""
_AU_DECEMBER_QUARTER = (2, 28)
_QUARTER = 3
_DECEMBER = 12


@dataclass(frozen=True, slots=True)
class Deadline:
    """What a business date will miss, and when; `locks` false: a tax return."""

    due: date
    locks: bool
    first: date
    last: date
    """Of the dates that the lock or the return covers."""


@dataclass(frozen=True, slots=True)
class TaxPeriod:
    """How an organisation files: country, Xero's word, month the year ends in."""

    country: str
    word: str
    year_ends: int


def deadline_of(day: date, period: TaxPeriod, locks: Iterable[date | None]) -> Deadline | None:
    """Return the first that `day` will miss; None: neither is known."""
    held = [lock for lock in locks if lock is not None and lock >= day]
    found = [Deadline(lock, locks=True, first=day, last=lock) for lock in held]
    if (filed := tax_return(day, period)) is not None:
        found.append(filed)
    return min(found, key=lambda each: each.due, default=None)


def tax_return(day: date, period: TaxPeriod) -> Deadline | None:
    """Return when the return that `day` belongs to is due; None: not known."""
    months = _MONTHS.get(period.word.upper())
    if months is None or not 1 <= period.year_ends <= _YEAR:
        return None
    until_end = (period.year_ends - day.month) % months
    last = _month_end(*_turned(day.year, day.month, until_end))
    first = date(*_turned(last.year, last.month, 1 - months), 1)
    due = _due(last, months, period.country)
    return Deadline(due, locks=False, first=first, last=last) if due is not None else None


def _due(last: date, months: int, country: str) -> date | None:
    after = _turned(last.year, last.month, 1)
    if country == NEW_ZEALAND:
        month, day = _NZ_DUE.get(last.month, (after[1], 28))
        return date(last.year + (month < last.month), month, day)
    if country == AUSTRALIA and months == 1:
        return date(*after, 21)
    if country == AUSTRALIA and months == _QUARTER:
        if last.month == _DECEMBER:
            return date(last.year + 1, *_AU_DECEMBER_QUARTER)
        return date(*after, 28)
    if country == UNITED_KINGDOM:
        return _month_end(*after) + timedelta(days=7)
    return None


def _turned(year: int, month: int, by: int) -> tuple[int, int]:
    years, place = divmod(year * _YEAR + month - 1 + by, _YEAR)
    return years, place + 1


def _month_end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])
