"""Documents: what is sent to the ledger, with the proof that they are right.

Amounts are Decimal in major units. For a journal, debits are positive (CLI.md).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class DocumentKind(StrEnum):
    """Kinds of document, in the ledger's words (CLI.md, States in JSON)."""

    ACCREC = "ACCREC"
    ACCRECCREDIT = "ACCRECCREDIT"
    ACCPAY = "ACCPAY"
    ACCPAYCREDIT = "ACCPAYCREDIT"
    JOURNAL = "JOURNAL"
    PAYMENT = "PAYMENT"


class Shape(StrEnum):
    """The four shapes of a day's documents (ACCOUNTING.md 2: A, B, C, D)."""

    INVOICE = "invoice"
    NET_INVOICE = "net_invoice"
    ZERO_INVOICE = "zero_invoice"
    JOURNAL = "journal"


class LineAmounts(StrEnum):
    """Whether line amounts hold their tax."""

    INCLUSIVE = "Inclusive"
    EXCLUSIVE = "Exclusive"
    NO_TAX = "NoTax"


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """One line; `amount` as sent, `tax` as the ledger will compute it from the line."""

    description: str
    account: str
    tax_type: str
    amount: Decimal
    tax: Decimal
    tracking: tuple[tuple[str, str], ...] = ()
    quantity: Decimal = Decimal(1)
    """Amount is quantity times unit amount, exactly; more than one only on bills."""


@dataclass(frozen=True, slots=True)
class DocumentPayment:
    """A payment on the document (a refund, on a credit note); amount above zero."""

    tender: str
    account: str
    amount: Decimal
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """One document; its `key` stays the same when the day is rebuilt."""

    kind: DocumentKind
    key: str
    """`sales`, `refunds`, `journal`, `account:<register>/<receipt>`, `paid_out:<register>/<receipt>`,
    `purchase:<id>`, `payment:<register>/<receipt>`."""
    number: str
    contact: str
    date: dt.date
    due_date: dt.date | None
    currency: str
    line_amounts: LineAmounts
    lines: tuple[DocumentLine, ...]
    payments: tuple[DocumentPayment, ...]
    sub_total: Decimal
    total_tax: Decimal
    total: Decimal
    reference: str = ""
    cash_basis: bool | None = None
    """Journals: whether cash-basis reports show it."""
    contact_number: str | None = None
    """The supplier's own code, on bills."""
    status: str = "AUTHORISED"


@dataclass(frozen=True, slots=True)
class Check:
    """One equality of ACCOUNTING.md section 3, with both numbers."""

    check: str
    left: str
    right: str
    holds: bool
    stops: bool = True
    """Whether the day is stopped when it does not hold; else a warning says so."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that stops the day, or that a person should know."""

    code: str
    """Stable word: `unmapped_category`, `shape_cannot_hold`, `proof_fails`, `not_connected` …"""
    what: str
    why: str
    next: str
    stops_day: bool = True
    """False: only the record that it names cannot be sent."""


@dataclass(frozen=True, slots=True)
class DayDocuments:
    """A day's documents in sending order, with proof, what blocks it, and warnings.

    With anything in `blocked` that stops the day but `not_connected`, nothing may be sent.
    """

    store: str
    date: dt.date
    shape: Shape
    documents: tuple[Document, ...]
    proof: tuple[Check, ...]
    blocked: tuple[Finding, ...]
    warnings: tuple[str, ...]
    tax_return: Mapping[str, Decimal]
    """What the documents add to the boxes of the country's return (`tax_return.tax_boxes`)."""
