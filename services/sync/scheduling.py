"""When days are sent unasked: a sweep asks which are due (DESIGN.md, 2).

Never "is it midnight now?": what was missed while the service was down is due all the
same, and an hour that a clock change repeats or skips changes nothing.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from services.contract.people import Person
from services.contract.problem import Refused
from services.contract.replies import ScheduleAnswer
from services.contract.states import DayState
from services.store import audit, connections, days, stores
from services.store.tables import Store
from services.sync import closing, linking
from services.sync.calendar import Calendar
from services.sync.tools import Tools

MANUAL, DAILY = "manual", "daily"
_SUPPORTED = (MANUAL, DAILY)


def schedule(tools: Tools, store: str) -> ScheduleAnswer:
    """Return when, and from which business date, the store's days are sent."""
    with tools.db.read() as session:
        return _answer(stores.get_store(session, store))


def set_schedule(
    tools: Tools, store: str, frequency: str | None, at: str | None, start: date | None, who: Person
) -> ScheduleAnswer:
    """Set when days are sent; what is not given stays as it is.

    A schedule without a start begins with the current business date: nothing that
    happened before is sent unasked. Raises Refused for a frequency this version has not.
    """
    if frequency is not None and frequency not in _SUPPORTED:
        raise Refused(
            f"Days cannot be sent {frequency} by this version.",
            "It knows daily and manual.",
            "Choose daily, which is enough for most shops, or manual.",
            code="frequency_not_supported",
        )
    with tools.db.write() as session:
        row = stores.get_store(session, store)
        before = _answer(row)
        frequency = frequency or row.frequency
        if frequency == DAILY and start is None and row.start_date is None:
            start = Calendar(session, store, tools.now()).today
        stores.set_schedule(session, store, how_often=frequency, at=at, start=start)
        answer = _answer(stores.get_store(session, store))
        audit.append(
            session, tools.now(), who, "set_schedule", store, before=dict(before), after=dict(answer)
        )
    tools.tell("store", store)
    return answer


def sweep(tools: Tools) -> list[str]:
    """Queue every day that is due; return the stores with something queued."""
    with tools.db.read() as session:
        rows = stores.list_stores(session)
        found = {row.key: _due(session, row, tools.now()) for row in rows if row.frequency == DAILY}
    for store, dates in found.items():
        if dates:
            with tools.db.write() as session:
                days.queue(session, store, dates, tools.now())
    return [row.key for row in rows if _may_start(tools, row.key)]


def _due(session: Session, store: Store, now: datetime) -> list[date]:
    """Return the days that were over at the latest time of sending."""
    calendar = Calendar(session, store.key, now)
    latest = last_time(store, now)
    waiting = days.in_states(session, [DayState.OPEN, DayState.WAITING], store.key, since=store.start_date)
    return [
        row.business_date
        for row in waiting
        if not row.queued
        and not row.why
        and row.business_date <= calendar.today
        and closing.closed_at(session, calendar.facts, row.business_date) <= latest
    ]


def last_time(store: Store, now: datetime) -> datetime:
    """Return the latest moment at which the store sends; now if it sends at once."""
    if store.sync_at is None:
        return now
    zone = ZoneInfo(store.timezone)
    today = now.astimezone(zone).date()
    at = time.fromisoformat(store.sync_at)
    moments = (datetime.combine(today - timedelta(days=back), at, zone).astimezone(UTC) for back in (0, 1))
    return next(moment for moment in moments if moment <= now)


def _may_start(tools: Tools, store: str) -> bool:
    with tools.db.read() as session:
        if not days.queued(session, store):
            return False
        row = connections.get_connection(session, store)
    if row is None or linking.is_held_back(row, tools.now()):
        return False
    return linking.resume_due(row, tools.now()) or linking.obstacle(row) is None


def _answer(row: Store) -> ScheduleAnswer:
    return {
        "frequency": row.frequency,
        "at": row.sync_at,
        "start": row.start_date.isoformat() if row.start_date else None,
    }
