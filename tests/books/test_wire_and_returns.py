"""Documents as JSON, what is known of countries, and tax returns."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from services.books.countries import basis_of, built_in, no_tax
from services.books.documents import Shape
from services.books.records import StoreFacts
from services.books.tax_return import tax_boxes
from services.books.wire import answer, document_from_json, document_to_json
from tests.books.days import (
    AU,
    GB,
    NZ,
    OFFSETS,
    Body,
    build,
    facts,
    line,
    mapping,
    receipt,
    spent,
    tender,
)


def _everything(store: StoreFacts = NZ) -> list[Body]:
    return [
        receipt("sale", [line("grocery", "S", "110.00")], [tender("cash", "110.00")], store),
        receipt("sale", [line("grocery", "Z", "40.00")], [tender("eftpos", "40.00")], store),
        receipt("refund", [line("hardware", "S", "-11.00")], [tender("eftpos", "-11.00")], store),
        receipt("sale", [line("gift_card_sold", "N", "50.00")], [tender("eftpos", "50.00")], store),
        receipt("account_sale", [line("hardware", "S", "22.00")], [], store, customer="Ann"),
        receipt("paid_out", [spent("429", "P", "-5.50")], [tender("cash", "-5.50")], store),
        receipt("debtor_payment", [], [tender("eftpos", "5.00")], store, pays="INV-1"),
        {
            "record": "purchase",
            "store": store.key,
            "id": "P-1",
            "number": "B-1",
            "supplier": "Ltd",
            "supplier_number": "7",
            "date": "2026-11-19",
            "due_date": "2026-12-20",
            "amounts": "inclusive",
            "lines": [spent("310", "P", "33.00", quantity="3"), spent("429", "N", "4.00")],
            "total": "37.00",
        },
    ]


@pytest.mark.parametrize("shape", [Shape.INVOICE, Shape.ZERO_INVOICE, Shape.JOURNAL])
def test_documents_survive_the_wire(shape: Shape) -> None:
    day = build(*_everything(), shape=shape, books=mapping(tracking={"Region": "North"}))
    assert len(day.documents) > 4
    for document in day.documents:
        body = json.loads(json.dumps(document_to_json(document)))
        assert document_from_json(body) == document
        assert document_to_json(document_from_json(body)) == body


def test_the_answer_is_as_documented() -> None:
    (invoice,) = build(*_everything()[:1], books=mapping(tracking={"Region": "North"})).documents
    assert answer(invoice, "posted", "some-id") == {
        "kind": "ACCREC",
        "number": "POS-queen-st-2026-11-19",
        "contact": "POS Sales - Queen St",
        "date": "2026-11-19",
        "due_date": "2026-11-19",
        "currency": "NZD",
        "line_amounts": "Inclusive",
        "lines": [
            {
                "description": "Sales - Grocery - 15% GST on Income",
                "account": "200",
                "tax_type": "OUTPUT2",
                "amount": "110.00",
                "tax": "14.35",
                "tracking": {"Region": "North"},
            }
        ],
        "payments": [
            {
                "tender": "cash",
                "account": "611",
                "amount": "110.00",
                "reference": "POS-queen-st-2026-11-19 cash",
            }
        ],
        "sub_total": "95.65",
        "total_tax": "14.35",
        "total": "110.00",
        "xero_id": "some-id",
        "state": "posted",
        "reference": "POS 2026-11-19 sales",
        "key": "sales",
    }


def test_a_journals_answer_says_whether_cash_reports_show_it() -> None:
    journal, *others = build(*_everything(), shape=Shape.JOURNAL).documents
    assert answer(journal, "waiting", None)["cash_basis"] is True
    assert all("cash_basis" not in answer(each, "waiting", None) for each in others)


def _boxes(store: StoreFacts, shape: Shape = Shape.INVOICE) -> dict[str, str]:
    day = build(*_everything(store), store=store, shape=shape)
    assert [each.code for each in day.blocked] == []
    found = tax_boxes(store.country, day.documents, facts(store).tax_rates)
    return {box: f"{amount:.2f}" for box, amount in found.items()}


@pytest.mark.parametrize("shape", [Shape.INVOICE, Shape.ZERO_INVOICE, Shape.JOURNAL])
def test_boxes_of_new_zealand(shape: Shape) -> None:
    # 110.00 - 11.00 + 22.00 taxed, 40.00 zero-rated; 33.00 + 5.50 bought.
    assert _boxes(NZ, shape) == {
        "box5_total_sales_incl_gst_and_zero_rated": "161.00",
        "box6_zero_rated": "40.00",
        "gst_on_sales_sum_of_line_tax": "15.79",
        "box8_three_twentythirds_of_box7": "15.78",
        "box11_total_purchases_incl_gst": "38.50",
        "gst_on_purchases_sum_of_line_tax": "5.02",
    }


def test_boxes_of_australia() -> None:
    assert _boxes(AU) == {
        "G1_total_sales": "161.00",
        "1A_gst_on_sales": "11.00",
        "G11_non_capital_purchases": "38.50",
        "1B_gst_on_purchases": "3.50",
    }


def test_boxes_of_the_united_kingdom() -> None:
    # 110.00/6 = 18.33, 11.00/6 = 1.83, 22.00/6 = 3.67; 33.00/6 = 5.50, 5.50/6 = 0.92.
    assert _boxes(GB) == {
        "box1_vat_on_sales": "20.17",
        "box4_vat_on_purchases": "6.42",
        "box6_sales_ex_vat": "140.83",
        "box7_purchases_ex_vat": "32.08",
    }


def test_elsewhere_there_are_plain_sums() -> None:
    day = build(*_everything())
    found = tax_boxes("IE", day.documents, facts().tax_rates)
    assert set(found) == {"sales_net", "tax_on_sales", "purchases_net", "tax_on_purchases"}
    assert tax_boxes("NZ", [], {}) == {}


def test_a_refunded_expense_lowers_purchases() -> None:
    refunded = receipt("paid_in", [spent("429", "P", "11.50")], [tender("cash", "11.50")])
    day = build(refunded)
    found = tax_boxes("NZ", day.documents, facts().tax_rates)
    assert found["box11_total_purchases_incl_gst"] == Decimal("-11.50")
    assert found["box5_total_sales_incl_gst_and_zero_rated"] == 0


@pytest.mark.parametrize(
    "country,tax_type", [("AU", "BASEXCLUDED"), ("NZ", "NONE"), ("GB", "NONE"), ("FR", "NONE")]
)
def test_a_country_has_its_no_tax_type_among_its_rates(country: str, tax_type: str) -> None:
    assert no_tax(country) == tax_type
    assert built_in(country).tax_rates[tax_type].rate == 0
    assert not built_in(country).connected
    assert OFFSETS


@pytest.mark.parametrize(
    "country,tax_type,rate",
    [
        ("NZ", "OUTPUT2", "0.15"),
        ("AU", "OUTPUT", "0.10"),
        ("GB", "OUTPUT2", "0.20"),
        ("GB", "RROUTPUT", "0.05"),
    ],
)
def test_built_in_rates_are_for_income_and_not_for_expenses(country: str, tax_type: str, rate: str) -> None:
    known = built_in(country).tax_rates[tax_type]
    assert known.rate == Decimal(rate)
    assert known.applies_to is not None
    assert "EXPENSE" not in known.applies_to
    assert "REVENUE" in known.applies_to


@pytest.mark.parametrize(
    "word,basis",
    [
        ("Accrual", "accrual"),
        ("ACCRUALS", "accrual"),
        ("Invoice", "accrual"),
        ("standard", "accrual"),
        ("Cash", "cash"),
        (" PAYMENTS ", "cash"),
        ("FLATRATECASH", None),
        ("HYBRID", None),
        ("", None),
    ],
)
def test_a_basis_is_accrual_or_cash(word: str, basis: str | None) -> None:
    assert basis_of(word) == basis
