"""Dates summed together, and receipts that stand alone: SQL is what memory says."""

from __future__ import annotations

import io
import itertools
import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select, update

from services.books.money import ZERO
from services.books.summing import section_of
from services.books.totals import DayTotals
from services.contract.people import Person
from services.sources.importing import import_stream
from services.store.database import Database
from services.store.stores import facts_of
from services.store.tables import ReceiptRow
from services.store.takings import takings_of, totals_of_dates, totals_of_receipts
from tests.books.summed import totals_of
from tests.store import examples
from tests.store.moments import DAY, NEXT_DAY, NOON
from tests.store.rows import put_receipt, put_store
from tests.store.test_takings import SALE

_DATES = [DAY, NEXT_DAY]
_numbers = itertools.count()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), redeemed=st.booleans())
def test_receipts_alone_in_sql_are_those_in_memory(
    any_database: Database, data: st.DataObject, *, redeemed: bool
) -> None:
    store = f"alone-{next(_numbers)}"
    receipts = data.draw(examples.receipts(store, [DAY]))
    chosen = data.draw(st.sets(st.sampled_from([each.id for each in receipts]))) if receipts else set()
    with any_database.write() as session:
        facts = facts_of(put_store(session, key=store))
        for receipt in receipts:
            put_receipt(session, receipt)
        session.exec(
            update(ReceiptRow)
            .where(col(ReceiptRow.store) == store, col(ReceiptRow.receipt).in_(chosen))
            .values(alone=True)
        )
    with any_database.read() as session:
        found = totals_of_dates(session, store, [DAY], redeemed=redeemed)
        every = totals_of_dates(session, store, [DAY], redeemed=redeemed, one_by_one=True)
    for sql, alone in ((found, chosen), (every, {each.id for each in receipts})):
        memory = totals_of(facts, DAY, receipts, redeemed=redeemed, alone=alone)
        assert _by_receipt(sql.alone) == _by_receipt(memory.alone)
        assert (sql.lines, sql.tenders) == (memory.lines, memory.tenders)
        assert (sql.redeemed, sql.account_sales) == (memory.redeemed, memory.account_sales)
    assert not every.lines


def _by_receipt(parts: tuple[DayTotals, ...]) -> dict[str, DayTotals]:
    return {part.receipt: part for part in parts}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_dates_summed_together_are_the_sum_of_each(any_database: Database, data: st.DataObject) -> None:
    store = f"period-{next(_numbers)}"
    receipts = data.draw(examples.receipts(store, _DATES))
    with any_database.write() as session:
        facts = facts_of(put_store(session, key=store))
        for receipt in receipts:
            put_receipt(session, receipt)
    with any_database.read() as session:
        both = totals_of_dates(session, store, _DATES)
        each = [totals_of_dates(session, store, [day]) for day in _DATES]
        takings = takings_of(session, facts, _DATES)
    assert (both.date, both.dates, both.label) == (NEXT_DAY, tuple(_DATES), f"{DAY}-to-{NEXT_DAY}")
    for name in ("lines", "tenders"):
        assert _sum(both, name) == sum((_sum(one, name) for one in each), ZERO)
    assert both.receipts == sum(one.receipts for one in each)
    for name in ("account_sales", "debtor_payments", "paid_outs"):
        assert len(getattr(both, name)) == sum(len(getattr(one, name)) for one in each)
    assert [takings[day] for day in _DATES] == [int(_sum(one, "tenders") * 100) for one in each]


def _sum(totals: DayTotals, name: str) -> Decimal:
    return sum((each.amount for each in getattr(totals, name)), ZERO)


def test_chosen_receipts_and_nothing_else(any_database: Database) -> None:
    store = "chosen"
    with any_database.write() as session:
        put_store(session, key=store)
        rows = {
            receipt.id: put_receipt(session, receipt)
            for receipt in (replace(SALE, store=store, id=name) for name in ("A", "B", "C"))
        }
    with any_database.read() as session:
        found = totals_of_receipts(session, store, DAY, [rows["A"], rows["C"]])
    assert [part.receipt for part in found.alone] == ["1/A", "1/C"]
    assert section_of(SALE) == "sales"
    assert (found.lines, found.paid_outs) == ((), ())


def test_a_new_revision_stands_alone_as_the_old_one_did(any_database: Database) -> None:
    with any_database.write() as session:
        put_store(session)
    _import(any_database, "10.00")
    with any_database.write() as session:
        session.exec(update(ReceiptRow).values(alone=True))
    _import(any_database, "12.00")
    with any_database.read() as session:
        rows = session.exec(select(ReceiptRow).order_by(col(ReceiptRow.revision))).all()
    assert [(row.revision, row.current, row.alone) for row in rows] == [(1, False, True), (2, True, True)]


def _import(database: Database, amount: str) -> None:
    record = {
        "store": "queen-st",
        "register": "1",
        "id": "A",
        "time": (NOON + timedelta(hours=1)).isoformat(),
        "kind": "sale",
        "lines": [{"category": "grocery", "tax_code": "GST15", "amount": amount}],
        "tenders": [{"type": "cash", "amount": amount}],
    }
    stream = io.BytesIO(json.dumps(record).encode())
    who = Person("anna", 1000, frozenset({"manager"}))
    answer = import_stream(database, "a.jsonl", stream, source=None, store=None, who=who, clock=lambda: NOON)
    assert not answer["refused"]
