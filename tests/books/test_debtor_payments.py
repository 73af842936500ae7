"""What debtors pay on account sales of the same store (RECEIPTS.md, `pays`)."""

from __future__ import annotations

import pytest

from services.books import wire
from services.books.documents import DayDocuments, DocumentKind, Finding
from services.books.records import StoreFacts
from tests.books.days import NZ, NZ_EXCLUSIVE, Body, build, line, mapping, receipt, tender

_THE_DAY_BEFORE = {"time": "2026-11-18T10:00:00+13:00"}
_NEXT_DAY = {"time": "2026-11-20T10:00:00+13:00"}


def _sale(*tenders: Body, store: StoreFacts = NZ, moved: Body | None = None) -> Body:
    body = receipt("account_sale", [line("grocery", "S", "100.00")], list(tenders), store)
    return body | {"id": "A-1", "customer": "Bay Builders"} | (moved or {})


def _payment(amount: str, **more: str) -> Body:
    return receipt("debtor_payment", [], [tender("cash", amount)]) | {"pays": "A-1", "id": "D-1"} | more


def _stopped(day: DayDocuments) -> list[Finding]:
    return [finding for finding in day.blocked if finding.code.startswith("invoice_")]


@pytest.mark.parametrize(
    "records",
    [
        [_sale(), _payment("100.00")],
        [_sale(tender("eftpos", "40.00")), _payment("60.00")],
        [_sale(), _payment("60.00", **_THE_DAY_BEFORE), _payment("40.00", id="D-2")],
        # What is paid on a later date does not shorten what is due today.
        [_sale(), _payment("100.00"), _payment("60.00", id="D-2", **_NEXT_DAY)],
        [_sale(moved=_THE_DAY_BEFORE), _payment("100.00", customer="BAY BUILDERS")],
    ],
)
def test_what_is_due_may_be_paid(records: list[Body]) -> None:
    day = build(*records)
    assert _stopped(day) == []
    assert DocumentKind.PAYMENT in {document.kind for document in day.documents}


@pytest.mark.parametrize(
    "records,stopped,why",
    [
        ([_sale(), _payment("100.01")], "D-1", "100.01 was paid and only 100.00 is due."),
        ([_sale(tender("eftpos", "40.00")), _payment("60.01")], "D-1", "only 60.00 is due"),
        ([_sale(), _payment("70.00"), _payment("40.00", id="D-2")], "D-2", "only 30.00 is due"),
        (
            [_sale(), _payment("70.00", **_THE_DAY_BEFORE), _payment("40.00", id="D-2")],
            "D-2",
            "only 30.00 is due",
        ),
        (
            [_sale(), _payment("10.00", customer="Bob")],
            "D-1",
            "Bob paid; the account sale was made to Bay Builders.",
        ),
    ],
)
def test_a_payment_that_its_account_sale_cannot_take_is_named(
    records: list[Body], stopped: str, why: str
) -> None:
    (finding,) = _stopped(build(*records))
    assert stopped in finding.what
    assert "A-1" in finding.what
    assert why in finding.why
    assert not finding.stops_day


def test_a_payment_that_is_stopped_leaves_what_is_due_to_the_next() -> None:
    day = build(_sale(), _payment("100.01"), _payment("100.00", id="D-2"))
    assert [finding.what.split()[3] for finding in _stopped(day)] == ["D-1"]


def test_what_is_due_holds_the_tax_of_prices_without_it() -> None:
    sale = _sale(store=NZ_EXCLUSIVE)
    assert _stopped(build(sale, _payment("115.00"), store=NZ_EXCLUSIVE)) == []
    (finding,) = _stopped(build(sale, _payment("115.01"), store=NZ_EXCLUSIVE))
    assert "only 115.00 is due" in finding.why


def test_a_cash_rounding_pays_the_invoice_too() -> None:
    assert _stopped(build(_sale(), _payment("100.02", cash_rounding="0.02"))) == []
    (finding,) = _stopped(build(_sale(), _payment("99.98", cash_rounding="-0.03")))
    assert "100.01 was paid" in finding.why


def test_a_payment_without_a_name_is_the_customers_of_the_account_sale() -> None:
    day = build(_sale(moved=_THE_DAY_BEFORE), _payment("10.00"))
    assert [document.contact for document in day.documents] == ["Bay Builders"]


def test_every_sum_of_a_payment_is_shown_with_its_cents() -> None:
    (payment,) = build(_sale(moved=_THE_DAY_BEFORE), _payment("10.00")).documents
    shown = wire.answer(payment, "waiting", None)
    assert (shown["sub_total"], shown["total_tax"], shown["total"]) == ("10.00", "0.00", "10.00")


def test_an_invoice_raised_elsewhere_is_not_judged_here() -> None:
    day = build(_payment("9999.00", pays="INV-7", customer="Bob"))
    assert _stopped(day) == []
    assert [document.number for document in day.documents] == ["INV-7"]


# The same id at two registers, each with its own numbering (RECEIPTS.md, `id`).
_BY_REGISTER = mapping(account_number="{store}-{register}-{receipt}")
_AT_TWO = _sale() | {"register": "2", "customer": "Coast Cafe"}


def _paid_numbers(day: DayDocuments) -> list[str]:
    return [each.number for each in day.documents if each.kind is DocumentKind.PAYMENT]


@pytest.mark.parametrize(
    "customer,number", [("Bay Builders", "queen-st-1-A-1"), ("COAST CAFE", "queen-st-2-A-1")]
)
def test_an_id_of_two_registers_is_the_customers_own_sale(customer: str, number: str) -> None:
    day = build(_sale(), _AT_TWO, _payment("100.00", customer=customer), books=_BY_REGISTER)
    assert _stopped(day) == []
    assert _paid_numbers(day) == [number]


def test_what_was_paid_at_one_register_leaves_the_other_due() -> None:
    before = _payment("80.00", customer="Coast Cafe", **_THE_DAY_BEFORE)
    ours = _payment("100.00", customer="Bay Builders", id="D-2")
    assert _stopped(build(_sale(), _AT_TWO, before, ours, books=_BY_REGISTER)) == []
    theirs = _payment("20.01", customer="Coast Cafe", id="D-3")
    (finding,) = _stopped(build(_sale(), _AT_TWO, before, theirs, books=_BY_REGISTER))
    assert "only 20.00 is due" in finding.why


@pytest.mark.parametrize("customer", [None, "Bob", "Bay Builders"])
def test_a_payment_that_may_be_of_two_sales_is_posted_on_neither(customer: str | None) -> None:
    other = _AT_TWO | {"customer": "Bay Builders"}
    named = {} if customer is None else {"customer": customer}
    day = build(_sale(), other, _payment("10.00", **named), books=_BY_REGISTER)
    (finding,) = _stopped(day)
    assert (finding.code, finding.stops_day) == ("invoice_of_several", False)
    assert "The registers 1 and 2 each have one" in finding.why
    assert _paid_numbers(day) == ["A-1 (1 or 2)"], "an invoice A-1 of the ledger is another one"
