"""What crosses the socket about import files and backups: plain dictionaries."""

from __future__ import annotations

from typing import NotRequired

from typing_extensions import TypedDict

from services.contract.answers import Finding


class HandedDocument(TypedDict):
    """One document of a date that is handed over."""

    kind: str
    number: str
    total: str


class HandedDay(TypedDict):
    """What becomes of one business date."""

    date: str
    outcome: str
    """`posted` (or would be), `again` (it was already), `refused`."""
    amount: str | None
    """Takings of the day, major units."""
    documents: list[HandedDocument]
    why: list[Finding]
    warnings: list[str]


class HandedFile(TypedDict):
    """One file; `content` is its text, to be written as UTF-8 without change."""

    name: str
    sha256: str
    content: str


class Posting(TypedDict):
    """One handing over: who, when, of which dates, with its files."""

    id: int
    by: str
    at: str
    dates: list[str]
    files: list[HandedFile]


class ByFileAnswer(TypedDict):
    """What was, or would be, posted by file."""

    store: str
    dry_run: bool
    days: list[HandedDay]
    postings: list[Posting]
    """New ones, and those that dates asked for belong to already. Empty at a dry run."""


class TakenBackAnswer(TypedDict):
    """Dates that wait to be sent again."""

    store: str
    dates: list[str]
    reason: str
    looked_up: bool
    """Whether the ledger was asked for every document of them, and has none."""


class BackupAnswer(TypedDict):
    """One backup that ended."""

    started: str
    finished: str
    by: str
    nightly: bool
    file: str
    outcome: str
    """`good` or `failed`."""
    size: int | None
    sha256: str | None
    error: Finding | None
    pruned: NotRequired[list[str]]


class BackupsAnswer(TypedDict):
    """The nightly plan and the newest backups."""

    nightly: bool
    at: str
    keep: int
    folder: str
    next: str | None
    last_good: str | None
    backups: list[BackupAnswer]
