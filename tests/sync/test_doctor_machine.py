"""What of a machine would stop the shop, found without leaving a trace."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from services.contract.settings import Settings, load_settings
from services.store import sqlite
from services.store.database import migrate, open_database
from services.store.vaults.vault import open_vault
from services.sync.doctor.local import local_answer
from services.sync.doctor.machine import machine_notes, watchdog_note
from services.sync.doctor.notes import Note


class _Usage(NamedTuple):
    free: int


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The settings of a home that is well: a database, a key, a socket."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    made = load_settings(home, {})
    database = open_database(made.database_url)
    migrate(database)
    database.close()
    open_vault(home, {})
    before = os.umask(0o177)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(made.socket))
    os.umask(before)
    return made


def _found(settings: Settings, environment: Mapping[str, str] | None = None) -> dict[str, Note]:
    return {note.code: note for note in machine_notes(settings, environment or {})}


def _listing(settings: Settings) -> dict[str, tuple[int, int]]:
    files = {path: path.lstat() for path in settings.home.rglob("*")}
    return {str(path): (found.st_size, found.st_mtime_ns) for path, found in files.items()}


def test_a_home_that_is_well_and_nothing_of_it_changes(settings: Settings) -> None:
    before = _listing(settings)
    found = _found(settings)
    assert {str(note.severity) for note in found.values()} == {"fine"}, found
    assert set(found) == {"disk", "home", "sqlite_build", "journal", "key", "socket"}
    assert _listing(settings) == before


@pytest.mark.parametrize(
    "free,code", [(10 * 1024**2, "disk_full"), (500 * 1024**2, "disk_low"), (2 * 1024**3, "disk")]
)
def test_room_on_the_disk(settings: Settings, monkeypatch: pytest.MonkeyPatch, free: int, code: str) -> None:
    monkeypatch.setattr("services.sync.doctor.machine.shutil.disk_usage", lambda _folder: _Usage(free))
    assert code in _found(settings)


def test_a_home_that_cannot_be_written(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(**_where: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("services.sync.doctor.machine.tempfile.TemporaryFile", refused)
    note = _found(settings)["home_read_only"]
    assert str(note.severity) == "stops"
    assert "Read-only" in note.why


def test_a_sqlite_that_is_not_mended_warns_and_its_log_stops(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Old:
        sqlite_version_info = (3, 40, 1)
        sqlite_version = "3.40.1"

    monkeypatch.setattr(sqlite, "driver", lambda: Old)
    found = _found(settings)
    assert str(found["sqlite_build"].severity) == "warns"
    assert str(found["journal_unsafe"].severity) == "stops"


def test_rights_that_are_too_wide_are_told(settings: Settings) -> None:
    settings.home.chmod(0o755)
    (settings.home / "tillbook.db").chmod(0o644)
    settings.socket.chmod(0o666)
    (settings.home / "tillbook.key").chmod(0o640)
    found = _found(settings)
    assert {"home_open", "database_open", "socket_open", "key_refused"} <= set(found)
    assert str(found["key_refused"].severity) == "stops"
    assert "chmod 600" in found["key_refused"].next


def test_a_key_that_is_gone_is_told(settings: Settings) -> None:
    open_vault(settings.home, {}).set("a", "b")
    (settings.home / "tillbook.key").unlink()
    assert _found(settings)["key_missing"].next


def test_a_socket_that_is_not_as_the_settings_say(settings: Settings) -> None:
    (settings.home / "tillbook.toml").write_text('socket_group = "no-such-group-here"\n', encoding="utf-8")
    assert "groupadd" in _found(load_settings(settings.home, {}))["socket_group"].next
    settings.socket.unlink()
    settings.socket.write_text("", encoding="utf-8")
    assert "socket_in_way" in _found(settings)


def test_a_database_elsewhere(settings: Settings) -> None:
    gone = load_settings(settings.home, {"TILLBOOK_DATABASE_URL": "sqlite:////nowhere/at/all.db"})
    assert "database_missing" in _found(gone)
    shared = load_settings(settings.home, {"TILLBOOK_DATABASE_URL": "postgresql://anna:pw-of-anna@db/shop"})
    told = " ".join(f"{note.what} {note.why} {note.next}" for note in _found(shared).values())
    assert "PostgreSQL at db" in told
    assert "pw-of-anna" not in told
    nonsense = load_settings(settings.home, {"TILLBOOK_DATABASE_URL": "what is this"})
    assert "database_address" in _found(nonsense)


def test_a_watchdog_is_expected_of_systemd_only() -> None:
    assert str(watchdog_note({}).severity) == "fine"
    assert str(watchdog_note({"INVOCATION_ID": "1"}).severity) == "warns"
    watched = {"INVOCATION_ID": "1", "WATCHDOG_USEC": "60000000", "NOTIFY_SOCKET": "/run/n"}
    assert str(watchdog_note(watched).severity) == "fine"


def test_without_a_service_that_is_the_first_finding(settings: Settings) -> None:
    told = local_answer(settings)
    assert told["findings"][0]["code"] == "no_service"
    assert told["service"] is None
    assert told["counts"]["stops"] == 1
