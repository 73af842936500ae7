"""What a call that failed as a whole means: done or not, and what is next.

The question is always whether Xero may have carried the call out. Before anything left
this machine: NotSent. After that, without an answer that can be read: OutcomeUnknown
for a write; a lost read changed nothing and is NotSent too. Answers with a status are
told apart by what Xero says in them (XERO.md 4.7, 5.1, 6.15, 6.16).
"""

from __future__ import annotations

import errno
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from http import HTTPStatus
from http.client import IncompleteRead
from typing import Any

from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NameResolutionError,
    NewConnectionError,
    ProxyError,
    ReadTimeoutError,
    SSLError,
)

from services.accounting.header_numbers import number_in
from services.accounting.ledger import (
    AuthorisationLost,
    CallFailed,
    CallRefused,
    NotSent,
    OutcomeUnknown,
    RateLimited,
)
from services.accounting.xero.errors import UNKNOWN, problem_for
from services.accounting.xero.known import problem_of
from services.contract.text import printable

MISSING_RIGHTS = frozenset({"right_missing", "scope_missing"})
"""Codes of a call that nobody's next try will be allowed to make."""
_NOT_CONNECTED = (NewConnectionError, ConnectTimeoutError, ProxyError)
# TLS failures that can only come before a connection is usable.
_HANDSHAKE_REASONS = (
    "CERTIFICATE_VERIFY_FAILED",
    "WRONG_VERSION_NUMBER",
    "HANDSHAKE_FAILURE",
    "UNSUPPORTED_PROTOCOL",
)
_NO_WAY = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN})
_DETAIL_LENGTH = 300
_LIMITS = {
    "minute": ("rate_limited_minute", 60.0),
    "appminute": ("rate_limited_app", 60.0),
    "concurrent": ("rate_limited_concurrent", 5.0),
    "day": ("rate_limited_day", None),
}
_REDIRECTED = 3


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
        return problem_of(NotSent, _unreached(error), detail=detail)
    return _lost(_broken(error), detail, writing=writing)


def _unreached(error: HTTPError | OSError) -> str:
    if isinstance(error, SSLError):
        untrusted = isinstance(error.args[0] if error.args else None, ssl.SSLCertVerificationError)
        return "tls_untrusted" if untrusted or "CERTIFICATE_VERIFY" in str(error) else "tls_failed"
    if isinstance(error, NameResolutionError):
        return "dns_failed"
    if isinstance(error, ConnectTimeoutError) and not isinstance(error, NewConnectionError):
        return "connect_timeout"
    number = getattr(error.__cause__, "errno", None)
    if number == errno.ECONNREFUSED:
        return "connection_refused"
    return "network_unreachable" if number in _NO_WAY else "not_sent"


def _broken(error: HTTPError | OSError) -> str:
    if isinstance(error, ReadTimeoutError | TimeoutError):
        return "timeout"
    cut = any(isinstance(each, IncompleteRead) for each in (error, error.__cause__, *error.args))
    return "cut" if cut else "broken"


def answer_failure(reply: Reply, *, writing: bool) -> CallFailed:
    """Return the failure for an answer that is no success."""
    failure = _failure(reply, writing=writing)
    failure.status = reply.status
    if failure.retry_after is None:
        failure.retry_after = number_in(reply.headers.get("retry-after"))
    return failure


def _failure(reply: Reply, *, writing: bool) -> CallFailed:
    if reply.status == HTTPStatus.TOO_MANY_REQUESTS:
        return _rate_limited(reply)
    if reply.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return _not_authorised(reply)
    if reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR or reply.status // 100 == HTTPStatus.OK // 100:
        return _lost(_no_answer(reply), reply.detail, writing=writing)
    return _refused(reply)


def _no_answer(reply: Reply) -> str:
    if reply.status == HTTPStatus.SERVICE_UNAVAILABLE:
        return "unavailable"
    if reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return "failed_at_xero"
    return "unreadable" if reply.text.lstrip().startswith("<") else "cut"


def _refused(reply: Reply) -> CallRefused:
    problem = problem_for(reply.said or f"status {reply.status}")
    if problem.code != UNKNOWN:
        return CallRefused(problem.what, problem.why, problem.next, reply.detail, code=problem.code)
    if reply.status == HTTPStatus.NOT_FOUND:
        return problem_of(CallRefused, "not_there", detail=reply.detail)
    if reply.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return problem_of(CallRefused, "too_large", detail=reply.detail)
    if reply.status // 100 == _REDIRECTED:
        return problem_of(CallRefused, "redirected", detail=reply.detail)
    return CallRefused(problem.what, problem.why, problem.next, reply.detail)


def _lost(how: str, detail: str, *, writing: bool) -> CallFailed:
    if writing:
        return problem_of(OutcomeUnknown, f"write_{how}", detail=detail)
    return problem_of(NotSent, f"read_{how}", detail=detail)


def _rate_limited(reply: Reply) -> RateLimited:
    limit = reply.headers.get("x-rate-limit-problem", "minute").lower()
    code, wait = _LIMITS.get(limit, ("rate_limited", 60.0))
    failure = problem_of(RateLimited, code, detail=printable(f"{reply.detail}, limit {limit}"))
    stated = number_in(reply.headers.get("retry-after"))
    failure.retry_after = wait if stated is None else stated
    return failure


def says_right_missing(reply: Reply) -> bool:
    """Return whether a scope or a right of the user is missing (XERO.md 6.16)."""
    return "authorizationunsuccessful" in reply.text.lower() or _says_scope_missing(reply)


def _says_scope_missing(reply: Reply) -> bool:
    return "insufficient_scope" in f"{reply.text} {reply.headers.get('www-authenticate', '')}".lower()


def _says_tenant_gone(reply: Reply) -> bool:
    return not reply.said or "authenticationunsuccessful" in reply.text.lower()


def says_expired(reply: Reply) -> bool:
    """Return whether a newer access token may help."""
    return reply.status == HTTPStatus.UNAUTHORIZED and not says_right_missing(reply)


def _not_authorised(reply: Reply) -> CallFailed:
    if _says_scope_missing(reply):
        return problem_of(CallRefused, "scope_missing", detail=reply.detail)
    if says_right_missing(reply) or (reply.status == HTTPStatus.FORBIDDEN and not _says_tenant_gone(reply)):
        return problem_of(CallRefused, "right_missing", detail=reply.detail)
    gone = reply.status == HTTPStatus.FORBIDDEN
    code = "connection_gone" if gone else "authorisation_lost"
    return problem_of(AuthorisationLost, code, detail=reply.detail)
