"""What of each queued date is to be sent now: all of it, or what need not wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, auto

from sqlmodel import Session

from services.store import days
from services.store.stores import get_store
from services.store.tables import Day
from services.sync.documents import real_time
from services.sync.schedule import closing
from services.sync.schedule.periods import Periods


class Extent(Enum):
    """How much of its dates a part holds."""

    WHOLE = auto()
    """Everything of a date, or of a week or a month that is over."""
    OWN = auto()
    """The documents of its own date; its takings wait for the end of their period."""
    RECEIPTS = auto()
    """Receipts of a day that goes on, each by itself."""


@dataclass(frozen=True, slots=True)
class Part:
    """What is prepared in one go."""

    dates: tuple[date, ...]
    extent: Extent
    receipts: tuple[int, ...] = ()
    """Rows of the receipts, where only receipts are sent."""
    real_time: bool = False
    """Whether the receipts of its date go one by one."""


def parts_of(session: Session, store: str, now: datetime, *, asked: bool = False) -> list[Part]:
    """Return what is queued of a store; puts together periods and marks receipts.

    Every date of a part is queued with it. What nobody asked for waits for the end of its
    period, and then for the store's time of sending. `asked`: only what a person asked for.
    """
    periods = Periods(session, store, now)
    unasked = Periods(session, store, closing.last_time(get_store(session, store), now))
    parts: list[Part] = []
    seen: set[date] = set()
    for row in days.queued(session, store, asked=asked):
        if row.business_date in seen:
            continue
        part = _part(session, periods if row.asked else unasked, row, now)
        days.queue(session, store, part.dates, now, asked=row.asked)
        parts.append(part)
        seen.update(part.dates)
    return parts


def _part(session: Session, periods: Periods, row: Day, now: datetime) -> Part:
    day = row.business_date
    if periods.unfinished(day) is not None:
        return Part((day,), Extent.OWN)
    one_by_one = periods.table.is_real_time(day)
    if one_by_one:
        real_time.mark(session, row)
        if not row.whole and not closing.is_closed(session, periods.facts, day, now):
            receipts = tuple(real_time.unsent(session, row.store, day))
            return Part((day,), Extent.RECEIPTS, receipts, real_time=True)
    return Part(periods.put_together(day), Extent.WHOLE, real_time=one_by_one)
