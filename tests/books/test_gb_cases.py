"""Worked days of a British shop.

VAT at 20%, 5% and 0%, half-penny ties, supplier's bills.

Every expectation is reckoned by hand from ACCOUNTING.md 1 and 2 and RECEIPTS.md, Purchases.
"""

from __future__ import annotations

import pytest

from tests.books.days import GB, Body, line, receipt, spent, tender
from tests.books.worked import Day, check

_TAXED_AT_SALE: dict[str, object] = {
    "gift_card_tax": "sale",
    "categories": {
        "grocery": "200",
        "hardware": "201",
        "gift_card_sold": {"account": "850", "tax_type": "OUTPUT2"},
    },
}


def _bill(number: str, amounts: str, lines: list[Body], total: str, record: str = "purchase") -> Body:
    return {
        "record": record,
        "store": GB.key,
        "id": number,
        "number": number,
        "supplier": "Smith & Sons",
        "date": "2026-11-19",
        "due_date": "2026-12-19",
        "amounts": amounts,
        "lines": lines,
        "total": total,
    }


_DAYS = [
    Day(
        "three rates, and ties that go up",
        [
            receipt(
                "sale",
                [
                    line("grocery", "S", "50.02"),
                    line("hardware", "R", "10.50"),
                    line("hardware", "Z", "8.00"),
                ],
                [tender("eftpos", "68.52")],
                GB,
            ),
            receipt("sale", [line("grocery", "S", "50.03")], [tender("cash", "50.03")], GB),
            receipt("refund", [line("grocery", "S", "-0.03")], [tender("cash", "-0.03")], GB),
        ],
        # 100.05 / 6 = 16.675 -> 16.68; 10.50 / 21 = 0.50; -0.03 / 6 = -0.005 -> -0.01.
        {"#TAX": "-17.17", "200": "-83.35", "201": "-18.00", "611": "50.00", "612": "68.52"},
        {"1": "17.17", "6": "101.35"},
        GB,
    ),
    Day(
        "goods brought back in an exchange are not netted with those taken",
        [
            receipt(
                "sale",
                [line("grocery", "S", "0.09"), line("grocery", "S", "-0.03"), line("grocery", "S", "-0.04")],
                [tender("cash", "0.02")],
                GB,
            )
        ],
        # 0.09 / 6 = 0.015 -> 0.02; -0.07 / 6 = -0.0117 -> -0.01; netted: 0.02 / 6 -> 0.00.
        {"#TAX": "-0.01", "200": "-0.01", "611": "0.02"},
        {"1": "0.01", "6": "0.01"},
        GB,
    ),
    Day(
        "a gift card out of scope until it is redeemed",
        [
            receipt("sale", [line("gift_card_sold", "N", "60.00")], [tender("eftpos", "60.00")], GB),
            receipt(
                "sale",
                [line("grocery", "S", "90.00")],
                [tender("gift_card", "60.00"), tender("cash", "30.00")],
                GB,
            ),
        ],
        {"#TAX": "-15.00", "200": "-75.00", "611": "30.00", "612": "60.00"},
        {"1": "15.00", "6": "75.00"},
        GB,
    ),
    Day(
        "a gift card taxed when it is sold is not taxed again, and is owed without its tax",
        [
            receipt("sale", [line("gift_card_sold", "S", "120.00")], [tender("eftpos", "120.00")], GB),
            receipt(
                "sale",
                [line("grocery", "S", "90.00")],
                [tender("gift_card", "60.00"), tender("cash", "30.00")],
                GB,
            ),
        ],
        # 20.00 for the card and 5.00 for what was paid in cash; half of the card's 100.00 is left.
        {"#TAX": "-25.00", "200": "-75.00", "611": "30.00", "612": "120.00", "850": "-50.00"},
        {"1": "25.00", "6": "125.00"},
        GB,
        books=_TAXED_AT_SALE,
    ),
    Day(
        "a taxed gift card lies on the taxed goods, by their rates",
        [
            receipt(
                "sale",
                [
                    line("grocery", "S", "60.00"),
                    line("hardware", "R", "42.00"),
                    line("hardware", "Z", "18.00"),
                ],
                [tender("gift_card", "51.00"), tender("eftpos", "69.00")],
                GB,
            )
        ],
        # Half of 102.00: 30.00 at 20% and 21.00 at 5%, so 10.00 - 5.00 and 2.00 - 1.00.
        {"#TAX": "-6.00", "200": "-50.00", "201": "-58.00", "612": "69.00", "850": "45.00"},
        {"1": "6.00", "6": "63.00"},
        GB,
        books=_TAXED_AT_SALE,
    ),
    Day(
        "a taxed gift card shared by equal lines is shared out to the penny",
        [
            receipt(
                "sale",
                [line("grocery", "S", "12.00") for _ in range(3)],
                [tender("gift_card", "20.00"), tender("eftpos", "16.00")],
                GB,
            )
        ],
        # 36.00 / 6 = 6.00 less 20.00 / 6 = 3.33; three shares of 6.67 would take back 20.01.
        {"#TAX": "-2.67", "200": "-30.00", "612": "16.00", "850": "16.67"},
        {"1": "2.67", "6": "13.33"},
        GB,
        books=_TAXED_AT_SALE,
    ),
    Day(
        "goods brought back for credit on a taxed gift card",
        [receipt("refund", [line("grocery", "S", "-60.00")], [tender("gift_card", "-60.00")], GB)],
        # The tax stays paid: it is on the card now.
        {"200": "50.00", "850": "-50.00"},
        store=GB,
        books=_TAXED_AT_SALE,
    ),
    Day(
        "bills and a credit made to come to the paper",
        [
            _bill("INV-7", "exclusive", [spent("310", "P", "100.03")], "120.04"),
            _bill("INV-8", "inclusive", [spent("310", "P", "60.00"), spent("311", "P", "0.03")], "60.03"),
            _bill("CN-1", "exclusive", [spent("310", "P", "10.00")], "12.01", "purchase_credit"),
            _bill("INV-9", "exclusive", [spent("310", "P", "0.03") for _ in range(3)], "0.11"),
        ],
        # 20.01 (20.006) + 10.00 + 0.01 (0.005) - 2.00 + 3 x 0.01 (0.006); a penny of INV-9 and of CN-1
        # goes to rounding.
        {"#AP": "-168.17", "#TAX": "28.05", "310": "140.12", "311": "0.02", "860": "-0.02"},
        {"4": "28.05", "7": "140.14"},
        GB,
    ),
    Day(
        "deposits on a layby are left to the shop's own tax codes",
        [receipt("layby_payment", [line("layby_deposit", "S", "12.00")], [tender("cash", "12.00")], GB)],
        {"#TAX": "-2.00", "611": "12.00", "855": "-10.00"},
        {"1": "2.00", "6": "10.00"},
        GB,
    ),
]


@pytest.mark.parametrize("day", _DAYS, ids=lambda day: day.name)
def test_every_shape_posts_what_was_reckoned_by_hand(day: Day) -> None:
    assert day.ledger
    check(day)
