"""Tables of the card terminals: the terminals, their payments, their totals.

`TerminalAttempt` is the payment journal: a row is on the disk before the first byte goes
to the terminal (TERMINALS.md 6). No card number, track or expiry is in any of them.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Index, Text, UniqueConstraint, text
from sqlmodel import Field

from services.store.tables.base import Table, json_value, utc_time

_OPEN = text("state IN ('pending', 'sent', 'acked', 'unknown')")


class Terminal(Table, table=True):
    """A card terminal of a store. Its secrets are in the vault, never here."""

    key: str = Field(primary_key=True)
    store: str = Field(index=True)
    name: str
    protocol: str
    """The name in `services.terminals.catalogue`."""
    currency: str
    settings: dict[str, Any] = json_value()
    """Where it is and how it speaks: the words of the protocol's own settings."""
    enabled: bool = True
    created: datetime = utc_time()
    created_by: str = ""
    tenders: list[str] | None = json_value(null=True)
    """Tender types of receipts that it takes the money for; None: those that cards usually have."""
    machine: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """The home whose service runs it, where several share the database."""
    removed: datetime | None = utc_time(null=True)
    """Its payments stay; the key can be used again."""


class TerminalAttempt(Table, table=True):
    """One payment, refund or reversal asked of a terminal, and what became of it."""

    __tablename__ = "terminal_attempt"
    __table_args__ = (
        UniqueConstraint("reference"),
        UniqueConstraint("store", "till", "till_reference"),
        # However many processes there are: one unresolved attempt per terminal.
        Index(
            "uq_terminal_attempt_open", "terminal", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN
        ),
        Index("ix_terminal_attempt_terminal", "terminal", "id"),
        Index("ix_terminal_attempt_day", "store", "business_date"),
    )
    id: int | None = Field(default=None, primary_key=True)
    terminal: str = Field(foreign_key="terminal.key")
    store: str
    till: str
    till_reference: str
    """The till's own word for this payment; the same word never pays twice."""
    reference: str
    """Ours, sent to the terminal where the protocol carries one: ten characters, unique."""
    kind: str
    amount: int = Field(sa_type=BigInteger)
    """Asked, in minor units."""
    cash_out: int = Field(default=0, sa_type=BigInteger)
    currency: str
    business_date: date | None = None
    original: dict[str, Any] | None = json_value(null=True)
    """What a refund or reversal refers to."""
    baseline: dict[str, Any] | None = json_value(null=True)
    """What the terminal said its last transaction was before this one, or other handles."""
    state: str = "pending"
    result: dict[str, Any] | None = json_value(null=True)
    """What the terminal said, masked; with an unresolved state: said, not yet seen to hold."""
    approved: int | None = Field(default=None, sa_type=BigInteger)
    """Approved, in minor units: may be less than asked."""
    problem: dict[str, str] | None = json_value(null=True)
    receipts: list[dict[str, Any]] | None = json_value(null=True)
    created: datetime = utc_time()
    sent: datetime | None = utc_time(null=True)
    acked: datetime | None = utc_time(null=True)
    settled: datetime | None = utc_time(null=True)
    settled_by: str = ""
    """`terminal`, `query`, `journal` (nothing was sent) or the person who decided."""
    note: str = Field(default="", sa_column=Column(Text, nullable=False))
    """Why a person decided as they did."""


class TerminalSettlement(Table, table=True):
    """One end of day, or one reading of the totals."""

    __tablename__ = "terminal_settlement"
    __table_args__ = (Index("ix_terminal_settlement_terminal", "terminal", "id"),)
    id: int | None = Field(default=None, primary_key=True)
    terminal: str = Field(foreign_key="terminal.key")
    store: str
    closes: bool
    """An end of day, which empties the terminal; else a reading."""
    state: str
    """`started`, `done`, `failed`, `unknown`."""
    started: datetime = utc_time()
    ended: datetime | None = utc_time(null=True)
    who: str
    business_date: date | None = None
    currency: str
    amount: int | None = Field(default=None, sa_type=BigInteger)
    """The terminal's own total in minor units."""
    reference: str = ""
    text: str = Field(default="", sa_column=Column(Text, nullable=False))
    problem: dict[str, str] | None = json_value(null=True)


class TerminalTotal(Table, table=True):
    """What a terminal counted of one scheme in a settlement, in minor units."""

    __tablename__ = "terminal_total"
    settlement_id: int = Field(primary_key=True, foreign_key="terminal_settlement.id")
    position: int = Field(primary_key=True)
    scheme: str
    kind: str
    """`payment`, `refund`, `cash_out`, `all`."""
    count: int
    amount: int = Field(sa_type=BigInteger)
