"""The socket people call, and the lock that keeps a home to one service."""

from __future__ import annotations

import fcntl
import grp
import os
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from services.contract.problem import Refused

_LONGEST = 107
"""Bytes of an address of a Unix socket (unix(7): 108 with the closing zero)."""
_ANSWER_SECONDS = 2.0


@contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Hold the home for this process; raise Refused when another one holds it.

    The lock goes with the process, however that ends.
    """
    with (home / "tillbook.lock").open("a+", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise _taken(home, lock.read().strip()) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _taken(home: Path, pid: str) -> Refused:
    return Refused(
        f"Tillbook is already running on {home}.",
        f"Process {pid or 'unknown'} holds it; two would write to the same books.",
        "Use the running one (tillbook status), or stop it first.",
        code="already_running",
    )


def make_private(folder: Path, group: int | None = None) -> None:
    """Make the folder ours alone, or open to one group."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_uid != os.geteuid():
        return
    if group is None:
        folder.chmod(0o700)
    else:
        os.chown(folder, -1, group)
        folder.chmod(0o750)


def group_id(name: object) -> int | None:
    """Return the number of the group `socket_group` names; None when none is named."""
    if name is None:
        return None
    try:
        return grp.getgrnam(str(name)).gr_gid
    except KeyError:
        raise Refused(
            f"The group {name} does not exist on this machine.",
            "socket_group in tillbook.toml names it as the group whose members may call Tillbook.",
            f"Make it (groupadd {name}), or name another one.",
            code="invalid",
        ) from None


def listen(address: Path, group: int | None = None) -> socket.socket:
    """Return a listening socket for its owner, and `group` if any.

    A socket left behind by a process that is gone is replaced. Raise Refused when
    somebody answers there, when something else is in the way, or when it cannot be made.
    """
    if len(os.fsencode(address)) > _LONGEST:
        raise Refused(
            f"The address of the socket is too long: {address}",
            f"The system takes {_LONGEST} bytes at most.",
            "Set TILLBOOK_SOCKET to a shorter path.",
            code="invalid",
        )
    if not address.parent.exists():
        make_private(address.parent, group)
    _make_way(address)
    return _bound(address, group)


def _bound(address: Path, group: int | None) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        listener.bind(os.fspath(address))
        if group is not None:
            os.chown(address, -1, group)
            address.chmod(0o660)
    except OSError as error:
        listener.close()
        raise Refused(
            f"Tillbook cannot make its socket {address}.",
            f"{error.strerror}.",
            "Make its folder writable for this user, or set TILLBOOK_SOCKET to another path.",
            str(error),
        ) from error
    finally:
        os.umask(before)
    listener.listen()
    return listener


def _make_way(address: Path) -> None:
    try:
        mode = address.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return
    if not stat.S_ISSOCK(mode):
        raise Refused(
            f"{address} is in the way.",
            "It is no socket, and Tillbook removes nothing it did not make.",
            "Move it away, or set TILLBOOK_SOCKET to another path.",
        )
    if _answers(address):
        raise Refused(
            f"Something already answers at {address}.",
            "Another Tillbook uses the same socket.",
            "Stop it first, or set TILLBOOK_SOCKET to another path.",
            code="already_running",
        )
    address.unlink(missing_ok=True)


def _answers(address: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as caller:
        caller.settimeout(_ANSWER_SECONDS)
        try:
            caller.connect(os.fspath(address))
        except (ConnectionRefusedError, FileNotFoundError):
            return False
        except (BlockingIOError, TimeoutError):
            # Somebody is there, too busy to pick up.
            return True
    return True
