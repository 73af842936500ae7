"""What support is told: the doctor's findings, and what a replay saw.

Plain dictionaries as in `services.contract.answers`, for the same reasons.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NotRequired

from typing_extensions import TypedDict

from services.contract.answers import DayDocumentsAnswer, Finding


class Severity(StrEnum):
    """What a finding of the doctor means for tomorrow."""

    STOPS = "stops"
    """Something will not be sent unless a person acts."""
    WARNS = "warns"
    FINE = "fine"


class DoctorFinding(TypedDict):
    """One check and how it ended; `why` and `next` are empty when all is well."""

    severity: str
    store: str | None
    """None: the service or the machine."""
    code: str
    what: str
    why: str
    next: str
    dates: NotRequired[list[str]]
    """The business dates it is about, oldest first."""


class DoctorCounts(TypedDict):
    """How many checks ended how."""

    stops: int
    warns: int
    fine: int


class DoctorAnswer(TypedDict):
    """What the doctor found, the worst first."""

    checked: str
    service: str | None
    """Version of the running service; null: none runs, only this machine was looked at."""
    findings: list[DoctorFinding]
    counts: DoctorCounts


class BundleAnswer(TypedDict):
    """The archive as it was written."""

    file: str
    bytes: int
    sha256: str
    members: int
    left_out: list[str]
    """What the bounds kept out, in words."""


class Failure(TypedDict):
    """A failed day as it was told: its state, and every reason on day and documents."""

    store: str
    date: str
    state: str
    reasons: list[Finding]


class ReplayedFailure(TypedDict):
    """A failed day as it was told, and as the replay told it."""

    store: str
    date: str
    expected: Failure
    seen: Failure
    reproduced: bool
    how: str
    """How the cause was set up: `reference`, `rules` or `recorded`."""


class NotReplayed(TypedDict):
    """A day that a replay cannot set up, and why."""

    store: str
    date: str
    state: str
    why: str


class ReplayAnswer(TypedDict):
    """What a replay saw."""

    bundle: str
    made: str
    tillbook: str
    failures: list[ReplayedFailure]
    not_replayed: list[NotReplayed]
    reproduced: bool
    """Every failure that can be replayed was told in the same words, and there was one."""


def failure_of(day: DayDocumentsAnswer) -> Failure:
    """Return how a day was told: its state, and every reason once."""
    reasons: list[Finding] = []
    for reason in [*day["blocked"], *(why for one in day["documents"] for why in one.get("why", []))]:
        told: Finding = {
            "what": reason["what"],
            "why": reason["why"],
            "next": reason["next"],
            "code": reason.get("code", ""),
        }
        if told not in reasons:
            reasons.append(told)
    return {"store": day["store"], "date": day["date"], "state": day["state"], "reasons": reasons}
