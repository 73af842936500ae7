"""What a person decides about a business date: closed, or no trade."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session

from services.contract.answers import DayAnswer
from services.contract.people import Person
from services.contract.problem import Refused
from services.contract.states import DayState
from services.contract.text import printable
from services.store import audit, days
from services.sync.schedule import closing
from services.sync.showing.calendar import Calendar, Shown
from services.sync.tools import Tools


def close_day(tools: Tools, store: str, day: date, who: Person) -> DayAnswer:
    """Close a date by hand; raises Refused naming the tills that are still open."""
    with tools.db.write() as session:
        calendar = Calendar(session, store, tools.now())
        _refuse_future(calendar, day)
        registers = closing.open_registers(session, calendar.facts, day)
        if registers and not closing.is_closed(session, calendar.facts, day, tools.now()):
            raise Refused(
                f"{day} cannot be closed yet.",
                f"Till {', '.join(registers)} is still open.",
                "Close it at the till, or wait until the day's cut-off has passed.",
                code="till_open",
            )
        before = calendar.shown(day, days.get_day(session, store, day))
        days.close(session, store, day, who.name, tools.now())
        answer = _answer(session, tools, store, day)
        _write_down(session, tools, who, "close_day", f"{store} {day}", before, answer)
    tools.tell("day", store, date=day.isoformat(), state=answer["state"])
    return answer


def no_trade(tools: Tools, store: str, day: date, who: Person, name: str | None = None) -> DayAnswer:
    """Confirm, by name, that the shop did not trade; raises Refused otherwise.

    `name`: of the person who says so, where that is not who is logged in.
    """
    by = printable(name or "").strip() or who.name
    with tools.db.write() as session:
        calendar = Calendar(session, store, tools.now())
        _refuse_future(calendar, day)
        before = calendar.shown(day, days.get_day(session, store, day))
        days.no_trade(session, store, day, by, tools.now())
        days.unqueue(session, store, day)
        answer = _answer(session, tools, store, day)
        _write_down(session, tools, who, "no_trade", f"{store} {day}", before, answer, confirmed_by=by)
    tools.tell("day", store, date=day.isoformat(), state=answer["state"])
    return answer


def _answer(session: Session, tools: Tools, store: str, day: date) -> DayAnswer:
    calendar = Calendar(session, store, tools.now())
    row = days.get_day(session, store, day)
    return calendar.answer(Shown(day, calendar.shown(day, row), row), calendar.takings([day])[day])


def _refuse_future(calendar: Calendar, day: date) -> None:
    if day > calendar.today:
        raise Refused(
            f"{day} has not begun.",
            f"It is {calendar.today} at the store.",
            "Choose a date that has begun.",
            code="future_date",
        )


def _write_down(
    session: Session,
    tools: Tools,
    who: Person,
    action: str,
    subject: str,
    before: DayState,
    answer: DayAnswer,
    **more: str,
) -> None:
    after = {"state": answer["state"], **more}
    audit.append(session, tools.now(), who, action, subject, before={"state": before}, after=after)
