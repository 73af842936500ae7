"""A business date's takings, summed: what the documents are made from.

The store's SQL produces these sums, so the size of a day does not matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from services.books.records import Purchase, Receipt, StoreFacts


class Section(StrEnum):
    """Which part of the day a receipt is summed into (ACCOUNTING.md 1, R3).

    A receipt that takes money in, or none, belongs to SALES; one whose net is below
    zero to REFUNDS. Account sales, debtor payments and paid-outs are documents of their
    own and are not summed.
    """

    SALES = "sales"
    REFUNDS = "refunds"


@dataclass(frozen=True, slots=True)
class LineTotal:
    """Lines of one section with the same category or account, tax code and sign.

    Signs are kept apart: goods brought back in an exchange never shrink a sales line.
    """

    section: Section
    category: str | None
    account: str | None
    tax_code: str
    amount: Decimal
    """Major units, signed as in the records."""
    lines: int
    printed_tax: Decimal | None = None
    """Sum of the tax the till printed; None when any line has none."""


@dataclass(frozen=True, slots=True)
class TenderTotal:
    """Tenders of one section with the same type and sign."""

    section: Section
    type: str
    amount: Decimal
    count: int


@dataclass(frozen=True, slots=True)
class TenderCount:
    """One tender counted at the close of a till session."""

    register: str
    session: str
    type: str
    float_amount: Decimal
    """Only cash has a float; zero for other tenders."""
    movement: Decimal
    """Net of that tender at that register since its previous close."""
    counted: Decimal
    stated: Decimal | None = None
    """What the till said to expect, float included, where it did."""

    @property
    def expected(self) -> Decimal:
        """Float plus every movement since the previous close."""
        return self.float_amount + self.movement

    @property
    def over_short(self) -> Decimal:
        """Counted less expected: above zero is over, below is short."""
        return self.counted - self.expected


@dataclass(frozen=True, slots=True)
class PaidSale:
    """An account sale that debtor payments of the day pay, found by its receipt id."""

    sale: Receipt
    paid_before: tuple[Receipt, ...] = ()
    """The debtor payments on it of earlier business dates."""


@dataclass(frozen=True, slots=True)
class DayTotals:
    """Everything of one store's business date."""

    store: StoreFacts
    date: date
    lines: tuple[LineTotal, ...] = ()
    tenders: tuple[TenderTotal, ...] = ()
    rounding: Mapping[Section, Decimal] | None = None
    """Cash rounding as the tills report it."""
    redeemed: tuple[LineTotal, ...] = ()
    """Goods paid by gift card, pro rata per receipt over all its lines; empty unless asked for."""
    account_sales: tuple[Receipt, ...] = ()
    """Also refunds with an `on_account` tender: a customer's own credit note."""
    debtor_payments: tuple[Receipt, ...] = ()
    paid_outs: tuple[Receipt, ...] = ()
    counts: tuple[TenderCount, ...] = ()
    uncounted_sessions: tuple[str, ...] = ()
    """Closed till sessions without a count, as `register/session`."""
    purchases: tuple[Purchase, ...] = ()
    receipts: int = 0
    rounding_unlike_rule: int = 0
    """How many receipts were rounded otherwise than the store's rule says."""
    paid_sales: Mapping[str, PaidSale] | None = None
    """The account sales that the debtor payments name in `pays`; the others were raised elsewhere."""
