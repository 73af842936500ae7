"""Times as a person types them, in the store's zone.

`2h`, `tomorrow 08:00`, `fri 17:30`.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.contract.problem import Refused
from services.contract.text import printable

_MINUTES = {"m": 1, "min": 1, "h": 60, "hour": 60}
_DAYS = {"d": 1, "day": 1, "w": 7, "week": 7}
_UNIT = r"(?P<unit>m|min|minute|h|hour|d|day|w|week)s?"
_SPAN = re.compile(rf"(?:in\s+|\+)?(?P<number>\d{{1,4}})\s*{_UNIT}", re.ASCII)
_CLOCK = re.compile(r"(?P<hour>\d{1,2}):(?P<minute>\d{2})", re.ASCII)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORTEST_WEEKDAY = 3
_WEEK = 7


def moment(text: str, zone: str, now: datetime) -> datetime:
    """Return the time that a text means, in the zone; `now` is zoned.

    Understood: a span (`90m`, `2h`, `3 days`), a time of day (`17:30`, the next one), a day
    with or without a time (`tomorrow 08:00`, `fri`, midnight without), ISO 8601 (in the
    zone unless it has an offset). Raises Refused for anything else.
    """
    local = now.astimezone(ZoneInfo(zone))
    words = text.strip().lower()
    try:
        found = _span(words, local) or _day_and_time(words, local) or _iso(text.strip(), local)
    except (ValueError, OverflowError) as error:
        raise _not_a_time(text) from error
    if found is None:
        raise _not_a_time(text)
    return found


def _span(words: str, local: datetime) -> datetime | None:
    match = _SPAN.fullmatch(words)
    if match is None:
        return None
    number, unit = int(match["number"]), match["unit"]
    if unit in _DAYS:  # the same time of day, whatever the clocks did meanwhile
        later = local.date() + timedelta(days=number * _DAYS[unit])
        return datetime.combine(later, local.time().replace(microsecond=0), local.tzinfo)
    minutes = number * _MINUTES.get(unit, 1)
    utc = local.timestamp() + minutes * 60
    return datetime.fromtimestamp(int(utc), local.tzinfo)


def _day_and_time(words: str, local: datetime) -> datetime | None:
    parts = [part for part in words.split() if part not in {"at", "on"}]
    at = _clock(parts[-1]) if parts else None
    days = parts if at is None else parts[:-1]
    if not parts or len(days) > 1:
        return None
    moments = _moments(days[0] if days else "", at or time(0), local)
    return next((each for each in moments if each > local), moments[0] if moments else None)


def _moments(day: str, at: time, local: datetime) -> list[datetime]:
    """Return the moments that a day's name may mean, soonest first."""
    today = local.date()
    if not day:
        dates = [today, today + timedelta(days=1)]
    elif day == "today":
        dates = [today]
    elif day == "tomorrow":
        dates = [today + timedelta(days=1)]
    else:
        dates = _weekdays(day, today)
    return [datetime.combine(each, at, local.tzinfo) for each in dates]


def _weekdays(day: str, today: date) -> list[date]:
    found = [number for number, name in enumerate(_WEEKDAYS) if name.startswith(day)]
    if len(day) < _SHORTEST_WEEKDAY or len(found) != 1:
        return []
    ahead = timedelta(days=(found[0] - today.weekday()) % _WEEK)
    return [today + ahead, today + ahead + timedelta(days=_WEEK)]


def _clock(word: str) -> time | None:
    match = _CLOCK.fullmatch(word)
    return time(int(match["hour"]), int(match["minute"])) if match else None


def _iso(text: str, local: datetime) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=local.tzinfo)


def _not_a_time(text: str) -> Refused:
    return Refused(
        f"{printable(text)!r} is not a time that Tillbook understands.",
        "It takes a span, a time of day, a day with or without a time, or ISO 8601.",
        "Write for example: 2h, 3 days, 17:30, tomorrow 08:00, friday, 2026-11-23 08:00.",
        code="invalid",
    )
