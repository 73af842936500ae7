"""Keyed collections that know what changed, and the file they may be kept in."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from services.sandbox.xero.codec import from_plain, to_plain


class Entity(Protocol):
    """Anything with an id of its own."""

    uid: str


E = TypeVar("E", bound=Entity)
Change = tuple[str, str, str, str | None]
Rows = Mapping[tuple[str, str], Mapping[str, str]]


class Table(Mapping[str, E], Generic[E]):
    """Entities by id, in the order they came, with look-up by further values.

    `groups` names functions of an entity; `of(name, value)` finds the entities for
    which the function returned that value when they were last put.
    """

    def __init__(self, kind: type[E], **groups: Callable[[E], str]) -> None:
        self.kind = kind
        self._rows: dict[str, E] = {}
        self._groups = groups
        self._members: dict[str, dict[str, dict[str, None]]] = {name: {} for name in groups}
        self._placed: dict[str, dict[str, str]] = {}
        self._changed: dict[str, None] = {}

    def __getitem__(self, uid: str) -> E:
        return self._rows[uid]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def put(self, entity: E) -> E:
        """Keep an entity that is new or has changed; return it."""
        self._rows[entity.uid] = entity
        self._changed[entity.uid] = None
        self._place(entity)
        return entity

    def drop(self, uid: str) -> None:
        """Forget an entity."""
        self._unplace(uid)
        del self._rows[uid]
        self._changed[uid] = None

    def of(self, group: str, value: str) -> list[E]:
        """Return the entities whose group function returned `value`, oldest first."""
        return [self._rows[uid] for uid in self._members[group].get(value, ())]

    def changes(self, tenant: str) -> Iterator[Change]:
        """Yield what changed since the last time, as rows for the file."""
        name = self.kind.__name__
        for uid in self._changed:
            entity = self._rows.get(uid)
            yield tenant, name, uid, None if entity is None else json.dumps(to_plain(entity))
        self._changed.clear()

    def load(self, rows: Mapping[str, str]) -> None:
        """Take back what the file holds in place of what is here."""
        for uid in list(self._rows):
            self.drop(uid)
        for text in rows.values():
            self.put(from_plain(self.kind, json.loads(text)))
        self._changed.clear()

    def _place(self, entity: E) -> None:
        self._unplace(entity.uid)
        self._placed[entity.uid] = {name: function(entity) for name, function in self._groups.items()}
        for name, value in self._placed[entity.uid].items():
            self._members[name].setdefault(value, {})[entity.uid] = None

    def _unplace(self, uid: str) -> None:
        for name, value in self._placed.pop(uid, {}).items():
            self._members[name][value].pop(uid, None)


class StateFile:
    """The state of a practice Xero in one SQLite file.

    Each call's changes are one transaction, committed before the answer leaves, so a
    practice Xero that is killed comes back with all it has answered. Only its owner may
    read it: it holds the practice tokens.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        path.touch(mode=0o600)
        with closing(self._connect()) as connection, connection:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS state (tenant TEXT, kind TEXT, uid TEXT, body TEXT NOT NULL,"
                " PRIMARY KEY (tenant, kind, uid))"
            )
            connection.execute("PRAGMA journal_mode=WAL")

    def save(self, changes: list[Change]) -> None:
        """Write the changes; None as body removes the row."""
        if not changes:
            return
        gone = [change[:3] for change in changes if change[3] is None]
        kept = [change for change in changes if change[3] is not None]
        with closing(self._connect()) as connection, connection:
            connection.executemany("DELETE FROM state WHERE tenant=? AND kind=? AND uid=?", gone)
            connection.executemany(
                "INSERT INTO state VALUES (?,?,?,?) ON CONFLICT DO UPDATE SET body=excluded.body", kept
            )

    def load(self) -> dict[tuple[str, str], dict[str, str]]:
        """Return every row by (tenant, kind), then by id, oldest first."""
        rows: dict[tuple[str, str], dict[str, str]] = {}
        with closing(self._connect()) as connection:
            for tenant, kind, uid, body in connection.execute("SELECT * FROM state ORDER BY rowid"):
                rows.setdefault((tenant, kind), {})[uid] = body
        return rows

    def clear(self) -> None:
        """Remove every row."""
        with closing(self._connect()) as connection, connection:
            connection.execute("DELETE FROM state")

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=10)
        connection.execute("PRAGMA synchronous=NORMAL")
        return connection
