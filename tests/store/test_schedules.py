"""From which date on which frequency holds; and what an upgrade makes of days."""

from __future__ import annotations

from datetime import date

import pytest

from services.books.periods import Change
from services.contract.problem import NotFound
from services.store import days, schedules
from services.store.database import Database, run_migrations
from tests.store.moments import DAY, NEXT_DAY, NOON
from tests.store.rows import put_store

FIRST, SECOND, THIRD = date(2026, 11, 2), date(2026, 11, 9), date(2026, 11, 16)


def test_a_change_holds_in_place_of_later_ones(any_database: Database) -> None:
    with any_database.write() as session:
        put_store(session)
        schedules.hold_from(session, "queen-st", FIRST, "daily")
        schedules.hold_from(session, "queen-st", THIRD, "weekly")
        schedules.hold_from(session, "queen-st", SECOND, "monthly")
    with any_database.read() as session:
        assert schedules.changes(session, "queen-st") == [Change(FIRST, "daily"), Change(SECOND, "monthly")]
        assert schedules.timetable(session, "queen-st").frequency(THIRD) == "monthly"


def test_a_span_leaves_what_holds_after_it(any_database: Database) -> None:
    with any_database.write() as session:
        put_store(session)
        schedules.hold_from(session, "queen-st", THIRD, "real-time")
        schedules.hold_between(session, "queen-st", FIRST, date(2026, 11, 8), "weekly")
        seen = schedules.between(session, "queen-st", FIRST, date(2026, 11, 15), "weekly")
        assert seen.frequency(SECOND) == "weekly"
    with any_database.read() as session:
        table = schedules.timetable(session, "queen-st")
        assert [table.frequency(day) for day in (date(2026, 11, 1), FIRST, SECOND, THIRD)] == [
            "daily",
            "weekly",
            "daily",
            "real-time",
        ]


def test_the_timetable_of_no_store(sqlite_database: Database) -> None:
    with sqlite_database.read() as session, pytest.raises(NotFound):
        schedules.timetable(session, "nowhere")


def test_dates_that_go_together(any_database: Database) -> None:
    with any_database.write() as session:
        put_store(session)
        for day in (DAY, NEXT_DAY):
            days.ensure_day(session, "queen-st", day, NOON).posted_with = NEXT_DAY
    with any_database.read() as session:
        assert days.dates_of(session, "queen-st", DAY) == (DAY, NEXT_DAY)
        assert days.dates_of(session, "queen-st", date(2026, 1, 1)) == (date(2026, 1, 1),)
        row = days.get_day(session, "queen-st", DAY)
        assert row is not None
        assert days.posting_date(row) == NEXT_DAY


def test_days_that_were_sent_before_the_upgrade_were_sent_whole(any_database: Database) -> None:
    run_migrations(any_database, "0001", down=True)
    with any_database.bulk() as connection:
        connection.exec_driver_sql(
            "INSERT INTO business_day (store, business_date, state, touched, queued, changed_at) VALUES"
            " ('q', '2026-11-01', 'posted', 1, false, '2026-11-19 00:00:00'),"
            " ('q', '2026-11-02', 'changed', 1, false, '2026-11-19 00:00:00'),"
            " ('q', '2026-11-03', 'open', 1, false, '2026-11-19 00:00:00')"
        )
    run_migrations(any_database, "head")
    with any_database.read() as session:
        rows = days.between(session, "q", date(2026, 11, 1), date(2026, 11, 3))
        assert [row.whole for row in rows] == [True, True, False]
