"""Failures of calls, sign-in and network that are known.

One place for their words.
"""

from __future__ import annotations

from typing import TypeVar

from services.accounting.xero.known.answers import ANSWERS
from services.accounting.xero.known.consent import CONSENT
from services.accounting.xero.known.failure import Known
from services.accounting.xero.known.network import NETWORK
from services.contract.problem import Problem

__all__ = ["ANSWERS", "CONSENT", "KNOWN", "NETWORK", "Known", "problem_of"]

KNOWN = {each.code: each for each in (*NETWORK, *ANSWERS, *CONSENT)}

P = TypeVar("P", bound=Problem)


def problem_of(kind: type[P], code: str, *caught: str, detail: str = "") -> P:
    """Return a known failure as an exception.

    `caught` fills `{0}`, `{1}` of its words.
    """
    known = KNOWN[code]
    what, why, next_step = (text.format(*caught) for text in (known.what, known.why, known.next))
    return kind(what, why, next_step, detail, code)
