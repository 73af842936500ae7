"""Leafing through the log, however long it is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert
from sqlmodel import Session

from services.store import log_pages
from services.store.database import Database
from services.store.log_pages import LogFilter
from services.store.tables import Attempt
from tests.store.moments import NOON

CALLS = ("PUT Invoices", "PUT Payments")


def fill(database: Database, count: int) -> None:
    """Write down so many attempts: every tenth refused, every other of store b."""
    rows = [
        {
            "store": "ab"[number % 2],
            "tenant": "t",
            "call": CALLS[number % 3 == 0],
            "idempotency_key": f"key-{number}",
            "started": NOON + timedelta(seconds=number),
            "outcome": "refused" if number % 10 == 0 else "accepted",
            "elements": 1,
        }
        for number in range(count)
    ]
    with database.bulk() as connection:
        connection.execute(insert(Attempt.__table__), rows)  # type: ignore[attr-defined]


def ids(session: Session, wanted: LogFilter, first: int, limit: int) -> list[int]:
    return [each.attempt.id or 0 for each in log_pages.page(session, wanted, first, limit)]


@pytest.fixture
def filled(any_database: Database) -> Database:
    fill(any_database, 100)
    return any_database


def test_pages_follow_each_other_newest_first(filled: Database) -> None:
    with filled.read() as session:
        whole = ids(session, LogFilter(), 0, 100)
        assert whole == sorted(whole, reverse=True)
        assert ids(session, LogFilter(), 0, 30) + ids(session, LogFilter(), 30, 70) == whole
        assert log_pages.count(session, LogFilter()) == 100


@pytest.mark.parametrize(
    "wanted,count",
    [
        (LogFilter(failed=True), 10),
        (LogFilter(store="a"), 50),
        (LogFilter(store="b", failed=True), 0),
        (LogFilter(call="PUT Payments"), 34),
        (LogFilter(text="POS-"), 0),
    ],
)
def test_a_filter_counts_what_its_pages_hold(filled: Database, wanted: LogFilter, count: int) -> None:
    with filled.read() as session:
        assert log_pages.count(session, wanted) == count == len(ids(session, wanted, 0, 100))


def test_the_kinds_of_calls_are_told(filled: Database) -> None:
    with filled.read() as session:
        assert log_pages.calls(session) == sorted(CALLS)
