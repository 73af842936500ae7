"""Receipts into sections, sums, rounding and what gift cards paid."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from services.books.records import CashRounding, Line, Receipt, StoreFacts, TillSession
from services.books.summing import (
    line_totals,
    redeemed_shares,
    rounding_unlike_rule,
    section_of,
)
from services.books.totals import LineTotal, Section
from services.books.validation import record_from
from tests.books.days import (
    AU,
    DAY,
    GB,
    NZ,
    NZ_EXCLUSIVE,
    Body,
    line,
    receipt,
    session,
    spent,
    tender,
    totals,
)
from tests.books.summed import totals_of

D = Decimal


def _receipt(body: Body) -> Receipt:
    found = record_from(body, lambda _key: NZ)
    assert isinstance(found, Receipt)
    return found


_DEPOSIT = line("layby_deposit", "N", "-30.00")


@pytest.mark.parametrize(
    "body,section",
    [
        (receipt("sale", [line("a", "S", "5.00")], [tender("cash", "5.00")]), "sales"),
        (receipt("sale", [line("a", "S", "-5.00")], [tender("cash", "-5.00")]), "refunds"),
        (
            receipt("sale", [line("a", "S", "-5.00"), line("b", "S", "5.00")], [tender("cash", "0.00")]),
            "sales",
        ),
        (receipt("refund", [line("a", "S", "-5.00")], [tender("cash", "-5.00")]), "refunds"),
        (receipt("refund", [line("a", "S", "0.00")], [tender("cash", "0.00")]), "refunds"),
        (
            receipt("refund", [line("a", "S", "-5.00")], [tender("on_account", "-5.00")], customer="A"),
            "account_sale",
        ),
        (receipt("layby_payment", [line("layby_deposit", "N", "5.00")], [tender("cash", "5.00")]), "sales"),
        (receipt("layby_cancellation", [_DEPOSIT], [tender("cash", "-30.00")]), "refunds"),
        (receipt("layby_cancellation", [_DEPOSIT, line("fee", "S", "30.00")], []), "sales"),
        (
            receipt(
                "layby_completion",
                [line("a", "S", "5.00"), line("layby_applied", "N", "-8.00")],
                [tender("cash", "-3.00")],
            ),
            "sales",
        ),
        (receipt("account_sale", [line("a", "S", "5.00")], [], customer="A"), "account_sale"),
        (receipt("debtor_payment", [], [tender("cash", "5.00")], pays="A"), "debtor_payment"),
        (receipt("paid_out", [spent("429", "P", "-5.00")], [tender("cash", "-5.00")]), "paid_out"),
        (receipt("paid_in", [spent("429", "N", "5.00")], [tender("cash", "5.00")]), "sales"),
        (receipt("void", [], [], original="A-1"), "void"),
    ],
)
def test_a_receipt_belongs_to_one_part_of_the_day(body: Body, section: str) -> None:
    assert section_of(_receipt(body)) == section


def _cash(lines: str, tendered: str, rounding: str, kind: str = "cash") -> Receipt:
    sign = "refund" if lines.startswith("-") else "sale"
    return _receipt(receipt(sign, [line("a", "S", lines)], [tender(kind, tendered)], cash_rounding=rounding))


_UP = replace(NZ, cash_rounding=CashRounding(D("0.10"), "up"))


@pytest.mark.parametrize(
    "store,lines,tendered,rounding,unlike",
    [
        (NZ, "19.97", "20.00", "0.03", False),
        (NZ, "19.95", "19.90", "-0.05", False),
        (NZ, "19.95", "20.00", "0.05", True),
        (_UP, "19.95", "20.00", "0.05", False),
        (_UP, "19.95", "19.90", "-0.05", True),
        (NZ, "-19.95", "-19.90", "0.05", False),
        (_UP, "-19.95", "-20.00", "-0.05", False),
        (NZ, "19.97", "19.97", "0.00", True),
        (NZ, "19.97", "19.90", "-0.07", True),
        (AU, "19.97", "19.95", "-0.02", False),
        (AU, "19.98", "20.00", "0.02", False),
        (GB, "19.97", "19.97", "0.00", False),
        (GB, "19.97", "19.95", "-0.02", True),
    ],
)
def test_rounding_is_compared_with_the_stores_rule(
    store: StoreFacts, lines: str, tendered: str, rounding: str, *, unlike: bool
) -> None:
    assert rounding_unlike_rule(_cash(lines, tendered, rounding), store) is unlike


def test_only_the_cash_part_is_rounded() -> None:
    tenders = [tender("eftpos", "9.97"), tender("cash", "10.00")]
    mixed = receipt("sale", [line("a", "S", "19.96")], tenders, cash_rounding="0.01")
    assert not rounding_unlike_rule(_receipt(mixed), NZ)
    assert rounding_unlike_rule(_cash("19.97", "20.00", "0.03", "eftpos"), NZ)


def test_sums_keep_signs_sections_and_codes_apart() -> None:
    sales = [
        LineTotal(Section.SALES, "a", None, "S", D("5.00"), 1, D("0.65")),
        LineTotal(Section.SALES, "a", None, "S", D("-1.00"), 1, D("-0.13")),
        LineTotal(Section.REFUNDS, "a", None, "S", D("-2.00"), 1, None),
        LineTotal(Section.SALES, "a", None, "S", D("3.00"), 2, D("0.39")),
        LineTotal(Section.SALES, None, "429", "S", D("1.00"), 1, None),
        LineTotal(Section.REFUNDS, "a", None, "S", D("-2.00"), 1, D("-0.26")),
    ]
    assert line_totals(sales) == [
        LineTotal(Section.SALES, None, "429", "S", D("1.00"), 1, None),
        LineTotal(Section.SALES, "a", None, "S", D("8.00"), 3, D("1.04")),
        LineTotal(Section.SALES, "a", None, "S", D("-1.00"), 1, D("-0.13")),
        LineTotal(Section.REFUNDS, "a", None, "S", D("-4.00"), 2, None),
    ]


def _shares(lines: list[Body], tenders: list[Body], *, rounding: str = "0.00") -> list[tuple[str, str]]:
    def taxed(each: Line) -> bool:
        return each.tax_code == "S"

    found = redeemed_shares(_receipt(receipt("sale", lines, tenders, cash_rounding=rounding)), "NZD", taxed)
    return [(each.category or "", f"{each.amount:.2f}") for each in found]


@pytest.mark.parametrize(
    "lines,tenders,wanted",
    [
        # A third of 10.00 and of 20.00.
        (
            [line("a", "S", "10.00"), line("b", "S", "20.00")],
            [tender("gift_card", "10.00"), tender("cash", "20.00")],
            [("a", "3.33"), ("b", "6.67")],
        ),
        # Two thirds of each come to 6.666…: the shares still add up to the 20.00 that were paid.
        (
            [line(name, "S", "10.00") for name in "abc"],
            [tender("gift_card", "20.00"), tender("cash", "10.00")],
            [("a", "6.67"), ("b", "6.66"), ("c", "6.67")],
        ),
        # The card pays the taxed goods first: 30.00 of them, not more.
        (
            [line("a", "S", "30.00"), line("b", "Z", "30.00")],
            [tender("gift_card", "40.00"), tender("cash", "20.00")],
            [("a", "30.00")],
        ),
        ([line("a", "Z", "30.00")], [tender("gift_card", "30.00")], []),
        ([line("a", "S", "30.00")], [tender("cash", "30.00")], []),
        # A discount lowers what the card pays for.
        (
            [line("a", "S", "30.00"), line("discounts", "S", "-10.00")],
            [tender("gift_card", "10.00"), tender("cash", "10.00")],
            [("a", "15.00"), ("discounts", "-5.00")],
        ),
        # Money out of the till on a gift card is no redemption of goods.
        (
            [line("a", "S", "30.00")],
            [tender("gift_card", "-5.00"), tender("cash", "35.00")],
            [],
        ),
    ],
)
def test_what_a_gift_card_paid_is_shared_over_the_taxed_lines(
    lines: list[Body], tenders: list[Body], wanted: list[tuple[str, str]]
) -> None:
    assert _shares(lines, tenders) == wanted


def test_cash_rounding_does_not_change_the_share() -> None:
    tenders = [tender("gift_card", "10.00"), tender("cash", "10.00")]
    assert _shares([line("a", "S", "19.98")], tenders, rounding="0.02") == [("a", "10.00")]


def test_a_refund_onto_a_gift_card_mirrors_the_sale() -> None:
    refund = _receipt(receipt("refund", [line("a", "S", "-30.00")], [tender("gift_card", "-30.00")]))
    (share,) = redeemed_shares(refund, "NZD")
    assert (share.section, share.amount, share.printed_tax) == (Section.REFUNDS, D("-30.00"), None)


def test_a_share_that_is_a_tie_rounds_away_from_zero() -> None:
    # 27.80 x 7.65 / 33.36 is 6.375 to the last digit; 7.65 / 33.36 is no finite decimal.
    lines = [line("a", "S", "19.44", tax="3.89"), line("a", "S", "8.36", tax="1.67")]
    tenders = [tender("gift_card", "7.65"), tender("cash", "25.71")]
    sale = record_from(receipt("sale", lines, tenders), lambda _key: NZ_EXCLUSIVE)
    assert isinstance(sale, Receipt)
    (share,) = redeemed_shares(sale, "NZD")
    assert share.amount == D("6.38")


def test_expected_cash_runs_from_close_to_close() -> None:
    # The first session closed at noon; what is sold after it belongs to the next count.
    day = totals(
        [
            receipt("sale", [line("grocery", "S", "10.00")], [tender("cash", "10.00")]),
            receipt(
                "sale",
                [line("grocery", "S", "20.00")],
                [tender("cash", "20.00")],
                time="2026-11-19T12:30:00+13:00",
            ),
            receipt("paid_out", [spent("429", "P", "-3.00")], [tender("cash", "-3.00")]),
            receipt("debtor_payment", [], [tender("cash", "7.00")], pays="X"),
            receipt("sale", [line("grocery", "S", "5.00")], [tender("cash", "5.00")], register="2"),
            session({"cash": "164.00"}, closed="2026-11-19T12:00:00+13:00"),
            session(
                {"cash": "170.00"}, id="S-2", opened="2026-11-19T13:00:00+13:00", expected={"cash": "169.00"}
            ),
        ]
    )
    first, second = day.counts
    assert (first.movement, first.expected, first.over_short) == (D("14.00"), D("164.00"), D("0.00"))
    assert (second.movement, second.over_short, second.stated) == (D("20.00"), D("0.00"), D("169.00"))


def test_a_session_counts_on_the_date_it_opened() -> None:
    late = record_from(
        session({"cash": "150.00"}, opened="2026-11-18T20:00:00+13:00", closed="2026-11-19T02:00:00+13:00"),
        lambda _key: NZ,
    )
    assert isinstance(late, TillSession)
    assert totals_of(NZ, DAY, [], sessions=iter([late])).counts == ()
    assert len(totals_of(NZ, date(2026, 11, 18), [], sessions=iter([late])).counts) == 1


def test_a_day_is_counted() -> None:
    odd = receipt("sale", [line("a", "S", "9.98")], [tender("cash", "9.98")])
    sale = receipt("account_sale", [line("a", "S", "1.00")], [], customer="A", id="A-7", register="3")
    day = totals([odd, sale, receipt("debtor_payment", [], [tender("eftpos", "1.00")], pays="A-7")])
    assert (day.receipts, day.rounding_unlike_rule, list(day.paid_sales or ())) == (3, 1, ["A-7"])
