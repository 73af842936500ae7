"""Money: exact amounts, the currency's decimals, and the one rounding function."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal(0)
HALF = Decimal("0.5")
_DEFAULT_DECIMALS = 2
# ISO 4217: the currencies whose minor unit is not a hundredth.
_OTHER_DECIMALS = {
    **dict.fromkeys(
        ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV"), 0
    ),
    **dict.fromkeys(("XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}
_AMOUNT = re.compile(r"-?[0-9]{1,12}(?:\.([0-9]+))?", re.ASCII)


class AmountError(ValueError):
    """The text is not an amount of money in this currency."""


def decimals(currency: str) -> int:
    """Return how many decimals the currency's minor unit has (ISO 4217)."""
    return _OTHER_DECIMALS.get(currency, _DEFAULT_DECIMALS)


def minor_unit(currency: str) -> Decimal:
    """Return the currency's smallest unit in major units, such as 0.01."""
    return Decimal(1).scaleb(-decimals(currency))


def rounded(amount: Decimal, currency: str) -> Decimal:
    """Round to the minor unit, half away from zero (ACCOUNTING.md 1, R1).

    The only rule by which money is rounded. Half away from zero, so that a sale and its
    refund cancel; what rounds to nothing is zero, never minus zero.
    """
    return rounded_to(minor_unit(currency), amount)


def rounded_to(unit: Decimal, amount: Decimal) -> Decimal:
    """Round as `rounded` does, to a unit in major units, such as the ledger's 0.01."""
    return amount.quantize(unit, rounding=ROUND_HALF_UP) + ZERO


def parse_amount(text: object, currency: str) -> Decimal:
    """Return the amount a record states, in major units (RECEIPTS.md, Form).

    Raises AmountError for anything but a plain decimal number in a string with at most
    the currency's decimals.
    """
    if not isinstance(text, str):
        raise AmountError(f'must be a string such as "12.50", not {text!r}')
    match = _AMOUNT.fullmatch(text)
    if match is None:
        raise AmountError(f"is not a plain decimal number: {text!r}")
    if len(match[1] or "") > decimals(currency):
        raise AmountError(f"has more decimals than {currency} allows: {text!r}")
    return rounded(Decimal(text), currency)


def to_minor(amount: Decimal, currency: str) -> int:
    """Return a whole number of minor units; raise AmountError for a fraction of one."""
    scaled = amount.scaleb(decimals(currency))
    if scaled != scaled.to_integral_value():
        raise AmountError(f"{amount} is not a whole number of minor units of {currency}")
    return int(scaled)


def from_minor(minor: int, currency: str) -> Decimal:
    """Return the amount in major units with the currency's decimals."""
    return Decimal(minor).scaleb(-decimals(currency))


def text_of(amount: Decimal, currency: str) -> str:
    """Return the amount as it crosses the wire: major units, the currency's decimals."""
    return f"{rounded(amount, currency):f}"


def tax_inside(gross: Decimal, rate: Decimal, currency: str) -> Decimal:
    """Return the tax within a tax-inclusive amount (ACCOUNTING.md 1, R2)."""
    return rounded(gross * rate / (1 + rate), currency)


def tax_on_top(net: Decimal, rate: Decimal, currency: str) -> Decimal:
    """Return the tax on a tax-exclusive amount (ACCOUNTING.md 1, R2)."""
    return rounded(net * rate, currency)
