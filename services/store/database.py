"""The database: one engine, many readers, one writer at a time.

SQLite for a shop, PostgreSQL for a chain, with the same calls. Readers see one moment of
the database for as long as they read.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from types import ModuleType

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlmodel import Session

from services.contract.problem import Problem, Refused, Unreachable
from services.store import postgres, sqlite

_WRITER_PATIENCE = 120.0
_MIGRATIONS = "services.store:migrations"
_LOCK_NOT_AVAILABLE = "55P03"


@dataclass(slots=True)
class _Writer:
    """Whose turn it is to write, in this process."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    thread: int | None = None


@dataclass(slots=True)
class Database:
    """The one database of a service."""

    engine: Engine
    sqlite_version: str | None = None
    """None on PostgreSQL."""
    journal_mode: str | None = None
    sqlite_note: str | None = None
    """What `doctor` and the log say about this SQLite; None when all is well."""
    _writer: _Writer = field(default_factory=_Writer)
    _guard: Callable[[Session], None] | None = None

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
            with _told():
                self._wait_for_others(session.connection())
            if self._guard is not None:
                self._guard(session)
            yield session
            session.commit()

    @contextmanager
    def note(self) -> Iterator[Session]:
        """Yield a session for a small change under locks of its own.

        On PostgreSQL it waits for no other writer; on SQLite it is a `write`.
        """
        if self.is_sqlite:
            with self.write() as session:
                yield session
            return
        with Session(self.engine, expire_on_commit=False) as session:
            yield session
            session.commit()

    @contextmanager
    def bulk(self, *, rebuilding: bool = False) -> Iterator[Connection]:
        """Yield a Core connection in one write transaction, for many rows at once.

        `rebuilding` lets SQLite replace a table that others refer to.
        """
        engine = self._writing().execution_options(**{sqlite.REBUILDING: rebuilding})
        with self._turn(), engine.connect() as connection:
            with _told():
                transaction = connection.begin()
                self._wait_for_others(connection)
            with transaction:
                yield connection

    def guarded(self, guard: Callable[[Session], None]) -> Database:
        """Return this database, where each write transaction begins with `guard`.

        What the guard raises keeps the transaction from being made.
        """
        return replace(self, _guard=guard)

    def close(self) -> None:
        """Close every connection; the database can be used again afterwards."""
        self.engine.dispose()

    def _reading(self) -> Engine:
        if self.is_sqlite:
            return self.engine
        return self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    def _writing(self) -> Engine:
        return self.engine.execution_options(**{sqlite.WRITING: True})

    def _wait_for_others(self, connection: Connection) -> None:
        if not self.is_sqlite:
            postgres.wait_for_writers(connection)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        writer = self._writer
        if writer.thread == threading.get_ident():
            raise RuntimeError("this thread already writes to the database")
        if not writer.lock.acquire(timeout=_WRITER_PATIENCE):
            raise _busy("")
        try:
            writer.thread = threading.get_ident()
            yield
        finally:
            writer.thread = None
            writer.lock.release()


def open_database(url: str, module: ModuleType | None = None) -> Database:
    """Open the database at `url`: `sqlite:///<file>` or `postgresql://…`.

    `module` stands for the SQLite driver to use in place of the best one there is.
    Raises Refused for another kind of address or a file that is no database,
    Unreachable for a server that does not answer. Tables are made by `migrate`.
    """
    parsed = _parsed(url)
    if parsed.get_backend_name() == "sqlite":
        return _open_sqlite(parsed, module or sqlite.driver())
    return Database(postgres.make_engine(parsed))


def migrate(database: Database) -> None:
    """Bring the tables up to what this version of Tillbook needs.

    Raises Refused when a newer Tillbook made them.
    """
    current = current_revision(database)
    if current == known_revision():
        return
    _refuse_newer(current)
    run_migrations(database, "head")


@cache
def known_revision() -> str | None:
    """Return the revision of the tables that this version of Tillbook works with."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def current_revision(database: Database) -> str | None:
    """Return the revision of the tables as they are; None when there are none."""
    with database.read() as session:
        return MigrationContext.configure(session.connection()).get_current_revision()


def check_revision(revision: str | None) -> None:
    """Raise Refused for tables that a newer Tillbook made."""
    _refuse_newer(revision)


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


def _refuse_newer(current: str | None) -> None:
    try:
        if current is not None:
            ScriptDirectory.from_config(_config()).get_revision(current)
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


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise problem_of(error) from error


def problem_of(error: OperationalError) -> Problem:
    """Return what a database that cannot be used now means, for people."""
    # SQLite's errors have no such state: its file is there, and somebody else writes to it.
    if getattr(error.orig, "sqlstate", _LOCK_NOT_AVAILABLE) == _LOCK_NOT_AVAILABLE:
        return _busy(str(error.orig))
    return postgres.unreachable("The database does not answer.", error)


def _busy(detail: str) -> Problem:
    return Unreachable(
        "The database is busy.",
        "Another import or another program has been writing to it for a long time.",
        "Wait until it has finished, then try again.",
        detail,
        code="database_busy",
    )
