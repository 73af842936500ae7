"""Tables between card terminals and the books: keys of tills, matches, payouts."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Column, Index, Text, UniqueConstraint, false
from sqlmodel import Field

from services.store.tables.base import Table, utc_time


class TillKey(Table, table=True):
    """The key a till calls with. Only its digest is here."""

    __tablename__ = "till_key"
    __table_args__ = (UniqueConstraint("digest"),)
    id: int | None = Field(default=None, primary_key=True)
    store: str = Field(index=True)
    till: str
    digest: str
    """SHA-256 of the key, which is long and random."""
    begins: str
    """Its first characters, to tell keys apart."""
    refunds: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    created: datetime = utc_time()
    created_by: str
    last_used: datetime | None = utc_time(null=True)
    revoked: datetime | None = utc_time(null=True)
    revoked_by: str = ""


class CardMatch(Table, table=True):
    """An approval joined with a tender of a receipt, or one of the two dismissed.

    A receipt is named as in RECEIPTS.md, not by its row: a new revision stays joined while
    its tender has the same amount.
    """

    __tablename__ = "card_match"
    __table_args__ = (
        UniqueConstraint("attempt_id"),
        UniqueConstraint("store", "register", "receipt", "position"),
        Index("ix_card_match_store", "store", "id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    store: str
    attempt_id: int | None = Field(default=None, foreign_key="terminal_attempt.id")
    till: str | None = Field(default=None, sa_column_kwargs={"name": "register"})
    receipt: str | None = None
    position: int | None = None
    amount: int | None = Field(default=None, sa_type=BigInteger)
    """Of the tender when it was joined, in minor units."""
    rule: str
    by: str
    at: datetime = utc_time()
    note: str = Field(default="", sa_column=Column(Text, nullable=False))


class CardApart(Table, table=True):
    """An approval and a tender that a person parted: never joined again by itself."""

    __tablename__ = "card_apart"
    attempt_id: int = Field(primary_key=True, foreign_key="terminal_attempt.id")
    till: str = Field(primary_key=True, sa_column_kwargs={"name": "register"})
    receipt: str = Field(primary_key=True)
    position: int = Field(primary_key=True)
    store: str = Field(index=True)


class CardPayout(Table, table=True):
    """What an acquirer paid for a business date, less its fee; in minor units."""

    __tablename__ = "card_payout"
    __table_args__ = (Index("ix_card_payout_day", "store", "business_date"),)
    id: int | None = Field(default=None, primary_key=True)
    store: str
    business_date: date
    paid: date
    amount: int = Field(sa_type=BigInteger)
    fee: int = Field(default=0, sa_type=BigInteger)
    note: str = Field(default="", sa_column=Column(Text, nullable=False))
    by: str
    at: datetime = utc_time()
