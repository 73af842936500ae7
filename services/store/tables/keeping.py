"""Tables of what was handed over as files, and of backups and restores.

A date that is posted by file has one row of `FilePostingDay`: its key keeps two
services from handing the same date over twice, and whoever queues dates asks it first.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Index, Text, UniqueConstraint
from sqlmodel import Field

from services.store.tables.base import Table, json_value, utc_time


class FilePosting(Table, table=True):
    """One handing over of dates as import files; kept when it is taken back."""

    __tablename__ = "file_posting"
    __table_args__ = (Index("ix_file_posting_store", "store", "id"),)
    id: int | None = Field(default=None, primary_key=True)
    store: str
    tenant: str
    """The organisation the files are for; empty where none was ever chosen."""
    made: datetime = utc_time()
    made_by: str
    dates: list[str] = json_value()
    """Every business date it handed over, ISO 8601; stays after it was taken back."""
    documents: int
    mapping_version: int
    taken_back: datetime | None = utc_time(null=True)
    taken_back_by: str | None = None
    reason: str | None = None


class FilePostingDay(Table, table=True):
    """A business date that is posted by file; removed when that is taken back."""

    __tablename__ = "file_posting_day"
    store: str = Field(primary_key=True)
    business_date: date = Field(primary_key=True)
    posting_id: int = Field(foreign_key="file_posting.id")


class PostedFile(Table, table=True):
    """One file as it was handed over, so that asking again gives the same bytes."""

    __tablename__ = "posted_file"
    __table_args__ = (UniqueConstraint("posting_id", "position"),)
    id: int | None = Field(default=None, primary_key=True)
    posting_id: int = Field(foreign_key="file_posting.id")
    position: int
    name: str
    content: str = Field(sa_column=Column(Text, nullable=False))
    sha256: str


class Backup(Table, table=True):
    """A backup that ended, well or not; one that was cut off leaves no row."""

    __table_args__ = (Index("ix_backup_finished", "outcome", "finished"),)
    id: int | None = Field(default=None, primary_key=True)
    started: datetime = utc_time()
    finished: datetime = utc_time()
    by: str
    nightly: bool
    path: str
    outcome: str
    """`good` or `failed`."""
    size: int | None = Field(default=None, sa_type=BigInteger)
    sha256: str | None = None
    problem: dict[str, str] | None = json_value(null=True)


class Restore(Table, table=True):
    """A backup that took the place of the books."""

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = utc_time()
    by: str
    file: str
    made: datetime = utc_time()
    """When the backup was made: what came after it is not in these books."""
    until: date
    """Documents of business dates up to this one are looked up before they are created."""
    lost: dict[str, Any] = json_value()
