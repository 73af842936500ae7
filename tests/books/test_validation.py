"""Records by the contract: what is taken, what is refused and why (RECEIPTS.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from services.books.records import (
    Purchase,
    PurchaseKind,
    Receipt,
    ReceiptKind,
    Record,
    StoreFacts,
    TillSession,
)
from services.books.validation import RecordError, record_from
from tests.books.days import NZ, Body, line, session, spent, tender

SALE: Body = {
    "store": "queen-st",
    "register": "1",
    "id": "A-1001",
    "time": "2026-11-19T08:02:11+13:00",
    "kind": "sale",
    "lines": [{"category": "grocery", "tax_code": "S", "amount": "12.50"}],
    "tenders": [{"type": "cash", "amount": "12.50"}],
}
_BILL: Body = {
    "record": "purchase",
    "store": "queen-st",
    "id": "P-1",
    "number": "KW-1",
    "supplier": "Kiwi Wholesale Ltd",
    "date": "2026-11-19",
    "due_date": "2026-12-20",
    "amounts": "exclusive",
    "lines": [{"account": "310", "tax_code": "P", "amount": "82.80"}],
    "total": "95.22",
}


def read(body: Mapping[str, object], store: StoreFacts = NZ) -> Record:
    return record_from(body, {store.key: store}.get)


def refused(body: Mapping[str, object], store: StoreFacts = NZ) -> RecordError:
    with pytest.raises(RecordError) as caught:
        read(body, store)
    return caught.value


def _receipt(body: Mapping[str, object]) -> Receipt:
    found = read(body)
    assert isinstance(found, Receipt)
    return found


def test_the_contracts_example_is_read() -> None:
    found = _receipt(SALE)
    assert (found.store, found.register, found.id, found.kind) == (
        "queen-st",
        "1",
        "A-1001",
        ReceiptKind.SALE,
    )
    assert found.time == datetime(2026, 11, 18, 19, 2, 11, tzinfo=UTC)
    assert found.business_date == date(2026, 11, 19)
    assert found.lines[0].amount == Decimal("12.50")
    assert found.tenders[0].amount == Decimal("12.50")


def test_every_field_is_kept() -> None:
    body = SALE | {
        "business_date": "2026-11-20",
        "cash_rounding": "-0.02",
        "customer": "Ann",
        "due_date": "2026-12-01",
        "pays": "X",
        "original": "A-1",
        "payee": "Bob",
        "operator": "Eve",
        "note": "two\nlines",
        "lines": [
            line(
                "grocery",
                "S",
                "12.52",
                quantity="1.250",
                description="Apples",
                tax="1.63",
                layby="L",
                card="C",
            )
        ],
        "tenders": [tender("cash", "12.50", reference="ref", terminal="T1")],
    }
    found = _receipt(body)
    assert found.business_date == date(2026, 11, 20)
    assert found.due_date == date(2026, 12, 1)
    assert (found.customer, found.pays, found.original, found.payee) == ("Ann", "X", "A-1", "Bob")
    assert (found.operator, found.note, found.cash_rounding) == ("Eve", "two\nlines", Decimal("-0.02"))
    first = found.lines[0]
    assert (first.quantity, first.description, first.tax) == (Decimal("1.250"), "Apples", Decimal("1.63"))
    assert (first.layby, first.card) == ("L", "C")
    assert (found.tenders[0].reference, found.tenders[0].terminal) == ("ref", "T1")


@pytest.mark.parametrize("nothing", [None, []])
def test_an_empty_list_and_null_are_an_absent_field(nothing: object) -> None:
    names = ("business_date", "cash_rounding", "customer", "due_date", "note", "record")
    assert read(SALE | dict.fromkeys(names, nothing)) == read(SALE)
    assert read(SALE | {"something": nothing}) == read(SALE)
    error = refused(SALE | {"lines": nothing})
    assert error.field == "lines"


def test_a_blank_optional_text_says_nothing() -> None:
    names = ("customer", "due_date", "note", "business_date", "operator")
    assert read(SALE | dict.fromkeys(names, "")) == read(SALE)


@pytest.mark.parametrize(
    "changes,field",
    [
        ({"colour": "red"}, "colour"),
        ({"lines": [line("a", "S", "12.50", colour="red")]}, "lines[0].colour"),
        ({"tenders": [tender("cash", "12.50", colour="red")]}, "tenders[0].colour"),
        ({"store": None}, "store"),
        ({"store": "elsewhere"}, "store"),
        ({"store": 1}, "store"),
        ({"register": None}, "register"),
        ({"register": 1}, "register"),
        ({"register": "  "}, "register"),
        ({"id": None}, "id"),
        ({"id": "a" * 256}, "id"),
        ({"id": "a\nb"}, "id"),
        ({"id": "a\x00b"}, "id"),
        ({"note": "a\x00b"}, "note"),
        ({"note": "\ud800"}, "note"),
        ({"note": "a" * 4001}, "note"),
        ({"time": None}, "time"),
        ({"time": 1}, "time"),
        ({"time": "yesterday"}, "time"),
        ({"time": "2026-11-19T08:02:11"}, "time"),
        ({"time": "2026-11-19 08:02:11+13:00"}, "time"),
        ({"time": "0001-01-01T00:00:00+13:00"}, "time"),
        ({"time": "9999-12-31T01:00:00+13:00"}, "time"),
        ({"business_date": "9999-12-31"}, "business_date"),
        ({"business_date": "19/11/2026"}, "business_date"),
        ({"business_date": "2026-13-01"}, "business_date"),
        ({"business_date": "20261119"}, "business_date"),
        ({"business_date": "2026-W47-4"}, "business_date"),
        ({"business_date": 20261119}, "business_date"),
        ({"kind": None}, "kind"),
        ({"kind": "sold"}, "kind"),
        ({"kind": True}, "kind"),
        ({"lines": "none"}, "lines"),
        ({"lines": ["12.50"]}, "lines[0]"),
        ({"lines": [None]}, "lines[0]"),
        ({"tenders": {"cash": "12.50"}}, "tenders"),
        ({"cash_rounding": 0}, "cash_rounding"),
        ({"cash_rounding": True}, "cash_rounding"),
        ({"customer": ["Ann"]}, "customer"),
        ({"customer": {"name": "Ann"}}, "customer"),
        ({"record": "invoice"}, "record"),
        ({"record": 7}, "record"),
    ],
)
def test_what_is_not_as_the_contract_says_is_refused_by_its_field(changes: Body, field: str) -> None:
    error = refused(SALE | changes)
    assert error.field == field
    assert error.reason
    assert str(error).startswith(f"{field}: ")
    named = (SALE | changes).get("id")
    assert error.receipt == named


@pytest.mark.parametrize(
    "amount",
    [
        12.5,
        12,
        "12,50",
        "1,212.50",
        "NaN",
        "1e1",
        "12.505",
        "",
        None,
        " 12.50",
        "+12.50",
        "12.",
        ".5",
        "१२",
        "Infinity",
    ],
)
def test_an_amount_is_a_plain_decimal_in_a_string(amount: object) -> None:
    body = SALE | {"lines": [{"category": "grocery", "tax_code": "S", "amount": amount}]}
    assert refused(body).field == "lines[0].amount"


@pytest.mark.parametrize("quantity", ["many", True, [1], "NaN", "1e30", {"n": 1}])
def test_a_quantity_is_a_number(quantity: object) -> None:
    body = SALE | {"lines": [line("grocery", "S", "12.50", quantity=quantity)]}
    assert refused(body).field == "lines[0].quantity"


@pytest.mark.parametrize("quantity,wanted", [(2, "2"), (0.5, "0.5"), ("1.5", "1.5"), (Decimal("3.0"), "3.0")])
def test_a_quantity_may_be_a_json_number(quantity: object, wanted: str) -> None:
    found = _receipt(SALE | {"lines": [line("grocery", "S", "12.50", quantity=quantity)]})
    assert found.lines[0].quantity == Decimal(wanted)


@pytest.mark.parametrize(
    "currency,amount,taken", [("JPY", "1250", True), ("JPY", "12.5", False), ("KWD", "1.250", True)]
)
def test_the_currencys_decimals_are_the_limit(currency: str, amount: str, *, taken: bool) -> None:
    store = replace(NZ, currency=currency)
    body = SALE | {"lines": [line("grocery", "S", amount)], "tenders": [tender("cash", amount)]}
    if taken:
        assert isinstance(read(body, store), Receipt)
    else:
        assert refused(body, store).field == "lines[0].amount"


@pytest.mark.parametrize("text", ["Café Ångström", "日本語", "a\u00a0b", "👩‍🍳", "a\u200fb"])
def test_any_language_is_taken(text: str) -> None:
    assert _receipt(SALE | {"note": text, "customer": text}).note == text


@pytest.mark.parametrize("data", [[], "sale", None])
def test_only_an_object_is_a_record(data: object) -> None:
    with pytest.raises(RecordError, match="object"):
        record_from(data, {"queen-st": NZ}.get)


def test_a_till_session_is_read() -> None:
    found = read(session({"cash": "197.40", "eftpos": "10.00"}, expected={"cash": "197.00"}))
    assert isinstance(found, TillSession)
    assert found.counted == {"cash": Decimal("197.40"), "eftpos": Decimal("10.00")}
    assert found.expected == {"cash": Decimal("197.00")}
    assert (found.business_date, found.float_amount) == (date(2026, 11, 19), Decimal("150.00"))


@pytest.mark.parametrize("counted", [None, [], {}, {"cash": None}])
def test_a_session_without_a_count_has_none(counted: object) -> None:
    found = read(session(None) | {"counted": counted})
    assert isinstance(found, TillSession)
    assert found.counted is None


def test_an_open_session_is_read() -> None:
    found = read(session(None, closed=None))
    assert isinstance(found, TillSession)
    assert found.closed is None


@pytest.mark.parametrize(
    "changes,field",
    [
        ({"counted": {"cash": 197.4}}, "counted.cash"),
        ({"counted": "197.40"}, "counted"),
        ({"counted": {"": "1.00"}}, "counted."),
        ({"float": None}, "float"),
        ({"opened": None}, "opened"),
        ({"opened": "0001-01-01T00:00:00+13:00", "closed": None}, "opened"),
        ({"closed": "2026-11-19T07:00:00+13:00"}, "closed"),
        ({"till": "x"}, "till"),
        ({"kind": "sale"}, "kind"),
    ],
)
def test_a_session_that_is_wrong_is_refused(changes: Body, field: str) -> None:
    assert refused(session({"cash": "1.00"}) | changes).field == field


def test_a_bill_and_a_credit_are_read() -> None:
    bill = read(_BILL)
    assert isinstance(bill, Purchase)
    assert (bill.kind, bill.inclusive, bill.total) == (PurchaseKind.PURCHASE, False, Decimal("95.22"))
    returned = {"record": "purchase_credit", "amounts": "inclusive", "total": "82.80"}
    credit = read(_BILL | returned | {"supplier_number": "C-1"})
    assert isinstance(credit, Purchase)
    assert (credit.kind, credit.inclusive, credit.supplier_number) == (
        PurchaseKind.PURCHASE_CREDIT,
        True,
        "C-1",
    )


@pytest.mark.parametrize(
    "changes,field",
    [
        ({"amounts": "net"}, "amounts"),
        ({"amounts": None}, "amounts"),
        ({"lines": []}, "lines"),
        ({"lines": [line("stock", "P", "1.00", account="310")]}, "lines[0].account"),
        ({"lines": [{"tax_code": "P", "amount": "1.00"}]}, "lines[0].account"),
        ({"lines": [line("stock", "P", "1.00", tax="0.15")]}, "lines[0].tax"),
        ({"total": "-1.00"}, "total"),
        ({"due_date": None}, "due_date"),
        ({"date": "2026-02-30"}, "date"),
        ({"date": "9999-12-31"}, "date"),
        ({"number": None}, "number"),
        ({"supplier": ""}, "supplier"),
        ({"record": "purchase_credit", "lines": [spent("310", "P", "-1.00")]}, "lines[0].amount"),
    ],
)
def test_a_bill_that_is_wrong_is_refused(changes: Body, field: str) -> None:
    assert refused(_BILL | changes).field == field


@pytest.mark.parametrize(
    "amounts,total,taken",
    [
        # RECEIPTS.md, Purchases: 0.01 a line; two lines of 30.00 here.
        ("inclusive", "60.02", True),
        ("inclusive", "59.98", True),
        ("inclusive", "60.03", False),
        ("inclusive", "69.00", False),
        # What tax comes on top is known with the mapping; that the paper is below its lines, at once.
        ("exclusive", "69.00", True),
        ("exclusive", "60.00", True),
        ("exclusive", "59.97", False),
        ("exclusive", "96.00", False),
    ],
)
def test_a_bill_that_cannot_come_to_its_total_is_refused_with_both_sums(
    amounts: str, total: str, *, taken: bool
) -> None:
    lines = [spent("310", "P", "30.00"), spent("311", "P", "30.00")]
    body = _BILL | {"amounts": amounts, "lines": lines, "total": total}
    if taken:
        assert isinstance(read(body), Purchase)
        return
    error = refused(body)
    assert error.field == "total"
    assert "60.00" in error.reason
    assert total in error.reason


def test_a_bill_may_hold_a_discount_and_a_category() -> None:
    found = read(_BILL | {"lines": [line("stock", "P", "100.00", quantity=4), line("stock", "P", "-5.00")]})
    assert isinstance(found, Purchase)
    assert [each.amount for each in found.lines] == [Decimal(100), Decimal(-5)]


def test_a_reason_stays_short() -> None:
    error = refused(SALE | {"kind": "x" * 200, "note": "y"})
    assert len(error.reason) < 400
    assert len(refused(SALE | {"cash_rounding": "9" * 5000}).reason) < 400
