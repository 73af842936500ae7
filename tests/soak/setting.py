"""The countries of the soak.

Stores, what they are mapped to, and their tax rates.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

RECEIVABLE, PAYABLE, TAX = "610", "800", "820"
ROUNDING, OVER_SHORT = "860", "490"

TENDERS = {"cash": "611", "eftpos": "612", "credit": "613", "online": "616", "gift_card": "850"}
"""Clearing account by tender; gift cards are paid from their liability."""

ACCOUNTS = {
    "grocery": "200",
    "hardware": "201",
    "basics": "202",
    "discounts": "205",
    "surcharge": "260",
    "service": "210",
    "tips": "856",
    "gift_card_sold": "850",
    "layby_deposit": "855",
    "layby_applied": "855",
    "stock": "310",
    "freight": "425",
}
_UNTAXED = ("tips", "gift_card_sold", "layby_deposit", "layby_applied")
_PURCHASED = ("stock", "freight")


@dataclass(frozen=True)
class Country:
    """What differs between the countries; a rate in percent by the till's tax code."""

    code: str
    currency: str
    timezone: str
    rounding: str
    """As `--cash-rounding` takes it; empty: none."""
    types: dict[str, str]
    rates: dict[str, Decimal]

    @property
    def step(self) -> Decimal | None:
        """To what cash is rounded."""
        return Decimal(self.rounding.partition(":")[0]) if self.rounding else None


COUNTRIES = {
    "NZ": Country(
        "NZ",
        "NZD",
        "Pacific/Auckland",
        "0.10:down",
        {"STD": "OUTPUT2", "ZERO": "ZERORATED", "NONE": "NONE", "STDIN": "INPUT2"},
        {"STD": Decimal(15), "STDIN": Decimal(15)},
    ),
    "AU": Country(
        "AU",
        "AUD",
        "Australia/Sydney",
        "0.05:up",
        {"STD": "OUTPUT", "ZERO": "EXEMPTOUTPUT", "NONE": "BASEXCLUDED", "STDIN": "INPUT"},
        {"STD": Decimal(10), "STDIN": Decimal(10)},
    ),
    "GB": Country(
        "GB",
        "GBP",
        "Europe/London",
        "",
        {"STD": "OUTPUT2", "RED": "RROUTPUT", "ZERO": "ZERORATEDOUTPUT", "NONE": "NONE", "STDIN": "INPUT2"},
        {"STD": Decimal(20), "RED": Decimal(5), "STDIN": Decimal(20)},
    ),
}


def mapping(store: str, country: Country, shape: str) -> dict[str, object]:
    """Return the mapping file of a store (CLI.md)."""
    categories: dict[str, object] = dict(ACCOUNTS)
    for name in _UNTAXED:
        categories[name] = {"account": ACCOUNTS[name], "tax_type": country.types["NONE"]}
    for name in _PURCHASED:
        categories[name] = {"account": ACCOUNTS[name], "tax_type": country.types["STDIN"]}
    return {
        "store": store,
        "shape": shape,
        "contact": f"POS Sales - {store}",
        "number": "POS-{store}-{date}",
        "account_number": "{store}-{receipt}",
        "due_days": 0,
        "rounding": ROUNDING,
        "over_short": OVER_SHORT,
        "no_tax": country.types["NONE"],
        "gift_card_tax": "redemption",
        "categories": categories,
        "tax_codes": dict(country.types),
        "tenders": dict(TENDERS),
        "tracking": {"Region": "North"},
    }
