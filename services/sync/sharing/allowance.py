"""The calls a ledger takes: how many are left, and whether one may go.

XERO.md 5.1: a minute, a day and so many at once. The windows slide, and are counted in
the database (`services.store.allowance`), so all machines share them. What the ledger
says of the calls left is believed, fewer or more. Sending by itself stops while some
are left: those are kept for what a person asks for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

from sqlmodel import Session, col, func, select

from services.accounting.header_numbers import number_in
from services.accounting.ledger import RateLimited
from services.store import allowance as calls
from services.store.tables import Allowance, Connection, Store
from services.sync.sharing.allowance_words import asked_to_wait, used_up

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
_SOON = timedelta(seconds=1)
"""When a place is free that a running call holds, nobody knows."""
LONGEST_BLOCK = timedelta(hours=24)
"""No wait is longer, whatever the ledger asks; what lies further ahead was written by a wrong clock."""
CLOCK_STEPS = timedelta(minutes=5)
"""How far a clock is put right, or differs from that of another machine, in common use."""
_UNSTATED = {"minute": 60.0, "appminute": 60.0, "concurrent": 5.0, "day": 3600.0}
_NOT_COUNTED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS})
_CALLS_A_SEND = 4
"""Create, pay, read back, and one to spare."""
_SHORTEST_PACE = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a ledger takes of one organisation, until its answers say otherwise."""

    minute: int = 60
    day: int = 5000
    at_once: int = 5
    reserve: int = 100
    """Of the day's calls, kept for what people ask for."""

    def kept(self, window: str, *, asked: bool = False) -> int:
        """Return how many places of a window are kept for what people ask for.

        A tenth of the day at most; a sixth of the minute, and one of those at once.
        """
        if asked:
            return 0
        if window == "day":
            return min(self.reserve, self.day // 10)
        return self.minute // 6 if window == "minute" else min(1, self.at_once - 1)


STANDARD = Limits()


@dataclass(frozen=True, slots=True)
class Left:
    """How many calls are left, and until when the ledger asks to wait."""

    known: bool
    """Whether the organisation was ever called."""
    minute: int
    day: int
    reserve: int
    """Of the day's calls, kept for what people ask for."""
    day_resets: datetime | None
    """When the first of the calls counted today is free again; None: none is."""
    blocked_until: datetime | None
    blocked_by: str | None

    @property
    def background(self) -> int:
        """Calls left today for what nobody asked for."""
        return max(0, self.day - self.reserve)


@dataclass(frozen=True, slots=True)
class Window:
    """A limit's sliding window as it stands."""

    name: str
    limit: int
    length: timedelta
    used: int
    others: int
    others_until: datetime | None

    @property
    def left(self) -> int:
        """Calls left for anybody; below zero when more were made than it takes."""
        return self.limit - self.used - self.others


def windows(session: Session, row: Allowance, now: datetime, limits: Limits) -> tuple[Window, Window]:
    """Return the day and the minute of an organisation."""
    return (
        _window(session, row, now, ("day", limits.day, DAY), (row.day_others, row.day_told)),
        _window(session, row, now, ("minute", limits.minute, MINUTE), (row.minute_others, row.minute_told)),
    )


def left(session: Session, tenant: str, now: datetime, limits: Limits = STANDARD) -> Left:
    """Return how many calls an organisation's ledger still takes."""
    row = calls.get_allowance(session, tenant)
    reserve = limits.kept("day")
    if row is None:
        return Left(
            known=False,
            minute=limits.minute,
            day=limits.day,
            reserve=reserve,
            day_resets=None,
            blocked_until=None,
            blocked_by=None,
        )
    day, minute = windows(session, row, now, limits)
    until = blocked_until(row, now)
    return Left(
        known=row.calls > 0,
        minute=max(0, minute.left),
        day=max(0, day.left),
        reserve=reserve,
        day_resets=until if until and row.blocked_by == "day" else _place_free(session, tenant, day, now, 1),
        blocked_until=until,
        blocked_by=row.blocked_by if until else None,
    )


def day_frees(
    session: Session, tenant: str, now: datetime, places: int, limits: Limits = STANDARD
) -> datetime | None:
    """Return when so many more calls of the day are free; None: not known."""
    row = calls.get_allowance(session, tenant)
    if row is None:
        return None
    day, _minute = windows(session, row, now, limits)
    return _place_free(session, tenant, day, now, places)


def pace_of(session: Session, tenant: str, now: datetime, limits: Limits = STANDARD) -> timedelta:
    """Return how long receipts gather between two sends so that the day's calls last.

    The stores of an organisation that send in real time share its calls.
    """
    figures = left(session, tenant, now, limits)
    if figures.blocked_until is not None:
        return figures.blocked_until - now
    sends = max(1, figures.background // _CALLS_A_SEND)
    return max(_SHORTEST_PACE, DAY * _stores_in_real_time(session, tenant) / sends)


def obstacle(
    session: Session, row: Allowance, now: datetime, limits: Limits, *, asked: bool
) -> RateLimited | None:
    """Return why a call may not go now, with the seconds to wait; None when it may."""
    until = blocked_until(row, now)
    if until is not None:
        return asked_to_wait(row.blocked_by or "", until - now)
    for window in windows(session, row, now, limits):
        kept = limits.kept(window.name, asked=asked)
        if window.left - kept < 1:
            free = _place_free(session, row.tenant, window, now, kept + 1 - window.left) or now + _SOON
            return used_up(window.name, window.limit, window.used, kept, max(_SOON / 4, free - now))
    if calls.running(session, row.tenant) >= limits.at_once - limits.kept("at once", asked=asked):
        return used_up("at once", limits.at_once, 0, 0, _SOON)
    return None


def blocked_until(row: Allowance, now: datetime) -> datetime | None:
    """Return until when the ledger asked to wait; None when that is over."""
    return row.blocked_until if is_ahead(row.blocked_until, now) else None


def is_ahead(until: datetime | None, now: datetime) -> bool:
    """Whether a wait is still to be waited for.

    One longer than any was begun by a clock that has been set back: it is over.
    """
    return until is not None and now < until <= now + LONGEST_BLOCK + CLOCK_STEPS


def believe(
    session: Session, row: Allowance, number: int, now: datetime, limits: Limits, answer: Answer
) -> None:
    """Note that a call was answered, and what the answer says of the calls left."""
    counted = answer.told and answer.status not in _NOT_COUNTED and answer.status < _SERVER_ERROR
    call = calls.end_call(session, row.tenant, number, now, counted=counted)
    if call is not None and answer.minute is not None:
        ours = calls.surely_counted(session, row.tenant, call, now - MINUTE)
        row.minute_others, row.minute_told = limits.minute - answer.minute - ours, now
    if call is not None and answer.day is not None:
        ours = calls.surely_counted(session, row.tenant, call, now - DAY)
        row.day_others, row.day_told = limits.day - answer.day - ours, now
    if (wait := answer.wait) is not None:
        row.blocked_at, row.blocked_until = now, now + min(wait, LONGEST_BLOCK)
        row.blocked_by = answer.problem
    session.add(row)


def after_set_back(row: Allowance, now: datetime) -> None:
    """Keep a wait as long as it was when the clock was set back in the meantime."""
    if row.blocked_at is not None and row.blocked_until is not None and now < row.blocked_at:
        row.blocked_at, row.blocked_until = now, now + (row.blocked_until - row.blocked_at)
    if row.minute_told is not None and now < row.minute_told:
        row.minute_told = now
    if row.day_told is not None and now < row.day_told:
        row.day_told = now


@dataclass(frozen=True, slots=True)
class Answer:
    """What an answer says about calls; None: it says nothing."""

    status: int
    minute: int | None = None
    day: int | None = None
    problem: str = "server"
    wait: timedelta | None = None

    @classmethod
    def of(cls, status: int, headers: Mapping[str, str]) -> Answer:
        """Read the headers of an answer; their names are in lower case (XERO.md 5.1)."""
        limited = status == HTTPStatus.TOO_MANY_REQUESTS
        problem = headers.get("x-rate-limit-problem", "minute").lower() if limited else "server"
        stated = number_in(headers.get("retry-after"))
        if limited and stated is None:
            stated = int(_UNSTATED.get(problem, _UNSTATED["minute"]))
        may_wait = limited or status == HTTPStatus.SERVICE_UNAVAILABLE
        return cls(
            status,
            number_in(headers.get("x-minlimit-remaining")),
            number_in(headers.get("x-daylimit-remaining")),
            problem,
            timedelta(seconds=stated) if may_wait and stated is not None else None,
        )

    @property
    def told(self) -> bool:
        """Whether it says how many calls are left."""
        return self.minute is not None or self.day is not None


_SERVER_ERROR = HTTPStatus.INTERNAL_SERVER_ERROR


def _window(
    session: Session,
    row: Allowance,
    now: datetime,
    limit: tuple[str, int, timedelta],
    told: tuple[int, datetime | None],
) -> Window:
    name, number, length = limit
    others, at = told
    until = at + length if at is not None else None
    believed = until is not None and until > now
    return Window(
        name,
        number,
        length,
        calls.used(session, row.tenant, now - length),
        others if believed else 0,
        until if believed else None,
    )


def _place_free(session: Session, tenant: str, window: Window, now: datetime, places: int) -> datetime | None:
    """Return when so many more places are free; None when that cannot be said."""
    ended = calls.freed(session, tenant, now - window.length, places)
    ours = ended + window.length if ended is not None else None
    others = window.others_until if window.others > 0 else None
    known = [moment for moment in (ours, others) if moment is not None]
    return min(known, default=None)


def _stores_in_real_time(session: Session, tenant: str) -> int:
    wanted = (
        select(func.count())
        .select_from(Store)
        .join(Connection, col(Connection.store) == Store.key)
        .where(Connection.tenant == tenant, Store.frequency == "real-time")
    )
    return max(1, session.exec(wanted).one())
