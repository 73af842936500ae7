"""Asking for days to be sent, by a person; and what a repetition would do."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from services.contract.people import Person
from services.contract.problem import Refused
from services.contract.states import DayState
from services.store import audit, by_file, connections, days, schedules
from services.store.tables import Day
from services.sync.documents import real_time
from services.sync.findings import Kept
from services.sync.links import backing_off, linking, sealing
from services.sync.schedule.periods import Periods
from services.sync.showing.calendar import Calendar
from services.sync.tools import Tools

_FINAL = frozenset({DayState.POSTED, DayState.NO_TRADE, DayState.BY_FILE})
_DUE = (DayState.WAITING, DayState.BLOCKED, DayState.REFUSED, DayState.UNKNOWN, DayState.SENDING)
_LONGEST = timedelta(days=3 * 366)


def ask(tools: Tools, store: str, first: date | None, last: date | None, who: Person) -> list[date]:
    """Queue days to be sent; return them in order.

    Without dates: every day that is over and not settled, from the store's start on, and
    receipts that are sent one by one. With dates: those among them that have records and are
    not posted; of a week or month that is over, the others too, for they are one document.
    """
    check_range(first, last)
    with tools.db.write() as session:
        calendar = Calendar(session, store, tools.now())
        wanted = _named(session, store, first, last) if first and last else _due(session, calendar, store)
        wanted = _with_their_periods(session, store, wanted, tools.now())
        connection = connections.get_connection(session, store)
        backing_off.forgive(session, connection)
        stopped = linking.obstacle(connection)
        put_in_queue(session, tools, calendar, wanted, stopped)
        if wanted:
            span = {"from": min(wanted).isoformat(), "to": max(wanted).isoformat(), "days": len(wanted)}
            audit.append(session, tools.now(), who, "sync", store, after=span)
        rows = [days.ensure_day(session, store, day, tools.now()) for day in wanted]
        states = {row.business_date: row.state for row in rows}
    for day, state in states.items():
        tools.tell("day", store, date=day.isoformat(), state=state)
    return wanted


def put_in_queue(
    session: Session,
    tools: Tools,
    calendar: Calendar,
    wanted: list[date],
    stopped: Kept | None,
    *,
    asked: bool = True,
) -> None:
    """Put days in the queue; say at once what a person must do first.

    `asked`: they go first, and may use the calls that are kept for people.
    """
    store, now = calendar.facts.key, tools.now()
    table = schedules.timetable(session, store)
    unconnected = stopped is not None and stopped["code"] == "not_connected"
    # A reason that is written down keeps a day from its schedule, and this one ends by itself.
    why = [stopped] if stopped and not unconnected else None
    for day in wanted:
        row = days.get_day(session, store, day)
        if row is not None and stays(row, why):
            continue
        is_open = calendar.shown(day, row) is DayState.OPEN and not table.is_real_time(day)
        state = DayState.OPEN if is_open else DayState.WAITING
        days.set_state(session, store, day, state, now, why)
    if unconnected:
        return  # what is asked before there is an organisation has to be asked again
    days.queue(session, store, wanted, now, asked=asked)
    sealing.seal_asked(session, connections.get_connection(session, store), wanted, now)


def stays(row: Day, why: list[Kept] | None) -> bool:
    """Whether a date is shown as it was although somebody asks for it.

    It is being sent; or it changed, and nothing may be sent now.
    """
    changed = row.state in {DayState.CHANGED, DayState.DIFFERS}
    return (row.queued and row.state == DayState.SENDING) or (changed and why is not None)


def _with_their_periods(session: Session, store: str, wanted: list[date], now: datetime) -> list[date]:
    """Add what goes with the dates, where the week or month of a date is over."""
    periods = Periods(session, store, now)
    found = set(wanted)
    for day in wanted:
        if periods.unfinished(day) is None:
            rows = (days.get_day(session, store, each) for each in periods.together(day))
            found.update(row.business_date for row in rows if row and row.state not in _FINAL)
    return sorted(found)


def _named(session: Session, store: str, first: date, last: date) -> list[date]:
    rows = days.between(session, store, first, last)
    handed_over = by_file.dates(session, store)
    return [
        row.business_date for row in rows if row.state not in _FINAL and row.business_date not in handed_over
    ]


def _due(session: Session, calendar: Calendar, store: str) -> list[date]:
    start = calendar.start
    states = [str(state) for state in (*_DUE, DayState.OPEN)]
    wanted = (
        select(Day).where(Day.store == store, col(Day.state).in_(states)).order_by(col(Day.business_date))
    )
    rows = session.exec(wanted).all()
    handed_over = by_file.dates(session, store)
    periods = Periods(session, store, calendar.now)
    return [
        row.business_date
        for row in rows
        if row.business_date not in handed_over
        and (start is None or row.business_date >= start)
        and _has_something(session, periods, calendar, row)
    ]


def _has_something(session: Session, periods: Periods, calendar: Calendar, row: Day) -> bool:
    """Whether anything of a date may be sent now."""
    fresh = row.touched != row.built
    if calendar.shown(row.business_date, row) is DayState.OPEN:
        one_by_one = periods.table.is_real_time(row.business_date)
        return one_by_one and real_time.is_due(session, row, None, timedelta(0), calendar.now)
    if row.state not in {DayState.OPEN, DayState.WAITING}:
        return True
    # What is of its own date was looked at when the date was over: then it waits.
    return fresh or row.state == DayState.OPEN or periods.unfinished(row.business_date) is None


def check_range(first: date | None, last: date | None) -> None:
    """Raise Refused for a span that does not run forward, or is too long."""
    if first and last and not timedelta(0) <= last - first <= _LONGEST:
        raise Refused(
            f"{first} to {last} is not a span of dates.",
            "It must run forward and over three years at most.",
            "Correct the dates and try again.",
            code="invalid",
        )
