"""Deciding changes after posting, and other mappings, as they cross the socket."""

from __future__ import annotations

from typing import NotRequired

from typing_extensions import TypedDict

from services.contract.answers import CheckAnswer, DocumentAnswer
from services.contract.changed import ChangeAnswer
from services.contract.finding import Finding


class ChangesAnswer(TypedDict):
    """The changes of a store."""

    store: str
    on_change: str
    changes: list[ChangeAnswer]


class ResolveStep(TypedDict):
    """One thing that is done, or would be, in order."""

    do: str
    """`remove_payment`, `void`, `create`, `pay`, `keep`."""
    kind: str
    number: str
    amount: str
    account: NotRequired[str]


class ResolveAnswer(TypedDict):
    """What a person's decision about a changed day does, or would do."""

    store: str
    date: str
    by: str
    dry_run: bool
    possible: bool
    reasons: list[Finding]
    steps: list[ResolveStep]
    documents: list[DocumentAnswer]
    """What would be sent."""
    proof: list[CheckAnswer]
    """The day's equalities over all of it that is in the ledger then."""
    queued: bool


class CheckedAnswer(TypedDict):
    """What a reading of the ledger's changes found."""

    store: str
    read: int
    ours: int
    changed: list[str]
    mended: list[str]


class DiffAmount(TypedDict):
    """What one mapping and another post to an account, or with a tax type."""

    name: str
    before: str
    after: str
    difference: str


class DiffDay(TypedDict):
    """One business date in both mappings."""

    date: str
    accounts: list[DiffAmount]
    tax_types: list[DiffAmount]
    blocked: list[Finding]
    """What keeps one of the two from posting the day."""


class MappingEffectAnswer(TypedDict):
    """What another mapping would have posted; debits are above zero."""

    store: str
    before: int | None
    """None: each day as it was posted."""
    after: int | None
    """None: the file given."""
    days: list[DiffDay]
    accounts: list[DiffAmount]
    tax_types: list[DiffAmount]
