"""A day summed in SQL is the day summed in memory."""

import itertools
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.books.records import Line, Receipt, ReceiptKind, Tender
from services.books.summing import Taxed
from services.books.totals import DayTotals, LineTotal, PaidSale, Section, TenderTotal
from services.contract.problem import NotFound
from services.store.database import Database
from services.store.receipts import on_date, stream
from services.store.stores import facts_of, get_facts
from services.store.tables import PurchaseRow
from services.store.takings import day_totals
from tests.books.summed import totals_of
from tests.store import examples
from tests.store.moments import DAY, NEXT_DAY, NOON
from tests.store.rows import BARE_SALE, put_receipt, put_session, put_store

_DATES = [DAY, NEXT_DAY]
_numbers = itertools.count()


def _is_grocery(line: Line) -> bool:
    return line.category == "grocery"


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), redeemed=st.booleans(), taxed=st.sampled_from([None, _is_grocery]))
def test_sums_in_sql_are_sums_in_memory(
    any_database: Database, data: st.DataObject, *, redeemed: bool, taxed: Taxed | None
) -> None:
    store = f"store-{next(_numbers)}"
    receipts = data.draw(examples.receipts(store, _DATES))
    sessions = data.draw(examples.sessions(store, _DATES))
    with any_database.write() as session:
        facts = facts_of(put_store(session, key=store))
        for receipt in receipts:
            put_receipt(session, receipt)
        for till in sessions:
            put_session(session, till)
    with any_database.read() as session:
        found = day_totals(session, store, DAY, redeemed=redeemed, taxed=taxed)
    summed = totals_of(facts, DAY, receipts, sessions=sessions, redeemed=redeemed, taxed=taxed)
    in_order = sorted(summed.counts, key=lambda each: (each.register, each.session, each.type))
    assert sorted(found.counts, key=lambda each: (each.register, each.session, each.type)) == in_order
    assert sorted(found.uncounted_sessions) == sorted(summed.uncounted_sessions)
    assert replace(found, counts=(), uncounted_sessions=()) == replace(
        summed, counts=(), uncounted_sessions=()
    )


SALE = replace(
    BARE_SALE,
    lines=(
        Line("GST15", Decimal("12.52"), "grocery", tax=Decimal("1.63")),
        Line("GST15", Decimal("-2.00"), "grocery", tax=Decimal("-0.26")),
        Line("GST15", Decimal("5.00"), "hardware"),
    ),
    tenders=(Tender("cash", Decimal("15.50")),),
    cash_rounding=Decimal("-0.02"),
)


def _totals(database: Database, business_date: date = DAY, *, redeemed: bool = False) -> DayTotals:
    with database.read() as session:
        return day_totals(session, "queen-st", business_date, redeemed=redeemed)


def _put(database: Database, *receipts: Receipt) -> None:
    with database.write() as session:
        for receipt in receipts:
            put_receipt(session, receipt)


def test_signs_and_sections_are_kept_apart(shop: Database) -> None:
    refund = replace(
        SALE,
        id="A-2",
        kind=ReceiptKind.REFUND,
        lines=(Line("GST15", Decimal("-4.00"), "grocery", tax=Decimal("-0.52")),),
        tenders=(Tender("cash", Decimal("-4.00")),),
        cash_rounding=None,
    )
    _put(shop, SALE, refund)
    totals = _totals(shop)
    assert totals.lines == (
        LineTotal(Section.SALES, "grocery", None, "GST15", Decimal("12.52"), 1, Decimal("1.63")),
        LineTotal(Section.SALES, "grocery", None, "GST15", Decimal("-2.00"), 1, Decimal("-0.26")),
        LineTotal(Section.SALES, "hardware", None, "GST15", Decimal("5.00"), 1, None),
        LineTotal(Section.REFUNDS, "grocery", None, "GST15", Decimal("-4.00"), 1, Decimal("-0.52")),
    )
    assert totals.tenders == (
        TenderTotal(Section.SALES, "cash", Decimal("15.50"), 1),
        TenderTotal(Section.REFUNDS, "cash", Decimal("-4.00"), 1),
    )
    assert totals.rounding == {Section.SALES: Decimal("-0.02"), Section.REFUNDS: Decimal(0)}
    assert (totals.receipts, totals.rounding_unlike_rule) == (2, 0)


def test_printed_tax_is_missing_when_one_line_has_none(shop: Database) -> None:
    _put(shop, SALE, replace(SALE, id="A-2", lines=(Line("GST15", Decimal("15.52"), "grocery"),)))
    grocery = _totals(shop).lines[0]
    assert (grocery.amount, grocery.lines, grocery.printed_tax) == (Decimal("28.04"), 2, None)


def test_only_what_counts_is_summed(shop: Database) -> None:
    void = replace(
        SALE, id="V", kind=ReceiptKind.VOID, lines=(), tenders=(), cash_rounding=None, original="B"
    )
    with shop.write() as session:
        put_store(session, key="other")
        put_receipt(session, SALE, effective=False)
        put_receipt(session, SALE, revision=2)
        put_receipt(session, replace(SALE, store="other"))
        put_receipt(session, replace(SALE, id="tomorrow", business_date=NEXT_DAY))
        put_receipt(session, void)
    totals = _totals(shop)
    assert totals.receipts == 1
    assert sum(tender.amount for tender in totals.tenders) == Decimal("15.50")


def test_an_empty_day_is_empty(shop: Database) -> None:
    totals = _totals(shop)
    assert (totals.lines, totals.tenders, totals.account_sales, totals.receipts) == ((), (), (), 0)
    assert totals.rounding == {}
    assert totals.paid_sales == {}


def test_gift_cards_are_shared_out_only_when_asked_for(shop: Database) -> None:
    _put(
        shop,
        replace(
            SALE,
            tenders=(Tender("gift_card", Decimal("7.76")), Tender("eftpos", Decimal("7.76"))),
            cash_rounding=None,
        ),
    )
    assert _totals(shop).redeemed == ()
    shares = _totals(shop, redeemed=True).redeemed
    assert [(share.category, share.amount) for share in shares] == [
        ("grocery", Decimal("6.26")),
        ("grocery", Decimal("-1.00")),
        ("hardware", Decimal("2.50")),
    ]


def test_documents_of_their_own_come_whole_and_in_order(shop: Database) -> None:
    account_sale = replace(
        SALE,
        id="S",
        kind=ReceiptKind.ACCOUNT_SALE,
        customer="Anna",
        due_date=NEXT_DAY,
        tenders=(),
        cash_rounding=None,
    )
    paid_out = replace(
        SALE,
        id="P",
        kind=ReceiptKind.PAID_OUT,
        lines=(Line("GST15", Decimal("-3.00"), account="429", quantity=Decimal("1.5"), description="milk"),),
        tenders=(Tender("cash", Decimal("-3.00"), reference="r", terminal="t"),),
        cash_rounding=None,
        payee="Dairy",
        operator="Ben",
        note="urgent",
    )
    earlier = replace(paid_out, id="Q", time=NOON - timedelta(minutes=1))
    _put(shop, account_sale, paid_out, earlier)
    totals = _totals(shop)
    assert totals.account_sales == (account_sale,)
    assert totals.paid_outs == (earlier, paid_out)
    assert totals.lines == ()


def test_a_debtor_payment_finds_the_account_sale_by_its_receipt(shop: Database) -> None:
    def payment(number: str, pays: str) -> Receipt:
        return replace(
            SALE,
            id=number,
            business_date=NEXT_DAY,
            kind=ReceiptKind.DEBTOR_PAYMENT,
            lines=(),
            tenders=(Tender("cash", Decimal("5.00")),),
            cash_rounding=None,
            pays=pays,
        )

    sale = replace(
        SALE, id="S-1", register="2", kind=ReceiptKind.ACCOUNT_SALE, tenders=(), cash_rounding=None
    )
    with shop.write() as session:
        put_store(session, key="other")
        put_receipt(session, sale)
        put_receipt(session, replace(sale, id="S-2"), effective=False)
        put_receipt(session, replace(sale, id="S-3", store="other"))
        put_receipt(session, replace(SALE, id="S-4"))
    _put(shop, *(payment(f"D-{number}", f"S-{number}") for number in range(1, 6)))
    totals = _totals(shop, NEXT_DAY)
    assert len(totals.debtor_payments) == 5
    assert totals.paid_sales == {"S-1": (PaidSale(sale),)}


def test_what_was_paid_before_on_an_account_sale_comes_with_it(shop: Database) -> None:
    sale = replace(SALE, id="S-1", kind=ReceiptKind.ACCOUNT_SALE, tenders=(), cash_rounding=None)
    payment = replace(
        SALE,
        kind=ReceiptKind.DEBTOR_PAYMENT,
        lines=(),
        tenders=(Tender("cash", Decimal("5.00")),),
        cash_rounding=None,
        pays="S-1",
    )
    first, second = replace(payment, id="D-1"), replace(payment, id="D-2", business_date=NEXT_DAY)
    with shop.write() as session:
        put_receipt(session, sale)
        put_receipt(session, replace(first, id="D-0"), effective=False)
        put_receipt(session, replace(first, id="D-3", pays="S-2"))
    _put(shop, first, second, replace(first, id="D-4", business_date=NEXT_DAY + timedelta(days=1)))
    assert _totals(shop, NEXT_DAY).paid_sales == {"S-1": (PaidSale(sale, (first,)),)}


def test_an_id_of_two_registers_keeps_what_was_paid_on_each_apart(shop: Database) -> None:
    sale = replace(SALE, id="S-1", kind=ReceiptKind.ACCOUNT_SALE, tenders=(), cash_rounding=None)
    ours, theirs = replace(sale, customer="Anna"), replace(sale, register="2", customer="Bob")
    payment = replace(
        SALE, id="D-1", kind=ReceiptKind.DEBTOR_PAYMENT, lines=(), cash_rounding=None, pays="S-1"
    )
    before = replace(payment, customer="Bob")
    with shop.write() as session:
        put_receipt(session, theirs)
        put_receipt(session, ours)
    _put(shop, before, replace(payment, id="D-2", business_date=NEXT_DAY, customer="Anna"))
    assert _totals(shop, NEXT_DAY).paid_sales == {"S-1": (PaidSale(ours), PaidSale(theirs, (before,)))}


def test_purchases_come_from_the_records_as_received(shop: Database) -> None:
    record: dict[str, Any] = {
        "record": "purchase",
        "store": "queen-st",
        "id": "P-1",
        "number": "KW-1",
        "supplier": "Kiwi Wholesale",
        "date": "2026-11-19",
        "due_date": "2026-12-20",
        "amounts": "exclusive",
        "lines": [{"account": "310", "tax_code": "GST15", "amount": "82.80"}],
        "total": "95.22",
    }
    with shop.write() as session:
        session.add(
            PurchaseRow(
                store="queen-st",
                kind="purchase",
                purchase="P-1",
                business_date=DAY,
                total=9522,
                body=record,
                digest=b"",
            )
        )
    (purchase,) = _totals(shop).purchases
    assert (purchase.supplier, purchase.total, purchase.lines[0].account) == (
        "Kiwi Wholesale",
        Decimal("95.22"),
        "310",
    )
    assert _totals(shop, NEXT_DAY).purchases == ()


def test_amounts_beyond_32_bits_are_exact(shop: Database) -> None:
    large = Decimal("999999999.99")
    receipt = replace(
        SALE, lines=(Line("GST15", large, "grocery"),), tenders=(Tender("cash", large),), cash_rounding=None
    )
    _put(shop, *(replace(receipt, id=str(number)) for number in range(3)))
    assert _totals(shop).lines[0].amount == Decimal("2999999999.97")
    assert _totals(shop).tenders[0].amount == Decimal("2999999999.97")


def test_an_unknown_store_is_not_found(shop: Database) -> None:
    with shop.read() as session, pytest.raises(NotFound):
        day_totals(session, "nowhere", DAY)


def test_reading_a_day_holds_few_receipts_at_a_time(shop: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.store.receipts._AT_ONCE", 3)
    _put(shop, *(replace(SALE, id=str(number)) for number in range(10)))
    with shop.read() as session:
        stream_of = stream(session, get_facts(session, "queen-st"), on_date("queen-st", DAY))
        first = next(stream_of)
        assert len(session.identity_map) <= 3 + len(("store", "last line", "last tender"))
        assert [first.id, *(receipt.id for receipt in stream_of)] == [str(number) for number in range(10)]
