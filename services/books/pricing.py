"""Quantity and unit amount of a line, as ledgers take them."""

from __future__ import annotations

from decimal import Decimal

from services.books.documents import DocumentLine
from services.books.money import rounded


def priced(line: DocumentLine, currency: str) -> tuple[Decimal, Decimal]:
    """Return quantity and unit amount; 1 and the whole where the unit is finer.

    The quantity is never below zero: Xero takes negative unit amounts only (XERO.md 6.5).
    """
    if line.quantity > 0:
        unit = rounded(line.amount / line.quantity, currency)
        if unit * line.quantity == line.amount:
            return line.quantity, unit
    return Decimal(1), line.amount
