"""The table of disconnections.

What each left unsent, and the proof that it is one.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from services.store.tables.base import Table, json_value, utc_time


class Disconnection(Table, table=True):
    """The receipt of one disconnection; kept for good, also after a reconnection."""

    __table_args__ = (
        Index("ix_disconnection_store", "store", "id"),
        Index("ix_disconnection_state", "state"),
    )
    id: int | None = Field(default=None, primary_key=True)
    store: str
    kind: str = "xero"
    tenant: str
    tenant_name: str
    connection_id: str | None = None
    client_id: str = ""
    flow: str = "pkce"
    redirect: str = ""
    state: str = "pending"
    """`pending` (not ended at the ledger yet), `ended` (proven), `shared`, `gone`, `kept`."""
    at: datetime = utc_time()
    by: str
    dates: list[str] = json_value()
    """The business dates that stayed unsent; they belong to this organisation for good."""
    amount: int = Field(default=0, sa_type=BigInteger)
    """Their takings, in minor units of `currency`."""
    currency: str = ""
    shared_with: list[str] = json_value()
    """Stores that go on using the same connection at the ledger."""
    removed: datetime | None = utc_time(null=True)
    """When the ledger confirmed that it ended the connection."""
    proof: dict[str, str] | None = json_value(null=True)
    """The call that was refused: call, at, status, said."""
    tries: int = 0
    next_try: datetime | None = utc_time(null=True)
    problem: dict[str, str] | None = json_value(null=True)
