"""The database: one engine, many readers, one writer at a time.

SQLite for a shop, PostgreSQL for a chain, with the same calls. Readers see one moment of
the database for as long as they read.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import URL, Connection, Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlmodel import Session

from services.contract.problem import Problem, Refused, Unreachable
from services.store import sqlite

_WRITER_PATIENCE = 120.0
_MIGRATIONS = "services.store:migrations"


@dataclass(slots=True)
class Database:
    """The one database of a service."""

    engine: Engine
    sqlite_version: str | None = None
    """None on PostgreSQL."""
    journal_mode: str | None = None
    sqlite_note: str | None = None
    """What `doctor` and the log say about this SQLite; None when all is well."""
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _writer: int | None = None
    """The thread that writes."""

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is a file of this machine."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Yield a session that sees one moment of the database and cannot change it."""
        with Session(self._reading(), expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Yield a session in a write transaction: committed at the end, else undone.

        Waits for the writer before it, in this process and in others; raises Problem
        `database_busy` when that takes too long. Rows stay readable after the commit.
        """
        with self._turn(), Session(self._writing(), expire_on_commit=False) as session:
            with _told_when_busy():
                session.connection()
            yield session
            session.commit()

    @contextmanager
    def bulk(self, *, rebuilding: bool = False) -> Iterator[Connection]:
        """Yield a Core connection in one write transaction, for many rows at once.

        `rebuilding` lets SQLite replace a table that others refer to.
        """
        engine = self._writing().execution_options(**{sqlite.REBUILDING: rebuilding})
        with self._turn(), engine.connect() as connection:
            with _told_when_busy():
                transaction = connection.begin()
            with transaction:
                yield connection

    def close(self) -> None:
        """Close every connection; the database can be used again afterwards."""
        self.engine.dispose()

    def _reading(self) -> Engine:
        if self.is_sqlite:
            return self.engine
        return self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    def _writing(self) -> Engine:
        return self.engine.execution_options(**{sqlite.WRITING: True})

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if self._writer == threading.get_ident():
            raise RuntimeError("this thread already writes to the database")
        if not self._lock.acquire(timeout=_WRITER_PATIENCE):
            raise _busy("")
        try:
            self._writer = threading.get_ident()
            yield
        finally:
            self._writer = None
            self._lock.release()


def open_database(url: str, module: ModuleType | None = None) -> Database:
    """Open the database at `url`: `sqlite:///<file>` or `postgresql://…`.

    `module` stands for the SQLite driver to use in place of the best one there is.
    Raises Refused for another kind of address or a file that is no database,
    Unreachable for a server that does not answer. Tables are made by `migrate`.
    """
    parsed = _parsed(url)
    if parsed.get_backend_name() == "sqlite":
        return _open_sqlite(parsed, module or sqlite.driver())
    return _open_postgres(parsed)


def migrate(database: Database) -> None:
    """Bring the tables up to what this version of Tillbook needs.

    Raises Refused when a newer Tillbook made them.
    """
    script = ScriptDirectory.from_config(_config())
    with database.read() as session:
        current = MigrationContext.configure(session.connection()).get_current_revision()
    if current == script.get_current_head():
        return
    _refuse_newer(script, current)
    run_migrations(database, "head")


def run_migrations(database: Database, revision: str, *, down: bool = False) -> None:
    """Take the tables to a revision of `services.store.migrations`, all or nothing."""
    config = _config()
    with database.bulk(rebuilding=True) as connection:
        config.attributes["connection"] = connection
        (command.downgrade if down else command.upgrade)(config, revision)
        if database.is_sqlite:
            sqlite.check_references(connection)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", _MIGRATIONS)
    return config


def _refuse_newer(script: ScriptDirectory, current: str | None) -> None:
    try:
        if current is not None:
            script.get_revision(current)
    except CommandError as error:
        raise Refused(
            "The database was made by a newer Tillbook.",
            "This version does not know its tables and would damage them.",
            "Install the newer version again, or restore the backup made before it.",
            f"revision {current}",
            code="database_newer",
        ) from error


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = URL.create("unknown")
    backend = parsed.get_backend_name()
    if backend == "postgresql" or (backend == "sqlite" and parsed.database not in {None, "", ":memory:"}):
        return parsed
    raise Refused(
        "The database address is not accepted.",
        "Tillbook keeps its books in a SQLite file or in PostgreSQL.",
        "Set TILLBOOK_DATABASE_URL to sqlite:////path/to/file or postgresql://user@host/name.",
        code="database_address",
    )


def _open_sqlite(url: URL, module: ModuleType) -> Database:
    engine = sqlite.make_engine(Path(url.database or ""), module)
    journal = sqlite.choose_journal(engine, module)
    return Database(engine, module.sqlite_version, journal, sqlite.note_on(module.sqlite_version_info))


def _open_postgres(url: URL) -> Database:
    address = url.set(drivername="postgresql+psycopg")
    engine = create_engine(address, pool_pre_ping=True, pool_size=8, max_overflow=32)
    try:
        engine.connect().close()
    except OperationalError as error:
        raise Unreachable(
            f"The database server {url.host or ''} does not answer.".replace("  ", " "),
            "PostgreSQL is not running, cannot be reached from here, or refuses this user.",
            "Check TILLBOOK_DATABASE_URL and that PostgreSQL runs.",
            str(error.orig).strip(),
            code="database_unreachable",
        ) from error
    return Database(engine)


@contextmanager
def _told_when_busy() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise _busy(str(error.orig)) from error


def _busy(detail: str) -> Problem:
    return Unreachable(
        "The database is busy.",
        "Another import or another program has been writing to it for a long time.",
        "Wait until it has finished, then try again.",
        detail,
        code="database_busy",
    )
