"""From a number down to its receipts: what the service answers."""

from __future__ import annotations

from typing_extensions import TypedDict


class BehindRow(TypedDict):
    """One receipt or bill behind a number, and what it adds to it."""

    register: str
    """Empty for a bill, and for what no record adds."""
    receipt: str
    """Its id; words for what no record adds."""
    time: str
    """Empty where there is none."""
    kind: str
    """A receipt's; `purchase` or `purchase_credit` of a bill; `added` or `difference` of neither."""
    amount: str
    running: str
    """The sum up to and with this receipt, oldest first."""


class BehindAnswer(TypedDict):
    """The receipts behind one number of a business date, oldest first."""

    store: str
    date: str
    receipts: list[BehindRow]
    first: int
    """Place of the first one given among all; 0 begins."""
    count: int
    amount: str


class BillLineAnswer(TypedDict):
    """One line of a supplier's bill."""

    description: str | None
    category: str | None
    account: str | None
    tax_code: str
    quantity: str | None
    amount: str


class ReceiptLineAnswer(BillLineAnswer):
    """One line of a receipt."""

    tax: str | None


class ReceiptTenderAnswer(TypedDict):
    """One tender of a receipt."""

    type: str
    amount: str
    reference: str | None
    terminal: str | None


class ReceiptAnswer(TypedDict):
    """One receipt as it came in, newest revision."""

    store: str
    register: str
    receipt: str
    time: str
    date: str
    kind: str
    lines: list[ReceiptLineAnswer]
    tenders: list[ReceiptTenderAnswer]
    total: str
    cash_rounding: str | None
    customer: str | None
    operator: str | None
    payee: str | None
    original: str | None
    pays: str | None
    note: str | None


class BillAnswer(TypedDict):
    """One supplier's bill or credit as it came in, newest revision."""

    store: str
    kind: str
    id: str
    number: str
    supplier: str
    supplier_number: str | None
    date: str
    due_date: str
    inclusive: bool
    """Whether the lines' amounts hold their tax."""
    lines: list[BillLineAnswer]
    total: str


class PostingRow(TypedDict):
    """What the documents of a day post to one account."""

    account: str
    name: str
    debit: str
    credit: str


class PostingsAnswer(TypedDict):
    """Debits and credits of a day by account; both sums are equal."""

    store: str
    date: str
    rows: list[PostingRow]
    debits: str
    credits: str
