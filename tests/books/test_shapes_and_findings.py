"""What stops a day: its shape, what is unmapped, what contradicts the tax."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.books.builder import build_day
from services.books.countries import built_in
from services.books.documents import DayDocuments, Shape
from services.books.ledger_facts import LedgerFacts
from services.books.records import StoreFacts
from tests.books.days import (
    ACCOUNTS,
    AU,
    AU_CASH,
    CATEGORIES,
    GB,
    NZ,
    Body,
    build,
    codes,
    facts,
    line,
    mapping,
    paid,
    receipt,
    session,
    shown,
    tender,
    totals,
)


def _sale(amount: str = "11.50", kind: str = "cash") -> Body:
    return receipt("sale", [line("grocery", "S", amount)], [tender(kind, amount)])


def _bank(*codes_of_banks: str, system: str | None = None) -> LedgerFacts:
    kind = "CURRENT" if system else "BANK"
    changed = {code: replace(ACCOUNTS[code], type=kind, system=system) for code in codes_of_banks}
    return facts(accounts=ACCOUNTS | changed)


_CASH_OUT = receipt(
    "sale", [line("grocery", "S", "50.00")], [tender("eftpos", "70.00"), tender("cash", "-20.00")]
)


@pytest.mark.parametrize("counted", ["150.00", "140.00"])
def test_a_shortage_that_leaves_nothing_to_pay_needs_another_shape(counted: str) -> None:
    records = [_sale(), session({"cash": counted})]
    day = build(*records)
    assert (codes(day), day.documents, day.proof) == (["shape_cannot_hold"], (), ())
    (finding,) = day.blocked
    assert "11.50" in finding.why
    assert "short" in finding.why
    assert "zero_invoice" in finding.next
    assert "journal" in finding.next
    for shape in (Shape.ZERO_INVOICE, Shape.JOURNAL):
        assert codes(build(*records, shape=shape)) == []


def test_a_shortage_of_a_tender_nobody_paid_with_needs_another_shape() -> None:
    assert codes(build(session({"cash": "149.00"}))) == ["shape_cannot_hold"]


def test_a_net_invoice_cannot_hold_a_tender_of_the_other_sign() -> None:
    day = build(_CASH_OUT, shape=Shape.NET_INVOICE)
    (finding,) = day.blocked
    assert "-20.00" in finding.why
    assert finding.next == "Choose a shape that can: invoice, zero_invoice, journal."


def test_a_net_invoice_cannot_hold_tenders_that_cancel_out() -> None:
    refund = receipt("refund", [line("grocery", "S", "-11.50")], [tender("eftpos", "-11.50")])
    assert codes(build(_sale(), refund, shape=Shape.NET_INVOICE)) == ["shape_cannot_hold"]


def test_a_net_invoice_of_refunds_that_cancel_out_in_one_tender_is_of_zero() -> None:
    refund = receipt("refund", [line("hardware", "S", "-11.50")], [tender("cash", "-11.50")])
    (invoice,) = build(_sale(), refund, shape=Shape.NET_INVOICE).documents
    assert (f"{invoice.total:.2f}", invoice.payments, len(invoice.lines)) == ("0.00", (), 2)


def test_a_bank_account_cannot_be_a_line() -> None:
    organisation = _bank("612")
    day = build(_sale(kind="eftpos"), shape=Shape.ZERO_INVOICE, organisation=organisation)
    (finding,) = day.blocked
    assert "612 POS clearing - EFTPOS, a bank account" in finding.why
    assert finding.next == "Choose a shape that can: invoice, net_invoice."
    assert codes(build(_sale(kind="eftpos"), shape=Shape.JOURNAL, organisation=organisation)) == [
        "shape_cannot_hold"
    ]
    assert codes(build(_sale(kind="eftpos"), organisation=organisation)) == []


def test_cash_out_of_a_bank_account_fits_no_shape() -> None:
    day = build(_CASH_OUT, organisation=_bank("611", "612"))
    assert "No shape can" in day.blocked[0].next


def test_a_journal_holds_no_account_of_the_ledgers_own() -> None:
    day = build(_sale(), shape=Shape.JOURNAL, organisation=_bank("611", system="DEBTORS"))
    assert "one of the ledger's own accounts" in day.blocked[0].why


def test_a_shape_is_taken_from_the_mapping_unless_one_is_asked_for() -> None:
    books = mapping(shape="journal")
    assert build(_sale(), books=books).shape is Shape.JOURNAL
    assert build(_sale(), books=books, shape=Shape.INVOICE).shape is Shape.INVOICE


def test_everything_unmapped_is_named_at_once() -> None:
    records = [
        receipt("sale", [line("toys", "X", "10.02")], [tender("amex", "10.00")], cash_rounding="-0.02"),
        _sale(),
        session({"cash": "160.00"}),
    ]
    books = mapping(contact=None, rounding=None, over_short=None)
    day = build(*records, books=books)
    assert sorted(codes(day)) == [
        "unmapped_category",
        "unmapped_contact",
        "unmapped_over_short",
        "unmapped_rounding",
        "unmapped_tax_code",
        "unmapped_tender",
    ]
    assert day.documents == ()
    assert day.proof == ()
    told = " ".join(each.what for each in day.blocked)
    assert [word for word in ("'toys'", "'X'", "'amex'") if word not in told] == []


def test_what_the_day_does_not_need_may_be_unmapped() -> None:
    books = mapping(rounding=None, over_short=None, tenders={"cash": "611"}, tax_codes={"S": "OUTPUT2"})
    assert codes(build(_sale(), books=books)) == []


def test_an_unknown_tax_type_is_named() -> None:
    books = mapping(tax_codes={"S": "TAX001"})
    connected = build(_sale(), books=books)
    assert codes(connected) == ["unknown_tax_type"]
    assert "organisation" in connected.blocked[0].why
    built = build(_sale(), books=books, organisation=built_in("NZ"))
    assert codes(built) == ["unknown_tax_type", "not_connected"]
    assert "built in for NZ" in built.blocked[0].why


def test_without_a_connection_documents_and_proof_are_complete() -> None:
    day = build(_sale(), organisation=built_in("NZ"))
    assert codes(day) == ["not_connected"]
    assert shown(day.documents[0]) == [("Grocery - 15% GST on Income", "200", "OUTPUT2", "11.50", "1.50")]
    assert day.proof
    assert all(check.holds for check in day.proof)


def test_an_account_without_a_name_is_told_by_its_code() -> None:
    paid_in = receipt(
        "paid_in", [{"account": "999", "tax_code": "N", "amount": "5.00"}], [tender("cash", "5.00")]
    )
    assert shown(build(paid_in).documents[0])[0][0] == "Account 999 - No GST"


@pytest.mark.parametrize(
    "store,category,tax_code,contradicts",
    [
        (NZ, "layby_deposit", "S", True),
        (NZ, "layby_deposit", "N", False),
        (replace(NZ, gst_basis="cash"), "layby_deposit", "S", True),
        (AU, "layby_deposit", "S", True),
        (AU, "layby_deposit", "N", False),
        (AU_CASH, "layby_deposit", "S", False),
        (AU_CASH, "layby_deposit", "Z", False),
        (AU_CASH, "layby_deposit", "N", True),
        (GB, "layby_deposit", "S", False),
        (GB, "layby_deposit", "N", False),
        (NZ, "gift_card_sold", "S", True),
        (NZ, "gift_card_sold", "N", False),
    ],
)
def test_a_tax_type_that_contradicts_the_basis_blocks_by_name(
    store: StoreFacts, category: str, tax_code: str, *, contradicts: bool
) -> None:
    kind = "layby_payment" if category == "layby_deposit" else "sale"
    record = receipt(kind, [line(category, tax_code, "11.00")], [tender("cash", "11.00")], store)
    day = build(record, store=store)
    assert codes(day) == (["contradicts_gst_basis"] if contradicts else [])
    assert all(category in each.what for each in day.blocked)


def test_applied_laybys_are_held_to_the_same_rule() -> None:
    lines = [line("hardware", "S", "23.00"), line("layby_applied", "S", "-23.00")]
    assert codes(build(receipt("layby_completion", lines, []))) == ["contradicts_gst_basis"]


@pytest.mark.parametrize("tax_type,blocked", [("NONE", ["contradicts_gst_basis"]), ("OUTPUT2", [])])
def test_cards_taxed_when_sold_need_a_tax_type(tax_type: str, blocked: list[str]) -> None:
    books = mapping(
        gift_card_tax="sale", categories={"gift_card_sold": {"account": "850", "tax_type": tax_type}}
    )
    sale = receipt("sale", [line("gift_card_sold", "S", "11.50")], [tender("cash", "11.50")])
    assert codes(build(sale, books=books)) == blocked


def test_the_categorys_own_tax_type_wins_over_the_code() -> None:
    books = mapping(categories=CATEGORIES | {"grocery": {"account": "200", "tax_type": "ZERORATED"}})
    assert shown(build(_sale(), books=books).documents[0])[0][2] == "ZERORATED"


def test_tracking_stands_on_every_line() -> None:
    books = mapping(tracking={"Region": "North", "Channel": "Shop"})
    for shape in Shape:
        (document,) = build(_sale(), books=books, shape=shape).documents
        assert {each.tracking for each in document.lines} == {(("Channel", "Shop"), ("Region", "North"))}


def test_drafts_keep_their_payments_and_say_that_they_wait() -> None:
    day = build(_sale(), books=mapping(status="DRAFT"))
    (invoice,) = day.documents
    assert (invoice.status, paid(invoice)) == ("DRAFT", [("cash", "611", "11.50")])
    assert "drafts" in day.warnings[0]


def test_the_mappings_numbers_and_due_days_are_used() -> None:
    (invoice,) = build(_sale(), books=mapping(number="Z{date}@{store}!", due_days=3)).documents
    assert (invoice.number, str(invoice.due_date)) == ("Z2026-11-19@queen-st!", "2026-11-22")
    assert [each.reference for each in invoice.payments] == ["Z2026-11-19@queen-st! cash"]


def test_lines_that_are_added_take_the_no_tax_type_of_the_mapping() -> None:
    books = mapping(AU, no_tax="EXEMPTOUTPUT")
    sale = receipt(
        "sale", [line("grocery", "S", "9.98")], [tender("cash", "10.00")], AU, cash_rounding="0.02"
    )
    assert shown(build(sale, store=AU, books=books).documents[0])[-1][2] == "EXEMPTOUTPUT"
    assert shown(build(sale, store=AU).documents[0])[-1][2] == "BASEXCLUDED"


def _warnings(day: DayDocuments) -> str:
    return " ".join(day.warnings)


def test_what_a_person_should_know_is_a_warning() -> None:
    assert "register 1, session S-1" in _warnings(build(_sale(), session(None)))
    told = build(_sale(), session({"cash": "161.50"}, expected={"cash": "160.00"}))
    assert "expected 160.00 in cash" in _warnings(told)
    assert "161.50" in _warnings(told)
    odd = receipt("sale", [line("grocery", "S", "9.98")], [tender("cash", "9.98")])
    assert "1 receipt was rounded otherwise" in _warnings(build(odd))
    assert "2 receipts were" in _warnings(build(odd, odd | {"id": "R-0"}))


def test_the_same_day_gives_the_same_documents() -> None:
    records = [_CASH_OUT, _sale(), _sale("23.00", "eftpos")]
    day = totals(records)
    again = totals(records[::-1])
    assert build_day(day, mapping(), facts()) == build_day(again, mapping(), facts())


@pytest.mark.parametrize(
    "changes", [{"no_tax": "OUTPUT2"}, {"over_short": {"account": "490", "tax_type": "INPUT2"}}]
)
def test_lines_that_are_added_may_not_be_taxed(changes: dict[str, object]) -> None:
    day = build(_sale(), session({"cash": "162.00"}), books=mapping(NZ, **changes))
    assert codes(day) == ["added_line_taxed"]


def test_an_added_line_may_have_a_zero_rate_that_sales_have_too() -> None:
    books = mapping(over_short={"account": "490", "tax_type": "ZERORATED"})
    sale = receipt("sale", [line("grocery", "Z", "11.50")], [tender("cash", "11.50")])
    assert codes(build(sale, session({"cash": "162.00"}), books=books)) == []
