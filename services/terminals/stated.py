"""Whether a time a terminal states may be that of an attempt. Pure.

Terminals state the time on the wall, of a clock that people set. What lies further from
the sending of an attempt than such a clock is ever wrong was typed in by hand
(TERMINALS.md 6, point 6).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta, tzinfo

SENT = "sent"
"""Part of a baseline: when the request left, as `isoformat` writes it."""
_ASTRAY = timedelta(hours=2)
"""How far the clock of a terminal may be off, either way."""
_WITHOUT_YEAR = "%m-%d %H:%M:%S"


def may_be_of(moments: Iterable[datetime], sent: str | None, zone: tzinfo) -> bool:
    """Whether one of `moments`, on a wall in `zone`, may be when it ran.

    `sent`: when the request left. True as well where either is not known: then the time
    says nothing.
    """
    told = list(moments)
    try:
        left = datetime.fromisoformat(sent or "").astimezone(zone).replace(tzinfo=None)
    except ValueError:
        return True
    return not told or any(abs(moment - left) <= _ASTRAY for moment in told)


def without_year(stated: str, sent: str | None) -> Iterator[datetime]:
    """Yield what a time such as `11-21 12:30:05` may be.

    It is in the year of `sent`, or beside it. Nothing where it is not such a time.
    """
    try:
        around = datetime.fromisoformat(sent or "").year
    except ValueError:
        return
    for year in (around - 1, around, around + 1):
        try:
            yield datetime.strptime(f"{year}-{stated}", f"%Y-{_WITHOUT_YEAR}")  # noqa: DTZ007 - on a wall
        except ValueError:
            continue
