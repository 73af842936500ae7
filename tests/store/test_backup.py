"""Backups: whole or not there, checked, private, never at the cost of older ones."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from services.contract.problem import Refused
from services.store.database import Database, known_revision, open_database
from services.store.restoring import backup
from services.store.restoring.backup import back_up, backups_in, prune
from services.store.tables import Audit, SealedSecret, Store
from tests.store.moments import NOON
from tests.store.rows import put_store
from tests.store.small_disk import small_disk


@pytest.fixture
def books(sqlite_database: Database) -> Database:
    """A database with a store and some rows."""
    with sqlite_database.write() as session:
        put_store(session)
        for number in range(100):
            session.add(Audit(at=NOON, who="anna", action="x", subject=str(number)))
    return sqlite_database


def made(books: Database, folder: Path, hours: int = 0) -> Path:
    return folder / back_up(books, folder, NOON + timedelta(hours=hours), "1.2.3").file


def test_a_backup_is_the_database_with_a_manifest_that_proves_it(books: Database, tmp_path: Path) -> None:
    path = made(books, tmp_path / "kept")
    told = json.loads((path.parent / f"{path.name}.json").read_text())
    assert told["sha256"] == backup.digest_of(path)
    assert (told["size"], told["revision"]) == (path.stat().st_size, known_revision())
    assert (told["tables"]["audit"], told["tables"]["store"], told["tillbook"]) == (100, 1, "1.2.3")
    copy = open_database(f"sqlite:///{path}")
    with copy.read() as session:
        assert session.exec(select(col(Store.key))).all() == ["queen-st"]
    copy.close()


def test_it_is_for_its_owner_only(books: Database, tmp_path: Path) -> None:
    path = made(books, tmp_path / "kept")
    assert {each.stat().st_mode & 0o777 for each in path.parent.iterdir()} == {0o600}
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_nothing_else_is_left_beside_it(books: Database, tmp_path: Path) -> None:
    path = made(books, tmp_path / "kept")
    assert {each.name for each in path.parent.iterdir()} == {path.name, f"{path.name}.json"}


def test_no_secret_is_in_it(books: Database, tmp_path: Path) -> None:
    with books.write() as session:
        session.add(SealedSecret(name="tokens", sealed="SEALED-" + "x" * 500, changed=NOON))
    path = made(books, tmp_path / "kept")
    assert b"SEALED-" not in path.read_bytes()
    with books.read() as session:
        assert session.get(SealedSecret, "tokens") is not None


def test_one_moment_is_copied_while_others_write(books: Database, tmp_path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            with books.write() as session:
                session.add(Audit(at=NOON, who="ben", action="pair", subject="left"))
                session.add(Audit(at=NOON, who="ben", action="pair", subject="right"))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        paths = [made(books, tmp_path / "kept", hours) for hours in range(5)]
    finally:
        stop.set()
        writer.join()
    for path in paths:
        with backup.opened_to_read(path) as copy:
            count = "SELECT count(*) FROM audit WHERE subject = ?"
            assert copy.execute(count, ("left",)).fetchone() == copy.execute(count, ("right",)).fetchone()


def test_a_full_disk_leaves_the_older_ones_and_nothing_that_looks_like_one(
    books: Database, tmp_path: Path
) -> None:
    folder = tmp_path / "kept"
    older = made(books, folder)
    with small_disk(20_000), pytest.raises(Refused, match="was not made") as caught:
        made(books, folder, 1)
    assert caught.value.code == "backup_failed"
    assert [path for path, _ in backups_in(folder)] == [older]
    assert {each.name for each in folder.iterdir()} == {older.name, f"{older.name}.json"}
    assert made(books, folder, 2).exists()


def test_a_folder_that_cannot_be_written_is_told(books: Database, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Refused, match="was not made"):
        made(books, tmp_path / "file" / "kept")


def test_a_copy_that_is_not_whole_never_gets_its_name(
    books: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damage(path: Path) -> None:
        with path.open("r+b") as stream:
            stream.seek(8192)
            stream.write(b"\xff" * 4096)

    monkeypatch.setattr(backup, "_without_secrets", damage)
    with pytest.raises(Refused, match="was not made"):
        made(books, tmp_path / "kept")
    assert list((tmp_path / "kept").iterdir()) == []


def test_a_copy_that_lacks_rows_never_gets_its_name(
    books: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose(path: Path) -> None:
        with sqlite3.connect(path) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
            connection.execute("DELETE FROM audit WHERE id = 1")
        connection.close()

    monkeypatch.setattr(backup, "_without_secrets", lose)
    with pytest.raises(Refused, match="was not made") as caught:
        made(books, tmp_path / "kept")
    assert "audit has 99 rows of 100" in caught.value.why


def test_the_newest_are_kept_and_only_whole_ones_count(books: Database, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    paths = [made(books, folder, hours) for hours in range(5)]
    (folder / "tillbook-19990101T000000Z.db").write_bytes(b"somebody else's")
    (folder / f"{paths[4].name}.json").unlink()
    assert [path for path, _ in backups_in(folder)] == [paths[3], paths[2], paths[1], paths[0]]
    assert prune(folder, 2) == [paths[1].name, paths[0].name]
    assert [path for path, _ in backups_in(folder)] == [paths[3], paths[2]]
    assert (folder / "tillbook-19990101T000000Z.db").exists()
    assert paths[4].exists()


def test_two_of_one_second_do_not_replace_each_other(books: Database, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    paths = [made(books, folder), made(books, folder), made(books, folder)]
    assert [path.stem.removeprefix(paths[0].stem) for path in paths] == ["", "-1", "-2"]
    assert [path for path, _ in backups_in(folder)] == paths[::-1]


_KILLED = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from services.store.restoring import backup
from services.store.database import open_database

def die(*_arguments):
    os.kill(os.getpid(), 9)

setattr(backup, sys.argv[3], die)
backup.back_up(open_database(sys.argv[1]), Path(sys.argv[2]), datetime.now(UTC), "1")
"""


@pytest.mark.parametrize("moment", ["_without_secrets", "check", "settle", "_publish"])
def test_killed_at_any_moment_it_counts_for_nothing(books: Database, tmp_path: Path, moment: str) -> None:
    folder = tmp_path / "kept"
    older = made(books, folder)
    url = books.engine.url.render_as_string()
    ended = subprocess.run(
        [sys.executable, "-c", _KILLED, url, str(folder), moment], check=False, timeout=180
    )
    assert ended.returncode == -signal.SIGKILL
    assert [path for path, _ in backups_in(folder)] == [older]
    assert len(list(folder.iterdir())) > 2, "it was killed with something on the disk"
    newer = made(books, folder, 5)
    left = {each.name for each in folder.iterdir()}
    assert left == {name for path in (older, newer) for name in (path.name, f"{path.name}.json")}


def test_killed_between_file_and_manifest_it_counts_for_nothing(books: Database, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    path = made(books, folder)
    os.unlink(folder / f"{path.name}.json")  # noqa: PTH108 - what a kill leaves
    assert backups_in(folder) == []
