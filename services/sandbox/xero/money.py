"""The practice ledger's own arithmetic (XERO.md 6.4, ACCOUNTING.md 1).

Written apart from the books on purpose: two workings that agree prove something.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal("0.00")
_CENT = Decimal("0.01")
_UNIT_PLACES = {2: _CENT, 4: Decimal("0.0001")}
_HUNDRED = Decimal(100)


def cents(amount: Decimal) -> Decimal:
    """Round to hundredths, half away from zero."""
    return amount.quantize(_CENT, rounding=ROUND_HALF_UP)


def unit(amount: Decimal, places: int) -> Decimal:
    """Round a unit amount to 2 places, or to 4 where the call said `unitdp=4`."""
    return amount.quantize(_UNIT_PLACES[places], rounding=ROUND_HALF_UP)


def quantity(amount: Decimal) -> Decimal:
    """Round a quantity to 4 places."""
    return unit(amount, 4)


def tax_of(line_amount: Decimal, percent: Decimal, line_amount_types: str) -> Decimal:
    """Return the tax of one line: inside it, on top of it, or none."""
    if line_amount_types == "NoTax":
        return ZERO
    if line_amount_types == "Inclusive":
        return cents(line_amount * percent / (_HUNDRED + percent))
    return cents(line_amount * percent / _HUNDRED)
