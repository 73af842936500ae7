"""Backups of the SQLite database: a file and its manifest, checked.

Made with VACUUM INTO, which copies one moment of the database while others write
(PLATFORM.md 8). The file gets its own name only after it was checked and is on the disk
for good, so that whatever cuts a backup off leaves no file that looks like one.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from services.contract.problem import Refused
from services.store import sqlite
from services.store.database import Database

FORMAT = "tillbook-backup/1"
ENDING = ".db"
MANIFEST = ".json"
_PREFIX = "tillbook-"
_PARTIAL = ".partial"
# Sealed with a key that is elsewhere; still no backup holds a secret of any kind.
_SECRETS = "sealed_secret"
_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup is: written beside it, and compared before it is used."""

    file: str
    made: str
    """ISO 8601, UTC."""
    size: int
    sha256: str
    revision: str
    """Of the tables (`services.store.migrations`)."""
    tables: dict[str, int]
    """Rows of each table."""
    sqlite: str
    tillbook: str
    format: str = FORMAT


def back_up(database: Database, folder: Path, now: datetime, version: str) -> Manifest:
    """Make a checked backup in `folder`, made if absent; return its manifest.

    Raises Refused `backup_failed` when it cannot be made or is not whole; nothing that
    was there before is touched.
    """
    with _told(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _remove_partial(folder)
        path = _free_name(folder, now)
        part = path.with_name(f".{path.name}{_PARTIAL}")
        try:
            return _made(database, path, part, now, version)
        finally:
            part.unlink(missing_ok=True)


def backups_in(folder: Path) -> list[tuple[Path, Manifest]]:
    """Return the backups of a folder that are whole, newest first."""
    found = []
    for path in folder.glob(f"{_PREFIX}*{ENDING}"):
        manifest = manifest_of(path)
        if manifest is not None and path.stat().st_size == manifest.size:
            found.append((path, manifest))
    return sorted(found, key=lambda each: (each[1].made, each[0].stem), reverse=True)


def prune(folder: Path, keep: int) -> list[str]:
    """Remove all but the newest `keep` backups of a folder; return the names."""
    old = backups_in(folder)[max(keep, 1) :]
    for path, _ in old:
        # Without its manifest a file is no backup any more.
        _manifest_path(path).unlink(missing_ok=True)
        path.unlink(missing_ok=True)
    return [path.name for path, _ in old]


def manifest_of(path: Path) -> Manifest | None:
    """Return the manifest beside a backup; None when there is none that can be read."""
    try:
        told: dict[str, Any] = json.loads(_manifest_path(path).read_text(encoding="utf-8"))
        return Manifest(**told) if told.get("format") == FORMAT else None
    except (OSError, ValueError, TypeError, AttributeError):
        return None


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    found = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            found.update(chunk)
    return found.hexdigest()


@contextmanager
def opened_to_read(path: Path) -> Iterator[sqlite3.Connection]:
    """Yield a connection to a database file that nobody writes.

    Nothing is made beside it.
    """
    module = sqlite.driver()
    address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    with closing(module.connect(address, uri=True)) as connection:
        yield connection


def check(connection: sqlite3.Connection) -> list[str]:
    """Return what is damaged in a database; empty when it is whole."""
    found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check")]
    damaged = [line for line in found if line != "ok"]
    lost = connection.execute("PRAGMA foreign_key_check").fetchall()
    return [*damaged, *(f"a row of {row[0]} refers to a row that is not there" for row in lost)]


def rows_of(connection: Any) -> dict[str, int]:  # noqa: ANN401 - of either SQLite module, or SQLAlchemy's own
    """Return how many rows each table has."""
    cursor = connection.cursor()
    cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    names = sorted(name for (name,) in cursor.fetchall())
    counts = {}
    for name in names:
        cursor.execute(f'SELECT count(*) FROM "{name}"')  # noqa: S608 - names of our own tables
        counts[name] = int(cursor.fetchone()[0])
    cursor.close()
    return counts


def revision_of(connection: sqlite3.Connection) -> str:
    """Return the revision of the tables; empty when Tillbook never made any."""
    try:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite.driver().DatabaseError:
        return ""
    return str(row[0]) if row else ""


def settle(path: Path) -> None:
    """See that a file, or the names in a folder, are on the disk for good."""
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _free_name(folder: Path, now: datetime) -> Path:
    """Return a name that no backup has: those of one second are numbered."""
    moment = f"{_PREFIX}{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    names = (f"{moment}{f'-{number}' if number else ''}{ENDING}" for number in count())
    return next(path for name in names if not (path := folder / name).exists())


def _made(database: Database, path: Path, part: Path, now: datetime, version: str) -> Manifest:
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600))
    before = _rows(database)
    _copy(database, part)
    after = _rows(database)
    _without_secrets(part)
    with opened_to_read(part) as copy:
        tables, revision, faults = rows_of(copy), revision_of(copy), check(copy)
    faults += _missing(before, after, tables)
    if faults:
        raise _failed(path.parent, f"The copy is not whole: {faults[0]}.")
    settle(part)
    manifest = Manifest(
        path.name,
        now.astimezone(UTC).isoformat(),
        part.stat().st_size,
        digest_of(part),
        revision,
        tables,
        sqlite.driver().sqlite_version,
        version,
    )
    _publish(part, path, manifest)
    return manifest


def _copy(database: Database, part: Path) -> None:
    with closing(database.engine.raw_connection()) as connection:
        cursor = connection.cursor()
        cursor.execute("PRAGMA query_only=OFF")
        cursor.execute("VACUUM INTO ?", (str(part),))
        cursor.close()


def _rows(database: Database) -> dict[str, int]:
    with closing(database.engine.raw_connection()) as connection:
        return rows_of(connection)


def _missing(before: dict[str, int], after: dict[str, int], copied: dict[str, int]) -> list[str]:
    """Compare the copy with tables in which nothing was added or removed meanwhile."""
    return [
        f"{name} has {copied.get(name)} rows of {rows}"
        for name, rows in before.items()
        if after.get(name) == rows != copied.get(name) and name != _SECRETS
    ]


def _without_secrets(part: Path) -> None:
    module = sqlite.driver()
    with closing(module.connect(str(part), isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("PRAGMA secure_delete=ON")
        if _SECRETS in rows_of(connection):
            connection.execute(f"DELETE FROM {_SECRETS}")  # noqa: S608 - as above


def _publish(part: Path, path: Path, manifest: Manifest) -> None:
    """Give file and manifest their names; the manifest, which makes it count, last."""
    told = _manifest_path(path)
    half = told.with_name(f".{told.name}{_PARTIAL}")
    half.write_text(json.dumps(asdict(manifest), indent=2) + "\n", encoding="utf-8")
    half.chmod(0o600)
    settle(half)
    part.replace(path)
    half.replace(told)
    settle(path.parent)


def _manifest_path(path: Path) -> Path:
    return path.with_name(path.name + MANIFEST)


def _remove_partial(folder: Path) -> None:
    """Remove what a backup that was cut off left behind."""
    for left in folder.glob(f".{_PREFIX}*{_PARTIAL}"):
        left.unlink(missing_ok=True)


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _failed(folder, f"{error.strerror or error}.", str(error)) from error
    except sqlite.driver().Error as error:
        raise _failed(folder, f"SQLite says: {error}.", str(error)) from error


def _failed(folder: Path, why: str, detail: str = "") -> Refused:
    return Refused(
        f"The backup in {folder} was not made.",
        why,
        "Make room on the disk, and see that the service may write in that folder. Older backups are as"
        " they were.",
        detail,
        code="backup_failed",
    )
