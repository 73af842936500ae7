"""Every failure that is known, with class, cause and next step: one list of all.

The words are kept where the failure is made: Xero's messages in `errors`, calls,
network and sign-in in `known`. A failure whose code is in neither has the class of its
kind of exception, else it needs a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from services.accounting.ledger import NotSent, OutcomeUnknown, RateLimited
from services.accounting.xero import known
from services.accounting.xero.errors import CATALOGUE
from services.contract.failure_classes import PERSON, UNKNOWN, WAIT
from services.contract.failures import FailureAnswer
from services.contract.problem import NotFound, Problem

_GAP = re.compile(r"\{\d\}")
_SECTIONS = (
    ("network", known.NETWORK),
    ("calls", known.ANSWERS),
    ("sign-in", known.CONSENT),
    ("documents", CATALOGUE),
)
_CLASSES = {entry.code: entry.kind for _, entries in _SECTIONS for entry in entries}


def class_of(problem: Problem) -> str:
    """Return the class of a failure: `wait`, `person` or `unknown`."""
    if isinstance(problem, OutcomeUnknown):
        return UNKNOWN
    if isinstance(problem, NotSent | RateLimited):
        return WAIT
    return class_of_code(problem.code)


def class_of_code(code: str) -> str:
    """Return the class that a code stands for; a person, when nothing is known of it."""
    return _CLASSES.get(code, PERSON)


def failures() -> list[FailureAnswer]:
    """Return every known failure: network, calls, sign-in, then Xero's messages."""
    return list(_failures())


def explained(code: str) -> FailureAnswer:
    """Return what is known of a code; raise NotFound for one that is not known."""
    found = next((each for each in _failures() if each["code"] == code), None)
    if found is None:
        raise NotFound(
            f"There is no failure {code!r}.",
            "It is none of those that Tillbook knows beforehand.",
            "List them with `tillbook explain`; `tillbook log --failed` shows the words of this one.",
            code="unknown_failure",
        )
    return found


def _failures() -> Iterator[FailureAnswer]:
    for where, entries in _SECTIONS:
        for entry in entries:
            yield {
                "code": entry.code,
                "class": entry.kind,
                "where": where,
                "what": _GAP.sub("…", entry.what),
                "why": _GAP.sub("…", entry.why),
                "next": _GAP.sub("…", entry.next).strip(),
            }
