"""Leafing through the log, and one attempt whole."""

from __future__ import annotations

from typing_extensions import TypedDict

from services.contract.answers import AttemptAnswer


class LogPageAnswer(TypedDict):
    """A page of the remote writes that match, newest first."""

    first: int
    """How many newer ones were left out."""
    count: int
    """How many match in all."""
    calls: list[str]
    """The kinds of calls there are, to choose from."""
    attempts: list[AttemptAnswer]


class CarriedAnswer(TypedDict):
    """One document or payment that an attempt carried, and what became of it."""

    number: str
    date: str
    kind: str
    outcome: str
    state: str
    """Where the document stands now."""
    tender: str | None
    amount: str


class AttemptDetailAnswer(AttemptAnswer):
    """One remote write with what was asked and answered.

    Nothing secret is kept in it.
    """

    answered: str | None
    idempotency_key: str
    organisation: str
    carried: list[CarriedAnswer]
    request: str
    answer: str
    detail: str
    """What a technician wants of a failure, to copy."""
