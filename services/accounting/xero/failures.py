"""What a call that failed as a whole means: done or not, and what is next.

The question is always whether Xero may have carried the call out. Before anything left
this machine: NotSent. After that, without an answer that can be read: OutcomeUnknown
for a write; a lost read changed nothing and is NotSent too. Answers with a status are
told apart by what Xero says in them (XERO.md 4.7, 5.1, 6.15, 6.16).
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from http import HTTPStatus
from typing import Any

from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NewConnectionError,
    ProxyError,
    SSLError,
)

from services.accounting.ledger import (
    AuthorisationLost,
    CallFailed,
    CallRefused,
    NotSent,
    OutcomeUnknown,
    RateLimited,
)
from services.accounting.xero.errors import problem_for
from services.contract.text import printable

_NOT_CONNECTED = (NewConnectionError, ConnectTimeoutError, ProxyError)
# TLS failures that can only come before a connection is usable.
_HANDSHAKE_REASONS = (
    "CERTIFICATE_VERIFY_FAILED",
    "WRONG_VERSION_NUMBER",
    "HANDSHAKE_FAILURE",
    "UNSUPPORTED_PROTOCOL",
)
_KEPT = "Everything that waits is kept."
_AGAIN = f"{_KEPT} Tillbook tries again; check the internet connection if this stays."
_LOOK_UP = "Tillbook looks the documents up by their numbers before it does anything else."
_DETAIL_LENGTH = 300
_WAITS = {
    "minute": ("Xero takes 60 calls a minute from one organisation.", 60.0),
    "appminute": ("Xero has had too many calls from this app in the last minute.", 60.0),
    "concurrent": ("Xero takes five calls at a time from one organisation.", 5.0),
    "day": ("The organisation's calls of the day are used up.", None),
}


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it came; `body` is None when it is no JSON."""

    status: int
    headers: Mapping[str, str]
    body: Any
    text: str

    @classmethod
    def of(cls, status: int, headers: Mapping[str, str], data: bytes) -> Reply:
        """Parse an answer; numbers with a point become Decimal (XERO.md 2.7)."""
        text = data.decode("utf-8", "replace")
        try:
            body = json.loads(text, parse_float=Decimal)
        except (ValueError, RecursionError):
            body = None
        return cls(status, {name.lower(): value for name, value in headers.items()}, body, text)

    @property
    def ok(self) -> bool:
        """Whether the call was carried out and its answer can be read."""
        return self.status // 100 == HTTPStatus.OK // 100 and (self.body is not None or not self.text)

    @property
    def said(self) -> str:
        """What the answer says went wrong, printable; empty when it says nothing."""
        if not isinstance(self.body, dict):
            return ""
        return next(
            (
                printable(str(self.body[name]))
                for name in ("Detail", "Message", "Title")
                if self.body.get(name)
            ),
            "",
        )

    @property
    def detail(self) -> str:
        """Technical text for support: status, Xero's words and its correlation id."""
        correlation = self.headers.get("xero-correlation-id", "")
        parts = (
            f"status {self.status}",
            self.said[:_DETAIL_LENGTH],
            correlation and f"correlation id {correlation}",
        )
        return printable(", ".join(part for part in parts if part))

    @property
    def elements(self) -> list[dict[str, Any]] | None:
        """The documents echoed in a validation error; None when there are none."""
        found = self.body.get("Elements") if isinstance(self.body, dict) else None
        return found if isinstance(found, list) and found else None


def sent_nothing(error: HTTPError | OSError) -> bool:
    """Return whether the call certainly never reached Xero."""
    if isinstance(error, SSLError):
        inner = error.args[0] if error.args else None
        text = str(error)
        return isinstance(inner, ssl.SSLCertVerificationError) or any(
            word in text for word in _HANDSHAKE_REASONS
        )
    return isinstance(error, _NOT_CONNECTED)


def transport_failure(error: HTTPError | OSError, *, writing: bool) -> CallFailed:
    """Return the failure for a call without an answer."""
    detail = printable(f"{type(error).__name__}: {error}")[:_DETAIL_LENGTH]
    if sent_nothing(error):
        return NotSent("Xero cannot be reached.", "No connection could be made.", _AGAIN, detail)
    return _lost(
        "The connection broke, or it took too long, before the answer was here.", detail, writing=writing
    )


def answer_failure(reply: Reply, *, writing: bool) -> CallFailed:
    """Return the failure for an answer that is no success."""
    failure = _failure(reply, writing=writing)
    failure.status = reply.status
    if failure.retry_after is None:
        failure.retry_after = _seconds(reply.headers.get("retry-after"))
    return failure


def _failure(reply: Reply, *, writing: bool) -> CallFailed:
    if reply.status == HTTPStatus.TOO_MANY_REQUESTS:
        return _rate_limited(reply)
    if reply.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return _not_authorised(reply)
    if reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR or reply.status // 100 == HTTPStatus.OK // 100:
        return _lost("Xero answered with an error page of its own.", reply.detail, writing=writing)
    problem = problem_for(reply.said or f"status {reply.status}")
    return CallRefused(problem.what, problem.why, problem.next, reply.detail, code=_call_code(problem.code))


def _call_code(code: str) -> str:
    return "call_refused" if code == "xero_says" else code


def _lost(why: str, detail: str, *, writing: bool) -> CallFailed:
    if writing:
        return OutcomeUnknown(
            "Xero's answer did not arrive: it may have been done, or not.", why, _LOOK_UP, detail
        )
    return NotSent("Xero did not answer.", why, _AGAIN, detail)


def _rate_limited(reply: Reply) -> RateLimited:
    limit = reply.headers.get("x-rate-limit-problem", "minute").lower()
    why, wait = _WAITS.get(limit, (f"It names the limit {printable(limit)!r}.", 60.0))
    failure = RateLimited(
        "Xero asked to wait.", why, f"{_KEPT} Tillbook goes on by itself.", f"{reply.detail}, limit {limit}"
    )
    stated = _seconds(reply.headers.get("retry-after"))
    failure.retry_after = wait if stated is None else stated
    return failure


def says_right_missing(reply: Reply) -> bool:
    """Return whether a scope or a right of the user is missing (XERO.md 6.16)."""
    words = f"{reply.text} {reply.headers.get('www-authenticate', '')}".lower()
    return "authorizationunsuccessful" in words or "insufficient_scope" in words


def _says_tenant_gone(reply: Reply) -> bool:
    return not reply.said or "authenticationunsuccessful" in reply.text.lower()


def says_expired(reply: Reply) -> bool:
    """Return whether a newer access token may help."""
    return reply.status == HTTPStatus.UNAUTHORIZED and not says_right_missing(reply)


def _not_authorised(reply: Reply) -> CallFailed:
    if says_right_missing(reply) or (reply.status == HTTPStatus.FORBIDDEN and not _says_tenant_gone(reply)):
        return CallRefused(
            "Tillbook may not do this in Xero.",
            "The consent did not include that right, or the Xero user who connected does not have it.",
            "In Xero, give that user Standard or Adviser access (Adviser for journals), then connect again.",
            reply.detail,
            code="right_missing",
        )
    if reply.status == HTTPStatus.FORBIDDEN:
        return AuthorisationLost(
            "This connection was ended in Xero.",
            "Someone disconnected Tillbook under Connected apps, or the user who connected was removed.",
            f"Connect to Xero again. {_KEPT}",
            reply.detail,
            code="connection_gone",
        )
    return AuthorisationLost(
        "Xero no longer accepts this connection.",
        "Its permission has ended.",
        f"Connect to Xero again. {_KEPT}",
        reply.detail,
    )


def _seconds(text: str | None) -> float | None:
    return float(text) if text and text.isdigit() else None
