"""Weeks and months of business dates, cut where a schedule starts or changes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.books.periods import Change, Frequency, Timetable

WEDNESDAY = date(2026, 11, 18)


def span(table: Timetable, day: date) -> tuple[str, str] | None:
    period = table.period(day)
    return None if period is None else (period.first.isoformat(), period.last.isoformat())


def test_a_week_runs_from_monday_to_sunday() -> None:
    table = Timetable([Change(date(2026, 1, 1), "weekly")])
    assert span(table, WEDNESDAY) == ("2026-11-16", "2026-11-22")
    assert span(table, date(2026, 11, 16)) == span(table, date(2026, 11, 22)) == span(table, WEDNESDAY)


@pytest.mark.parametrize("day,last", [("2026-02-10", "2026-02-28"), ("2028-02-29", "2028-02-29")])
def test_a_month_is_a_calendar_month(day: str, last: str) -> None:
    table = Timetable([Change(date(2026, 1, 1), "monthly")])
    assert span(table, date.fromisoformat(day)) == (f"{day[:7]}-01", last)


def test_a_period_is_cut_where_the_frequency_changes() -> None:
    changes = [
        Change(date(2026, 11, 5), "monthly"),
        Change(WEDNESDAY, "weekly"),
        Change(date(2026, 11, 27), "daily"),
    ]
    table = Timetable(changes)
    assert span(table, date(2026, 11, 10)) == ("2026-11-05", "2026-11-17")
    assert span(table, WEDNESDAY) == ("2026-11-18", "2026-11-22")
    assert span(table, date(2026, 11, 24)) == ("2026-11-23", "2026-11-26")
    assert span(table, date(2026, 11, 27)) is None
    assert span(table, date(2026, 11, 4)) is None


def test_a_period_is_cut_at_the_start() -> None:
    table = Timetable([Change(date(2026, 1, 1), "weekly")], start=WEDNESDAY)
    assert span(table, WEDNESDAY) == ("2026-11-18", "2026-11-22")
    assert span(table, date(2026, 11, 17)) == ("2026-11-16", "2026-11-17")


def test_before_the_first_change_days_go_one_by_one() -> None:
    table = Timetable([Change(WEDNESDAY, "real-time")])
    assert table.frequency(date(2026, 11, 17)) is Frequency.DAILY
    assert table.is_real_time(WEDNESDAY)
    assert not table.is_real_time(date(2026, 11, 17))


_DATES = st.dates(date(2026, 1, 1), date(2026, 4, 30))


@given(
    st.lists(st.tuples(_DATES, st.sampled_from(list(Frequency))), max_size=6, unique_by=lambda each: each[0]),
    st.none() | _DATES,
)
def test_every_date_belongs_to_one_period(changes: list[tuple[date, Frequency]], start: date | None) -> None:
    table = Timetable([Change(*each) for each in changes], start)
    for number in range(150):
        day = date(2026, 1, 1) + timedelta(days=number)
        period = table.period(day)
        if period is None:
            continue
        assert period.first <= day <= period.last
        length = (period.last - period.first).days
        assert {table.period(period.first + timedelta(days=each)) for each in range(length + 1)} == {period}
