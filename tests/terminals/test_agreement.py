"""Whether a date's card money is the same everywhere. Pure."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.terminals.counter.agreement import CardDay, ages, day_answer, first_difference

_DAY = date(2026, 11, 19)
_TODAY = date(2026, 11, 21)
_ALL = {"approved": 100, "counted": 100, "covered": 100, "tenders": 100, "mapped": 100, "posted": 100}


def _day(day: date = _DAY, **amounts: Any) -> CardDay:  # noqa: ANN401 - fields of a CardDay
    given: dict[str, Any] = {**_ALL, "received": 98, "fees": 2, **amounts}
    return CardDay(day, **given)


def _holds(day: CardDay) -> dict[str, bool | None]:
    return {check["check"]: check["holds"] for check in day_answer(day, _TODAY, "NZD")["checks"]}


def test_all_the_same_agrees() -> None:
    told = day_answer(_day(), _TODAY, "NZD")
    assert (told["state"], told["open"], told["age"], told["fees"]) == ("agrees", "0.00", 2, "0.02")
    assert set(_holds(_day()).values()) == {True}


@pytest.mark.parametrize(
    "amounts,check",
    [
        ({"counted": 101}, "terminal_totals"),
        ({"covered": 90}, "terminal_totals"),
        ({"approved": 90}, "card_tenders"),
        ({"posted": 99}, "clearing"),
        ({"received": 99}, "settled"),
    ],
)
def test_one_cent_apart_is_named(amounts: dict[str, Any], check: str) -> None:
    told = day_answer(_day(**amounts), _TODAY, "NZD")
    assert told["state"] == "differs"
    assert [each["check"] for each in told["checks"] if each["holds"] is False] == [check]


@pytest.mark.parametrize(
    "amounts,check",
    [({"counted": None}, "terminal_totals"), ({"posted": None}, "clearing"), ({"received": 50}, "settled")],
)
def test_what_is_not_there_yet_waits(amounts: dict[str, Any], check: str) -> None:
    told = day_answer(_day(**amounts), _TODAY, "NZD")
    assert told["state"] == "waiting"
    waiting = [each for each in told["checks"] if each["holds"] is None]
    assert [each["check"] for each in waiting] == [check]
    assert all(each["words"] for each in waiting)


def test_receipts_of_today_may_still_come() -> None:
    assert _holds(_day(_TODAY, approved=90))["card_tenders"] is None
    assert _holds(_day(_TODAY))["card_tenders"] is True


def test_a_date_posted_with_another_says_where() -> None:
    day = _day(posted=None)
    day.posted_on = date(2026, 11, 22)
    (check,) = [each for each in day_answer(day, _TODAY, "NZD")["checks"] if each["check"] == "clearing"]
    assert (check["holds"], check["words"]) == (None, "It is posted with 2026-11-22.")


def test_a_refund_day_can_come_right_too() -> None:
    less = _day(approved=-50, counted=-50, covered=-50, tenders=-50, mapped=-50, posted=-50)
    less.received, less.fees = -50, 0
    assert day_answer(less, _TODAY, "NZD")["state"] == "agrees"
    less.received = -20
    assert day_answer(less, _TODAY, "NZD")["state"] == "waiting"


def test_the_first_that_differs_and_what_ages() -> None:
    days = [_day(_TODAY - timedelta(days=age), received=0, fees=0) for age in (40, 8, 7, 1)]
    days[1].counted = 1
    assert first_difference(day_answer(day, _TODAY, "NZD") for day in days) == "2026-11-13"
    assert ages(days, _TODAY) == {"0-1": 100, "2-7": 100, "8-30": 100, "31+": 100}
    assert first_difference([]) is None
