"""The steps of signing in, as an app takes them."""

from __future__ import annotations

import base64
import json
from urllib.parse import parse_qsl, urlsplit

import httpx

from services.sandbox.xero import PKCE_CLIENT, REDIRECT
from tests.sandbox.practice_help import Json

# The example of RFC 7636, appendix B.
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
SCOPES = (
    "openid profile email offline_access accounting.settings.read accounting.contacts accounting.invoices"
)
AUTHORIZE = "/identity/connect/authorize"


def query(**changes: str) -> dict[str, str]:
    whole = {
        "response_type": "code",
        "client_id": PKCE_CLIENT,
        "redirect_uri": REDIRECT,
        "scope": SCOPES,
        "state": "st4te&1",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        **changes,
    }
    return {name: value for name, value in whole.items() if value}


def landed(answer: httpx.Response) -> dict[str, str]:
    """Return the parameters an answer redirects with."""
    assert answer.status_code == 302, answer.text
    assert answer.headers["Location"].startswith(f"{REDIRECT}?")
    return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))


def code(http: httpx.Client, **changes: str) -> str:
    return landed(http.get(AUTHORIZE, params=query(auto="allow", **changes)))["code"]


def exchange(http: httpx.Client, **changes: str) -> httpx.Response:
    form = {
        "grant_type": "authorization_code",
        "client_id": PKCE_CLIENT,
        "redirect_uri": REDIRECT,
        "code_verifier": VERIFIER,
        **changes,
    }
    return http.post("/connect/token", data={name: value for name, value in form.items() if value})


def refresh(http: httpx.Client, token: object, **changes: str) -> httpx.Response:
    form = {"grant_type": "refresh_token", "client_id": PKCE_CLIENT, "refresh_token": str(token), **changes}
    return http.post("/connect/token", data=form)


def claims(token: str) -> Json:
    middle = token.split(".")[1]
    found: Json = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
    return found


def bearer(token: object, tenant: str = "") -> dict[str, str]:
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    return {**headers, "Xero-Tenant-Id": tenant} if tenant else headers
