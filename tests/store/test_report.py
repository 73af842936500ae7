"""What was taken in, as `tillbook totals` tells it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from services.books.records import Line, Receipt, ReceiptKind, Tender
from services.contract.answers import TotalsAnswer
from services.contract.problem import NotFound
from services.store.database import Database
from services.store.report import totals
from services.store.tables import SetApart
from tests.store.moments import DAY, NEXT_DAY
from tests.store.rows import BARE_SALE, put_receipt, put_store

SALE = replace(
    BARE_SALE,
    lines=(
        Line("GST15", Decimal("12.50"), "grocery"),
        Line("GST0", Decimal("1.50"), "grocery"),
        Line("GST15", Decimal("2.00"), "grocery"),
        Line("GST15", Decimal("4.00"), "hardware"),
    ),
    tenders=(Tender("cash", Decimal("15.00")), Tender("eftpos", Decimal("5.00"))),
)
PAID_OUT = replace(
    SALE,
    id="P-1",
    kind=ReceiptKind.PAID_OUT,
    lines=(Line("GST15", Decimal("-3.00"), account="429"), Line("GST15", Decimal("-2.00"), account="430")),
    tenders=(Tender("cash", Decimal("-5.00")),),
)
REFUND = replace(
    SALE,
    id="R-1",
    business_date=NEXT_DAY,
    kind=ReceiptKind.REFUND,
    lines=(Line("GST0", Decimal("-1.50"), "grocery"),),
    tenders=(Tender("cash", Decimal("-1.50")),),
)


def _totals(database: Database, first: date = DAY, last: date = NEXT_DAY) -> TotalsAnswer:
    with database.read() as session:
        return totals(session, "queen-st", first, last)


def _put(database: Database, *receipts: Receipt) -> None:
    with database.write() as session:
        for receipt in receipts:
            put_receipt(session, receipt)


def test_rows_by_date_kind_category_and_tax_code(shop: Database) -> None:
    _put(shop, SALE, replace(SALE, id="A-2", lines=SALE.lines[1:2]), PAID_OUT, REFUND)
    answer = _totals(shop)
    names = ("date", "kind", "category", "tax_code", "receipts", "lines", "amount")
    assert [tuple(row[name] for name in names) for row in answer["rows"]] == [  # type: ignore[literal-required]
        ("2026-11-19", "paid_out", None, "GST15", 1, 2, "-5.00"),
        ("2026-11-19", "sale", "grocery", "GST0", 1, 2, "3.00"),
        ("2026-11-19", "sale", "grocery", "GST15", 1, 2, "14.50"),
        ("2026-11-19", "sale", "hardware", "GST15", 1, 1, "4.00"),
        ("2026-11-20", "refund", "grocery", "GST0", 1, 1, "-1.50"),
    ]
    assert answer["store"] == "queen-st"


def test_a_receipt_counts_once_in_a_category_whatever_its_tax_codes(shop: Database) -> None:
    _put(shop, SALE)
    grocery = [row for row in _totals(shop)["rows"] if row["category"] == "grocery"]
    assert len(grocery) == 2
    assert sum(row["receipts"] for row in grocery) == 1


def test_tenders_of_every_kind(shop: Database) -> None:
    _put(shop, SALE, replace(SALE, id="A-2"), PAID_OUT, REFUND)
    assert [tuple(row.values()) for row in _totals(shop)["tenders"]] == [
        ("2026-11-19", "paid_out", "cash", "-5.00"),
        ("2026-11-19", "sale", "cash", "30.00"),
        ("2026-11-19", "sale", "eftpos", "10.00"),
        ("2026-11-20", "refund", "cash", "-1.50"),
    ]


def test_dates_outside_and_what_no_longer_counts_are_left_out(shop: Database) -> None:
    with shop.write() as session:
        put_store(session, key="other")
        put_receipt(session, SALE, effective=False)
        put_receipt(session, replace(SALE, store="other"))
        put_receipt(session, REFUND)
    nothing: TotalsAnswer = {"store": "queen-st", "rows": [], "tenders": [], "set_apart": []}
    assert _totals(shop, DAY, DAY) == nothing
    assert len(_totals(shop, NEXT_DAY, NEXT_DAY)["rows"]) == 1


def test_what_was_set_apart_is_counted_under_its_name(shop: Database) -> None:
    def apart(receipt: str, name: str, day: date, lines: int, amount: int) -> SetApart:
        return SetApart(
            store="queen-st",
            till="1",
            receipt=receipt,
            name=name,
            business_date=day,
            lines=lines,
            amount=amount,
            digest=b"",
        )

    with shop.write() as session:
        session.add_all(
            [
                apart("A", "stock", DAY, 2, 0),
                apart("B", "stock", DAY, 1, -150),
                apart("B", "adjustment", DAY, 1, 70),
                apart("C", "stock", NEXT_DAY, 5, 0),
            ]
        )
    assert _totals(shop, DAY, DAY)["set_apart"] == [
        {"date": "2026-11-19", "name": "adjustment", "receipts": 1, "lines": 1, "amount": "0.70"},
        {"date": "2026-11-19", "name": "stock", "receipts": 2, "lines": 3, "amount": "-1.50"},
    ]


def test_amounts_have_the_decimals_of_the_currency(shop: Database) -> None:
    with shop.write() as session:
        put_store(
            session, key="tokyo", country="JP", currency="JPY", timezone="Asia/Tokyo", cash_rounding=None
        )
        line, tender = Line("T10", Decimal(1200), "food"), Tender("cash", Decimal(1200))
        put_receipt(session, replace(SALE, store="tokyo", lines=(line,), tenders=(tender,)))
    with shop.read() as session:
        assert totals(session, "tokyo", DAY, DAY)["rows"][0]["amount"] == "1200"


def test_an_unknown_store_is_not_found(shop: Database) -> None:
    with shop.read() as session, pytest.raises(NotFound):
        totals(session, "nowhere", DAY, DAY)
