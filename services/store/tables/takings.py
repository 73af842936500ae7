"""Tables of what the tills and suppliers report (RECEIPTS.md).

Every class has a method `register` already, so the till, the contract's `register`, is
called `till` in the classes; its column is named as in the contract.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Index, UniqueConstraint, false, text
from sqlmodel import Field

from services.store.tables.base import Table, json_value, utc_time

# A debtor payment names the account sale it pays by its receipt id, without the register.
_ACCOUNT_SALE = text("kind = 'account_sale'")
_DEBTOR_PAYMENT = text("kind = 'debtor_payment'")
# A receipt that arrives asks whether it has been taken back already: a void may come first.
_VOID = text("kind = 'void'")


class ReceiptRow(Table, table=True):
    """One revision of one receipt. Only `effective` rows count in totals."""

    __tablename__ = "receipt"
    __table_args__ = (
        UniqueConstraint("store", "register", "receipt", "revision"),
        Index("ix_receipt_day", "store", "business_date", "effective"),
        Index("ix_receipt_register_time", "store", "register", "time"),
        Index(
            "ix_receipt_account_sale",
            "store",
            "receipt",
            sqlite_where=_ACCOUNT_SALE,
            postgresql_where=_ACCOUNT_SALE,
        ),
        Index(
            "ix_receipt_debtor_payment",
            "store",
            "pays",
            sqlite_where=_DEBTOR_PAYMENT,
            postgresql_where=_DEBTOR_PAYMENT,
        ),
        Index("ix_receipt_void", "store", "register", "original", sqlite_where=_VOID, postgresql_where=_VOID),
    )
    id: int | None = Field(default=None, primary_key=True)
    store: str
    till: str = Field(sa_column_kwargs={"name": "register"})
    receipt: str
    revision: int = 1
    kind: str
    section: str
    """`sales`, `refunds`, or a document of its own: `account_sale`, `debtor_payment`, `paid_out`, `void`."""
    time: datetime = utc_time()
    business_date: date
    net: int = Field(sa_type=BigInteger)
    """Sum of the lines, minor units."""
    cash_rounding: int = 0
    rounding_unlike_rule: bool = False
    line_count: int = 0
    customer: str | None = None
    due_date: date | None = None
    pays: str | None = None
    original: str | None = None
    payee: str | None = None
    operator: str | None = None
    note: str | None = None
    source: str = ""
    digest: bytes
    """Of the content, to know an unchanged receipt from a new revision."""
    current: bool = True
    """The newest revision."""
    voided: bool = False
    effective: bool = True
    """Current, not voided and not gone: counts in the day."""
    gone: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Its source no longer has it (an import of whole business dates)."""
    alone: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Goes, or went, to the ledger as a document of its own; a new revision stays so."""
    imported: datetime = utc_time()


class LineRow(Table, table=True):
    """A line of a receipt."""

    __tablename__ = "receipt_line"
    __table_args__ = ({"sqlite_with_rowid": False},)
    receipt_id: int = Field(primary_key=True, foreign_key="receipt.id")
    position: int = Field(primary_key=True)
    category: str | None = None
    account: str | None = None
    tax_code: str
    amount: int = Field(sa_type=BigInteger)
    tax: int | None = Field(default=None, sa_type=BigInteger)
    quantity: str | None = None
    description: str | None = None
    layby: str | None = None
    card: str | None = None


class TenderRow(Table, table=True):
    """A tender of a receipt."""

    __tablename__ = "receipt_tender"
    __table_args__ = ({"sqlite_with_rowid": False},)
    receipt_id: int = Field(primary_key=True, foreign_key="receipt.id")
    position: int = Field(primary_key=True)
    type: str
    amount: int = Field(sa_type=BigInteger)
    reference: str | None = None
    terminal: str | None = None


class SetApart(Table, table=True):
    """Rows that a source profile keeps under a name: counted, shown, never posted."""

    __tablename__ = "set_apart"
    __table_args__ = (
        UniqueConstraint("store", "register", "receipt", "name", "business_date"),
        Index("ix_set_apart_day", "store", "business_date"),
    )
    id: int | None = Field(default=None, primary_key=True)
    store: str
    till: str = Field(sa_column_kwargs={"name": "register"})
    receipt: str
    name: str
    business_date: date
    lines: int
    amount: int = Field(sa_type=BigInteger)
    digest: bytes
    source: str = ""


class SessionRow(Table, table=True):
    """A till session; amounts by tender as `{type: minor units}`."""

    __tablename__ = "till_session"
    __table_args__ = (
        UniqueConstraint("store", "register", "session"),
        Index("ix_till_session_day", "store", "business_date"),
        Index("ix_till_session_closed", "store", "register", "closed"),
    )
    id: int | None = Field(default=None, primary_key=True)
    store: str
    till: str = Field(sa_column_kwargs={"name": "register"})
    session: str
    revision: int = 1
    opened: datetime = utc_time()
    closed: datetime | None = utc_time(null=True)
    business_date: date
    float_amount: int = Field(sa_type=BigInteger)
    counted: dict[str, int] | None = json_value(null=True)
    expected: dict[str, int] | None = json_value(null=True)
    digest: bytes


class PurchaseRow(Table, table=True):
    """A supplier's bill or credit; `body` is the record as received."""

    __tablename__ = "purchase"
    __table_args__ = (
        UniqueConstraint("store", "kind", "purchase"),
        Index("ix_purchase_day", "store", "business_date"),
    )
    id: int | None = Field(default=None, primary_key=True)
    store: str
    kind: str
    purchase: str
    revision: int = 1
    business_date: date
    total: int = Field(sa_type=BigInteger)
    body: dict[str, Any] = json_value()
    digest: bytes
