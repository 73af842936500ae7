"""Answers that wrap a list, or tell what was done.

Plain dictionaries as in `services.contract.answers`, for the same reasons.
"""

from __future__ import annotations

from typing import NotRequired

from typing_extensions import TypedDict

from services.contract.answers import (
    AttemptAnswer,
    AuditAnswer,
    DayDocumentsAnswer,
    MappingIssue,
    ProblemAnswer,
)
from services.contract.forecast import ForecastAnswer


class ErrorAnswer(TypedDict):
    """What every refusal looks like on the wire."""

    error: ProblemAnswer


class MeAnswer(TypedDict):
    """Who the service takes the caller for, and what that person may do."""

    user: str
    uid: int | None
    roles: list[str]
    may: list[str]


class SourceAnswer(TypedDict):
    """One source profile; `text` is its TOML, left out of lists."""

    name: str
    shipped: bool
    """Whether it came with Tillbook rather than being added by a person."""
    text: NotRequired[str]


class ReferenceAnswer(TypedDict):
    """What the ledger last told of one kind; `read` null: never asked."""

    read: str | None
    rows: list[dict[str, object]]


class MappingTarget(TypedDict):
    """Where a category goes when it has a tax type of its own."""

    account: str
    tax_type: NotRequired[str]


class MappingAnswer(TypedDict):
    """A store's mapping file as JSON, with the version it was saved as."""

    store: str
    version: int
    shape: NotRequired[str]
    contact: NotRequired[str]
    number: NotRequired[str]
    account_number: NotRequired[str]
    status: NotRequired[str]
    due_days: NotRequired[int]
    rounding: NotRequired[str | MappingTarget]
    over_short: NotRequired[str | MappingTarget]
    no_tax: NotRequired[str]
    gift_card_tax: NotRequired[str]
    categories: NotRequired[dict[str, str | MappingTarget]]
    tax_codes: NotRequired[dict[str, str]]
    tenders: NotRequired[dict[str, str]]
    tracking: NotRequired[dict[str, str]]


class MappingSavedAnswer(TypedDict):
    """The version a mapping was saved as, and what is still wrong with it."""

    version: int
    issues: list[MappingIssue]


class MappingVersion(TypedDict):
    """One saved version of a mapping."""

    version: int
    saved: str
    by: str


class MappingVersionsAnswer(TypedDict):
    """Every saved version of a mapping, newest first."""

    versions: list[MappingVersion]


class MappingCheckAnswer(TypedDict):
    """Everything missing or invalid in the mapping."""

    issues: list[MappingIssue]


class MappingSuggestAnswer(TypedDict):
    """Proposals for what the mapping lacks; nothing was changed."""

    proposals: list[MappingIssue]


class QueuedAnswer(TypedDict):
    """The business dates that a sync put in the queue."""

    queued: list[str]


class LogAnswer(TypedDict):
    """Remote writes, newest first."""

    attempts: list[AttemptAnswer]


class RetryAnswer(TypedDict):
    """What a retry would do, and the days after it was done."""

    forecast: list[ForecastAnswer]
    days: list[DayDocumentsAnswer]


class AuditPageAnswer(TypedDict):
    """Changes and who made them, newest first."""

    entries: list[AuditAnswer]
