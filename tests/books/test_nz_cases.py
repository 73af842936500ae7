"""Worked days of a New Zealand shop.

15% GST, prices with and without it, counts, exchanges.

Every expectation is reckoned by hand from ACCOUNTING.md 1 and 2.
"""

from __future__ import annotations

import pytest

from services.books.documents import Shape
from tests.books.days import NZ_EXCLUSIVE, line, receipt, session, spent, tender
from tests.books.worked import ALL, WITHOUT_NET, Day, check

_C_AND_D = frozenset({Shape.ZERO_INVOICE, Shape.JOURNAL})

_DAYS = [
    Day(
        "a shortage larger than the cash received",
        [
            receipt("sale", [line("grocery", "S", "46.00")], [tender("eftpos", "46.00")]),
            receipt("sale", [line("grocery", "S", "4.60")], [tender("cash", "4.60")]),
            session({"cash": "144.60"}),
        ],
        {"#TAX": "-6.60", "200": "-44.00", "490": "10.00", "611": "-5.40", "612": "46.00"},
        {"5": "50.60", "8": "6.60"},
        shapes=_C_AND_D,
    ),
    Day(
        "a shortage of all the cash received leaves no payment to make",
        [
            receipt("sale", [line("grocery", "S", "23.00")], [tender("eftpos", "23.00")]),
            receipt("sale", [line("grocery", "S", "2.30")], [tender("cash", "2.30")]),
            session({"cash": "150.00"}),
        ],
        {"#TAX": "-3.30", "200": "-22.00", "490": "2.30", "612": "23.00"},
        {"5": "25.30", "8": "3.30"},
        shapes=ALL - {Shape.INVOICE},
    ),
    Day(
        "more than expected on a day of refunds only",
        [
            receipt("refund", [line("grocery", "S", "-23.00")], [tender("cash", "-23.00")]),
            session({"cash": "128.00"}),
        ],
        {"#TAX": "3.00", "200": "20.00", "490": "-1.00", "611": "-22.00"},
        {"5": "-23.00", "8": "-3.00"},
    ),
    Day(
        "two closes of one drawer, petty cash between them",
        [
            receipt(
                "sale",
                [line("grocery", "S", "46.00")],
                [tender("cash", "46.00")],
                time="2026-11-19T09:00:00+13:00",
            ),
            receipt(
                "sale",
                [line("grocery", "S", "11.50")],
                [tender("cash", "11.50")],
                time="2026-11-19T15:00:00+13:00",
            ),
            receipt(
                "paid_out",
                [spent("429", "P", "-23.00")],
                [tender("cash", "-23.00")],
                time="2026-11-19T15:10:00+13:00",
                payee="Mitre 10",
            ),
            session({"cash": "195.00"}, closed="2026-11-19T12:00:00+13:00"),
            session({"cash": "139.00"}, id="S-2", opened="2026-11-19T12:05:00+13:00"),
        ],
        # First 196.00 expected, 1.00 short; then 150.00 + 11.50 - 23.00 expected, 0.50 over.
        {"#TAX": "-4.50", "200": "-50.00", "429": "20.00", "490": "0.50", "611": "34.00"},
        {"11": "23.00", "13": "3.00", "5": "57.50", "8": "7.50"},
    ),
    Day(
        "an exchange for less gives money back",
        [
            receipt("sale", [line("grocery", "S", "23.00")], [tender("cash", "23.00")]),
            receipt(
                "sale",
                [line("grocery", "S", "11.50"), line("hardware", "S", "-46.00")],
                [tender("eftpos", "-34.50")],
            ),
        ],
        {"#TAX": "1.50", "200": "-30.00", "201": "40.00", "611": "23.00", "612": "-34.50"},
        {"5": "-11.50", "8": "-1.50"},
        shapes=WITHOUT_NET,
    ),
    Day(
        "an even exchange",
        [
            receipt(
                "sale",
                [line("grocery", "S", "11.50"), line("hardware", "S", "-11.50")],
                [tender("eftpos", "0.00")],
            )
        ],
        {"200": "-10.00", "201": "10.00"},
    ),
    Day(
        "prices without tax: what the tills round otherwise than the ledger goes to rounding",
        [
            receipt(
                "sale",
                [line("grocery", "S", "18.50", tax="2.78")],
                [tender("cash", "21.30")],
                cash_rounding="0.02",
            ),
            receipt("sale", [line("grocery", "S", "18.50", tax="2.78")], [tender("eftpos", "21.28")]),
            receipt("refund", [line("hardware", "S", "-10.00", tax="-1.50")], [tender("eftpos", "-11.50")]),
            receipt("account_sale", [line("hardware", "S", "20.00")], [], customer="Bob"),
            receipt("paid_out", [spent("429", "P", "-10.00")], [tender("cash", "-11.50")], payee="X"),
        ],
        # 37.00 x 15% = 5.55 where the tills took 2 x 2.78; 0.02 of cash rounding beside it.
        {
            "#AR": "23.00",
            "#TAX": "-5.55",
            "200": "-37.00",
            "201": "-10.00",
            "429": "10.00",
            "611": "9.80",
            "612": "9.78",
            "860": "-0.03",
        },
        {"11": "11.50", "13": "1.50", "5": "54.05", "8": "7.05"},
        NZ_EXCLUSIVE,
    ),
    Day(
        "an account sale with a discount, part paid by gift card and rounded cash",
        [
            receipt(
                "account_sale",
                [line("grocery", "S", "46.05"), line("discounts", "S", "-4.60")],
                [tender("gift_card", "11.40"), tender("cash", "10.00")],
                customer="Bob",
                cash_rounding="-0.05",
            )
        ],
        # 6.01 (6.0065) - 0.60; 20.00 of it is still due.
        {
            "#AR": "20.00",
            "#TAX": "-5.41",
            "200": "-40.04",
            "205": "4.00",
            "611": "10.00",
            "850": "11.40",
            "860": "0.05",
        },
        {"5": "41.45", "8": "5.41"},
    ),
    Day(
        "a layby paid up before it is completed needs no tender",
        [
            receipt(
                "layby_completion",
                [line("hardware", "S", "57.50"), line("layby_applied", "N", "-57.50")],
                [],
            )
        ],
        {"#TAX": "-7.50", "201": "-50.00", "855": "57.50"},
        {"5": "57.50", "8": "7.50"},
    ),
    Day(
        "zero-rated goods are in box 5 and in box 6",
        [
            receipt(
                "sale",
                [line("grocery", "S", "11.50"), line("grocery", "Z", "20.00")],
                [tender("eftpos", "31.50")],
            )
        ],
        {"#TAX": "-1.50", "200": "-30.00", "612": "31.50"},
        {"5": "31.50", "6": "20.00", "8": "1.50"},
    ),
]


@pytest.mark.parametrize("day", _DAYS, ids=lambda day: day.name)
def test_every_shape_posts_what_was_reckoned_by_hand(day: Day) -> None:
    assert day.ledger
    check(day)
