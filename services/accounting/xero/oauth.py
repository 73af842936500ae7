"""Connecting to Xero: three flows, the address to open, what comes back.

PKCE is the default because it needs no secret on the shop's machine; a web app has a
secret; a custom connection belongs to one organisation and needs no browser at all
(XERO.md 4.2). The calls to the token endpoint are in `token_endpoint`.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import parse_qs, urlencode, urlsplit

from services.accounting.xero.known import problem_of
from services.accounting.xero.scopes import scopes_for
from services.contract.answers import ScopeAnswer
from services.contract.problem import Refused
from services.contract.settings import Settings
from services.contract.text import printable

DEFAULT_REDIRECT = "http://localhost:8742/callback"
CONSENT_LIFETIME = timedelta(minutes=10)
_AUTHORISE_PATH = "/identity/connect/authorize"
_CLIENT_ID = re.compile(r"[A-Za-z0-9._-]{1,128}", re.ASCII)
_STATE_BYTES = 24
_VERIFIER_BYTES = 48


class Flow(StrEnum):
    """How an app at Xero proves itself (XERO.md 4.2)."""

    PKCE = "pkce"
    WEB = "web"
    CUSTOM = "custom"


@dataclass(frozen=True, slots=True)
class App:
    """The app registered at Xero; its secret, where it has one, is in the vault only."""

    client_id: str
    flow: Flow = Flow.PKCE
    redirect: str = DEFAULT_REDIRECT
    creates_accounts: bool = False
    """Whether the right to add to the chart of accounts is asked for."""

    @property
    def refreshable(self) -> bool:
        """Whether it gets refresh tokens; a custom connection gets none."""
        return self.flow is not Flow.CUSTOM

    @property
    def needs_secret(self) -> bool:
        """Whether it has a client secret; a PKCE app has none."""
        return self.flow is not Flow.PKCE


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where Xero is (CLI.md, Addresses)."""

    login: str
    identity: str
    api: str

    @classmethod
    def of(cls, settings: Settings) -> Addresses:
        """Return the addresses of the settings."""
        return cls(settings.xero_login_url, settings.xero_identity_url, settings.xero_api_url)


@dataclass(frozen=True, slots=True)
class Consent:
    """One consent under way. Holds what must stay secret until it is answered."""

    app: App
    address: str = field(repr=False)
    state: str = field(repr=False)
    verifier: str | None = field(repr=False)
    """PKCE only."""
    scopes: tuple[str, ...]
    expires: datetime

    def to_json(self) -> str:
        """Return the consent as text for the vault, so that it outlives a restart."""
        return json.dumps({**asdict(self), "expires": self.expires.isoformat()})

    @classmethod
    def from_json(cls, text: str) -> Consent:
        """Return the consent that `to_json` wrote."""
        data = json.loads(text)
        app = App(**{**data["app"], "flow": Flow(data["app"]["flow"])})
        expires = datetime.fromisoformat(data["expires"])
        return cls(app, data["address"], data["state"], data["verifier"], tuple(data["scopes"]), expires)


def asked_for(app: App) -> list[ScopeAnswer]:
    """Return the scopes that this app will ask for, with their purposes."""
    return scopes_for(refreshable=app.refreshable, creates_accounts=app.creates_accounts)


def check_app(app: App) -> None:
    """Refuse an app that Xero would refuse on its own page (XERO.md 4.3, 6.16)."""
    if _CLIENT_ID.fullmatch(app.client_id) is None:
        raise Refused(
            f"The client id {printable(app.client_id)!r} cannot be right.",
            "A client id is one word of letters and digits.",
            "Copy it again from Configuration in your app at developer.xero.com.",
        )
    if app.refreshable:
        _check_redirect(app.redirect)


def _check_redirect(redirect: str) -> None:
    parts = urlsplit(redirect)
    local = parts.scheme == "http" and parts.hostname == "localhost"
    if not (local or (parts.scheme == "https" and parts.hostname)) or parts.query or parts.fragment:
        raise Refused(
            f"The redirect address {printable(redirect)} is not accepted.",
            "Xero takes https addresses and http://localhost only; http://127.0.0.1 is refused.",
            f"Use {DEFAULT_REDIRECT}, here and in your app at developer.xero.com.",
        )


def begin_consent(
    app: App,
    addresses: Addresses,
    *,
    now: datetime,
    entropy: Callable[[int], str] = secrets.token_urlsafe,
    lifetime: timedelta = CONSENT_LIFETIME,
) -> Consent:
    """Return a new consent with the address a person opens; `now` is zoned."""
    check_app(app)
    state = entropy(_STATE_BYTES)
    verifier = entropy(_VERIFIER_BYTES) if app.flow is Flow.PKCE else None
    scopes = tuple(answer["scope"] for answer in asked_for(app))
    query = {
        "response_type": "code",
        "client_id": app.client_id,
        "redirect_uri": app.redirect,
        "scope": " ".join(scopes),
        "state": state,
    }
    if verifier is not None:
        query |= {"code_challenge": challenge(verifier), "code_challenge_method": "S256"}
    address = f"{addresses.login}{_AUTHORISE_PATH}?{urlencode(query)}"
    return Consent(app, address, state, verifier, scopes, now + lifetime)


def challenge(verifier: str) -> str:
    """Return the S256 challenge of a PKCE verifier (RFC 7636, 4.2)."""
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def code_from_address(consent: Consent, pasted: str) -> str:
    """Return the code in an address that a person pasted from the browser.

    Raises Refused with code `wrong_address`, or as `code_from_query` does.
    """
    base, _, query = pasted.strip().partition("#")[0].partition("?")
    if base != consent.app.redirect:
        raise problem_of(Refused, "wrong_address", consent.app.redirect)
    return code_from_query(consent.state, query)


def code_from_query(expected_state: str, query: str) -> str:
    """Return the code in the redirect's query.

    Raises Refused with code `wrong_state`, `consent_refused`, `consent_failed` or
    `missing_code`; the code itself is in none of them.
    """
    values = parse_qs(query)
    if not secrets.compare_digest(_single(values, "state").encode(), expected_state.encode()):
        raise problem_of(Refused, "wrong_state")
    if error := _single(values, "error"):
        raise _refusal(error, _single(values, "error_description"))
    if code := _single(values, "code"):
        return code
    raise problem_of(Refused, "missing_code")


def _single(values: dict[str, list[str]], name: str) -> str:
    found = values.get(name, [])
    return found[0] if len(found) == 1 else ""


def _refusal(error: str, description: str) -> Refused:
    if error == "access_denied":
        return problem_of(Refused, "consent_refused")
    detail = printable(f"{error} {description}".strip())
    return problem_of(Refused, "consent_failed", printable(description or error), detail=detail)
