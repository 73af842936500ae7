"""Keeping one store's connection to Xero alive.

Tokens and the client secret are in the vault and nowhere else. A refresh token is used
up by the refresh, so one refresh at a time may run, over threads and processes, and the
new token is stored before anybody uses it (XERO.md 2.6, 4.4). When the answer of a
refresh is lost, the old refresh token still works for 30 minutes: it is kept until a
new one is in the vault.
"""

from __future__ import annotations

import fcntl
import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from services.accounting.ledger import AuthorisationLost, NotSent, OutcomeUnknown
from services.accounting.xero.known import problem_of
from services.accounting.xero.oauth import App, Flow
from services.accounting.xero.token_endpoint import IdentityClient, TokenAnswer

RENEW_BEFORE = timedelta(seconds=60)
UNUSED_LIFETIME = timedelta(days=60)
_SECRET_FILE_MODE = 0o600

Lock = Callable[[], AbstractContextManager[None]]


class SecretVault(Protocol):
    """Where secrets are kept."""

    def get(self, name: str) -> str | None:
        """Return the secret of that name, or None."""

    def set(self, name: str, value: str) -> None:
        """Keep a secret; when this returns it is kept for good."""

    def delete(self, name: str) -> None:
        """Forget a secret; one that is not there is no error."""


@dataclass(frozen=True, slots=True)
class Grant:
    """The tokens as kept; times are UTC."""

    client_id: str
    access_token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)
    expires: datetime
    renewed: datetime
    scopes: tuple[str, ...]
    auth_event: str | None = None

    def to_json(self) -> str:
        """Return the grant as text for the vault."""
        return json.dumps(
            {
                "client_id": self.client_id,
                "access_token": self.access_token,
                "refresh_token": self.refresh_token,
                "expires": self.expires.isoformat(),
                "renewed": self.renewed.isoformat(),
                "scopes": list(self.scopes),
                "auth_event": self.auth_event,
            }
        )

    @classmethod
    def from_json(cls, text: str) -> Grant:
        """Return the grant that `to_json` wrote."""
        data = json.loads(text)
        times = {name: datetime.fromisoformat(data[name]) for name in ("expires", "renewed")}
        return cls(**{**data, **times, "scopes": tuple(data["scopes"])})


class TokenKeeper:
    """One store's tokens: hands out a valid access token, renewing it when needed."""

    def __init__(
        self,
        store: str,
        app: App,
        vault: SecretVault,
        identity: IdentityClient,
        *,
        clock: Callable[[], datetime],
        lock: Lock,
    ) -> None:
        self._app = app
        self._vault = vault
        self._identity = identity
        self._clock = clock
        self._between_processes = lock
        self._between_threads = threading.Lock()
        self._token_name = f"xero:{store}:token"
        self._secret_name = f"xero:{store}:secret"

    def connect(self, answer: TokenAnswer) -> None:
        """Keep the first tokens of a consent."""
        with self._alone():
            self._keep(answer, None)

    def start_custom(self) -> None:
        """Get and keep the first token of a custom connection, as `access_token`."""
        with self._alone():
            self._renew(None)

    def set_secret(self, secret: str) -> None:
        """Keep the app's client secret."""
        self._vault.set(self._secret_name, secret)

    def secret(self) -> str | None:
        """Return the app's client secret; None for a PKCE app."""
        return self._vault.get(self._secret_name)

    def access_token(self) -> str:
        """Return an access token that is valid for a minute or more.

        Raises AuthorisationLost when a person must connect again, NotSent when Xero's
        sign-in service cannot be reached.
        """
        grant = self._grant()
        if grant is not None and self._usable(grant):
            return grant.access_token
        return self._renewed("" if grant is None else grant.access_token)

    def renew(self, stale: str) -> str:
        """Return a token other than `stale`, which Xero called expired."""
        return self._renewed(stale)

    def forget(self) -> None:
        """Drop tokens and secret from the vault."""
        with self._alone():
            self._vault.delete(self._token_name)
            self._vault.delete(self._secret_name)

    @property
    def present(self) -> bool:
        """Whether there are tokens."""
        return self._grant() is not None

    @property
    def scopes(self) -> tuple[str, ...]:
        """The rights that were granted; empty when not connected."""
        grant = self._grant()
        return () if grant is None else grant.scopes

    @property
    def auth_event(self) -> str | None:
        """The id of the consent that the tokens come from."""
        grant = self._grant()
        return None if grant is None else grant.auth_event

    @property
    def refresh_expires(self) -> datetime | None:
        """When the connection dies unless it is used (60 days, XERO.md 4.4); None: never."""
        grant = self._grant()
        return grant.renewed + UNUSED_LIFETIME if grant is not None and grant.refresh_token else None

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with self._between_threads, self._between_processes():
            yield

    def _renewed(self, stale: str) -> str:
        with self._alone():
            grant = self._grant()
            # Whoever held the lock before may have renewed it already.
            if grant is not None and grant.access_token != stale and self._usable(grant):
                return grant.access_token
            return self._renew(grant)

    def _renew(self, grant: Grant | None) -> str:
        try:
            answer = self._ask(grant)
        except OutcomeUnknown:
            # The same refresh token again: within its grace Xero gives new tokens for it.
            answer = self._ask_again(grant)
        return self._keep(answer, grant)

    def _ask_again(self, grant: Grant | None) -> TokenAnswer:
        try:
            return self._ask(grant)
        except OutcomeUnknown as lost:
            raise NotSent(lost.what, lost.why, lost.next, lost.detail, lost.code) from lost

    def _ask(self, grant: Grant | None) -> TokenAnswer:
        if self._app.flow is Flow.CUSTOM:
            return self._identity.client_credentials(self._app, self.secret() or "")
        if grant is None or grant.refresh_token is None or grant.client_id != self._app.client_id:
            raise problem_of(AuthorisationLost, "not_connected")
        return self._identity.refresh(self._app, grant.refresh_token, self.secret())

    def _keep(self, answer: TokenAnswer, before: Grant | None) -> str:
        now = self._clock()
        grant = Grant(
            client_id=self._app.client_id,
            access_token=answer.access_token,
            refresh_token=answer.refresh_token or (before.refresh_token if before else None),
            expires=now + timedelta(seconds=answer.expires_in),
            renewed=now,
            scopes=answer.scopes or (before.scopes if before else ()),
            auth_event=answer.auth_event or (before.auth_event if before else None),
        )
        self._vault.set(self._token_name, grant.to_json())
        return grant.access_token

    def _usable(self, grant: Grant) -> bool:
        return grant.client_id == self._app.client_id and self._clock() + RENEW_BEFORE < grant.expires

    def _grant(self) -> Grant | None:
        text = self._vault.get(self._token_name)
        return None if text is None else Grant.from_json(text)


def file_lock(path: Path) -> Lock:
    """Return a lock over processes on `path`, freed when its holder ends.

    The holder makes two requests at most, each with a timeout, so the wait is bounded.
    """

    @contextmanager
    def hold() -> Iterator[None]:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "a", opener=_private, encoding="ascii") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    return hold


def _private(name: str, flags: int) -> int:
    return os.open(name, flags, _SECRET_FILE_MODE)
