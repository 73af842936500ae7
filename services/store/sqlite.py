"""SQLite made safe for a shop's books: the build, the journal, the locks.

Facts and measurements: PLATFORM.md 0.1 (builds that damage a database in WAL mode) and 4.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from types import ModuleType

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError

from services.contract.problem import Problem, Refused

try:
    from pysqlite3 import dbapi2 as mended
except ImportError:  # no wheel for this machine
    mended = None

WRITING = "tillbook_writing"
"""Execution option of connections that write: they take the write lock when they begin."""
REBUILDING = "tillbook_rebuilding"
"""Execution option: references between tables are checked by `check_references` only."""

_BUSY_MILLISECONDS = 30_000
# The WAL-reset fault: in 3.7.0 to 3.51.2; mended in these releases and later ones of their line.
_MENDED_FROM = (3, 51, 3)
_MENDED_LINES = {(3, 50): 7, (3, 44): 6}


def driver() -> ModuleType:
    """Return the SQLite module to use: a mended build where there is one."""
    return sqlite3 if mended is None else mended


def wal_is_safe(version: tuple[int, int, int]) -> bool:
    """Whether this SQLite can be trusted with a write-ahead log (PLATFORM.md 0.1)."""
    if version >= _MENDED_FROM:
        return True
    first_mended = _MENDED_LINES.get(version[:2])
    return first_mended is not None and version[2] >= first_mended


def note_on(version: tuple[int, int, int]) -> str | None:
    """Return what a person should know about this SQLite; None when all is well."""
    if wal_is_safe(version):
        return None
    name = ".".join(map(str, version))
    return (
        f"SQLite {name} can damage a database that uses a write-ahead log, so Tillbook uses the slower "
        "rollback journal. Install pysqlite3, or SQLite 3.51.3 or later."
    )


def make_engine(path: Path, module: ModuleType) -> Engine:
    """Return an engine on the database file at `path`, made if absent and ours alone.

    The file is made with mode 0600, a missing folder with 0700. Raises Refused when the
    file cannot be opened or is no database.
    """
    _make_private(path)
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        module=module,
        # Transactions are begun by the event below, so that writers can take the lock at once.
        connect_args={"isolation_level": None, "timeout": _BUSY_MILLISECONDS / 1000},
        pool_size=8,
        max_overflow=32,
    )
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def choose_journal(engine: Engine, module: ModuleType) -> str:
    """Set the journal that suits the build, for the whole file; return its name."""
    wanted = "wal" if wal_is_safe(module.sqlite_version_info) else "delete"
    try:
        with closing(engine.raw_connection()) as connection:
            cursor = connection.cursor()
            cursor.execute(f"PRAGMA journal_mode={wanted}")
            (mode,) = cursor.fetchone() or ("",)
    except (module.DatabaseError, DBAPIError) as error:
        raise _unusable(engine, str(error)) from error
    return str(mode)


def check_references(connection: Connection) -> None:
    """Raise Refused when a row refers to a row that is not there."""
    lost = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if lost:
        raise Refused(
            "The database could not be brought up to date.",
            f"{len(lost)} rows refer to rows that are not there, the first in {lost[0][0]}.",
            "Restore the last backup, or send a bundle to support. Nothing was changed.",
            code="database_damaged",
        )


def _unusable(engine: Engine, detail: str) -> Problem:
    return Refused(
        f"The database {engine.url.database} cannot be opened.",
        "It is damaged, is another kind of file, is locked by another program or belongs to another user.",
        "Check the file and its owner; restore a backup if it is damaged.",
        detail,
        code="database_unusable",
    )


def _make_private(path: Path) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise Refused(
            f"The database {path} cannot be opened.",
            f"The operating system says: {error.strerror}.",
            "Check that the folder exists, belongs to you and is not full.",
            str(error),
            code="database_unusable",
        ) from error


def _on_connect(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    # With a rollback journal FULL may lose the last commit in a power cut: the journal's end is not on
    # the disk yet. EXTRA sees to that; with a write-ahead log the two are the same.
    for pragma in (f"busy_timeout={_BUSY_MILLISECONDS}", "synchronous=EXTRA"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _on_begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    writing = options.get(WRITING, False)
    connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if writing else 'ON'}")
    connection.exec_driver_sql(f"PRAGMA foreign_keys={'OFF' if options.get(REBUILDING, False) else 'ON'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
