"""What of this machine would stop the shop: disk, database, socket, key.

Needs no running service, and changes nothing: the one file it writes has no name and is
gone when the check is.
"""

from __future__ import annotations

import grp
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from services.contract.problem import Refused
from services.contract.settings import Settings
from services.contract.support import Severity
from services.store import sqlite
from services.store.vaults.vault import check_key
from services.sync.doctor.notes import Note, fine, of_problem, stops, warns

_LEAST_BYTES = 100 * 1024**2
_COMFORT_BYTES = 1024**3
_OTHERS = 0o077
_EVERYBODY = 0o007
_TRIED = b"tillbook\n" * 512
# Bytes 18 and 19 of a SQLite file: 2 for a write-ahead log (sqlite.org/fileformat2.html, 1.3).
_HEADER_BYTES, _JOURNAL_AT, _WAL = 100, 18, 2


def machine_notes(settings: Settings, environment: Mapping[str, str] = os.environ) -> Iterator[Note]:
    """Yield what is wrong, or well, with this machine as far as the home shows it."""
    if not settings.home.is_dir():
        yield stops(
            "home_missing",
            f"There is no home at {settings.home}.",
            "The first store has not been made, or the home is another folder.",
            "Make it with `tillbook init`, or name the right one with --home or TILLBOOK_HOME.",
        )
        return
    if not os.access(settings.home, os.R_OK | os.X_OK):
        yield warns(
            "home_closed",
            f"You may not look into {settings.home}.",
            "It belongs to the user that Tillbook runs as.",
            "Run the doctor as that user: runuser -u tillbook -- tillbook doctor.",
        )
        return
    yield from _home(settings.home)
    yield from _database(settings)
    yield _key(settings.home, environment)
    yield from _socket(settings)


def no_service(settings: Settings) -> Note:
    """Return the finding that nobody answers at the socket."""
    return stops(
        "no_service",
        "Tillbook is not running.",
        f"Nothing answers at {settings.socket}, so nothing is sent and the stores could not be looked at.",
        "Start it with `tillbook serve` or `systemctl start tillbook`, then run the doctor again.",
    )


def _home(home: Path) -> Iterator[Note]:
    mode = stat.S_IMODE(home.stat().st_mode)
    if mode & _EVERYBODY:
        yield warns(
            "home_open",
            f"Everybody on this machine can enter {home}.",
            f"Its mode is {mode:04o}.",
            f"Run: chmod 700 {home}",
        )
    yield _space(home)
    yield _writing(home)


def _space(folder: Path) -> Note:
    left = shutil.disk_usage(folder).free
    told = f"{left / 1024**2:,.0f} MB are free where {folder} is."
    if left < _LEAST_BYTES:
        return stops("disk_full", told, "A write that fails stops sending.", "Make room on that disk.")
    if left < _COMFORT_BYTES:
        return warns("disk_low", told, "Log, database and backups grow.", "Make room on that disk soon.")
    return fine("disk", told)


def _writing(home: Path) -> Note:
    """Write a little to a file without a name, which is gone at once."""
    try:
        with tempfile.TemporaryFile(dir=home) as file:
            file.write(_TRIED)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return stops(
            "home_read_only",
            f"{home} cannot be written to.",
            f"The system says: {error.strerror}.",
            "Check the disk, its quota and the owner of the folder.",
        )
    return fine("home", f"{home} can be written to.")


def _database(settings: Settings) -> Iterator[Note]:
    try:
        address = make_url(settings.database_url)
    except ArgumentError:
        yield stops(
            "database_address",
            "The database address is not accepted.",
            "TILLBOOK_DATABASE_URL is not an address.",
            "Set it to sqlite:////path/to/file or postgresql://user@host/name.",
        )
        return
    if address.get_backend_name() != "sqlite":
        yield fine("database", f"The database is PostgreSQL at {address.host or 'this machine'}.")
        return
    file = Path(address.database or "")
    yield _build()
    if file.parent != settings.home and file.parent.is_dir():
        yield _space(file.parent)
    yield from _database_file(file)


def _build() -> Note:
    module = sqlite.driver()
    if note := sqlite.note_on(module.sqlite_version_info):
        what, _, rest = note.partition(", so ")
        return warns("sqlite_build", f"{what}.", f"So {rest}", "Install a mended SQLite when you can.")
    return fine("sqlite_build", f"SQLite {module.sqlite_version} is mended.")


def _database_file(file: Path) -> Iterator[Note]:
    try:
        mode = stat.S_IMODE(file.stat().st_mode)
        with file.open("rb") as opened:
            header = opened.read(_HEADER_BYTES)
    except FileNotFoundError:
        yield stops(
            "database_missing",
            f"There is no database {file}.",
            "The first store has not been made, or the file was moved.",
            "Make the home with `tillbook init`, or put the file back.",
        )
        return
    except OSError as error:
        yield warns("database_closed", f"{file} cannot be read.", f"{error.strerror}.", "Check its owner.")
        return
    if mode & _OTHERS:
        yield warns(
            "database_open", f"Others can read {file}.", f"Its mode is {mode:04o}.", f"Run: chmod 600 {file}"
        )
    yield _journal(header)


def _journal(header: bytes) -> Note:
    is_wal = len(header) == _HEADER_BYTES and header[_JOURNAL_AT] == _WAL
    if is_wal and not sqlite.wal_is_safe(sqlite.driver().sqlite_version_info):
        return stops(
            "journal_unsafe",
            "The database uses a write-ahead log, and this SQLite can damage it.",
            "Another program set it, or the mended SQLite was removed.",
            "Restart Tillbook: it goes back to the rollback journal. Leave the file to Tillbook alone.",
        )
    return fine("journal", f"The database uses the {'write-ahead log' if is_wal else 'rollback journal'}.")


def _key(home: Path, environment: Mapping[str, str]) -> Note:
    try:
        path = check_key(home, environment)
    except Refused as problem:
        return of_problem(Severity.STOPS, problem)
    if path is None:
        return fine("key", "No key file is in use.")
    return fine("key", f"The key {path} can be read by its owner only.")


def _socket(settings: Settings) -> Iterator[Note]:
    group = settings.values.get("socket_group")
    try:
        number = grp.getgrnam(str(group)).gr_gid if group else None
    except KeyError:
        yield stops(
            "socket_group",
            f"The group {group} does not exist on this machine.",
            "socket_group in tillbook.toml names it; Tillbook does not start again without it.",
            f"Make it (groupadd {group}), or name another one.",
        )
        return
    try:
        found = settings.socket.stat()
    except FileNotFoundError:
        return  # told by the check that nobody answers
    except OSError as error:
        yield warns("socket_closed", f"{settings.socket} cannot be seen.", f"{error.strerror}.", _ASK)
        return
    yield _socket_rights(settings.socket, found, str(group) if group else None, number)


_ASK = "Ask whoever looks after this machine to let you in (socket_group)."


def _socket_rights(socket: Path, found: os.stat_result, group: str | None, number: int | None) -> Note:
    mode = stat.S_IMODE(found.st_mode)
    let_in = "its own user" if group is None else f"its own user and the group {group}"
    wanted = 0o600 if group is None else 0o660
    if not stat.S_ISSOCK(found.st_mode):
        return stops(
            "socket_in_way", f"{socket} is no socket.", "Something is in its place.", "Move it away."
        )
    if mode & _EVERYBODY:
        return warns(
            "socket_open",
            f"Everybody on this machine can call Tillbook at {socket}.",
            f"Its mode is {mode:04o}; who calls is asked for a role all the same.",
            "Restart Tillbook: it makes the socket anew.",
        )
    if mode != wanted or (number is not None and found.st_gid != number):
        return warns(
            "socket_rights",
            f"{socket} is not open as the settings say.",
            f"They say {let_in}; its mode is {mode:04o}, its group {found.st_gid}.",
            "Restart Tillbook: it makes the socket anew.",
        )
    return fine("socket", f"{socket} is open to {let_in}.")


def watchdog_note(environment: Mapping[str, str] = os.environ) -> Note:
    """Return whether systemd watches the service whose environment this is."""
    if not environment.get("INVOCATION_ID"):
        return fine("watchdog", "Not started by systemd: no watchdog is expected.")
    if environment.get("WATCHDOG_USEC") and environment.get("NOTIFY_SOCKET"):
        return fine("watchdog", "systemd watches the service and starts it again when it hangs.")
    return warns(
        "watchdog",
        "systemd does not watch the service.",
        "Its unit has no WatchdogSec, or is not of the type notify: one that hangs stays so.",
        "Use packaging/tillbook.service, then `systemctl daemon-reload` and restart.",
    )
