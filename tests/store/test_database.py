"""Opening, reading, writing, on both engines."""

import sqlite3
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, select

from services.contract.problem import Problem, Refused, Unreachable
from services.store import sqlite
from services.store.database import Database, migrate, open_database
from services.store.tables import Source
from tests.store.moments import NOON


@pytest.fixture(autouse=True)
def quick_disk() -> None:
    """Leave the database as shipped."""


def _source(name: str) -> Source:
    return Source(name=name, body="", added=NOON, added_by="anna")


def _names(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.exec(select(Source.name).order_by(Source.name)))


@pytest.mark.parametrize(
    "version,safe",
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 4), True),
        ((4, 0, 0), True),
    ],
)
def test_only_mended_builds_are_trusted_with_a_write_ahead_log(
    version: tuple[int, int, int], *, safe: bool
) -> None:
    assert sqlite.wal_is_safe(version) is safe
    assert (sqlite.note_on(version) is None) is safe


def test_sessions_keep_utc_whatever_zone_the_server_keeps(postgres_database: Database) -> None:
    name = postgres_database.engine.url.database
    with postgres_database.write() as session:
        zone = text(f"ALTER DATABASE {name} SET TimeZone = 'America/New_York'")
        session.connection().execute(zone)
    postgres_database.engine.dispose()
    with postgres_database.read() as session:
        assert session.connection().execute(text("show timezone")).scalar_one() == "UTC"


def test_what_is_committed_is_on_the_disk_whatever_the_server_is_set_to(postgres_database: Database) -> None:
    """What was written ahead of a call must be there after a power cut of the server."""
    name = postgres_database.engine.url.database
    with postgres_database.write() as session:
        hasty = text(f"ALTER DATABASE {name} SET synchronous_commit = 'off'")
        session.connection().execute(hasty)
    postgres_database.engine.dispose()
    for opened in (postgres_database.write, postgres_database.note):
        with opened() as session:
            assert session.connection().execute(text("show synchronous_commit")).scalar_one() == "on"


def test_writers_see_what_the_one_before_wrote_whatever_the_server_is_set_to(
    postgres_database: Database,
) -> None:
    """A moment held from before its turn came would let two services send one day."""
    name = postgres_database.engine.url.database
    with postgres_database.write() as session:
        strict = text(f"ALTER DATABASE {name} SET default_transaction_isolation = 'repeatable read'")
        session.connection().execute(strict)
    postgres_database.engine.dispose()
    with postgres_database.write() as session:
        shown = session.connection().execute(text("show transaction_isolation")).scalar_one()
    assert shown == "read committed"
    with postgres_database.read() as session:
        shown = session.connection().execute(text("show transaction_isolation")).scalar_one()
    assert shown == "repeatable read"
    with postgres_database.note() as session:
        shown = session.connection().execute(text("show transaction_isolation")).scalar_one()
    assert shown == "read committed"


def test_the_journal_follows_the_build(tmp_path: Path) -> None:
    for module in {sqlite.driver(), sqlite3}:
        database = open_database(f"sqlite:///{tmp_path / 'x.db'}", module)
        safe = sqlite.wal_is_safe(module.sqlite_version_info)
        assert database.journal_mode == ("wal" if safe else "delete")
        assert (database.sqlite_note is None) is safe
        assert database.sqlite_version == module.sqlite_version
        migrate(database)
        with database.write() as session:
            session.add(_source(module.__name__))
        assert module.__name__ in _names(database)
        database.close()


def test_the_files_are_ours_alone(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'home' / 'tillbook.db'}")
    migrate(database)
    with database.write() as session:
        session.add(_source("a"))
        files = list((tmp_path / "home").iterdir())
        modes = {stat.S_IMODE(path.stat().st_mode) for path in files}
    database.close()
    assert len(files) >= 2
    assert modes == {0o600}
    assert stat.S_IMODE((tmp_path / "home").stat().st_mode) == 0o700


def test_every_connection_is_careful(sqlite_database: Database) -> None:
    def pragma(session: Session, name: str) -> object:
        return session.connection().exec_driver_sql(f"PRAGMA {name}").scalar()

    with sqlite_database.read() as one, sqlite_database.write() as other:
        for session in (one, other):
            assert pragma(session, "foreign_keys") == 1
            # EXTRA: the end of a rollback journal is on the disk, too, when a commit returns.
            assert pragma(session, "synchronous") == 3
            assert pragma(session, "busy_timeout") == 30_000


def test_what_is_written_is_kept(any_database: Database) -> None:
    with any_database.write() as session:
        session.add(_source("a"))
    assert _names(any_database) == ["a"]


def _fail_in_a_session(database: Database) -> None:
    with database.write() as session:
        session.add(_source("a"))
        session.flush()
        raise KeyError


def _fail_in_bulk(database: Database) -> None:
    with database.bulk() as connection, Session(bind=connection) as session:
        session.add(_source("b"))
        session.flush()
        raise KeyError


@pytest.mark.parametrize("fail", [_fail_in_a_session, _fail_in_bulk])
def test_a_write_that_fails_leaves_nothing(any_database: Database, fail: Callable[[Database], None]) -> None:
    with pytest.raises(KeyError):
        fail(any_database)
    assert _names(any_database) == []
    with any_database.write() as session:
        session.add(_source("c"))
    assert _names(any_database) == ["c"]


def test_rows_stay_readable_after_the_commit(any_database: Database) -> None:
    with any_database.write() as session:
        row = _source("a")
        session.add(row)
    assert row.name == "a"


def test_a_reader_cannot_write(any_database: Database) -> None:
    with any_database.read() as session:
        session.add(_source("a"))
        with pytest.raises(DBAPIError):
            session.flush()
    assert _names(any_database) == []


def test_a_reader_sees_one_moment(any_database: Database) -> None:
    if any_database.journal_mode == "delete":
        pytest.skip("without a write-ahead log a reader holds the writer up instead")
    with any_database.read() as session:
        assert session.exec(select(Source.name)).all() == []
        with any_database.write() as writer:
            writer.add(_source("a"))
        assert session.exec(select(Source.name)).all() == []
    assert _names(any_database) == ["a"]


def test_bulk_rows_come_in_one_transaction(any_database: Database) -> None:
    with any_database.bulk() as connection:
        table = Source.metadata.tables["source"]
        rows = [{"name": f"{n:03}", "body": "", "added": NOON, "added_by": "anna"} for n in range(300)]
        connection.execute(table.insert(), rows)
    assert len(_names(any_database)) == 300


def test_a_thread_does_not_wait_for_itself(any_database: Database) -> None:
    with any_database.write(), pytest.raises(RuntimeError, match="already writes"), any_database.bulk():
        pass
    with any_database.write() as session:
        session.add(_source("a"))
    assert _names(any_database) == ["a"]


def test_writers_take_turns(any_database: Database) -> None:
    with any_database.write() as session:
        session.add(_source("0"))

    def add_one() -> None:
        for _ in range(10):
            with any_database.write() as session:
                row = session.get_one(Source, "0")
                row.body += "x"

    threads = [threading.Thread(target=add_one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=180)
    with any_database.read() as session:
        assert session.get_one(Source, "0").body == "x" * 40


def test_another_program_that_holds_the_file_is_a_problem_with_words(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "_BUSY_MILLISECONDS", 20)
    path = sqlite_database.engine.url.database
    impatient = open_database(f"sqlite:///{path}")
    with sqlite_database.write(), pytest.raises(Unreachable) as caught, impatient.write():
        pass
    impatient.close()
    assert caught.value.code == "database_busy"


def test_another_service_that_writes_for_long_is_a_problem_with_words(
    postgres_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.store.postgres._SERVER_SIDE", {"lock_timeout": 20})
    impatient = open_database(postgres_database.engine.url.render_as_string(hide_password=False))
    with postgres_database.write(), pytest.raises(Unreachable) as caught, impatient.write():
        pass
    impatient.close()
    assert caught.value.code == "database_busy"


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://somewhere/x", "nonsense", ""])
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(Refused) as caught:
        open_database(url)
    assert caught.value.code == "database_address"


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    path.write_bytes(b"not a database at all, though long enough to be read" * 40)
    with pytest.raises(Refused) as caught:
        open_database(f"sqlite:///{path}")
    assert caught.value.code == "database_unusable"
    assert str(path) in caught.value.what


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Refused) as caught:
        open_database(f"sqlite:///{tmp_path / 'file' / 'tillbook.db'}")
    assert caught.value.code == "database_unusable"


def test_a_server_that_is_not_there_is_told_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught:
        open_database(f"postgresql://anna:hush-hush@/books?host={tmp_path}")
    assert caught.value.code == "database_unreachable"
    assert "hush-hush" not in repr(caught.value.answer())
