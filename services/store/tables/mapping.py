"""Tables of editing a mapping.

Unsaved changes, a chart from a file, the warning taken.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Field

from services.store.tables.base import Table, json_value, utc_time


class MappingDraft(Table, table=True):
    """One person's changes to a store's mapping that are not saved yet."""

    __tablename__ = "mapping_draft"
    store: str = Field(primary_key=True)
    person: str = Field(primary_key=True)
    changes: list[dict[str, Any]] = json_value()
    """Part, key, value, and `was`: what was in force when it was changed."""
    changed: datetime = utc_time()


class ChartFile(Table, table=True):
    """A chart of accounts from a file, for a store that is not connected yet."""

    __tablename__ = "chart_file"
    store: str = Field(primary_key=True)
    name: str
    accounts: list[dict[str, Any]] = json_value()
    loaded: datetime = utc_time()
    loaded_by: str


class AdviceTaken(Table, table=True):
    """Who read the warning to take professional advice, once a store."""

    __tablename__ = "advice_taken"
    store: str = Field(primary_key=True)
    by: str
    uid: int | None = None
    at: datetime = utc_time()
