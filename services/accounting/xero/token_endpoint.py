"""Calls to Xero's token endpoint: code exchange, refresh, client credentials.

One request each, nothing is repeated here; `tokens` decides that. A request that was
never sent is NotSent, a lost answer is OutcomeUnknown, a refusal AuthorisationLost with
Xero's own word as its code (XERO.md 4.7).
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from services.accounting.header_numbers import number_in
from services.accounting.ledger import AuthorisationLost, CallFailed, NotSent, OutcomeUnknown, RateLimited
from services.accounting.xero.known import problem_of
from services.accounting.xero.oauth import Addresses, App, Consent, Flow, asked_for
from services.contract.text import printable

_TIMEOUT = httpx.Timeout(20.0, connect=5.0)
_TOKEN_PATH = "/connect/token"  # noqa: S105 - a path, no secret
_DEFAULT_LIFETIME = 1800
# The words of the token endpoint that have an entry of their own (XERO.md 4.7).
_REFUSALS = frozenset(
    {"invalid_grant", "invalid_client", "unauthorized_client", "invalid_scope", "invalid_request"}
)


@dataclass(frozen=True, slots=True)
class TokenAnswer:
    """What the token endpoint gave."""

    access_token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)
    expires_in: int
    scopes: tuple[str, ...]

    @property
    def auth_event(self) -> str | None:
        """The consent's id in the access token: which connections it made."""
        event = _claims(self.access_token).get("authentication_event_id")
        return event if isinstance(event, str) else None


class IdentityClient:
    """Xero's token endpoint."""

    def __init__(self, addresses: Addresses, transport: httpx.BaseTransport | None = None) -> None:
        self._address = addresses.identity + _TOKEN_PATH
        self._transport = transport

    def exchange(self, consent: Consent, code: str, secret: str | None = None) -> TokenAnswer:
        """Turn the code of a consent into tokens; a code works once and for five minutes."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": consent.app.redirect}
        if consent.verifier is not None:
            form["code_verifier"] = consent.verifier
        return self._ask(consent.app, form, secret)

    def refresh(self, app: App, refresh_token: str, secret: str | None = None) -> TokenAnswer:
        """Turn a refresh token into new tokens; it is replaced by the answer's."""
        return self._ask(app, {"grant_type": "refresh_token", "refresh_token": refresh_token}, secret)

    def client_credentials(self, app: App, secret: str) -> TokenAnswer:
        """Return a token of a custom connection; there is no refresh token."""
        scopes = " ".join(answer["scope"] for answer in asked_for(app))
        return self._ask(app, {"grant_type": "client_credentials", "scope": scopes}, secret)

    def _ask(self, app: App, form: dict[str, str], secret: str | None) -> TokenAnswer:
        auth = httpx.BasicAuth(app.client_id, secret or "") if app.needs_secret else httpx.Auth()
        if app.flow is Flow.PKCE:
            form = {**form, "client_id": app.client_id}
        response = self._post(form, auth)
        if response.status_code != httpx.codes.OK:
            raise _failure(response)
        return _answer(response)

    def _post(self, form: dict[str, str], auth: httpx.Auth) -> httpx.Response:
        try:
            with httpx.Client(transport=self._transport, timeout=_TIMEOUT, trust_env=False) as client:
                return client.post(
                    self._address, data=form, auth=auth, headers={"Accept": "application/json"}
                )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise problem_of(NotSent, "sign_in_unreachable", detail=_described(error)) from error
        except httpx.HTTPError as error:
            raise problem_of(OutcomeUnknown, "sign_in_lost", detail=_described(error)) from error


def _described(error: Exception) -> str:
    # The text of a transport error names the host at most, never the form that was sent.
    return printable(f"{type(error).__name__}: {error}")


def _failure(response: httpx.Response) -> CallFailed:
    status = response.status_code
    failure = _kind_of_failure(response, f"status {status}")
    failure.status = status
    return failure


def _kind_of_failure(response: httpx.Response, detail: str) -> CallFailed:
    status = response.status_code
    if status == httpx.codes.TOO_MANY_REQUESTS:
        limited = problem_of(RateLimited, "sign_in_limited", detail=detail)
        limited.retry_after = number_in(response.headers.get("Retry-After"))
        return limited
    word = _error_word(response)
    if word and status < httpx.codes.INTERNAL_SERVER_ERROR:
        return _refusal(word, detail)
    if status < httpx.codes.INTERNAL_SERVER_ERROR:
        return problem_of(OutcomeUnknown, "sign_in_unreadable", detail=detail)
    return problem_of(OutcomeUnknown, "sign_in_failed_at_xero", detail=detail)


def _refusal(word: str, detail: str) -> AuthorisationLost:
    code = word if word in _REFUSALS else "sign_in_refused"
    return problem_of(AuthorisationLost, code, word, detail=f"{detail} {word}")


def _error_word(response: httpx.Response) -> str:
    try:
        body = response.json()
    except ValueError:
        return ""
    word = body.get("error") if isinstance(body, dict) else None
    return printable(word) if isinstance(word, str) else ""


def _answer(response: httpx.Response) -> TokenAnswer:
    try:
        body: dict[str, Any] = response.json()
        token = body["access_token"]
        lifetime = int(body.get("expires_in", _DEFAULT_LIFETIME))
    except (ValueError, TypeError, KeyError) as error:
        raise problem_of(OutcomeUnknown, "sign_in_unreadable", detail=type(error).__name__) from error
    scopes = tuple(str(body.get("scope") or "").split())
    return TokenAnswer(str(token), body.get("refresh_token"), lifetime, scopes)


def _claims(token: str) -> Mapping[str, Any]:
    # Read for display and filtering only; nothing is trusted because of what stands in it.
    parts = token.split(".")
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "==="))
    except (IndexError, ValueError, binascii.Error):
        return {}
    return claims if isinstance(claims, dict) else {}
