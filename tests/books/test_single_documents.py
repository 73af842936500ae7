"""Account sales, debtor payments and suppliers' bills: documents of their own."""

from __future__ import annotations

import pytest

from services.books.countries import built_in
from services.books.documents import DocumentKind, Shape
from tests.books.days import (
    NZ_EXCLUSIVE,
    Body,
    build,
    codes,
    every_shape,
    facts,
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


def _account_sale(*tenders: Body, lines: list[Body] | None = None, **more: object) -> Body:
    lines = lines or [line("hardware", "S", "115.00"), line("grocery", "S", "23.00")]
    return receipt("account_sale", lines, list(tenders), id="A-1", customer="Builders Ltd") | more


def test_an_account_sale_is_the_customers_own_invoice() -> None:
    day = every_shape(_account_sale(due_date="2026-12-20"))
    (invoice,) = day[Shape.JOURNAL].documents
    assert (invoice.kind, invoice.key, invoice.number, invoice.contact) == (
        DocumentKind.ACCREC,
        "account:1/A-1",
        "queen-st-A-1",
        "Builders Ltd",
    )
    assert str(invoice.due_date) == "2026-12-20"
    assert [row[3] for row in shown(invoice)] == ["23.00", "115.00"]
    assert posted([invoice]) == {"#AR": "138.00", "#TAX": "-18.00", "200": "-20.00", "201": "-100.00"}


def test_a_name_with_stray_spaces_is_that_of_the_contact_without() -> None:
    sold = _account_sale() | {"customer": " Builders  Ltd "}
    settled = receipt("debtor_payment", [], [tender("cash", "38.00")], id="D-1", pays="A-1")
    day = build(sold, settled | {"customer": "Builders Ltd"})
    assert [document.contact for document in day.documents] == ["Builders Ltd", "Builders Ltd"]
    assert codes(day) == []


def test_a_part_payment_lowers_what_the_customer_owes() -> None:
    day = every_shape(_account_sale(tender("eftpos", "38.00"), tender("on_account", "100.00")))
    (invoice,) = day[Shape.INVOICE].documents
    assert paid(invoice) == [("eftpos", "612", "38.00")]
    assert posted([invoice])["#AR"] == "100.00"


def test_money_handed_out_on_account_is_a_line() -> None:
    day = every_shape(_account_sale(tender("cash", "-20.00"), tender("on_account", "158.00")))
    (invoice,) = day[Shape.INVOICE].documents
    assert shown(invoice)[-1] == ("Cash-out: cash", "611", "NONE", "20.00", "0.00")
    assert posted([invoice])["#AR"] == "158.00"


def test_cash_rounding_of_a_part_payment_is_on_the_customers_invoice() -> None:
    sale = _account_sale(tender("cash", "9.40"), lines=[line("grocery", "S", "9.38")], cash_rounding="0.02")
    (invoice,) = every_shape(sale)[Shape.INVOICE].documents
    assert shown(invoice)[-1] == ("Cash rounding", "860", "NONE", "0.02", "0.00")
    assert "#AR" not in posted([invoice])


@pytest.mark.parametrize("their_days,wanted", [(None, "2026-11-26"), (20, "2026-12-09"), (0, "2026-11-19")])
def test_the_due_date_is_the_ledgers_rule_else_the_mappings(their_days: int | None, wanted: str) -> None:
    organisation = facts(default_due_days=their_days)
    day = build(_account_sale(), books=mapping(due_days=7), organisation=organisation)
    assert str(day.documents[0].due_date) == wanted


def test_a_refund_on_account_is_the_customers_credit_note() -> None:
    back = receipt(
        "refund",
        [line("hardware", "S", "-115.00")],
        [tender("on_account", "-100.00"), tender("cash", "-15.00")],
        id="A-2",
        customer="Builders Ltd",
    )
    (note,) = every_shape(back)[Shape.INVOICE].documents
    assert (note.kind, note.number, f"{note.total:.2f}") == (
        DocumentKind.ACCRECCREDIT,
        "queen-st-A-2",
        "115.00",
    )
    assert shown(note) == [
        ("Refunds: Sales - Hardware - 15% GST on Income", "201", "OUTPUT2", "115.00", "15.00")
    ]
    assert paid(note) == [("cash", "611", "15.00")]
    assert posted([note])["#AR"] == "-100.00"


def test_money_taken_on_a_credit_to_the_account_is_a_line_of_it() -> None:
    back = receipt(
        "refund",
        [line("hardware", "S", "-115.00")],
        [tender("on_account", "-135.00"), tender("cash", "20.00")],
        customer="Builders Ltd",
    )
    (note,) = every_shape(back)[Shape.INVOICE].documents
    assert shown(note)[-1] == ("Tender: cash", "611", "NONE", "20.00", "0.00")
    assert posted([note])["#AR"] == "-135.00"


def test_an_account_sale_at_exclusive_prices_keeps_the_tills_total() -> None:
    lines = [line("grocery", "S", "0.10", tax="0.02"), line("grocery", "S", "0.10", tax="0.02")]
    sale = _account_sale(tender("on_account", "0.24"), lines=lines)
    (invoice,) = every_shape(sale, store=NZ_EXCLUSIVE)[Shape.INVOICE].documents
    assert posted([invoice]) == {"#AR": "0.24", "#TAX": "-0.03", "200": "-0.20", "860": "-0.01"}


def test_an_account_sale_paid_by_a_taxed_gift_card_is_not_taxed_again() -> None:
    books = mapping(gift_card_tax="sale")
    sale = _account_sale(tender("gift_card", "69.00"), tender("on_account", "69.00"))
    (invoice,) = every_shape(sale, books=books)[Shape.INVOICE].documents
    assert posted([invoice])["#TAX"] == "-9.00"
    assert posted([invoice])["#AR"] == "69.00"


def test_two_registers_with_one_receipt_id_are_told_to_use_the_register() -> None:
    other = _account_sale() | {"register": "2"}
    day = build(_account_sale(), other)
    assert codes(day) == ["number_repeats"]
    assert "{register}" in day.blocked[0].next
    books = mapping(account_number="{store}-{register}-{receipt}")
    assert codes(build(_account_sale(), other, books=books)) == []


def _debtor(pays: str, *tenders: Body, **more: object) -> Body:
    return receipt("debtor_payment", [], list(tenders), id="D-1", pays=pays, customer="Builders Ltd") | more


def test_a_debtor_payment_pays_the_account_sale_it_names() -> None:
    day = every_shape(_account_sale(), _debtor("A-1", tender("eftpos", "100.00"), tender("cash", "38.00")))
    invoice, payment = day[Shape.INVOICE].documents
    assert (payment.kind, payment.key, payment.number, payment.contact) == (
        DocumentKind.PAYMENT,
        "payment:1/D-1",
        invoice.number,
        "Builders Ltd",
    )
    assert paid(payment) == [("cash", "611", "38.00"), ("eftpos", "612", "100.00")]
    assert [each.reference for each in payment.payments] == [
        "queen-st-A-1 1/D-1 cash",
        "queen-st-A-1 1/D-1 eftpos",
    ]
    assert (f"{payment.total:.2f}", payment.lines) == ("138.00", ())
    assert "#AR" not in posted([invoice, payment])


def test_a_debtor_payment_of_an_invoice_raised_elsewhere_keeps_its_number() -> None:
    day = build(_debtor("INV-0042", tender("eftpos", "100.00")))
    assert day.documents[0].number == "INV-0042"
    assert day.warnings == ()
    unconnected = build(_debtor("INV-0042", tender("eftpos", "100.00")), organisation=built_in("NZ"))
    assert "not looked up" in unconnected.warnings[0]
    assert codes(unconnected) == ["not_connected"]
    assert unconnected.proof


def test_cash_rounding_of_a_debtor_payment_settles_the_whole_invoice() -> None:
    day = every_shape(
        _debtor("INV-1", tender("cash", "20.00"), cash_rounding="0.03"), session({"cash": "170.00"})
    )
    assert posted(day[Shape.INVOICE].documents) == {"#AR": "-19.97", "611": "20.00", "860": "-0.03"}
    down = every_shape(_debtor("INV-1", tender("cash", "19.90"), cash_rounding="-0.02"))
    assert posted(down[Shape.ZERO_INVOICE].documents) == {"#AR": "-19.92", "611": "19.90", "860": "0.02"}


def _purchase(kind: str = "purchase", **more: object) -> Body:
    body = {
        "record": kind,
        "store": "queen-st",
        "id": "P-1",
        "number": "KW-1",
        "supplier": "Kiwi Wholesale Ltd",
        "supplier_number": "C-17",
        "date": "2026-11-19",
        "due_date": "2026-12-20",
        "amounts": "exclusive",
        "lines": [{"category": "stock", "tax_code": "P", "amount": "100.00", "quantity": "3"}],
        "total": "115.00",
    }
    return body | more


def test_a_bill_by_category_is_unpaid_and_keeps_the_suppliers_words() -> None:
    (bill,) = every_shape(_purchase())[Shape.NET_INVOICE].documents
    assert (bill.kind, bill.key, bill.number, bill.contact, bill.contact_number) == (
        DocumentKind.ACCPAY,
        "purchase:P-1",
        "KW-1",
        "Kiwi Wholesale Ltd",
        "C-17",
    )
    assert (bill.payments, str(bill.due_date)) == ((), "2026-12-20")
    assert shown(bill) == [("Purchases - Grocery - 15% GST on Expenses", "310", "INPUT2", "100.00", "15.00")]
    # 100.00 / 3 is no price: the quantity cannot be sent.
    assert bill.lines[0].quantity == 1


def test_goods_sent_back_are_a_suppliers_credit_above_zero() -> None:
    (credit,) = every_shape(_purchase("purchase_credit"))[Shape.INVOICE].documents
    assert (credit.kind, credit.key, f"{credit.total:.2f}") == (
        DocumentKind.ACCPAYCREDIT,
        "purchase_credit:P-1",
        "115.00",
    )
    assert posted([credit]) == {"#AP": "115.00", "#TAX": "-15.00", "310": "-100.00"}


def test_inclusive_bills_take_their_tax_out_of_the_amounts() -> None:
    lines = [spent("425", "P", "11.50")]
    (bill,) = every_shape(_purchase(amounts="inclusive", lines=lines, total="11.50"))[Shape.INVOICE].documents
    assert (bill.line_amounts.value, f"{bill.sub_total:.2f}", f"{bill.total_tax:.2f}") == (
        "Inclusive",
        "10.00",
        "1.50",
    )


@pytest.mark.parametrize(
    "lines,total,posted_rounding",
    [(1, "115.01", "0.01"), (1, "114.99", "-0.01"), (6, "690.05", "0.05"), (6, "689.95", "-0.05")],
)
def test_cents_of_the_suppliers_rounding_go_to_rounding(lines: int, total: str, posted_rounding: str) -> None:
    day = every_shape(_purchase(lines=[spent("425", "P", "100.00")] * lines, total=total))
    assert posted(day[Shape.INVOICE].documents)["860"] == posted_rounding


@pytest.mark.parametrize("lines,total", [(1, "115.02"), (6, "690.06"), (6, "689.94")])
def test_a_larger_difference_blocks_the_day_and_names_the_bill(lines: int, total: str) -> None:
    sale = receipt("sale", [line("grocery", "S", "10.00")], [tender("cash", "10.00")])
    day = build(sale, _purchase(lines=[spent("425", "P", "100.00")] * lines, total=total))
    assert codes(day) == ["supplier_total_differs"]
    assert day.documents == ()
    assert total in day.blocked[0].why
    assert "KW-1" in day.blocked[0].what


def test_one_supplier_cannot_send_one_number_twice() -> None:
    day = build(_purchase(), _purchase(id="P-2"))
    assert codes(day) == ["number_repeats"]
    assert codes(build(_purchase(), _purchase(id="P-2", supplier="Other Ltd"))) == []
    assert codes(build(_purchase(), _purchase("purchase_credit"))) == []


def test_an_unmapped_bill_is_named_as_that_and_not_as_a_wrong_total() -> None:
    day = build(_purchase(), books=mapping(tax_codes={}))
    assert codes(day) == ["unmapped_tax_code"]


@pytest.mark.parametrize("tendered,due", [("0.24", None), ("0.10", "0.13")])
def test_an_exclusive_account_sale_is_never_paid_more_than_it_comes_to(
    tendered: str, due: str | None
) -> None:
    lines = [line("grocery", "S", "0.10", tax="0.02"), line("grocery", "S", "0.10", tax="0.02")]
    sale = _account_sale(tender("eftpos", tendered), lines=lines)
    (invoice,) = every_shape(sale, store=NZ_EXCLUSIVE)[Shape.INVOICE].documents
    assert posted([invoice]).get("#AR") == due


def test_an_account_sale_paid_beyond_its_total_blocks_the_day() -> None:
    sale = _account_sale(tender("eftpos", "140.00"), lines=[line("grocery", "S", "100.00")])
    day = build(sale, store=NZ_EXCLUSIVE)
    assert "proof_fails" in codes(day)
    assert any("140.00" in each.why and "115.00" in each.why for each in day.blocked)
