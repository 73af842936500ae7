"""A day costs what the day holds: SQLite's own account of how it looks things up."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import event
from sqlmodel import Session

from services.books.records import ReceiptKind
from services.store import days, documents
from services.store.database import Database
from services.store.purchases import purchases_on
from services.store.stores import get_facts
from services.store.takings import day_totals
from tests.store.moments import DAY
from tests.store.rows import put_receipt, put_store
from tests.store.test_takings import SALE


def _plan(session: Session, sql: str, values: tuple[Any, ...]) -> str:
    rows = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values).all()
    return "\n".join(str(row[-1]) for row in rows)


def test_a_day_is_found_by_the_index_of_business_dates(sqlite_database: Database) -> None:
    asked: list[tuple[str, tuple[Any, ...]]] = []

    def note(_connection: object, _cursor: object, sql: str, values: tuple[Any, ...], *_rest: object) -> None:
        asked.append((sql, values))

    with sqlite_database.write() as session:
        put_store(session)
        put_receipt(session, SALE)
        put_receipt(session, replace(SALE, id="D-1", kind=ReceiptKind.DEBTOR_PAYMENT, lines=(), pays="S-1"))
    with sqlite_database.read() as session:
        event.listen(sqlite_database.engine, "before_cursor_execute", note)
        day_totals(session, "queen-st", DAY, redeemed=True)
        event.remove(sqlite_database.engine, "before_cursor_execute", note)
        plans = {sql: _plan(session, sql, values) for sql, values in asked}
    of_the_day = [plan for sql, plan in plans.items() if "receipt.business_date = " in sql]
    assert len(of_the_day) >= 4
    wanted = "SEARCH receipt USING INDEX ix_receipt_day (store=? AND business_date=? AND effective=?)"
    assert [plan for plan in of_the_day if wanted not in plan] == []
    for kind in ("account_sale", "debtor_payment"):
        of_kind = [plan for sql, plan in plans.items() if f"kind = '{kind}'" in sql]
        assert [f"ix_receipt_{kind}" in plan for plan in of_kind] == [True]
    assert [plan for plan in plans.values() if "SCAN receipt" in plan] == []
    # Not by the store alone: that reads all it ever sold.
    assert [plan for plan in plans.values() if "ix_receipt_day (store=?)" in plan] == []
    assert [plan for plan in plans.values() if "ix_receipt_day (store=? AND business_date<?)" in plan] == []


def test_the_queue_is_found_by_its_index(sqlite_database: Database) -> None:
    with sqlite_database.read() as session:
        plan = session.connection().exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT * FROM business_day WHERE queued = 1"
        )
        assert "ix_business_day_queued" in str(plan.all())


def test_what_is_asked_every_few_seconds_reads_what_it_finds(sqlite_database: Database) -> None:
    """Not all dates and documents of ten years: the plans name the right index."""
    found = _plans(
        sqlite_database,
        lambda session: days.queued(session, "queen-st"),
        lambda session: days.in_states(session, ["open", "waiting"], "queen-st"),
        lambda session: days.in_states(session, ["waiting"], "queen-st", since=DAY),
        lambda session: documents.in_state(session, ["refused"], "queen-st"),
        lambda session: documents.dates_sent_on(session, "queen-st", ["account:1/S-1"]),
        lambda session: purchases_on(session, get_facts(session, "queen-st"), DAY),
    )
    wanted = {
        "ix_business_day_queued (queued=? AND store=?)": 1,
        "ix_business_day_state (store=? AND state=?": 2,
        "ix_document_state (store=? AND state=?)": 1,
        "ix_document_key (store=? AND key=?)": 1,
        "ix_purchase_day (store=? AND business_date=?)": 1,
    }
    assert {name: sum(name in plan for plan in found) for name in wanted} == wanted


def _plans(database: Database, *questions: Callable[[Session], object]) -> list[str]:
    """Ask, and return SQLite's plans of every statement."""
    asked: list[tuple[str, tuple[Any, ...]]] = []

    def note(_connection: object, _cursor: object, sql: str, values: tuple[Any, ...], *_rest: object) -> None:
        asked.append((sql, values))

    with database.write() as session:
        put_store(session)
    with database.read() as session:
        event.listen(database.engine, "before_cursor_execute", note)
        for question in questions:
            question(session)
        event.remove(database.engine, "before_cursor_execute", note)
        return [_plan(session, sql, values) for sql, values in asked]
