"""More of an integration: its next try, its pause, how it was ended."""

from __future__ import annotations

from typing_extensions import TypedDict

from services.contract.finding import Finding


class ScopeAnswer(TypedDict):
    """One scope that will be asked for, and what it is for."""

    scope: str
    purpose: str


class NextTry(TypedDict):
    """When sending is tried again by itself after a failure."""

    at: str
    number: int
    """Which try in a row it will be, from 1."""
    of: int
    """After so many a person is needed."""


class PauseAnswer(TypedDict):
    """A pause: whose, why, from when, until when (null: until somebody resumes)."""

    by: str
    reason: str
    since: str
    until: str | None
    until_local: str | None
    """The end in the store's zone, to the minute."""
    zone: str


class ProofAnswer(TypedDict):
    """The call that the ledger refused after the end of the connection."""

    call: str
    at: str
    status: int | None
    said: str


class DisconnectionAnswer(TypedDict):
    """The receipt of a disconnection."""

    state: str
    """`pending`, `ended`, `shared`, `gone` (ended in the ledger), `kept` (connected again before)."""
    organisation: str
    tenant: str
    at: str
    by: str
    days: int
    amount: str
    dates: list[str]
    """What stayed unsent; no other organisation ever receives it."""
    shared_with: list[str]
    removed: str | None
    """When the ledger confirmed the end."""
    proof: ProofAnswer | None
    next_try: str | None
    """When ending it is tried again, while the ledger cannot be reached."""


class LinkedAnswer(TypedDict, total=False):
    """What is told of an integration beside its state."""

    next_try: NextTry | None
    paused: PauseAnswer | None
    warnings: list[Finding]
    """What is going to end, or was not finished."""
    disconnection: DisconnectionAnswer | None
    """The receipt, while the integration is disconnected."""
    looked: str | None
    """When it was last seen that the link stands."""
    scopes: list[ScopeAnswer]
    """What the consent gave."""
