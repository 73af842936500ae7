"""What a supplier's bill must hold, and that it adds up (RECEIPTS.md, Purchases)."""

from __future__ import annotations

from decimal import Decimal

from services.books.fields import RecordError
from services.books.money import ZERO, minor_unit
from services.books.receipt_rules import tax_left_open
from services.books.records import Purchase, PurchaseKind

_MOST_UNITS = 5
"""RECEIPTS.md, Purchases: 0.01 a line and 0.05 in all, in minor units."""


def tolerance(lines: int, currency: str) -> Decimal:
    """Return how far the paper's total may be from its lines with tax.

    In major units.
    """
    return minor_unit(currency) * min(lines, _MOST_UNITS)


def check_purchase(purchase: Purchase, currency: str) -> None:
    """Raise RecordError unless the bill has lines and comes to its total.

    A total is above zero.

    With tax-exclusive amounts the tax types are not known yet: the total may exceed the lines
    by any tax of up to half; to the cent it is compared when the day is built.
    """
    if not purchase.lines:
        raise RecordError("at least one line is required", "lines")
    if purchase.total < ZERO:
        raise RecordError(f"must not be negative; a return is a {PurchaseKind.PURCHASE_CREDIT}", "total")
    amounts = [line.amount for line in purchase.lines]
    least, most = tax_left_open(amounts, inclusive=purchase.inclusive)
    lines, allowed = sum(amounts, ZERO), tolerance(len(amounts), currency)
    if not least - allowed <= purchase.total - lines <= most + allowed:
        raise RecordError(f"the lines come to {lines} but the total to {purchase.total}", "total")
