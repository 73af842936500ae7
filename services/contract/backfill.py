"""What sending days from before the start comes to (`tillbook backfill`)."""

from __future__ import annotations

from typing_extensions import TypedDict

from services.contract.finding import Finding


class BackfillPart(TypedDict):
    """What goes together: a date, or the dates of a week or a month."""

    first: str
    last: str
    days: int
    documents: int
    amount: str
    """Takings."""
    blocked: list[Finding]


class BackfillLeft(TypedDict):
    """A date that is left as it is, and why."""

    date: str
    why: str


class BackfillAnswer(TypedDict):
    """What sending earlier days comes to; nothing was sent yet."""

    store: str
    frequency: str
    days: int
    documents: int
    amount: str
    calls: int
    """About how many calls it takes at the ledger."""
    seconds: int
    """About how long that lasts under the organisation's allowance."""
    parts: list[BackfillPart]
    left: list[BackfillLeft]
    stopped: Finding | None
    """What keeps everything from being sent for now, such as a pause."""
    queued: list[str]
    """The dates that were put in the queue; none when it was only a preview."""
