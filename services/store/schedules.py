"""From which business date on which frequency holds: the history of a schedule."""

from __future__ import annotations

from datetime import date, timedelta

from sqlmodel import Session, col, select

from services.books.periods import Change, Timetable
from services.store.stores import get_store
from services.store.tables import ScheduleChange


def timetable(session: Session, store: str) -> Timetable:
    """Return which frequency holds for each date; raise NotFound for no such store."""
    return Timetable(changes(session, store), get_store(session, store).start_date)


def changes(session: Session, store: str) -> list[Change]:
    """Return the changes of a store's frequency, oldest first."""
    wanted = select(ScheduleChange).where(ScheduleChange.store == store)
    rows = session.exec(wanted.order_by(col(ScheduleChange.since)))
    return [Change(row.since, row.frequency) for row in rows]


def hold_from(session: Session, store: str, since: date, frequency: str) -> None:
    """Have a frequency hold from a business date on, in place of what held later."""
    _forget(session, store, since)
    _add(session, store, Change(since, frequency))


def between(session: Session, store: str, first: date, last: date, frequency: str) -> Timetable:
    """Return the timetable with another frequency for a span of dates."""
    start = get_store(session, store).start_date
    return Timetable(_changed(session, store, first, last, frequency), start)


def hold_between(session: Session, store: str, first: date, last: date, frequency: str) -> None:
    """Have a frequency hold for a span of dates; what held after it holds on."""
    wanted = _changed(session, store, first, last, frequency)
    _forget(session, store, date.min)
    for change in wanted:
        _add(session, store, change)


def _changed(session: Session, store: str, first: date, last: date, frequency: str) -> list[Change]:
    after = last + timedelta(days=1)
    known = changes(session, store)
    held = Timetable(known).frequency(after)
    others = [change for change in known if not first <= change.since <= after]
    return [*others, Change(first, frequency), Change(after, held)]


def _forget(session: Session, store: str, first: date) -> None:
    """Take away what changed from a date on."""
    wanted = select(ScheduleChange).where(ScheduleChange.store == store, ScheduleChange.since >= first)
    for row in session.exec(wanted):
        session.delete(row)
    session.flush()


def _add(session: Session, store: str, change: Change) -> None:
    session.add(ScheduleChange(store=store, since=change.since, frequency=change.frequency))
    session.flush()
