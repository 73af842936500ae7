"""The secrets that machines share: sealed, in their PostgreSQL database.

A refresh token of Xero is used up by the refresh, so machines that send for one store
must share it, and renew it one at a time. The database holds it sealed (AES-256-GCM,
each entry under its own name); the key is on the machines and never in the database.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from cryptography.exceptions import InvalidTag
from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError
from sqlalchemy import Connection, Engine, delete, func, select, text
from sqlalchemy.dialects.postgresql import insert

from services.contract.problem import Refused
from services.store.database import Database
from services.store.tables import SealedSecret
from services.store.vaults.sealed import CHECK, Seal, SealedFileKeyring, entry_name
from services.store.vaults.vault import SEALED_NAME, SERVICE, Vault, key_of, key_path, make_key

_TABLE = SealedSecret.__table__  # type: ignore[attr-defined]
# Longer than a refresh with its second try takes.
_PATIENCE = text("set local lock_timeout = '120s'")
_WHILE_ASKING = text("set local idle_in_transaction_session_timeout = '120s'")
_NOW = func.timezone("UTC", func.clock_timestamp())
_LOCK = text("select pg_advisory_xact_lock(hashtextextended(:name, 0))")


class SealedTableKeyring(KeyringBackend):
    """Keeps secrets in a table, sealed with the 32 bytes of `key`."""

    # Chosen in code only, never by keyring's own discovery.
    priority = 0

    def __init__(self, engine: Engine, key: bytes) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._engine = engine
        self._seal = Seal(key)
        self._own = threading.local()

    def get_password(self, service: str, username: str) -> str | None:
        """Return the secret or None; raise Refused for damage."""
        with self._connection() as connection:
            sealed = connection.execute(select(_TABLE.c.sealed).where(_TABLE.c.name == username)).scalar()
        return None if sealed is None else self._opened(entry_name(service, username), str(sealed))

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep a secret, in place of an older one of the name."""
        with self._connection() as connection:
            self._put(connection, username, self._seal.closed(entry_name(service, username), password))

    def delete_password(self, service: str, username: str) -> None:  # noqa: ARG002 - the interface of a keyring
        """Forget a secret; raise PasswordDeleteError when there is none."""
        with self._connection() as connection:
            gone = connection.execute(delete(_TABLE).where(_TABLE.c.name == username))
        if not gone.rowcount:
            raise PasswordDeleteError(username)

    @contextmanager
    def hold(self, name: str) -> Iterator[None]:
        """Let one machine at a time do something with a secret.

        What this thread keeps meanwhile is kept at the end, if the lock was never lost:
        when the database went away, nothing is kept, and the secret of before counts.
        """
        with self._engine.begin() as connection:
            connection.execute(_PATIENCE)
            connection.execute(_WHILE_ASKING)
            connection.execute(_LOCK, {"name": f"tillbook secret {name}"})
            self._own.connection = connection
            try:
                yield
            finally:
                self._own.connection = None

    def seal(self, of_this_machine: SealedFileKeyring | None) -> bool:
        """Seal a new table, with this machine's own secrets; else check the key.

        Returns whether it was new. Raises Refused when another key sealed the table.
        """
        with self._engine.begin() as connection:
            check = {"name": CHECK, "sealed": self._seal.closed(CHECK, CHECK), "changed": _NOW}
            fresh = connection.execute(insert(_TABLE).values(check).on_conflict_do_nothing())
            if fresh.rowcount and of_this_machine is not None:
                for username, secret in of_this_machine.secrets(SERVICE).items():
                    self._put(connection, username, self._seal.closed(entry_name(SERVICE, username), secret))
            sealed = connection.execute(select(_TABLE.c.sealed).where(_TABLE.c.name == CHECK)).scalar_one()
        try:
            self._seal.opened(CHECK, str(sealed))
        except (InvalidTag, ValueError) as error:
            raise _other_key(type(error).__name__) from error
        return bool(fresh.rowcount)

    @staticmethod
    def _put(connection: Connection, username: str, sealed: str) -> None:
        row = {"name": username, "sealed": sealed, "changed": _NOW}
        changed = {"sealed": sealed, "changed": row["changed"]}
        connection.execute(
            insert(_TABLE).values(row).on_conflict_do_update(index_elements=[_TABLE.c.name], set_=changed)
        )

    def _opened(self, name: str, sealed: str) -> str:
        try:
            return self._seal.opened(name, sealed)
        except (InvalidTag, ValueError) as error:
            raise Refused(
                "A stored secret cannot be opened.",
                "It was changed by hand, or sealed with another key.",
                "Connect to Xero again.",
                type(error).__name__,
                code="secrets_damaged",
            ) from error

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        held: Connection | None = getattr(self._own, "connection", None)
        if held is not None:
            yield held
            return
        with self._engine.begin() as connection:
            yield connection


def open_shared_vault(db: Database, home: Path, environment: Mapping[str, str] = os.environ) -> Vault:
    """Return the vault that all machines on a PostgreSQL database share.

    The key is that of `vault.open_vault`, the same on every machine. The first machine
    brings along the secrets it had by itself. Raises Refused when this machine's key is
    missing or is not the others'.
    """
    path, sealed = key_path(home, environment), home / SEALED_NAME
    if not path.exists():
        if _is_sealed(db):
            raise _no_key(path)
        make_key(path, sealed)
    key = key_of(home, environment)
    backend = SealedTableKeyring(db.engine, key)
    if backend.seal(SealedFileKeyring(sealed, key) if sealed.exists() else None):
        sealed.unlink(missing_ok=True)  # a copy of a token that is renewed elsewhere is of no use
    return Vault(backend, f"the database, sealed with the key in {path}")


def _is_sealed(db: Database) -> bool:
    with db.read() as session:
        return session.get(SealedSecret, CHECK) is not None


def _no_key(path: Path) -> Refused:
    return Refused(
        "The secrets that the machines share cannot be opened here.",
        f"There is no key {path}.",
        "Copy tillbook.key from a machine that works (mode 0600), or name it in TILLBOOK_KEY_FILE.",
        code="key_missing",
    )


def _other_key(detail: str) -> Refused:
    return Refused(
        "The secrets that the machines share cannot be opened here.",
        "This machine has another key than the others.",
        "Copy tillbook.key from a machine that works (mode 0600), or name it in TILLBOOK_KEY_FILE. If the"
        " right key is lost: empty the table sealed_secret and connect every store again.",
        detail,
        code="wrong_key",
    )
