"""Tables of the shop itself: stores, mappings, sources, and who changed what."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Index, Text
from sqlmodel import Field

from services.store.tables.base import Table, json_value, utc_time


class Store(Table, table=True):
    """A shop, as its owner set it up."""

    key: str = Field(primary_key=True)
    name: str
    country: str
    currency: str
    timezone: str
    cutoff: str = "00:00"
    prices_inclusive: bool = True
    gst_basis: str = "accrual"
    rounding_step: str | None = None
    rounding_tie: str | None = None
    frequency: str = "manual"
    sync_at: str | None = None
    start_date: date | None = None
    on_change: str = Field(default="wait", sa_column_kwargs={"server_default": "wait"})
    """What is done about a change after posting: `wait`, `delta` or `resend`."""
    created: datetime = utc_time()


class ScheduleChange(Table, table=True):
    """How often days are sent from a business date on, until the next change."""

    __tablename__ = "schedule_change"
    store: str = Field(primary_key=True)
    since: date = Field(primary_key=True)
    frequency: str


class MappingRow(Table, table=True):
    """One version of a store's mapping file."""

    __tablename__ = "mapping"
    store: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    body: dict[str, Any] = json_value()
    saved: datetime = utc_time()
    saved_by: str


class Source(Table, table=True):
    """A source profile that a person added; shipped ones are files of the package."""

    name: str = Field(primary_key=True)
    body: str = Field(sa_column=Column(Text, nullable=False))
    added: datetime = utc_time()
    added_by: str


class Audit(Table, table=True):
    """Who changed what: one row a change, never altered."""

    __table_args__ = (Index("ix_audit_at", "at"),)
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = utc_time()
    who: str
    uid: int | None = None
    action: str
    subject: str
    before: dict[str, Any] | None = json_value(null=True)
    after: dict[str, Any] | None = json_value(null=True)
