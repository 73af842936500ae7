"""Asking for days to be sent, by a person; and what a repetition would do."""

from __future__ import annotations

from datetime import date, timedelta

from sqlmodel import Session, col, select

from services.contract.people import Person
from services.contract.problem import Refused
from services.contract.states import DayState, IntegrationState
from services.store import audit, connections, days
from services.store.tables import Day
from services.sync import linking
from services.sync.calendar import Calendar
from services.sync.findings import Kept
from services.sync.tools import Tools

_FINAL = frozenset({DayState.POSTED, DayState.NO_TRADE, DayState.BY_FILE})
_DUE = (DayState.WAITING, DayState.BLOCKED, DayState.REFUSED, DayState.UNKNOWN, DayState.SENDING)
_LONGEST = timedelta(days=3 * 366)


def ask(tools: Tools, store: str, first: date | None, last: date | None, who: Person) -> list[date]:
    """Queue days to be sent; return them in order.

    Without dates: every day that is over and not settled, from the store's start on.
    With dates: those among them that have records and are not posted.
    """
    _check_range(first, last)
    with tools.db.write() as session:
        calendar = Calendar(session, store, tools.now())
        wanted = _named(session, store, first, last) if first and last else _due(session, calendar, store)
        stopped = linking.obstacle(connections.get_connection(session, store))
        _queue(session, tools, calendar, wanted, stopped)
        if wanted:
            span = {"from": min(wanted).isoformat(), "to": max(wanted).isoformat(), "days": len(wanted)}
            audit.append(session, tools.now(), who, "sync", store, after=span)
    for day in wanted:
        tools.tell("day", store, date=day.isoformat(), state=DayState.WAITING)
    return wanted


def _queue(
    session: Session, tools: Tools, calendar: Calendar, wanted: list[date], stopped: Kept | None
) -> None:
    """Put days in the queue; say at once what a person must do first."""
    store, now = calendar.facts.key, tools.now()
    for day in wanted:
        row = days.get_day(session, store, day)
        if row is not None and row.queued and row.state == DayState.SENDING:
            continue
        is_open = calendar.shown(day, row) is DayState.OPEN
        state = DayState.OPEN if is_open else DayState.WAITING
        days.set_state(session, store, day, state, now, [stopped] if stopped else None)
    if stopped and stopped["code"] == "not_connected":
        return  # what is asked before there is an organisation has to be asked again
    days.queue(session, store, wanted, now)
    connection = connections.get_connection(session, store)
    if connection is not None and connection.state == IntegrationState.ERROR and not stopped:
        connection.blocked_until = None  # a person asks: try again now
        session.add(connection)


def _named(session: Session, store: str, first: date, last: date) -> list[date]:
    rows = days.between(session, store, first, last)
    return [row.business_date for row in rows if row.state not in _FINAL]


def _due(session: Session, calendar: Calendar, store: str) -> list[date]:
    start = calendar.start
    states = [str(state) for state in (*_DUE, DayState.OPEN)]
    wanted = (
        select(Day).where(Day.store == store, col(Day.state).in_(states)).order_by(col(Day.business_date))
    )
    rows = session.exec(wanted).all()
    return [
        row.business_date
        for row in rows
        if (start is None or row.business_date >= start)
        and calendar.shown(row.business_date, row) is not DayState.OPEN
    ]


def _check_range(first: date | None, last: date | None) -> None:
    if first and last and not timedelta(0) <= last - first <= _LONGEST:
        raise Refused(
            f"{first} to {last} is not a span of dates.",
            "It must run forward and over three years at most.",
            "Correct the dates and try again.",
            code="invalid",
        )
