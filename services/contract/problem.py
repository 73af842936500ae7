"""What went wrong, in a shop manager's words.

Problem
├── NotAllowed       the person has no right to do this
├── NotFound         the thing named does not exist
├── Refused          the request was understood and cannot be done
└── Unreachable      the service, or a remote system, did not answer
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from services.contract.answers import ProblemAnswer


class Problem(Exception):
    """Something could not be done; the person is told the next step.

    `what` names the thing and what happened to it, `why` the cause, `next` what the
    person can do, `detail` the technical text to copy for support. `code` is a stable
    word in snake case that programs may rely on.
    """

    code = "problem"

    def __init__(
        self,
        what: str,
        why: str = "",
        next: str = "",  # noqa: A002 - the contract's own word
        detail: str = "",
        code: str = "",
    ) -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.next = next
        self.detail = detail
        self.code = code or type(self).code

    def answer(self) -> ProblemAnswer:
        """Return the problem as plain data."""
        return {
            "code": self.code,
            "what": self.what,
            "why": self.why,
            "next": self.next,
            "detail": self.detail,
        }

    def __str__(self) -> str:
        """Return what, why and next as one paragraph."""
        return " ".join(part for part in (self.what, self.why, self.next) if part)


class NotAllowed(Problem):
    """The person has no right to do this."""

    code = "not_allowed"


class NotFound(Problem):
    """The thing named does not exist."""

    code = "not_found"


class Refused(Problem):
    """The request was understood and cannot be done."""

    code = "refused"


class Unreachable(Problem):
    """The service, or a remote system, did not answer."""

    code = "unreachable"
