"""Business dates: touched, queued, closed, counted."""

from dataclasses import replace
from datetime import date

import pytest
from sqlmodel import Session

from services.contract.problem import Refused
from services.contract.states import DayState
from services.store import days
from services.store.database import Database
from services.store.tables import Day
from tests.store.moments import DAY, LATER, NEXT_DAY, NOON
from tests.store.rows import put_receipt
from tests.store.test_report import SALE


def _day(database: Database, day: date = DAY) -> Day:
    with database.read() as session:
        row = days.get_day(session, "queen-st", day)
    assert row is not None
    return row


def test_touching_counts_each_change(any_database: Database) -> None:
    with any_database.write() as session:
        days.touch(session, "queen-st", [DAY, NEXT_DAY, DAY], NOON)
        days.touch(session, "queen-st", [], NOON)
    with any_database.bulk() as connection:
        days.touch(connection, "queen-st", [DAY], LATER)
    day = _day(any_database)
    assert (day.touched, day.state, day.queued, day.changed_at) == (2, "open", False, LATER)
    assert _day(any_database, NEXT_DAY).touched == 1


@pytest.mark.parametrize(
    "state,after",
    [
        (DayState.POSTED, DayState.CHANGED),
        (DayState.DIFFERS, DayState.CHANGED),
        (DayState.BY_FILE, DayState.CHANGED),
        (DayState.CHANGED, DayState.CHANGED),
        (DayState.MISSING, DayState.OPEN),
        (DayState.NO_TRADE, DayState.OPEN),
        (DayState.OPEN, DayState.OPEN),
        (DayState.WAITING, DayState.WAITING),
        (DayState.BLOCKED, DayState.BLOCKED),
        (DayState.REFUSED, DayState.REFUSED),
        (DayState.SENDING, DayState.SENDING),
        (DayState.UNKNOWN, DayState.UNKNOWN),
    ],
)
def test_a_change_shows_on_a_day_that_was_settled(
    sqlite_database: Database, state: DayState, after: DayState
) -> None:
    with sqlite_database.write() as session:
        days.set_state(session, "queen-st", DAY, state, NOON)
    with sqlite_database.write() as session:
        days.touch(session, "queen-st", [DAY], LATER)
    assert _day(sqlite_database).state == after


def test_receipts_take_back_that_there_was_no_trade(any_database: Database) -> None:
    with any_database.write() as session:
        days.no_trade(session, "queen-st", DAY, "anna", NOON)
    assert (_day(any_database).state, _day(any_database).no_trade_by) == ("no_trade", "anna")
    with any_database.write() as session:
        days.touch(session, "queen-st", [DAY], LATER)
    assert (_day(any_database).state, _day(any_database).no_trade_by) == ("open", None)


def test_a_day_with_receipts_is_not_without_trade(shop: Database) -> None:
    with shop.write() as session:
        put_receipt(session, SALE, effective=False)
        put_receipt(session, replace(SALE, id="A-2", business_date=NEXT_DAY))
        days.no_trade(session, "queen-st", DAY, "anna", NOON)
        with pytest.raises(Refused) as caught:
            days.no_trade(session, "queen-st", NEXT_DAY, "anna", NOON)
    assert caught.value.code == "day_has_receipts"


def test_where_a_day_stands_and_what_was_built(any_database: Database) -> None:
    why = [{"code": "unmapped_category", "what": "grocery", "why": "", "next": ""}]
    with any_database.write() as session:
        days.set_state(session, "queen-st", DAY, DayState.BLOCKED, NOON, why)
        days.set_built(session, "queen-st", DAY, 3, 21275, LATER)
    day = _day(any_database)
    assert (day.state, day.why, day.built, day.amount, day.changed_at) == ("blocked", why, 3, 21275, LATER)
    with any_database.write() as session:
        days.set_state(session, "queen-st", DAY, DayState.WAITING, LATER)
    assert _day(any_database).why is None


def test_the_first_to_close_a_day_is_remembered(any_database: Database) -> None:
    with any_database.write() as session:
        days.close(session, "queen-st", DAY, "anna", NOON)
        days.close(session, "queen-st", DAY, "ben", LATER)
    assert (_day(any_database).closed_by, _day(any_database).closed_at) == ("anna", NOON)


def test_the_queue_gives_each_day_once_and_the_oldest_first(any_database: Database) -> None:
    with any_database.write() as session:
        assert days.queue(session, "queen-st", [NEXT_DAY, DAY], NOON) == [DAY, NEXT_DAY]
        assert days.queue(session, "queen-st", [DAY], NOON) == []
        days.queue(session, "bay", [DAY], NOON)
        assert [(row.store, row.business_date) for row in days.queued(session)] == [
            ("bay", DAY),
            ("queen-st", DAY),
            ("queen-st", NEXT_DAY),
        ]
        days.unqueue(session, "queen-st", DAY)
    with any_database.read() as session:
        assert [row.business_date for row in days.queued(session, "queen-st")] == [NEXT_DAY]
        assert [row.business_date for row in days.queued(session, "bay")] == [DAY]


def _put_states(session: Session, *states: DayState) -> None:
    for number, state in enumerate(states, 1):
        days.set_state(session, "queen-st", date(2026, 11, number), state, NOON)
        days.set_built(session, "queen-st", date(2026, 11, number), 1, number * 100, NOON)


def test_a_month_and_its_days_by_state(any_database: Database) -> None:
    with any_database.write() as session:
        _put_states(session, DayState.POSTED, DayState.WAITING, DayState.WAITING, DayState.BLOCKED)
        days.touch(session, "queen-st", [date(2026, 10, 31), date(2026, 12, 1), date(2026, 11, 30)], NOON)
        days.touch(session, "bay", [date(2026, 11, 3)], NOON)
    with any_database.read() as session:
        november = days.month(session, "queen-st", 2026, 11)
        assert [row.business_date.day for row in november] == [1, 2, 3, 4, 30]
        counts = days.count_by_state(session, "queen-st")
        assert counts == {"posted": 1, "waiting": 2, "blocked": 1, "open": 3}
        assert days.waiting(session, "queen-st") == (2, 500)
        assert days.waiting(session, "nowhere") == (0, 0)
        unfinished = days.in_states(session, ["open", "waiting"], "queen-st", since=date(2026, 11, 3))
        assert [row.business_date for row in unfinished] == [
            date(2026, 11, 3),
            date(2026, 11, 30),
            date(2026, 12, 1),
        ]
        assert [row.store for row in days.in_states(session, ["open"])] == [
            "queen-st",
            "bay",
            "queen-st",
            "queen-st",
        ]
