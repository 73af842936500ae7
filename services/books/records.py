"""What tills and suppliers report (RECEIPTS.md).

Amounts are Decimal in major units, times are zoned. Values here are already validated;
`services.books.validation` makes them from what an adapter read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

_Date = date
"""Where a field is itself named `date`."""


class ReceiptKind(StrEnum):
    """The kinds of receipt (RECEIPTS.md, One receipt)."""

    SALE = "sale"
    REFUND = "refund"
    LAYBY_PAYMENT = "layby_payment"
    LAYBY_COMPLETION = "layby_completion"
    LAYBY_CANCELLATION = "layby_cancellation"
    ACCOUNT_SALE = "account_sale"
    DEBTOR_PAYMENT = "debtor_payment"
    PAID_OUT = "paid_out"
    PAID_IN = "paid_in"
    VOID = "void"


# Reserved categories and tender types (RECEIPTS.md, One receipt).
DISCOUNTS = "discounts"
SURCHARGE = "surcharge"
TIPS = "tips"
GIFT_CARD_SOLD = "gift_card_sold"
LAYBY_DEPOSIT = "layby_deposit"
LAYBY_APPLIED = "layby_applied"
CASH = "cash"
GIFT_CARD = "gift_card"
ON_ACCOUNT = "on_account"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a receipt; `amount` is the whole line, negative on refunds."""

    tax_code: str
    amount: Decimal
    category: str | None = None
    account: str | None = None
    """In place of the category on paid-outs and paid-ins."""
    quantity: Decimal | None = None
    description: str | None = None
    tax: Decimal | None = None
    """As the till printed it: a control figure, never sent."""
    layby: str | None = None
    card: str | None = None


@dataclass(frozen=True, slots=True)
class Tender:
    """What was applied of one tender, after change; negative when money goes out."""

    type: str
    amount: Decimal
    reference: str | None = None
    terminal: str | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """One event of a till."""

    store: str
    register: str
    id: str
    time: datetime
    business_date: date
    kind: ReceiptKind
    lines: tuple[Line, ...] = ()
    tenders: tuple[Tender, ...] = ()
    cash_rounding: Decimal | None = None
    customer: str | None = None
    due_date: date | None = None
    pays: str | None = None
    original: str | None = None
    payee: str | None = None
    operator: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class TillSession:
    """A register from its opening to its close; `counted` None: no count was made."""

    store: str
    register: str
    id: str
    opened: datetime
    business_date: date
    """Of `opened`, in the store's zone."""
    float_amount: Decimal
    closed: datetime | None = None
    counted: Mapping[str, Decimal] | None = None
    expected: Mapping[str, Decimal] | None = None


class PurchaseKind(StrEnum):
    """A supplier's bill, or a credit for goods returned to the supplier."""

    PURCHASE = "purchase"
    PURCHASE_CREDIT = "purchase_credit"


@dataclass(frozen=True, slots=True)
class PurchaseLine:
    """One line of a supplier's bill, with an account or a category."""

    tax_code: str
    amount: Decimal
    account: str | None = None
    category: str | None = None
    quantity: Decimal | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Purchase:
    """A supplier's bill or credit, always sent unpaid (RECEIPTS.md, Purchases)."""

    store: str
    id: str
    number: str
    supplier: str
    date: _Date
    due_date: _Date
    kind: PurchaseKind
    inclusive: bool
    lines: tuple[PurchaseLine, ...]
    total: Decimal
    supplier_number: str | None = None


Record = Receipt | TillSession | Purchase


@dataclass(frozen=True, slots=True)
class CashRounding:
    """How a store rounds cash: to `step`, a tie goes `tie` (up or down)."""

    step: Decimal
    tie: str


@dataclass(frozen=True, slots=True)
class StoreFacts:
    """What the books need to know of a store."""

    key: str
    name: str
    country: str
    """ISO 3166 alpha-2."""
    currency: str
    """ISO 4217."""
    timezone: str
    """IANA name."""
    cutoff: str = "00:00"
    """Local time at which a new business date begins."""
    prices_inclusive: bool = True
    gst_basis: str = "accrual"
    """`accrual` or `cash`."""
    cash_rounding: CashRounding | None = None
