"""Business dates: from a moment to the store's date, and when that date ends.

A business date D lasts from the cut-off of D to the cut-off of the next date, in the
store's zone. Where the clocks are set back the cut-off is its first occurrence; where
they skip it, the moment of the change.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

FIRST_DATE = date(1, 2, 1)
"""The first business date that can be asked about: what lies around it is within the calendar."""
LAST_DATE = date(9999, 11, 30)
"""The last business date: its week and its month end within the calendar, too.

Some tills write the very last of the calendar for a date that they do not know.
"""
_STEP = timedelta(seconds=1)


def business_date(time: datetime, timezone: str, cutoff: str) -> date:
    """Return the business date of a zoned `time` in the store's zone (RECEIPTS.md).

    `cutoff` is the local time HH:MM at which a new business date begins. Raises ValueError
    for a time without a zone or outside the calendar.
    """
    if time.tzinfo is None:
        raise ValueError("a time needs a zone")
    try:
        local = time.astimezone(ZoneInfo(timezone))
        day = (local.replace(tzinfo=None) - _since_midnight(cutoff)).date()
        # In a repeated hour the clock may show less than the cut-off that has already passed.
        if local.fold and time >= cutoff_instant(day, timezone, cutoff):
            return day + timedelta(days=1)
    except OverflowError:
        raise ValueError("the time is outside the calendar") from None
    if day > LAST_DATE:
        raise ValueError("the time is outside the calendar")
    return day


@lru_cache(maxsize=1024)
def cutoff_instant(day: date, timezone: str, cutoff: str) -> datetime:
    """Return the UTC moment at which business date `day` ends."""
    wanted = datetime.combine(day + timedelta(days=1), time()) + _since_midnight(cutoff)
    zone = ZoneInfo(timezone)
    first, second = (wanted.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first <= second:
        return first
    return _first_showing(wanted, zone, second, first)


def _first_showing(wanted: datetime, zone: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """Return the first moment after `low` at which the clock shows `wanted` or later."""
    while high - low > _STEP:
        middle = low + (high - low) // (2 * _STEP) * _STEP
        shown = middle.astimezone(zone).replace(tzinfo=None)
        low, high = (low, middle) if shown >= wanted else (middle, high)
    return high


@lru_cache(maxsize=64)
def _since_midnight(cutoff: str) -> timedelta:
    at = time.fromisoformat(cutoff)
    return timedelta(hours=at.hour, minutes=at.minute)
