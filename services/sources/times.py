"""The time of a row: one format, one zone, never guessed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from services.books.calendar import LAST_DATE, business_date, cutoff_instant
from services.books.records import StoreFacts
from services.sources.numerals import ValueFault
from services.sources.picking import Cells, Pick
from services.sources.profile import STORE_ZONE, TimeForm
from services.sources.rows import Header

Moment = tuple[datetime, date]
"""A UTC time and the business date it belongs to."""

_CLOCK = frozenset({"%H", "%I", "%M", "%S", "%f", "%p"})
_DAY = frozenset({"%Y", "%y", "%m", "%d", "%b", "%B", "%j"})
_REMEMBERED = 4_096
_SERIAL = re.compile(r"[0-9]{5}(?:[.,][0-9]+)?")
_CUT = re.compile(r"[0-9]{1,2}:[0-9]{2}[.,][0-9]")


def pick_time(form: TimeForm, header: Header, store: StoreFacts) -> Pick[Moment]:
    """Return the time of a row and its business date.

    A wall-clock time that a change of the clocks repeats is its first occurrence; one
    that it skips is read with the offset before the change, so it comes out later by
    what was skipped. A format without a time of day names the business date itself.
    """
    zone = ZoneInfo(store.timezone if form.zone == STORE_ZONE else form.zone)
    what = " and ".join(form.columns)
    parse = reader(form.format)

    def work_out(cells: Cells) -> Moment:
        text = " ".join(cell.strip() for cell in cells)
        try:
            read = parse(text)
        except ValueError:
            raise ValueFault(_why(text, form.format, what)) from None
        try:
            if not form.has_time:
                return _beginning(read.date(), store)
            time = (read if read.tzinfo is not None else read.replace(tzinfo=zone)).astimezone(UTC)
            return time, business_date(time, store.timezone, store.cutoff)
        except (OverflowError, ValueError):
            raise ValueFault(f"{what} is not a possible time: {read}") from None

    return Pick([header.at(column) for column in form.columns], work_out)


def _beginning(day: date, store: StoreFacts) -> Moment:
    """Return when a business date begins; raise ValueError for an impossible one."""
    if day > LAST_DATE:
        raise ValueError("outside the calendar")
    return cutoff_instant(day - timedelta(days=1), store.timezone, store.cutoff), day


def reader(form: str) -> Callable[[str], datetime]:
    """Return what reads a text of this format as `datetime.strptime` does.

    Days and times of day come again and again where whole times do not: a format that
    has one beside the other is read in two parts, each remembered.
    """

    def whole(text: str) -> datetime:
        return datetime.strptime(text, form)  # noqa: DTZ007 - the zone is the profile's

    day_form, _space, clock_form = form.partition(" ")
    if not (_made_of(day_form, _DAY) and _made_of(clock_form, _CLOCK)):
        return whole
    day, clock = lru_cache(_REMEMBERED)(_parser(day_form)), lru_cache(_REMEMBERED)(_parser(clock_form))

    def parted(text: str) -> datetime:
        day_text, _space, clock_text = text.partition(" ")
        if not clock_text or " " in clock_text:
            return whole(text)
        return datetime.combine(day(day_text), clock(clock_text).time())

    return parted


def _made_of(form: str, directives: frozenset[str]) -> bool:
    used = set(re.findall("%.", form))
    return bool(used) and used <= directives and " " not in form


def _parser(form: str) -> Callable[[str], datetime]:
    return lambda text: datetime.strptime(text, form)  # noqa: DTZ007 - as above


def _why(text: str, form: str, what: str) -> str:
    if not text.strip():
        return f"{what} is empty"
    if _SERIAL.fullmatch(text) or _CUT.fullmatch(text):
        return f"{what} was damaged by a spreadsheet: {text!r}; export the file again"
    return f"{what} is not in the profile's format {form}: {text[:40]!r}"
