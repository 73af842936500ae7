"""How often a store's takings are sent, and from which business date on.

A change holds from the current business date on: what was sent stays as it was sent, and
what was not goes with what held on its date. So a change at noon sends the morning once.
"""

from __future__ import annotations

from datetime import date, timedelta

from sqlmodel import Session

from services.books.money import from_minor, text_of
from services.books.periods import Frequency
from services.contract.people import Person
from services.contract.schedule import BeforeStart, PeriodAnswer, ScheduleAnswer
from services.store import audit, schedules, stores
from services.store.tables import Store
from services.sync.showing.calendar import Calendar
from services.sync.tools import Tools

_DAY = timedelta(days=1)


def schedule(tools: Tools, store: str) -> ScheduleAnswer:
    """Return when, and from which business date, the store's days are sent."""
    with tools.db.read() as session:
        return _answer(session, stores.get_store(session, store), tools)


def set_schedule(
    tools: Tools, store: str, frequency: str | None, at: str | None, start: date | None, who: Person
) -> ScheduleAnswer:
    """Set when days are sent; what is not given stays as it is.

    A frequency holds from `start` on where one is given, else from the current business
    date. A schedule without a start begins with that date: nothing that happened before is
    sent unasked. Raises Refused for what is no frequency or no time.
    """
    with tools.db.write() as session:
        row = stores.get_store(session, store)
        before = _plain(row)
        today = Calendar(session, store, tools.now()).today
        chosen = frequency or row.frequency
        if chosen != Frequency.MANUAL and row.start_date is None:
            start = start or today
        changed = chosen != row.frequency
        stores.set_schedule(session, store, how_often=frequency, at=at, start=start)
        if start is not None or changed:
            schedules.hold_from(session, store, start or max(today, row.start_date or today), chosen)
        row = stores.get_store(session, store)
        audit.append(
            session, tools.now(), who, "set_schedule", store, before=dict(before), after=dict(_plain(row))
        )
        answer = _answer(session, row, tools)
    tools.tell("store", store)
    return answer


def before_start(calendar: Calendar) -> BeforeStart | None:
    """Return what waits from before the start: it is sent when asked for only."""
    if calendar.start is None:
        return None
    waiting = [day for day in calendar.waiting() if day < calendar.start]
    if not waiting:
        return None
    currency = calendar.facts.currency
    amount = from_minor(sum(calendar.takings(waiting).values()), currency)
    return {
        "days": len(waiting),
        "first": min(waiting).isoformat(),
        "last": max(waiting).isoformat(),
        "amount": text_of(amount, currency),
    }


def _plain(row: Store) -> ScheduleAnswer:
    return {
        "frequency": row.frequency,
        "at": row.sync_at,
        "start": row.start_date.isoformat() if row.start_date else None,
    }


def _answer(session: Session, row: Store, tools: Tools) -> ScheduleAnswer:
    calendar = Calendar(session, row.key, tools.now())
    table = schedules.timetable(session, row.key)
    current = table.period(max(calendar.today, row.start_date or calendar.today))
    period: PeriodAnswer | None = None
    if current is not None and row.frequency != Frequency.MANUAL:
        period = {"first": current.first.isoformat(), "last": current.last.isoformat()}
    return {
        **_plain(row),
        "period": period,
        "changes": [
            {"since": change.since.isoformat(), "frequency": change.frequency}
            for change in schedules.changes(session, row.key)
        ],
        "before_start": before_start(calendar),
    }
