"""Petty cash, counts, exclusive prices, empty days: figures worked by hand."""

from __future__ import annotations

import pytest

from services.books.documents import DocumentKind, Shape
from tests.books.days import (
    NZ_EXCLUSIVE,
    build,
    every_shape,
    line,
    mapping,
    paid,
    posted,
    receipt,
    session,
    shown,
    spent,
    tender,
)


def test_a_paid_out_is_a_bill_paid_from_the_till() -> None:
    out = receipt(
        "paid_out",
        [spent("429", "P", "-11.50", description="Milk")],
        [tender("cash", "-11.50")],
        id="P-7",
        payee="Corner Dairy",
    )
    day = every_shape(out)
    (bill,) = day[Shape.JOURNAL].documents
    assert (bill.kind, bill.number, bill.contact) == (
        DocumentKind.ACCPAY,
        "POS-queen-st-2026-11-19-PO-1-P-7",
        "Corner Dairy",
    )
    assert shown(bill) == [("Milk", "429", "INPUT2", "11.50", "1.50")]
    assert paid(bill) == [("cash", "611", "11.50")]
    assert posted([bill]) == {"#TAX": "1.50", "429": "10.00", "611": "-11.50"}


def test_a_paid_out_to_nobody_is_petty_cash_and_may_be_rounded() -> None:
    out = receipt("paid_out", [spent("429", "N", "-4.98")], [tender("cash", "-5.00")], cash_rounding="-0.02")
    (bill,) = every_shape(out)[Shape.INVOICE].documents
    assert bill.contact == "Petty cash"
    assert shown(bill) == [
        ("General expenses - No GST", "429", "NONE", "4.98", "0.00"),
        ("Cash rounding", "860", "NONE", "0.02", "0.00"),
    ]


def test_a_paid_in_is_a_line_of_the_sales_on_its_account() -> None:
    day = every_shape(receipt("paid_in", [spent("210", "S", "23.00")], [tender("cash", "23.00")]))
    (invoice,) = day[Shape.INVOICE].documents
    assert shown(invoice) == [("Fees - 15% GST on Income", "210", "OUTPUT2", "23.00", "3.00")]


def test_cash_counted_over_is_a_line_and_part_of_the_payment() -> None:
    day = every_shape(
        receipt("sale", [line("grocery", "S", "46.00")], [tender("cash", "46.00")]),
        session({"cash": "197.20"}),
    )
    (invoice,) = day[Shape.INVOICE].documents
    assert shown(invoice)[-1] == ("Cash over/short: cash", "490", "NONE", "1.20", "0.00")
    assert paid(invoice) == [("cash", "611", "47.20")]
    check = next(each for each in day[Shape.INVOICE].proof if each.check.startswith("4"))
    assert (check.left, check.right) == ("47.20", "47.20")


def test_over_without_a_sale_is_an_invoice_of_one_line() -> None:
    (invoice,) = every_shape(session({"cash": "151.00"}))[Shape.INVOICE].documents
    assert [row[0] for row in shown(invoice)] == ["Cash over/short: cash"]
    assert paid(invoice) == [("cash", "611", "1.00")]


def test_cash_counted_short_lowers_the_payment() -> None:
    day = every_shape(
        receipt("sale", [line("grocery", "S", "46.00")], [tender("cash", "46.00")]),
        session({"cash": "191.00"}),
    )
    (invoice,) = day[Shape.INVOICE].documents
    assert (f"{invoice.total:.2f}", paid(invoice)) == ("41.00", [("cash", "611", "41.00")])
    assert posted([invoice])["490"] == "5.00"


def test_counts_of_two_registers_and_two_tenders_are_posted_by_tender() -> None:
    day = every_shape(
        receipt("sale", [line("grocery", "S", "46.00")], [tender("cash", "46.00")]),
        receipt("sale", [line("grocery", "S", "23.00")], [tender("eftpos", "23.00")], register="2"),
        session({"cash": "195.00"}),
        session({"cash": "152.50", "eftpos": "22.00"}, register="2", id="S-2"),
    )
    # Cash: -1.00 and +2.50; EFTPOS -1.00.
    assert posted(day[Shape.INVOICE].documents) == {
        "#TAX": "-9.00",
        "200": "-60.00",
        "490": "-0.50",
        "611": "47.50",
        "612": "22.00",
    }


def test_tax_exclusive_prices_are_sent_exclusive() -> None:
    # 18.50 x 15% = 2.775, a half cent, goes up.
    sale = receipt("sale", [line("grocery", "S", "18.50")], [tender("eftpos", "21.28")])
    day = every_shape(sale, store=NZ_EXCLUSIVE)
    (invoice,) = day[Shape.INVOICE].documents
    assert (invoice.line_amounts.value, f"{invoice.sub_total:.2f}", f"{invoice.total:.2f}") == (
        "Exclusive",
        "18.50",
        "21.28",
    )
    (journal,) = day[Shape.JOURNAL].documents
    assert (f"{journal.total:.2f}", f"{journal.total_tax:.2f}") == ("21.28", "-2.78")


def test_cents_of_tax_that_the_tills_rounded_go_to_rounding() -> None:
    # The till makes 0.015 of tax 0.02 twice; the document 0.20 x 15% = 0.03.
    sales = [
        receipt("sale", [line("grocery", "S", "0.10", tax="0.02")], [tender("eftpos", "0.12")])
        for _ in range(2)
    ]
    day = every_shape(*sales, store=NZ_EXCLUSIVE)
    assert posted(day[Shape.INVOICE].documents) == {
        "#TAX": "-0.03",
        "200": "-0.20",
        "612": "0.24",
        "860": "-0.01",
    }


def test_tax_that_is_no_rounding_blocks_the_day_with_both_numbers() -> None:
    sale = receipt("sale", [line("grocery", "S", "100.00")], [tender("eftpos", "110.00")])
    day = build(sale, store=NZ_EXCLUSIVE)
    failing = [each for each in day.blocked if each.code == "proof_fails"]
    assert failing
    assert "115.00" in failing[0].why
    assert "110.00" in failing[0].why


def test_exclusive_goods_paid_by_a_taxed_card_come_to_what_was_paid() -> None:
    books = mapping(
        NZ_EXCLUSIVE,
        gift_card_tax="sale",
        categories={"grocery": "200", "gift_card_sold": {"account": "850", "tax_type": "OUTPUT2"}},
    )
    sale = receipt("sale", [line("grocery", "S", "100.00", tax="15.00")], [tender("gift_card", "115.00")])
    day = every_shape(sale, store=NZ_EXCLUSIVE, books=books)
    assert posted(day[Shape.INVOICE].documents) == {"200": "-100.00", "850": "100.00"}


@pytest.mark.parametrize("shape", Shape)
def test_a_day_without_anything_has_no_documents(shape: Shape) -> None:
    day = build(shape=shape)
    assert (day.documents, day.proof, day.blocked, day.warnings) == ((), (), (), ())


@pytest.mark.parametrize("shape", Shape)
def test_a_day_of_nothing_but_zeros_has_no_documents(shape: Shape) -> None:
    free = receipt("sale", [line("grocery", "S", "0.00")], [tender("cash", "0.00")])
    assert build(free, shape=shape).documents == ()


def test_a_voided_receipt_counts_nowhere() -> None:
    wrong = receipt("sale", [line("grocery", "S", "99.00")], [tender("cash", "99.00")], id="W-1")
    taken_back = receipt("void", [], [], original="W-1")
    other_till = receipt(
        "sale", [line("grocery", "S", "11.50")], [tender("cash", "11.50")], id="W-1", register="2"
    )
    day = build(wrong, taken_back, other_till)
    assert posted(day.documents)["611"] == "11.50"
