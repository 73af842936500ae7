"""Tables of what machines share: calls left, turns, sealed secrets.

All times of calls, turns and machines are the database's own where it has a clock
(PostgreSQL), so that machines whose clocks differ agree.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Column, Index, Text
from sqlmodel import Field

from services.store.tables.base import Table, utc_time


class Allowance(Table, table=True):
    """What a ledger said of the calls left, and until when it asks to wait.

    `minute_others` and `day_others` are calls that its last answer counted beyond ours:
    those of other programs, or, below zero, what it grants beyond the limit we go by.
    """

    tenant: str = Field(primary_key=True)
    calls: int = Field(default=0, sa_type=BigInteger)
    """How many calls were ever permitted; numbers them."""
    minute_others: int = 0
    minute_told: datetime | None = utc_time(null=True)
    day_others: int = 0
    day_told: datetime | None = utc_time(null=True)
    blocked_at: datetime | None = utc_time(null=True)
    """When it was asked to wait; a clock set back since then is noticed by it."""
    blocked_until: datetime | None = utc_time(null=True)
    blocked_by: str | None = None
    """The limit it named: `minute`, `day`, `concurrent`, `appminute`, or `server`."""


class AllowanceCall(Table, table=True):
    """One call to a ledger, from before it leaves until a day after its answer."""

    __tablename__ = "allowance_call"
    __table_args__ = (Index("ix_allowance_call_ended", "tenant", "ended"),)
    tenant: str = Field(primary_key=True)
    number: int = Field(primary_key=True, sa_type=BigInteger)
    executor: str
    """The run of a service that makes it; when that is dead, the call is over."""
    began: datetime = utc_time()
    ended: datetime | None = utc_time(null=True)
    counted: bool = False
    """Whether its answer shows that the ledger counted it."""


class Machine(Table, table=True):
    """One run of a service, from start to end; it says that it lives."""

    executor: str = Field(primary_key=True)
    """Machine and start: no two runs share it."""
    machine: str
    name: str
    """The computer's own name, for people."""
    version: str
    revision: str
    """The tables it knows."""
    started: datetime = utc_time()
    seen: datetime = utc_time()
    dead_after: float
    """Seconds without a word after which the others take its work over."""
    ended: datetime | None = utc_time(null=True)
    """When it stopped, or was taken for dead."""


class SendingTurn(Table, table=True):
    """Who sends to an organisation; a newer token makes every older one void."""

    __tablename__ = "sending_turn"
    tenant: str = Field(primary_key=True)
    holder: str | None = None
    token: int = Field(default=0, sa_type=BigInteger)
    taken: datetime = utc_time()


class SealedSecret(Table, table=True):
    """A secret that machines share, sealed with a key that is never in a database."""

    __tablename__ = "sealed_secret"
    name: str = Field(primary_key=True)
    sealed: str = Field(sa_column=Column(Text, nullable=False))
    changed: datetime = utc_time()
