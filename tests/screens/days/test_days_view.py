"""What the month shows, made from answers."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screens.days import view
from services.contract.answers import DayAnswer, DaysAnswer
from services.contract.deadline import DeadlineAnswer


def day(text: str, state: str = "posted", amount: str | None = "100.00", why: str = "") -> DayAnswer:
    reasons = [{"what": why, "why": "because", "next": "do this"}] if why else []
    return {"date": text, "state": state, "amount": amount, "why": reasons}  # type: ignore[typeddict-item]


def month(*days: DayAnswer) -> view.Month:
    answer: DaysAnswer = {"store": "queen-st", "days": list(days)}
    (made,) = view.months([answer], {"queen-st": "Queen St"}, "2026-11")
    return made


def test_every_date_of_the_month_has_a_cell_with_a_mark() -> None:
    made = month(day("2026-11-10"), day("2026-11-11", "missing", None))
    assert len(made.cells) == 30
    assert all(cell.mark.glyph.strip() for cell in made.cells)
    assert made.cells[0].mark.word == "before the first day"
    assert made.cells[9].mark.word == "posted"
    assert made.cells[10].mark.word == "missing"
    assert made.cells[11].mark.word == "not begun"


@pytest.mark.parametrize(
    "start,by,expected",
    [
        ("2026-11", 1, "2026-12"),
        ("2026-12", 1, "2027-01"),
        ("2026-01", -1, "2025-12"),
        ("2026-05", -17, "2024-12"),
    ],
)
def test_months_turn_over_the_year(start: str, by: int, expected: str) -> None:
    assert view.turned(start, by) == expected


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(-500, 500))
def test_turning_there_and_back_is_where_one_was(day: date, by: int) -> None:
    assert view.turned(view.turned(view.month_of(day), by), -by) == view.month_of(day)


def test_a_day_unlike_the_same_weekday_of_other_weeks_stands_out() -> None:
    mondays = [day("2026-11-02", amount="100.00"), day("2026-11-09", amount="110.00")]
    assert view.odd_dates([*mondays, day("2026-11-16", amount="450.00")]) == {date(2026, 11, 16)}
    assert view.odd_dates([*mondays, day("2026-11-16", amount="20.00")]) == {date(2026, 11, 16)}
    assert view.odd_dates([*mondays, day("2026-11-16", amount="120.00")]) == set()
    assert view.odd_dates([*mondays, day("2026-11-17", amount="900.00")]) == set()


@given(
    st.decimals("0.01", "99999.99", places=2), st.decimals("0.01", "99999.99", places=2), st.integers(1, 40)
)
def test_a_bar_is_never_wider_than_its_room(amount: Decimal, most: Decimal, width: int) -> None:
    assert len(view.bar(str(min(amount, most)), most, width)) <= width


def test_bars_are_of_takings_only() -> None:
    assert view.bar("50.00", Decimal("100.00"), 10) == "█████"
    assert view.bar("-5.00", Decimal(100), 10) == ""
    assert view.bar(None, Decimal(100), 10) == ""
    assert view.bar("5.00", Decimal(0), 10) == ""


def test_what_waits_and_what_needs_somebody_is_counted() -> None:
    made = month(
        day("2026-11-02", "waiting"), day("2026-11-03", "refused", why="Refused."), day("2026-11-04")
    )
    assert view.counted(made) == "1 waiting, 1 need somebody"
    assert view.counted(month(day("2026-11-02"))) == "nothing needs you"


def test_a_line_says_date_state_takings_and_reason_within_its_width() -> None:
    cell = month(day("2026-11-02", "blocked", "1234.50", "Grocery is not mapped.")).cells[1]
    told = view.line(cell, Decimal("1234.50"), 100).plain
    assert told.startswith("Mon 02")
    assert "! blocked" in told
    assert "1,234.50" in told
    assert told.rstrip().endswith("Grocery is not mapped")
    assert len(told) <= 100
    assert len(view.line(cell, Decimal("1234.50"), 60).plain) <= 60


def due(days_left: int) -> DeadlineAnswer:
    span = {"first": "2026-10-01", "last": "2026-11-30"}
    return {"kind": "return", "due": "2027-01-15", "days_left": days_left, **span}  # type: ignore[typeddict-item]


def test_a_waiting_date_says_what_it_will_miss() -> None:
    waits: DayAnswer = {**day("2026-11-02", "waiting"), "deadline": due(55)}
    cell = month(waits).cells[1]
    assert cell.deadline == "tax return: 55 days left"
    assert "tax return" not in view.line(cell, Decimal(100), 100).plain, "else it stands in every row"


def test_a_deadline_stands_in_the_row_once_it_is_near() -> None:
    far: DayAnswer = {**day("2026-11-02", "refused", why="Refused."), "deadline": due(55)}
    near: DayAnswer = {**far, "deadline": due(2)}
    assert view.line(month(far).cells[1], Decimal(100), 120).plain.rstrip().endswith("Refused")
    assert "tax return: 2 days left; Refused" in view.line(month(near).cells[1], Decimal(100), 120).plain


def test_a_row_does_not_repeat_the_number_that_its_date_stands_for() -> None:
    refused = day("2026-11-02", "refused", why="POS-queen-st-2026-11-02: Account 265 is archived in Xero.")
    assert "  Account 265 is archived in Xero" in view.line(month(refused).cells[1], Decimal(100), 120).plain
    other = day("2026-11-02", "refused", why="POS-queen-st-2026-11-01: Account 265 is archived in Xero.")
    assert "POS-queen-st-2026-11-01: Acc" in view.line(month(other).cells[1], Decimal(100), 120).plain


def test_the_newest_date_in_a_state_is_found_in_the_stores_own_month() -> None:
    made = [month(day("2026-11-02", "blocked"), day("2026-11-05", "blocked"), day("2026-11-06"))]
    assert view.newest(made, made[0].store, "blocked") == date(2026, 11, 5)
    assert view.newest(made, made[0].store, "refused") is None
    assert view.newest(made, "another", "blocked") is None


def test_who_confirmed_no_trade_is_named() -> None:
    closed: DayAnswer = {**day("2026-11-02", "no_trade", None), "confirmed_by": "Mia"}
    assert "confirmed by Mia" in view.line(month(closed).cells[1], Decimal(100), 100).plain
