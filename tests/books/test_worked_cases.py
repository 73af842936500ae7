"""The worked cases of the reference data, line by line and as ledger."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.books.builder import build_day
from services.books.documents import DayDocuments, Document, Shape
from services.books.ledger_facts import Account, LedgerFacts, TaxRate
from services.books.mapping import Mapping
from services.books.mapping_file import mapping_from
from services.books.postings import ledger
from services.books.records import CashRounding, Purchase, Receipt, StoreFacts, TillSession
from services.books.validation import record_from
from tests.books.summed import totals_of
from tests.shared_data import shared

_SHAPES = {"A": Shape.INVOICE, "B": Shape.NET_INVOICE, "C": Shape.ZERO_INVOICE, "D": Shape.JOURNAL}
_DAYS = ("a_nz_simple", "c_nz_refund_dominant")
_BILL = "d_nz_supplier_freight"
_PRINTED = {"A-1001": "1.63", "A-1002": "6.12", "A-1003": "15.44", "A-1004": "4.55"}


def _case(name: str) -> dict[str, Any]:
    cases = json.loads(shared("accounting", "open_cases.json").read_text(encoding="utf-8"))["cases"]
    found: dict[str, Any] = next(each for each in cases if each["id"] == name)
    return found


def _store(case: dict[str, Any]) -> StoreFacts:
    rule = case.get("cash_rounding_rule")
    return StoreFacts(
        key="queen-st",
        name="Queen St",
        country=case["country"],
        currency=case["currency"],
        timezone=case["org"].get("timezone", "Pacific/Auckland"),
        cutoff=case["org"].get("day_cutoff", "00:00"),
        cash_rounding=CashRounding(Decimal(rule["step"]), rule["tie"]) if rule else None,
    )


def _facts(case: dict[str, Any]) -> LedgerFacts:
    return LedgerFacts(
        connected=True,
        tax_rates={
            key: TaxRate(key, rate["name"], Decimal(rate["rate"])) for key, rate in case["tax_rates"].items()
        },
        accounts={
            each["code"]: Account(
                each["code"],
                each["name"],
                each["type"],
                each["klass"],
                payments_enabled=each["enable_payments_to_account"],
                system=each["system_account"],
            )
            for each in case["chart_of_accounts"]
        },
    )


def _mapping(case: dict[str, Any]) -> Mapping:
    given = case.get("mapping", {"contact": "POS", "accounts": {}, "tenders": {}})
    accounts = dict(given["accounts"])
    outside = ("gift_card_sold", "tips", "layby_deposit", "layby_applied")
    return mapping_from(
        {
            "store": "queen-st",
            "contact": given["contact"],
            "rounding": accounts.pop("rounding", "860"),
            "over_short": accounts.pop("over_short", "490"),
            "categories": {
                name: {"account": code, "tax_type": "NONE"} if name in outside else code
                for name, code in accounts.items()
            },
            "tax_codes": {code: code for code in case["tax_rates"]},
            "tenders": given["tenders"],
        }
    )


def _records(case: dict[str, Any]) -> list[dict[str, Any]]:
    given = case["input"]
    records = [_receipt(each) for each in given["receipts"]]
    records += [
        _receipt(
            each
            | {
                "kind": "sale",
                "lines": [{"category": "grocery", "tax_type": "OUTPUT2", "amount": each["amount"]}],
                "tenders": [{"type": "cash", "amount": each["amount"]}],
            }
        )
        for each in given["receipts_of_other_business_dates"]
    ]
    day = case["business_date"]
    till = {
        "record": "till_session",
        "store": "queen-st",
        "register": "1",
        "id": "S",
        "float": given["till_float"],
    }
    hours = {"opened": f"{day}T07:00:00+13:00", "closed": f"{day}T18:10:00+13:00"}
    counted = {"cash": given["counted_cash"]} if given["counted_cash"] else None
    return [*records, till | hours | {"counted": counted}]


def _receipt(given: dict[str, Any]) -> dict[str, Any]:
    lines = [
        {
            "category": each["category"],
            "tax_code": each["tax_type"],
            "amount": each["amount"],
            "tax": _PRINTED.get(given["id"]),
        }
        for each in given["lines"]
    ]
    kept: dict[str, Any] = {
        key: given[key] for key in ("id", "time", "kind", "tenders", "original") if key in given
    }
    return {"store": "queen-st", "register": "1", **kept, "lines": lines}


def _bill(case: dict[str, Any]) -> dict[str, Any]:
    given = case["input"]["supplier_invoice"]
    lines = [
        {
            "account": each["purchase_account"],
            "tax_code": each["tax_type"],
            "amount": f"{Decimal(each['quantity']) * Decimal(each['unit_cost']):.2f}",
            "quantity": each["quantity"],
            "description": each["description"],
        }
        for each in given["lines"]
    ]
    return {
        "record": "purchase",
        "store": "queen-st",
        "id": "P-1",
        "number": given["number"],
        "supplier": given["supplier"],
        "date": given["date"],
        "due_date": given["due"],
        "amounts": "exclusive",
        "lines": lines,
        "total": given["stated"]["total"],
    }


def _build(case: dict[str, Any], records: list[dict[str, Any]], shape: Shape) -> DayDocuments:
    store = _store(case)
    found = [record_from(body, {store.key: store}.get) for body in records]
    totals = totals_of(
        store,
        date.fromisoformat(case["business_date"]),
        [each for each in found if isinstance(each, Receipt)],
        sessions=[each for each in found if isinstance(each, TillSession)],
        purchases=[each for each in found if isinstance(each, Purchase)],
    )
    return build_day(totals, _mapping(case), _facts(case), shape)


def _expected(case: dict[str, Any], letter: str) -> list[dict[str, Any]]:
    shapes = case["expected"]["documents_by_shape"]
    found: list[dict[str, Any]] = next(
        each["documents"] for name, each in shapes.items() if name.startswith(f"{letter}_")
    )
    return found


def _plain(document: Document) -> dict[str, Any]:
    """A document in the words of the reference data."""
    journal = document.kind == "JOURNAL"
    head = {
        "type": "MANUALJOURNAL" if journal else document.kind.value,
        "date": document.date.isoformat(),
        "line_amount_types": document.line_amounts.value,
        "lines": sorted(
            (each.description, each.account, each.tax_type, f"{each.amount:.2f}", f"{each.tax:.2f}")
            for each in document.lines
        ),
    }
    if journal:
        return head | {"narration": document.reference, "debit_total": f"{document.total:.2f}"}
    return head | {
        "contact": document.contact,
        "due_date": document.due_date.isoformat() if document.due_date else None,
        "currency": document.currency,
        "status": document.status,
        "reference": document.reference or None,
        "payments": sorted((each.tender, each.account, f"{each.amount:.2f}") for each in document.payments),
        "sub_total": f"{document.sub_total:.2f}",
        "total_tax": f"{document.total_tax:.2f}",
        "total": f"{document.total:.2f}",
    }


def _wanted(document: dict[str, Any]) -> dict[str, Any]:
    kept = (
        "type", "date", "line_amount_types", "narration", "debit_total", "contact", "due_date", "currency",
        "status", "reference", "sub_total", "total_tax", "total",
    )  # fmt: skip
    lines = sorted(
        (each["description"], each["account_code"], each["tax_type"], each["line_amount"], each["tax_amount"])
        for each in document["lines"]
    )
    wanted = {key: document[key] for key in kept if key in document} | {"lines": lines}
    if "payments" in document:
        wanted["payments"] = sorted(
            (each["tender"], each["account_code"], each["amount"]) for each in document["payments"]
        )
    return wanted


def _check_effects(case: dict[str, Any], day: DayDocuments) -> None:
    expected = case["expected"]
    assert ledger(day.documents) == {
        each["account"]: Decimal(each["debit"]) - Decimal(each["credit"]) for each in expected["ledger"]
    }
    assert {name: f"{amount:.2f}" for name, amount in day.tax_return.items()} == expected["tax_return"]
    assert day.proof
    assert all(each.holds for each in day.proof), day.proof
    assert day.blocked == ()


@pytest.mark.parametrize("letter", _SHAPES)
@pytest.mark.parametrize("name", _DAYS)
def test_a_worked_day_comes_out_line_by_line(name: str, letter: str) -> None:
    case = _case(name)
    day = _build(case, _records(case), _SHAPES[letter])
    assert [_plain(each) for each in day.documents] == [_wanted(each) for each in _expected(case, letter)]
    _check_effects(case, day)


def test_the_first_day_is_compared_with_the_tax_the_tills_printed() -> None:
    case = _case("a_nz_simple")
    day = _build(case, _records(case), Shape.INVOICE)
    check = next(each for each in day.proof if each.check.startswith("8"))
    assert (check.left, check.right, check.holds) == ("27.75", "27.74", True)
    assert day.warnings == (
        "No count was made at register 1, session S: nothing is posted as over or short.",
    )


def test_the_worked_bill_comes_out_line_by_line() -> None:
    case = _case(_BILL)
    day = _build(case, [_bill(case)], Shape.INVOICE)
    (document,) = day.documents
    wanted = _wanted(_expected(case, "A")[0])
    assert _plain(document) == wanted
    assert document.number == "KW-55821"
    assert [f"{each.quantity:f}" for each in document.lines] == ["24", "7", "1", "1"]
    _check_effects(case, day)


@pytest.mark.parametrize("shape", Shape)
def test_a_bill_is_the_same_in_every_shape(shape: Shape) -> None:
    case = _case(_BILL)
    day = _build(case, [_bill(case)], shape)
    assert ledger(day.documents) == ledger(_build(case, [_bill(case)], Shape.INVOICE).documents)
    assert len(day.documents) == 1
