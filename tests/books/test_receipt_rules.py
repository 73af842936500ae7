"""What each kind of receipt must hold, and that it adds up (RECEIPTS.md)."""

from __future__ import annotations

import pytest

from services.books.records import Receipt
from tests.books.days import NZ_EXCLUSIVE, Body, line, receipt, spent, tender
from tests.books.test_validation import SALE, read, refused


@pytest.mark.parametrize(
    "body,taken",
    [
        # sale
        (receipt("sale", [line("a", "S", "1.00")], []), False),
        (receipt("sale", [], [tender("cash", "1.00")]), False),
        (receipt("sale", [line("a", "S", "0.00")], [tender("cash", "0.00")]), True),
        (receipt("sale", [line("a", "S", "1.00")], [tender("on_account", "1.00")]), False),
        (receipt("sale", [spent("429", "S", "1.00")], [tender("cash", "1.00")]), False),
        (receipt("sale", [line("a", "S", "1.00", account="429")], [tender("cash", "1.00")]), False),
        (receipt("sale", [line("a", "S", "50.00")], [tender("e", "70.00"), tender("cash", "-20.00")]), True),
        (receipt("sale", [line("layby_deposit", "N", "5.00")], [tender("cash", "5.00")]), True),
        # refund
        (receipt("refund", [line("a", "S", "-1.00")], [tender("cash", "-1.00")]), True),
        (receipt("refund", [line("a", "S", "0.00")], [tender("cash", "0.00")]), True),
        (receipt("refund", [line("a", "S", "1.00")], [tender("cash", "1.00")]), False),
        (receipt("refund", [line("a", "S", "-1.00")], []), False),
        (
            receipt("refund", [line("a", "S", "0.04")], [tender("cash", "0.00")], cash_rounding="-0.04"),
            False,
        ),
        (receipt("refund", [line("a", "S", "-1.00")], [tender("on_account", "-1.00")]), False),
        (receipt("refund", [line("a", "S", "-1.00")], [tender("on_account", "-1.00")], customer="A"), True),
        (
            receipt(
                "refund",
                [line("a", "S", "-1.00")],
                [tender("on_account", "1.00"), tender("cash", "-2.00")],
                customer="A",
            ),
            False,
        ),
        # laybys
        (receipt("layby_payment", [line("layby_deposit", "N", "5.00")], [tender("cash", "5.00")]), True),
        (receipt("layby_payment", [line("a", "N", "5.00")], [tender("cash", "5.00")]), False),
        (receipt("layby_payment", [line("layby_deposit", "N", "5.00")], []), False),
        (
            receipt("layby_completion", [line("a", "S", "5.00"), line("layby_applied", "N", "-5.00")], []),
            True,
        ),
        (receipt("layby_completion", [line("a", "S", "5.00")], [tender("cash", "5.00")]), False),
        (
            receipt("layby_completion", [line("layby_applied", "N", "-5.00")], [tender("cash", "-5.00")]),
            False,
        ),
        (
            receipt("layby_completion", [line("a", "S", "-5.00"), line("layby_applied", "N", "5.00")], []),
            False,
        ),
        (
            receipt("layby_cancellation", [line("layby_deposit", "N", "-5.00")], [tender("cash", "-5.00")]),
            True,
        ),
        (
            receipt("layby_cancellation", [line("layby_deposit", "N", "-5.00"), line("f", "S", "5.00")], []),
            True,
        ),
        (
            receipt("layby_cancellation", [line("layby_deposit", "N", "5.00")], [tender("cash", "5.00")]),
            False,
        ),
        (receipt("layby_cancellation", [line("f", "S", "-5.00")], [tender("cash", "-5.00")]), False),
        (
            receipt(
                "layby_cancellation",
                [line("layby_deposit", "N", "-5.00"), line("f", "S", "6.00")],
                [tender("cash", "1.00")],
            ),
            False,
        ),
        # account sales
        (receipt("account_sale", [line("a", "S", "5.00")], [], customer="A"), True),
        (receipt("account_sale", [line("a", "S", "5.00")], []), False),
        (receipt("account_sale", [line("a", "S", "-5.00")], [], customer="A"), True),
        (receipt("account_sale", [line("a", "S", "5.00")], [tender("cash", "5.00")], customer="A"), True),
        (receipt("account_sale", [line("a", "S", "5.00")], [tender("cash", "5.01")], customer="A"), False),
        (receipt("account_sale", [line("a", "S", "-5.00")], [tender("cash", "-4.00")], customer="A"), True),
        (receipt("account_sale", [line("a", "S", "-5.00")], [tender("cash", "-5.01")], customer="A"), False),
        (
            receipt("account_sale", [line("a", "S", "5.00")], [tender("on_account", "4.00")], customer="A"),
            False,
        ),
        (
            receipt(
                "account_sale",
                [line("a", "S", "5.00")],
                [tender("cash", "6.00"), tender("on_account", "-1.00")],
                customer="A",
            ),
            False,
        ),
        # debtor payments
        (receipt("debtor_payment", [], [tender("cash", "5.00")], pays="A"), True),
        (receipt("debtor_payment", [], [tender("cash", "5.00")]), False),
        (receipt("debtor_payment", [], [tender("cash", "-5.00")], pays="A"), False),
        (receipt("debtor_payment", [], [tender("on_account", "5.00")], pays="A"), False),
        (receipt("debtor_payment", [], [], pays="A"), False),
        (receipt("debtor_payment", [line("a", "S", "5.00")], [tender("cash", "5.00")], pays="A"), False),
        # paid out and in
        (receipt("paid_out", [spent("429", "P", "-5.00")], [tender("cash", "-5.00")]), True),
        (receipt("paid_out", [spent("429", "P", "5.00")], [tender("cash", "5.00")]), False),
        (receipt("paid_out", [spent("429", "P", "-5.00")], []), False),
        (receipt("paid_out", [line("a", "P", "-5.00")], [tender("cash", "-5.00")]), False),
        (
            receipt("paid_out", [spent("429", "P", "-5.00")], [tender("cash", "0.00")], cash_rounding="5.00"),
            False,
        ),
        (
            receipt(
                "paid_out", [spent("429", "P", "-5.00")], [tender("cash", "-4.00"), tender("cash", "-1.00")]
            ),
            False,
        ),
        (receipt("paid_in", [spent("429", "N", "5.00")], [tender("cash", "5.00")]), True),
        (receipt("paid_in", [spent("429", "N", "-5.00")], [tender("cash", "-5.00")]), False),
        # voids
        (receipt("void", [], [], original="A-1"), True),
        (receipt("void", [], []), False),
        (receipt("void", [], [], original="V-1", id="V-1"), False),
        (receipt("void", [line("a", "S", "1.00")], [], original="A-1"), False),
        (receipt("void", [], [tender("cash", "1.00")], original="A-1"), False),
    ],
)
def test_each_kind_holds_what_it_needs(body: Body, *, taken: bool) -> None:
    if taken:
        assert read(body).store == "queen-st"
    else:
        assert refused(body).field


def test_a_receipt_that_does_not_add_up_is_refused_with_both_sums() -> None:
    body = SALE | {"tenders": [tender("cash", "12.00")], "cash_rounding": "-0.20"}
    error = refused(body)
    assert error.reason == "the lines with cash rounding -0.20 come to 12.30 but the tenders to 12.00"
    assert error.receipt == "A-1001"


@pytest.mark.parametrize(
    "lines,tenders,taken",
    [
        (["100.00"], "115.00", True),
        (["100.00"], "100.00", True),
        (["100.00"], "150.00", True),
        (["100.00"], "150.01", False),
        (["100.00"], "99.99", False),
        (["-100.00"], "-115.00", True),
        (["-100.00"], "-99.00", False),
        (["100.00", "-100.00"], "15.00", True),
        (["100.00", "-100.00"], "-15.00", True),
        (["100.00", "-100.00"], "-51.00", False),
    ],
)
def test_exclusive_prices_leave_room_for_tax(lines: list[str], tenders: str, *, taken: bool) -> None:
    body = SALE | {"lines": [line("a", "S", each) for each in lines], "tenders": [tender("cash", tenders)]}
    if taken:
        assert isinstance(read(body, NZ_EXCLUSIVE), Receipt)
    else:
        assert refused(body, NZ_EXCLUSIVE).field == "tenders"


@pytest.mark.parametrize("tendered,taken", [("115.00", True), ("115.01", False), ("100.00", False)])
def test_exclusive_prices_with_printed_tax_add_up_exactly(tendered: str, *, taken: bool) -> None:
    body = SALE | {"lines": [line("a", "S", "100.00", tax="15.00")], "tenders": [tender("cash", tendered)]}
    if taken:
        assert isinstance(read(body, NZ_EXCLUSIVE), Receipt)
    else:
        assert "115.00" in refused(body, NZ_EXCLUSIVE).reason


@pytest.mark.parametrize("tendered,taken", [("215.00", True), ("230.00", True), ("214.99", False)])
def test_printed_tax_of_some_lines_leaves_the_others_open(tendered: str, *, taken: bool) -> None:
    lines = [line("a", "S", "100.00", tax="15.00"), line("b", "S", "100.00")]
    body = SALE | {"lines": lines, "tenders": [tender("cash", tendered)]}
    if taken:
        assert isinstance(read(body, NZ_EXCLUSIVE), Receipt)
    else:
        assert "215.00" in refused(body, NZ_EXCLUSIVE).reason


@pytest.mark.parametrize(
    "kind,lines,tenders,reason",
    [
        ("account_sale", [], [], "an account_sale needs lines, and there are none"),
        ("sale", [line("a", "S", "1.00")], [], "a sale needs tenders, and there are none"),
        ("void", [line("a", "S", "1.00")], [], "a void has no lines, not 1"),
        (
            "paid_in",
            [{"account": "429", "tax_code": "S", "amount": "2.00"}],
            [tender("cash", "1.00"), tender("eftpos", "1.00")],
            "a paid_in has one tender, not 2",
        ),
    ],
)
def test_a_wrong_number_of_lines_or_tenders_is_said_in_words(
    kind: str, lines: list[Body], tenders: list[Body], reason: str
) -> None:
    assert refused(receipt(kind, lines, tenders, customer="A", original="X")).reason == reason


@pytest.mark.parametrize("tendered,taken", [("57.00", True), ("115.00", True), ("151.00", False)])
def test_an_exclusive_account_sale_may_be_paid_in_part(tendered: str, *, taken: bool) -> None:
    body = receipt("account_sale", [line("a", "S", "100.00")], [tender("cash", tendered)], customer="A")
    if taken:
        assert isinstance(read(body, NZ_EXCLUSIVE), Receipt)
    else:
        assert refused(body, NZ_EXCLUSIVE).field == "tenders"
