"""Pairing and tokens: how a till may call a PIN pad (TERMINALS.md 2.1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256

import httpx

from services.terminals.linkly.identity import Identity, installed_version, unique_id
from services.terminals.linkly_cloud import reading
from services.terminals.linkly_cloud.calls import Caller, Reply
from services.terminals.problems import Refusal, TransportLost
from services.terminals.transports.line import Monotonic

_PAIR, _TOKEN = "/v1/pairing/cloudpos", "/v1/tokens/cloudpos"
_SECONDS = 20.0
_MARGIN = 60.0
_SERVER_ERRORS = 500
_TRY_AGAIN = frozenset({408, 429})


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the service is."""

    auth: httpx.URL
    rest: httpx.URL


def pair(caller: Caller, addresses: Addresses, username: str, password: str, code: str) -> str:
    """Pair with a PIN pad that shows `code`; return the secret for the vault.

    Name and password are the shop's at Linkly Cloud, and not kept. Raises Refusal when
    they or the code are not right, and Break.
    """
    body = {"username": username, "password": password, "pairCode": code}
    url = addresses.auth.join(_PAIR)
    reply = caller.call("POST", url, seconds=_SECONDS, body=body)
    _check(reply, url, "The PIN pad was not paired.", "the name, the password or the code is not right")
    return reading.secret(reply.json())


@dataclass(slots=True)
class Access:
    """Holds a token, and gets a new one before it ends."""

    caller: Caller
    addresses: Addresses
    identity: Identity
    secret: Callable[[], str | None] = field(repr=False)
    monotonic: Monotonic
    _token: str = field(default="", repr=False)
    _until: float = 0.0

    def token(self) -> str:
        """Return a token that holds; raises Refusal without pairing, and Break."""
        if not self._token or self.monotonic() > self._until - _MARGIN:
            self._renew()
        return self._token

    def forget(self) -> None:
        """Drop the token: the service does not take it any more."""
        self._token = ""

    def mark(self) -> str:
        """Return what tells one pairing from another, and nothing of its secret."""
        return sha256(self._paired().encode()).hexdigest()[:8]

    def point_of_sale(self) -> dict[str, str]:
        """Return how the till names itself in each request."""
        identity = self.identity
        return {
            "PosName": identity.name,
            "PosVersion": identity.version or installed_version(),
            "PosId": unique_id(self.mark()),
        }

    def _renew(self) -> None:
        named = {f"p{name[1:]}": value for name, value in self.point_of_sale().items()}
        body = {"secret": self._paired(), "posVendorId": self.identity.vendor, **named}
        url = self.addresses.auth.join(_TOKEN)
        reply = self.caller.call("POST", url, seconds=_SECONDS, body=body)
        _check(reply, url, "Linkly Cloud does not let the till in.", "its pairing is not valid any more")
        self._token, seconds = reading.token(reply.json())
        self._until = self.monotonic() + seconds

    def _paired(self) -> str:
        secret = self.secret()
        if not secret:
            raise Refusal("The card terminal cannot be reached.", "the till is not paired with it")
        return secret


def _check(reply: Reply, url: httpx.URL, what: str, why: str) -> None:
    if reply.status >= _SERVER_ERRORS or reply.status in _TRY_AGAIN:
        raise TransportLost(url.host, f"HTTP {reply.status}")
    if not reply.is_good:
        raise Refusal(what, why, f"HTTP {reply.status}")
