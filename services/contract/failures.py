"""Failures as people meet them: what is known of each code."""

from __future__ import annotations

from typing_extensions import TypedDict

# In this form because `class` is a word of the language.
Classed = TypedDict("Classed", {"class": str}, total=False)


class FailureAnswer(Classed):
    """One known failure: when it happens, why, and what to do (`tillbook explain`)."""

    code: str
    where: str
    what: str
    why: str
    next: str


class FailuresAnswer(TypedDict):
    """Every known failure, in the order of the documentation."""

    failures: list[FailureAnswer]
