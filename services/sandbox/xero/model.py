"""What an organisation's books hold. Amounts are Decimal, in major units."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from services.sandbox.xero.money import ZERO

_CLASSES = {
    "ASSET": ("BANK", "CURRENT", "FIXED", "INVENTORY", "NONCURRENT", "PREPAYMENT"),
    "LIABILITY": ("CURRLIAB", "LIABILITY", "PAYG", "TERMLIAB"),
    "EQUITY": ("EQUITY",),
    "EXPENSE": ("DEPRECIATN", "DIRECTCOSTS", "EXPENSE", "OVERHEADS"),
    "REVENUE": ("OTHERINCOME", "REVENUE", "SALES"),
}
CLASS_OF_TYPE = {kind: klass for klass, kinds in _CLASSES.items() for kind in kinds}
SALES_TYPES = ("ACCREC", "ACCRECCREDIT")
CREDIT_TYPES = ("ACCRECCREDIT", "ACCPAYCREDIT")
PAYMENT_TYPE = {
    "ACCREC": "ACCRECPAYMENT",
    "ACCPAY": "ACCPAYPAYMENT",
    "ACCRECCREDIT": "ARCREDITPAYMENT",
    "ACCPAYCREDIT": "APCREDITPAYMENT",
}
POSTING_STATUSES = ("AUTHORISED", "PAID")


@dataclass(slots=True)
class Account:
    """An account of the chart. `code` is empty for some bank accounts (XERO.md 6.9)."""

    uid: str
    code: str
    name: str
    type: str
    tax_type: str
    updated: datetime
    status: str = "ACTIVE"
    system: str = ""
    enable_payments: bool = False
    description: str = ""
    bank_number: str = ""
    currency: str = ""

    @property
    def klass(self) -> str:
        """ASSET, EQUITY, EXPENSE, LIABILITY or REVENUE."""
        return CLASS_OF_TYPE[self.type]

    @property
    def payable(self) -> bool:
        """Whether payments may go to it (XERO.md 6.6)."""
        return self.type == "BANK" or self.enable_payments


@dataclass(slots=True)
class TaxRate:
    """A tax rate; `rate` in percent.

    `applies` the account classes it may be used with.
    """

    uid: str  # the TaxType
    name: str
    rate: Decimal
    applies: list[str]
    report_type: str
    status: str = "ACTIVE"


@dataclass(slots=True)
class TrackingOption:
    """One value of a tracking category."""

    uid: str
    name: str
    status: str = "ACTIVE"


@dataclass(slots=True)
class TrackingCategory:
    """A tracking category with its options."""

    uid: str
    name: str
    options: list[TrackingOption]
    status: str = "ACTIVE"


@dataclass(slots=True)
class Contact:
    """A customer or supplier."""

    uid: str
    name: str
    updated: datetime
    status: str = "ACTIVE"
    number: str = ""
    account_number: str = ""
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    tax_number: str = ""


@dataclass(slots=True)
class Tracked:
    """The tracking of a line: one option of one category, by their ids."""

    category: str
    option: str


@dataclass(slots=True)
class Line:
    """A line of an invoice, a credit note or a journal.

    `account` is an account id or empty.
    """

    uid: str
    description: str = ""
    quantity: Decimal = ZERO
    unit_amount: Decimal = ZERO
    line_amount: Decimal = ZERO
    account: str = ""
    tax_type: str = ""
    tax_amount: Decimal = ZERO
    tax_given: bool = False
    item_code: str = ""
    discount_rate: Decimal | None = None
    discount_amount: Decimal | None = None
    tracking: list[Tracked] = field(default_factory=list)


@dataclass(slots=True)
class Document:
    """An invoice, a bill or a credit note, by `type`."""

    uid: str
    type: str
    number: str
    contact: str
    day: date
    due_date: date | None
    status: str
    line_amount_types: str
    currency: str
    lines: list[Line]
    updated: datetime
    reference: str = ""
    url: str = ""
    sent: bool = False
    sub_total: Decimal = ZERO
    total_tax: Decimal = ZERO
    total: Decimal = ZERO
    client: str = ""

    @property
    def is_credit(self) -> bool:
        """Whether this is a credit note."""
        return self.type in CREDIT_TYPES

    @property
    def sign(self) -> int:
        """1 where its total is a debit of the control account, else -1."""
        return 1 if self.type in {"ACCREC", "ACCPAYCREDIT"} else -1


@dataclass(slots=True)
class Payment:
    """A payment of an invoice or bill, or the refund of a credit note."""

    uid: str
    document: str
    account: str
    day: date
    amount: Decimal
    updated: datetime
    reference: str = ""
    status: str = "AUTHORISED"
    reconciled: bool = False


@dataclass(slots=True)
class Allocation:
    """A part of a credit note set against an invoice."""

    uid: str
    credit: str
    invoice: str
    day: date
    amount: Decimal
    updated: datetime


@dataclass(slots=True)
class Journal:
    """A manual journal; a line's `line_amount` is a debit where positive."""

    uid: str
    narration: str
    day: date
    status: str
    line_amount_types: str
    lines: list[Line]
    updated: datetime
    url: str = ""
    cash_basis: bool = True
