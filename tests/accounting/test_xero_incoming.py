"""Reading Xero's answers: text, numbers, dates, findings."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.accounting.ledger import Accepted, Rejected
from services.accounting.xero.incoming import amount_of, day_of, found_of, plain, result_of, text
from services.books.documents import DocumentKind
from services.contract.text import printable

ID = "11111111-2222-3333-4444-555555555555"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.parametrize(
    "value,day",
    [
        ("/Date(1789344000000+0000)/", date(2026, 9, 14)),
        ("/Date(1789344000000)/", date(2026, 9, 14)),
        ("/Date(1789387199999+1300)/", date(2026, 9, 14)),
        ("/Date(-86400000)/", date(1969, 12, 31)),
        ("2026-09-14T00:00:00", date(2026, 9, 14)),
        ("2026-09-14", date(2026, 9, 14)),
        ("yesterday", None),
        (None, None),
        (20260914, None),
    ],
)
def test_dates(value: object, day: date | None) -> None:
    assert day_of(value) == day


@pytest.mark.parametrize(
    "value,amount",
    [
        (Decimal("12.30"), Decimal("12.30")),
        (5, Decimal(5)),
        ("1.10", Decimal("1.10")),
        (None, None),
        (True, None),
        ("None", None),
        ("NaN", None),
        ({}, None),
    ],
)
def test_amounts(value: object, amount: Decimal | None) -> None:
    assert amount_of({"Total": value}, "Total") == amount


def test_text_is_printable() -> None:
    assert text({"Name": "A\x1b[2Jnna\u202e"}, "Name") == "A [2Jnna"
    assert text({"Name": None}, "Name") == ""


@given(JSON)
def test_reference_data_are_json_and_printable(value: Any) -> None:  # noqa: ANN401 - any JSON
    for leaf in _leaves(plain(value)):
        assert not isinstance(leaf, Decimal)
        assert not isinstance(leaf, str) or printable(leaf, lines=True) == leaf


def _leaves(value: Any) -> list[Any]:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        return [leaf for item in (*value, *value.values()) for leaf in _leaves(item)]
    return [leaf for item in value for leaf in _leaves(item)] if isinstance(value, list) else [value]


def test_an_element_says_for_itself_what_became_of_it() -> None:
    kind = DocumentKind.ACCREC
    assert isinstance(result_of(kind, {"InvoiceID": ID, "StatusAttributeString": "OK"}), Accepted)
    assert isinstance(result_of(kind, {"InvoiceID": ID, "StatusAttributeString": "ERROR"}), Rejected)
    assert isinstance(result_of(kind, {"InvoiceID": ID, "HasErrors": True}), Rejected)
    assert result_of(kind, {"InvoiceID": "00000000-0000-0000-0000-000000000000"}) is None
    assert result_of(kind, {}) is None


def test_messages_of_an_inner_part_are_found() -> None:
    element = {
        "PaymentID": ID,
        "Invoice": {"ValidationErrors": [{"Message": "Invoice # must be\x07 unique."}]},
    }
    result = result_of(DocumentKind.PAYMENT, element)
    assert isinstance(result, Rejected)
    assert result.messages == ("Invoice # must be  unique.",)


def test_every_message_is_kept_in_order() -> None:
    messages = [{"Message": "one"}, {"Message": "two"}]
    result = result_of(
        DocumentKind.ACCREC, {"InvoiceID": ID, "ValidationErrors": messages, "Warnings": messages}
    )
    assert isinstance(result, Rejected)
    assert result.messages == ("one", "two")
    accepted = result_of(DocumentKind.ACCREC, {"InvoiceID": ID, "Warnings": messages})
    assert isinstance(accepted, Accepted)
    assert accepted.warnings == ("one", "two")


def test_payments_that_were_deleted_do_not_count() -> None:
    payments = [
        {"PaymentID": "p-1", "Amount": Decimal("1.00"), "Reference": "TB:1", "Status": "AUTHORISED"},
        {"PaymentID": "p-2", "Amount": Decimal("2.00"), "Status": "DELETED"},
        {"PaymentID": "p-3", "Amount": Decimal("3.00"), "Account": {"Code": "611"}},
    ]
    found = found_of(DocumentKind.ACCREC, {"InvoiceID": ID, "Payments": payments})
    assert found.payments == (("p-1", "", Decimal("1.00"), "TB:1"), ("p-3", "611", Decimal("3.00"), ""))


@pytest.mark.parametrize(
    "types,total",
    [("Inclusive", Decimal("115.00")), ("Exclusive", Decimal("130.00")), ("NoTax", Decimal("115.00"))],
)
def test_a_journals_total_is_its_debits(types: str, total: Decimal) -> None:
    lines = [
        {"LineAmount": Decimal("115.00"), "TaxAmount": Decimal("15.00")},
        {"LineAmount": Decimal("-115.00"), "TaxAmount": Decimal("-15.00")},
    ]
    element = {
        "ManualJournalID": ID,
        "LineAmountTypes": types,
        "JournalLines": lines,
        "Narration": "Day [J-1]",
    }
    found = found_of(DocumentKind.JOURNAL, element)
    assert (found.total, found.number) == (total, "J-1")


def test_a_credit_notes_due_is_what_remains_of_it() -> None:
    element = {"CreditNoteID": ID, "RemainingCredit": Decimal("3.00"), "AmountDue": Decimal("9.00")}
    assert found_of(DocumentKind.ACCRECCREDIT, element).amount_due == Decimal("3.00")
