"""Worked days of an Australian shop: 10% GST inclusive, accrual and cash basis.

Every expectation is reckoned by hand from ACCOUNTING.md 1 and 2.
"""

from __future__ import annotations

import pytest

from tests.books.days import AU, AU_CASH, line, receipt, session, spent, tender
from tests.books.worked import WITHOUT_NET, Day, check

_DAYS = [
    Day(
        "a mixed basket, cash rounded to 5 cents",
        [
            receipt("sale", [line("grocery", "S", "110.00")], [tender("eftpos", "110.00")], AU),
            receipt("sale", [line("grocery", "Z", "23.45")], [tender("cash", "23.45")], AU),
            receipt(
                "sale", [line("grocery", "S", "19.97")], [tender("cash", "19.95")], AU, cash_rounding="-0.02"
            ),
        ],
        # 129.97 / 11 = 11.8155; GST-free food is in G1 and never on the taxed line.
        {"#TAX": "-11.82", "200": "-141.60", "611": "43.40", "612": "110.00", "860": "0.02"},
        {"1A": "11.82", "G1": "153.42"},
        AU,
    ),
    Day(
        "a refund rounded in the shop's favour",
        [
            receipt("sale", [line("grocery", "S", "50.00")], [tender("cash", "50.00")], AU),
            receipt(
                "refund",
                [line("grocery", "S", "-19.97")],
                [tender("cash", "-19.95")],
                AU,
                cash_rounding="0.02",
            ),
        ],
        # 4.55 (4.5454) less 1.82 (1.8154): the refund has a line of its own, 30.03 / 11 would be the same.
        {"#TAX": "-2.73", "200": "-27.30", "611": "30.05", "860": "-0.02"},
        {"1A": "2.73", "G1": "30.03"},
        AU,
    ),
    Day(
        "cash-out larger than the cash sales",
        [
            receipt(
                "sale",
                [line("grocery", "S", "55.00")],
                [tender("eftpos", "155.00"), tender("cash", "-100.00")],
                AU,
            ),
            receipt("sale", [line("grocery", "S", "22.00")], [tender("cash", "22.00")], AU),
        ],
        {"#TAX": "-7.00", "200": "-70.00", "611": "-78.00", "612": "155.00"},
        {"1A": "7.00", "G1": "77.00"},
        AU,
        WITHOUT_NET,
    ),
    Day(
        "surcharge of a mixed basket, a discount and a tip",
        [
            receipt(
                "sale",
                [
                    line("grocery", "S", "66.00"),
                    line("hardware", "Z", "34.00"),
                    line("discounts", "S", "-6.60"),
                    line("surcharge", "S", "0.89"),
                    line("surcharge", "Z", "0.51"),
                    line("tips", "N", "5.00"),
                ],
                [tender("eftpos", "99.80")],
                AU,
            )
        ],
        # 6.00 - 0.60 + 0.08 (0.0809): the surcharge is taxed as the goods it was charged on.
        {
            "#TAX": "-5.48",
            "200": "-60.00",
            "201": "-34.00",
            "205": "6.00",
            "260": "-1.32",
            "612": "99.80",
            "856": "-5.00",
        },
        {"1A": "5.48", "G1": "94.80"},
        AU,
    ),
    Day(
        "a layby on the accrual basis is taxed when it is completed",
        [
            receipt("layby_payment", [line("layby_deposit", "N", "33.00")], [tender("cash", "33.00")], AU),
            receipt(
                "layby_completion",
                [line("hardware", "S", "110.00"), line("layby_applied", "N", "-44.00")],
                [tender("eftpos", "66.00")],
                AU,
            ),
        ],
        {"#TAX": "-10.00", "201": "-100.00", "611": "33.00", "612": "66.00", "855": "11.00"},
        {"1A": "10.00", "G1": "110.00"},
        AU,
    ),
    Day(
        "a layby on the cash basis is taxed with each instalment",
        [
            receipt(
                "layby_payment", [line("layby_deposit", "S", "33.00")], [tender("cash", "33.00")], AU_CASH
            ),
            receipt(
                "layby_completion",
                [line("hardware", "S", "110.00"), line("layby_applied", "S", "-44.00")],
                [tender("eftpos", "66.00")],
                AU_CASH,
            ),
        ],
        # 3.00 now and 10.00 - 4.00 now: the liability holds what was paid without its GST.
        {"#TAX": "-9.00", "201": "-100.00", "611": "33.00", "612": "66.00", "855": "10.00"},
        {"1A": "9.00", "G1": "99.00"},
        AU_CASH,
    ),
    Day(
        "a layby given up for a fee as high as its deposit",
        [
            receipt(
                "layby_cancellation",
                [line("layby_deposit", "N", "-22.00"), line("fee", "S", "22.00")],
                [],
                AU,
            )
        ],
        {"#TAX": "-2.00", "210": "-20.00", "855": "22.00"},
        {"1A": "2.00", "G1": "22.00"},
        AU,
    ),
    Day(
        "account sales beside the day, paid in part, later, or not at all",
        [
            receipt("sale", [line("grocery", "S", "11.00")], [tender("cash", "11.00")], AU),
            receipt(
                "account_sale",
                [line("hardware", "S", "220.00")],
                [tender("eftpos", "20.00"), tender("on_account", "200.00")],
                AU,
                id="A-1",
                customer="Bay Builders",
            ),
            receipt("account_sale", [line("hardware", "Z", "30.00")], [], AU, customer="Café Ōtaki"),
            receipt(
                "account_sale",
                [line("hardware", "Z", "40.00")],
                [tender("cash", "15.00")],
                AU,
                customer="Bob",
            ),
            receipt("debtor_payment", [], [tender("cash", "50.00")], AU, customer="Bay Builders", pays="A-1"),
        ],
        {
            "#AR": "205.00",
            "#TAX": "-21.00",
            "200": "-10.00",
            "201": "-270.00",
            "611": "76.00",
            "612": "20.00",
        },
        {"1A": "21.00", "G1": "301.00"},
        AU,
    ),
    Day(
        "petty cash with and without GST, and money put in",
        [
            receipt("sale", [line("grocery", "S", "44.00")], [tender("cash", "44.00")], AU),
            receipt(
                "paid_out",
                [spent("429", "P", "-11.00"), spent("425", "N", "-2.00")],
                [tender("cash", "-13.00")],
                AU,
                payee="Corner shop",
            ),
            receipt("paid_in", [spent("260", "S", "5.50")], [tender("cash", "5.50")], AU),
            receipt("paid_in", [spent("880", "N", "100.00")], [tender("cash", "100.00")], AU),
        ],
        {
            "#TAX": "-3.50",
            "200": "-40.00",
            "260": "-5.00",
            "425": "2.00",
            "429": "10.00",
            "611": "136.50",
            "880": "-100.00",
        },
        {"1A": "4.50", "1B": "1.00", "G1": "49.50", "G11": "11.00"},
        AU,
    ),
    Day(
        "a till short by less than it took",
        [
            receipt("sale", [line("grocery", "S", "44.00")], [tender("cash", "44.00")], AU),
            session({"cash": "191.50"}, AU),
        ],
        {"#TAX": "-4.00", "200": "-40.00", "490": "2.50", "611": "41.50"},
        {"1A": "4.00", "G1": "44.00"},
        AU,
    ),
]


@pytest.mark.parametrize("day", _DAYS, ids=lambda day: day.name)
def test_every_shape_posts_what_was_reckoned_by_hand(day: Day) -> None:
    assert day.ledger
    check(day)
