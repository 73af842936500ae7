"""The proof finds what is wrong: each equality is broken once."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from services.books.builder import build_day
from services.books.documents import Check, DayDocuments, Document, Shape
from services.books.proof import failures, prove, remote_check
from services.books.resolver import Resolver
from services.books.totals import DayTotals, LineTotal
from tests.books.days import NZ, build, facts, line, mapping, receipt, session, tender, totals

_RECORDS = [
    receipt("sale", [line("grocery", "S", "46.00", tax="6.00")], [tender("cash", "46.00")]),
    receipt("sale", [line("gift_card_sold", "N", "20.00", tax="0.00")], [tender("eftpos", "20.00")]),
    session({"cash": "195.00"}),
]
_D = Decimal


def _totals() -> DayTotals:
    return totals(_RECORDS)


def _prove(day: DayTotals, *documents: Document) -> list[Check]:
    checks = prove(Resolver(NZ, mapping(), facts()), day, documents)
    return [check for check in checks if not check.holds]


def _documents(shape: Shape = Shape.INVOICE) -> tuple[Document, ...]:
    return build_day(_totals(), mapping(), facts(), shape).documents


@pytest.mark.parametrize("shape", Shape)
def test_a_right_day_proves(shape: Shape) -> None:
    assert _prove(_totals(), *_documents(shape)) == []


def test_every_equality_has_its_row() -> None:
    day = build(*_RECORDS)
    assert sorted({check.check[0] for check in day.proof}) == list("123456789")
    assert {check.check: (check.left, check.right) for check in day.proof} == {
        "1 receipts: lines + cash rounding = tenders": ("66.00", "66.00"),
        "2 ACCREC POS-queen-st-2026-11-19: total = its payments": ("65.00", "65.00"),
        "3 cash: account 611 moves as at the tills": ("45.00", "45.00"),
        "3 eftpos: account 612 moves as at the tills": ("20.00", "20.00"),
        "4 register 1: cash clearing moves by counted - float": ("45.00", "45.00"),
        "5 gift cards: sold - redeemed = movement of liability 850": ("20.00", "20.00"),
        "6 due from the tills' own contact = 0": ("0.00", "0.00"),
        "6 receivables move by account sales - debtor payments": ("0.00", "0.00"),
        "7 sales with OUTPUT2 = till report": ("46.00", "46.00"),
        "8 tax of the documents = tax printed by the tills, within 0.025": ("6.00", "6.00"),
        "9 debits = credits": ("66.00", "66.00"),
        "9 ledger of the documents = ledger of the receipts": ("66.00", "66.00"),
    }


def _first_line(document: Document, **changes: object) -> Document:
    first = replace(document.lines[0], **changes)  # type: ignore[arg-type]
    return replace(document, lines=(first, *document.lines[1:]))


def test_a_line_on_another_account_is_found() -> None:
    (invoice,) = _documents()
    failed = _prove(_totals(), _first_line(invoice, account="201"))
    assert any(check.check.startswith("9") and check.check.endswith(": account 201") for check in failed)


def test_an_altered_tax_is_found() -> None:
    (invoice,) = _documents()
    failed = _prove(_totals(), _first_line(invoice, tax=_D("6.10")))
    assert {check.check[0] for check in failed} >= {"8", "9"}


def test_a_tax_type_that_changed_is_found() -> None:
    (invoice,) = _documents()
    index = next(place for place, each in enumerate(invoice.lines) if each.tax_type == "OUTPUT2")
    lines = list(invoice.lines)
    lines[index] = replace(lines[index], tax_type="ZERORATED")
    failed = _prove(_totals(), replace(invoice, lines=tuple(lines)))
    assert [check.check for check in failed] == ["7 sales with OUTPUT2 = till report"]


def test_a_payment_that_is_missing_is_found() -> None:
    (invoice,) = _documents()
    failed = _prove(_totals(), replace(invoice, payments=invoice.payments[1:]))
    assert {check.check[0] for check in failed} >= {"2", "3", "4", "6", "9"}


def test_a_journal_that_does_not_balance_is_found() -> None:
    (journal,) = _documents(Shape.JOURNAL)
    failed = _prove(_totals(), replace(journal, lines=journal.lines[:-1]))
    assert {check.check[0] for check in failed} >= {"2", "3", "9"}


def test_a_zero_invoice_that_is_not_zero_is_found() -> None:
    (invoice,) = _documents(Shape.ZERO_INVOICE)
    failed = _prove(_totals(), replace(invoice, total=_D("1.00")))
    assert "total = 0" in failed[0].check


def test_sums_that_lost_a_line_block_the_day_with_both_numbers() -> None:
    day = _totals()
    lost = replace(day, lines=day.lines[:1])
    outcome = build_day(lost, mapping(), facts())
    finding = next(each for each in outcome.blocked if each.code == "proof_fails")
    assert "lines + cash rounding = tenders" in finding.what
    assert outcome.documents


def test_printed_tax_far_from_the_documents_is_found() -> None:
    wrong = replace(_line_of(_totals()), printed_tax=_D("5.97"))
    day = replace(_totals(), lines=(wrong, *_totals().lines[:1]))
    assert [check.check[0] for check in _prove(day, *_documents())] == ["8"]


def test_printed_tax_far_from_the_documents_warns_and_stops_nothing() -> None:
    sale = receipt("sale", [line("grocery", "S", "46.00", tax="6.90")], [tender("eftpos", "46.00")])
    day = build(sale)
    assert [check.check[0] for check in day.proof if not check.holds] == ["8"]
    assert day.blocked == ()
    (warning,) = day.warnings
    assert "6.90" in warning
    assert "6.00" in warning


def _line_of(day: DayTotals) -> LineTotal:
    return next(each for each in day.lines if each.category == "grocery")


def test_printed_tax_is_not_compared_when_a_line_has_none() -> None:
    day = build(
        receipt("sale", [line("grocery", "S", "1.15")], [tender("cash", "1.20")], cash_rounding="0.05")
    )
    assert all(not check.check.startswith("8") for check in day.proof)


def test_cash_outside_the_counted_drawers_is_named() -> None:
    other = receipt("sale", [line("grocery", "S", "11.50")], [tender("cash", "11.50")], register="2")
    day: DayDocuments = build(*_RECORDS, other)
    check = next(each for each in day.proof if each.check.startswith("4"))
    assert "+ 11.50 of cash outside these counts" in check.check
    assert (check.left, check.right, check.holds) == ("56.50", "56.50", True)


def test_failures_say_both_numbers() -> None:
    (finding,) = failures(
        [Check("2 x", "1.00", "2.00", holds=False), Check("3 y", "1.00", "1.00", holds=True)]
    )
    assert finding.code == "proof_fails"
    assert "1.00" in finding.why
    assert "2.00" in finding.why


@pytest.mark.parametrize(
    "total,tax,due,holds",
    [
        ("65.00", "6.00", "0.00", True),
        ("65.00", "6.00", None, True),
        ("65.01", "6.00", "0.00", False),
        ("65.00", "6.01", "0.00", False),
        ("65.00", "6.00", "0.01", False),
    ],
)
def test_what_the_ledger_says_afterwards_is_compared(
    total: str, tax: str, due: str | None, *, holds: bool
) -> None:
    (invoice,) = _documents()
    check = remote_check(invoice, _D(total), _D(tax), None if due is None else _D(due))
    assert check.holds is holds
    assert check.check.startswith("10 ACCREC POS-queen-st-2026-11-19")
    assert check.left.startswith(f"{total} / {tax}")
