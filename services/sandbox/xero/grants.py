"""What people have allowed: codes, refresh tokens, connections.

XERO.md 4.4, 4.6.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.sandbox.xero.tables import Change, Rows, Table

CODE_LIFETIME = timedelta(minutes=5)
REFRESH_LIFETIME = timedelta(days=60)
GRACE = timedelta(minutes=30)
SERVER = ""  # the place of the tenant in the state file for what belongs to none


@dataclass(slots=True)
class Code:
    """An authorisation code: single use, five minutes."""

    uid: str
    client: str
    user: str
    redirect: str
    scopes: list[str]
    challenge: str
    auth_event: str
    issued: datetime
    used: bool = False


@dataclass(slots=True)
class Refresh:
    """A refresh token; `replaced` is when it was first used, and so rotated."""

    uid: str
    client: str
    user: str
    scopes: list[str]
    auth_event: str
    issued: datetime
    replaced: datetime | None = None

    def usable(self, now: datetime) -> bool:
        """Whether it may be used: within 60 days, or 30 minutes after it was replaced."""
        if self.replaced is not None:
            return now < self.replaced + GRACE
        return now < self.issued + REFRESH_LIFETIME


@dataclass(slots=True)
class Consent:
    """The scopes a user has given an app so far; they add up (XERO.md 4.5)."""

    uid: str
    scopes: list[str]


@dataclass(slots=True)
class Connection:
    """An app's connection to one organisation through one user."""

    uid: str
    client: str
    user: str
    tenant: str
    auth_event: str
    created: datetime
    updated: datetime


@dataclass(slots=True)
class Replay:
    """An answer kept under an Idempotency-Key."""

    uid: str
    fingerprint: str
    status: int
    text: str
    content_type: str
    at: datetime


@dataclass(slots=True)
class Serial:
    """The number of the next id."""

    uid: str
    next: int


class Grants:
    """Everything that belongs to no one organisation."""

    def __init__(self) -> None:
        self.codes = Table(Code)
        self.refresh = Table(Refresh)
        self.consents = Table(Consent)
        self.connections = Table(Connection, owner=lambda c: f"{c.client} {c.user}")
        self.replays = Table(Replay)
        self.serials = Table(Serial)

    def connections_of(self, client: str, user: str) -> list[Connection]:
        """Return a user's connections to an app, oldest first."""
        return self.connections.of("owner", f"{client} {user}")

    def disconnect(self, tenant: str) -> None:
        """End every connection to an organisation, as from inside Xero."""
        for connection in list(self.connections.values()):
            if connection.tenant == tenant:
                self.connections.drop(connection.uid)

    def revoke(self, client: str, user: str) -> None:
        """End everything a user has given an app."""
        for connection in self.connections_of(client, user):
            self.connections.drop(connection.uid)
        for token in [t for t in self.refresh.values() if (t.client, t.user) == (client, user)]:
            self.refresh.drop(token.uid)
        if f"{client} {user}" in self.consents:
            self.consents.drop(f"{client} {user}")

    def changes(self) -> list[Change]:
        """Return what changed since the last time, for the state file."""
        return [change for table in self._tables() for change in table.changes(SERVER)]

    def load(self, rows: Rows) -> None:
        """Take back what a state file holds."""
        for table in self._tables():
            table.load(rows.get((SERVER, table.kind.__name__), {}))

    def _tables(self) -> Iterator[Table[Any]]:
        yield from (self.codes, self.refresh, self.consents, self.connections, self.replays, self.serials)
