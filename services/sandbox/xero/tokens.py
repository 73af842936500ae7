"""Access tokens: signed, self-contained, thirty minutes (XERO.md 4.4)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from services.sandbox.xero.wire import Json

ACCESS_LIFETIME = timedelta(minutes=30)
ID_LIFETIME = timedelta(minutes=5)
_ISSUER = "https://identity.xero.com"


@dataclass(frozen=True)
class Access:
    """What an access token says."""

    client: str
    user: str
    scopes: frozenset[str]
    auth_event: str
    expires: datetime


class TokenMint:
    """Makes and reads tokens of the form header.payload.signature."""

    def __init__(self, seed: str) -> None:
        self._key = hashlib.sha256(f"practice token key {seed}".encode()).digest()

    def access(self, uid: str, access: Access) -> str:
        """Return the access token."""
        issued = int((access.expires - ACCESS_LIFETIME).timestamp())
        claims = {
            "nbf": issued,
            "exp": int(access.expires.timestamp()),
            "iss": _ISSUER,
            "aud": f"{_ISSUER}/resources",
            "client_id": access.client,
            "sub": access.user,
            "auth_time": issued,
            "xero_userid": access.user,
            "jti": uid,
            "authentication_event_id": access.auth_event,
            "scope": sorted(access.scopes),
        }
        return self._signed("at+jwt", claims)

    def identity(self, claims: Json, client: str, now: datetime) -> str:
        """Return the id token: who signed in, valid for five minutes."""
        times = {"iat": int(now.timestamp()), "exp": int((now + ID_LIFETIME).timestamp())}
        return self._signed("JWT", {"iss": _ISSUER, "aud": client, **times, **claims})

    def read(self, token: str) -> Access | None:
        """Return what an access token says, expired or not; None if it is not ours."""
        head, _, signature = token.rpartition(".")
        if not hmac.compare_digest(signature.encode(), self._signature(head).encode()):
            return None
        claims = json.loads(_unpacked(head.partition(".")[2]))
        return Access(
            claims["client_id"],
            claims["sub"],
            frozenset(claims.get("scope", ())),
            claims.get("authentication_event_id", ""),
            datetime.fromtimestamp(claims["exp"], UTC),
        )

    def _signed(self, kind: str, claims: Json) -> str:
        header = {"alg": "HS256", "kid": "practice", "typ": kind}
        head = ".".join(_packed(json.dumps(part).encode()) for part in (header, claims))
        return f"{head}.{self._signature(head)}"

    def _signature(self, head: str) -> str:
        return _packed(hmac.new(self._key, head.encode(), hashlib.sha256).digest())


def challenge_of(verifier: str) -> str:
    """Return the S256 code challenge of a PKCE verifier."""
    return _packed(hashlib.sha256(verifier.encode()).digest())


def _packed(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _unpacked(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
