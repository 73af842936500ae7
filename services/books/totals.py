"""A date's or a period's takings, summed: what the documents are made from.

The store's SQL produces these sums, so the size of a day does not matter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from services.books.records import Purchase, Receipt, StoreFacts

_Date = date
"""Where a field is itself named `date`."""


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
    number: str | None = None
    """What its invoice was first posted as; None: it was not, so the mapping says."""


@dataclass(frozen=True, slots=True)
class DayTotals:
    """Everything of one store's business date, or of the dates of a week or a month.

    One with a `receipt` holds that receipt alone.
    """

    store: StoreFacts
    date: date
    """The business date; of several, the last."""
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
    paid_sales: Mapping[str, tuple[PaidSale, ...]] | None = None
    """The account sales that the debtor payments name in `pays`, by register.

    Several where registers share a receipt's id; an id that is not here was raised elsewhere.
    """
    dates: tuple[_Date, ...] = ()
    """Every date that is summed, in order; empty: `date` alone."""
    alone: tuple[DayTotals, ...] = ()
    """Receipts that are documents of their own, each by itself; not in the sums above."""
    receipt: str = ""
    """`register/receipt` where these are the totals of one receipt."""

    @property
    def parts(self) -> tuple[DayTotals, ...]:
        """What is summed together, and each receipt that stands alone."""
        return (self, *self.alone)

    @property
    def all_lines(self) -> Iterator[LineTotal]:
        """The lines of every part."""
        return (line for part in self.parts for line in part.lines)

    @property
    def all_tenders(self) -> Iterator[TenderTotal]:
        """The tenders of every part."""
        return (tender for part in self.parts for tender in part.tenders)

    @property
    def label(self) -> str:
        """What stands for the date in the numbers of documents: never the same twice."""
        if self.receipt:
            return f"{self.date.isoformat()}-{self.receipt}"
        return self.date.isoformat() if self._first == self.date else f"{self._first}-to-{self.date}"

    @property
    def words(self) -> str:
        """What stands for the date in the references of documents."""
        if self.receipt:
            return f"{self.date.isoformat()} {self.receipt}"
        return self.date.isoformat() if self._first == self.date else f"{self._first} to {self.date}"

    @property
    def _first(self) -> _Date:
        return self.dates[0] if self.dates else self.date
