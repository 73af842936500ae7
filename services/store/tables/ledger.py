"""Tables of a day's way to the ledger: days, documents, attempts, links.

The truth about what was sent lives here and nowhere else: a document is unique per
store, business date, key and revision, and every remote call has an `Attempt` row
written before the call (DESIGN.md, How a day travels).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Index, Text, UniqueConstraint, false
from sqlmodel import Field

from services.store.tables.base import Table, json_value, utc_time


class Day(Table, table=True):
    """A store's business date: what was decided about it and where it stands."""

    __tablename__ = "business_day"
    __table_args__ = (
        Index("ix_business_day_queued", "queued", "store", "business_date"),
        Index("ix_business_day_state", "store", "state", "business_date"),
    )
    store: str = Field(primary_key=True)
    business_date: date = Field(primary_key=True)
    state: str = "open"
    touched: int = 0
    """Counts the changes to its receipts, sessions and purchases."""
    built: int | None = None
    """`touched` when its documents were last built."""
    queued: bool = False
    """Asked to be sent; the sender clears it when the day is settled."""
    asked: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Queued by a person: it goes first, and may use the calls that are kept for people."""
    posted_with: date | None = None
    """Last date of the week or month that its takings are summed into; None: it stands alone."""
    whole: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Whether everything of the date was in what was last kept to be sent."""
    each_alone: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Every receipt of it stands alone, so that one that arrives late does, too."""
    closed_by: str | None = None
    closed_at: datetime | None = utc_time(null=True)
    no_trade_by: str | None = None
    amount: int | None = Field(default=None, sa_type=BigInteger)
    """Takings of the day in minor units, as last built."""
    why: list[dict[str, str]] | None = json_value(null=True)
    """What blocks or refuses it: code, what, why, next."""
    resolution: str | None = None
    """`delta` or `resend`: what a person decided about a change, until it is begun."""
    resolution_by: str | None = None
    policy_tried: int | None = None
    """`touched` when the store's policy was last tried on a change, so that it is tried once."""
    tenant: str | None = None
    """The organisation it is sealed to; no other one ever receives it."""
    changed_at: datetime = utc_time()


class DocumentRow(Table, table=True):
    """One document of a business date, with what became of it at the ledger."""

    __tablename__ = "document"
    __table_args__ = (
        UniqueConstraint("store", "business_date", "key", "revision"),
        Index("ix_document_state", "store", "state"),
        Index("ix_document_number", "store", "number"),
        Index("ix_document_tenant", "tenant", "remote_id"),
        Index("ix_document_key", "store", "key"),
    )
    id: int | None = Field(default=None, primary_key=True)
    store: str
    business_date: date
    key: str
    revision: int = 1
    kind: str
    number: str
    shape: str
    tenant: str
    """The organisation it was made for; it is never sent to another."""
    mapping_version: int
    body: dict[str, Any] = json_value()
    """The whole document (`services.books.wire.document_to_json`)."""
    digest: bytes
    state: str = "waiting"
    withdrawn: bool = False
    """No longer part of its day when the day was built again; never to be sent."""
    delta: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """0: an original; else the number of the correction, also in its key and number."""
    corrects: int | None = None
    """Of a correction: the id of the original that it brings to what the tills say."""
    replaced_by: int | None = None
    """Of one that was voided and sent anew: the id of the new revision."""
    undoing: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Its payments are being removed at the ledger, then it is voided."""
    voided: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Tillbook voided it at the ledger; its number stays taken."""
    stands_for: dict[str, Any] | None = json_value(null=True)
    """`{"document": …}`: what the tills said when this row settled it; None: its own body."""
    accepted: dict[str, Any] | None = json_value(null=True)
    """The ledger's version where it differs: found, and by and at once a person kept it."""
    total: int = Field(sa_type=BigInteger)
    remote_id: str | None = None
    remote_total: int | None = Field(default=None, sa_type=BigInteger)
    remote_tax: int | None = Field(default=None, sa_type=BigInteger)
    remote_due: int | None = Field(default=None, sa_type=BigInteger)
    problem: dict[str, str] | None = json_value(null=True)
    created: datetime = utc_time()
    changed: datetime = utc_time()


class KeptChange(Table, table=True):
    """A difference that a person left as it is, by name."""

    __tablename__ = "kept_change"
    __table_args__ = (Index("ix_kept_change_day", "store", "business_date"),)
    id: int | None = Field(default=None, primary_key=True)
    store: str
    business_date: date
    key: str
    """Of the original document; corrections share it."""
    after_document: int = 0
    """The newest document of the key at the time, to tell the order of what was decided."""
    by: str
    at: datetime = utc_time()
    note: str = ""
    stands_for: dict[str, Any] = json_value()
    """`{"document": … or null}`: what the tills said."""
    over: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """The document was voided and sent anew since, so nothing of it is left out."""


class PaymentRow(Table, table=True):
    """One payment of a document."""

    __tablename__ = "document_payment"
    __table_args__ = (UniqueConstraint("document_id", "position"),)
    id: int | None = Field(default=None, primary_key=True)
    document_id: int = Field(foreign_key="document.id")
    position: int
    tender: str
    account: str
    amount: int = Field(sa_type=BigInteger)
    reference: str = ""
    state: str = "waiting"
    remote_id: str | None = None
    problem: dict[str, str] | None = json_value(null=True)


class Attempt(Table, table=True):
    """One remote write, written down before the call is made.

    `answered` None after a restart means that nobody knows what became of it.
    """

    __table_args__ = (Index("ix_attempt_store", "store", "id"), Index("ix_attempt_outcome", "outcome"))
    id: int | None = Field(default=None, primary_key=True)
    store: str
    tenant: str
    call: str
    """Such as `PUT Invoices`."""
    idempotency_key: str = Field(unique=True)
    started: datetime = utc_time()
    answered: datetime | None = utc_time(null=True)
    outcome: str = "started"
    """`started`, `accepted`, `partly`, `refused`, `not_sent`, `unknown`, `resolved`."""
    status: int | None = None
    elements: int = 0
    problem: dict[str, str] | None = json_value(null=True)
    request: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    answer: str | None = Field(default=None, sa_column=Column(Text, nullable=True))


class AttemptItem(Table, table=True):
    """Which documents or payments an attempt carried."""

    __tablename__ = "attempt_item"
    __table_args__ = (Index("ix_attempt_item_document", "document_id"),)
    attempt_id: int = Field(primary_key=True, foreign_key="attempt.id")
    position: int = Field(primary_key=True)
    document_id: int = Field(foreign_key="document.id")
    payment_id: int | None = Field(default=None, foreign_key="document_payment.id")
    outcome: str = "started"


class Connection(Table, table=True):
    """One store's link to an organisation. No secret is ever in this table."""

    store: str = Field(primary_key=True)
    kind: str = Field(primary_key=True, default="xero")
    state: str = "not_set_up"
    since: datetime = utc_time()
    by: str = ""
    flow: str = "pkce"
    client_id: str = ""
    redirect: str = ""
    scopes: str = ""
    consent: str | None = None
    """State word of the consent under way; its verifier is in the keyring."""
    consent_expires: datetime | None = utc_time(null=True)
    consent_address: str | None = None
    tenant: str | None = None
    tenant_name: str | None = None
    connection_id: str | None = None
    organisations: list[dict[str, Any]] | None = json_value(null=True)
    refresh_expires: datetime | None = utc_time(null=True)
    problem: dict[str, str] | None = json_value(null=True)
    pause_reason: str | None = None
    pause_until: datetime | None = utc_time(null=True)
    blocked_until: datetime | None = utc_time(null=True)
    """Set from Retry-After."""
    last_sync: datetime | None = utc_time(null=True)
    minute_left: int | None = None
    day_left: int | None = None
    drift_read: datetime | None = utc_time(null=True)
    """Changes at the ledger are read up to this time."""
    drift_begun: datetime | None = utc_time(null=True)
    """When a service last began to read them."""
    tries: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """Tries by itself that failed in a row; `blocked_until` is the time of the next one."""
    failing_since: datetime | None = utc_time(null=True)
    looked: datetime | None = utc_time(null=True)
    """When it was last seen that the link still stands, though nothing was sent."""
    pause_since: datetime | None = utc_time(null=True)
    pause_zone: str | None = None
    """The store's zone, in which the end of a pause is told."""


class Reference(Table, table=True):
    """What the organisation last told us of one kind (accounts, tax rates …)."""

    tenant: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    body: list[dict[str, Any]] = json_value()
    read: datetime = utc_time()


class Contact(Table, table=True):
    """A contact of an organisation that documents are addressed to."""

    tenant: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    remote_id: str
    number: str | None = None
    active: bool = True
