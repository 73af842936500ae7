"""Receipts read back from their rows."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from services.books.records import Line, ReceiptKind, Tender
from services.contract.problem import NotFound
from services.store.database import Database
from services.store.receipts import find_receipt, get_receipt, on_date, rows_on, stream
from services.store.stores import get_facts
from tests.store.moments import DAY, NEXT_DAY, NOON
from tests.store.rows import BARE_SALE, put_receipt

SALE = replace(
    BARE_SALE,
    lines=(
        Line(
            "GST15",
            Decimal("12.52"),
            "grocery",
            quantity=Decimal("0.500"),
            description="apples",
            tax=Decimal("1.63"),
            layby="L",
            card="C",
        ),
        Line("GST0", Decimal("3.00"), "hardware"),
    ),
    tenders=(
        Tender("cash", Decimal("10.00")),
        Tender("eftpos", Decimal("5.50"), reference="R", terminal="T"),
    ),
    cash_rounding=Decimal("-0.02"),
    customer="Anna",
    due_date=NEXT_DAY,
    pays="X",
    original="Y",
    payee="Z",
    operator="Ben",
    note="n",
)


def test_a_receipt_comes_back_whole(shop: Database) -> None:
    with shop.write() as session:
        number = put_receipt(session, SALE)
    with shop.read() as session:
        assert get_receipt(session, number) == SALE
        assert find_receipt(session, "queen-st", "1", "A-1") == SALE
        assert find_receipt(session, "queen-st", "2", "A-1") is None
        with pytest.raises(NotFound):
            get_receipt(session, number + 1)
        with pytest.raises(NotFound):
            find_receipt(session, "nowhere", "1", "A-1")


def test_the_newest_revision_is_found(shop: Database) -> None:
    with shop.write() as session:
        put_receipt(session, SALE, effective=False)
        put_receipt(session, replace(SALE, note="new"), revision=2)
    with shop.read() as session:
        found = find_receipt(session, "queen-st", "1", "A-1")
    assert found is not None
    assert found.note == "new"


def test_receipts_come_oldest_first_and_only_those_asked_for(shop: Database) -> None:
    earlier = replace(SALE, id="B", time=NOON - timedelta(hours=1))
    with shop.write() as session:
        for receipt in (SALE, earlier, replace(SALE, id="C", business_date=NEXT_DAY)):
            put_receipt(session, receipt)
        put_receipt(session, replace(SALE, id="D"), effective=False)
    with shop.read() as session:
        facts = get_facts(session, "queen-st")
        assert list(stream(session, facts, on_date("queen-st", DAY))) == [earlier, SALE]
        assert len(list(stream(session, facts))) == 4


def test_the_receipts_behind_a_number_come_in_pages(shop: Database) -> None:
    refund = replace(SALE, id="R", kind=ReceiptKind.REFUND, lines=SALE.lines[1:])
    with shop.write() as session:
        for receipt in (SALE, refund, replace(SALE, id="B")):
            put_receipt(session, receipt)
    with shop.read() as session:
        everything = rows_on(session, "queen-st", DAY)
        assert [row.receipt for row in everything] == ["A-1", "R", "B"]
        first = rows_on(session, "queen-st", DAY, limit=2)
        assert [row.receipt for row in first] == ["A-1", "R"]
        assert [row.receipt for row in rows_on(session, "queen-st", DAY, after=first[-1].id or 0)] == ["B"]
        assert [row.receipt for row in rows_on(session, "queen-st", DAY, kind="refund")] == ["R"]
        grocery = rows_on(session, "queen-st", DAY, category="grocery")
        assert [row.receipt for row in grocery] == ["A-1", "B"]
        assert rows_on(session, "queen-st", NEXT_DAY) == []
