"""A keyring for machines without a desktop: one file, sealed entry by entry.

Measured in PLATFORM.md 6. Each entry is AES-256-GCM with its own name as associated data,
so that entries cannot be swapped; a file is replaced whole, so that a crash leaves the old
one or the new one.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

from services.contract.problem import Refused

_NONCE_BYTES = 12
_FORM = 1
CHECK = "tillbook key check"
"""Sealed with the key when the file is made, so that a wrong key is told from damage."""


class Seal:
    """Seals secrets with the 32 bytes of `key`, each under its own name."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def closed(self, name: str, secret: str) -> str:
        """Return a secret sealed, as text."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return base64.b64encode(nonce + self._cipher.encrypt(nonce, secret.encode(), name.encode())).decode()

    def opened(self, name: str, sealed: str) -> str:
        """Return the secret; InvalidTag or ValueError for another key or name."""
        data = base64.b64decode(sealed, validate=True)
        return self._cipher.decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], name.encode()).decode()


class SealedFileKeyring(KeyringBackend):
    """Keeps secrets in the file at `path`, sealed with the 32 bytes of `key`."""

    # Chosen in code only, never by keyring's own discovery.
    priority = 0

    def __init__(self, path: Path, key: bytes) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._path = path
        self._seal = Seal(key)

    def get_password(self, service: str, username: str) -> str | None:
        """Return the secret or None; raise Refused for a wrong key or damage."""
        sealed = self._read().get(entry_name(service, username))
        return None if sealed is None else self._opened(entry_name(service, username), sealed)

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep a secret, in place of an older one of the name."""
        with self._locked():
            entries = self._read()
            name = entry_name(service, username)
            entries[name] = self._seal.closed(name, password)
            self._write(entries)

    def delete_password(self, service: str, username: str) -> None:
        """Forget a secret; raise PasswordDeleteError when there is none."""
        with self._locked():
            entries = self._read()
            if entries.pop(entry_name(service, username), None) is None:
                raise PasswordDeleteError(username)
            self._write(entries)

    def secrets(self, service: str) -> dict[str, str]:
        """Return every secret of a service by its user name."""
        named = {name: json.loads(name) for name in self._read() if name != CHECK}
        mine = [username for owner, username in named.values() if owner == service]
        return {username: self.get_password(service, username) or "" for username in mine}

    def _opened(self, name: str, sealed: str) -> str:
        try:
            return self._seal.opened(name, sealed)
        except (InvalidTag, ValueError) as error:
            raise _damaged(self._path, type(error).__name__) from error

    def _read(self) -> dict[str, str]:
        try:
            text = self._path.read_bytes()
        except FileNotFoundError:
            return {CHECK: self._seal.closed(CHECK, CHECK)}
        entries = _entries(self._path, text)
        self._check_key(entries[CHECK])
        return entries

    def _check_key(self, sealed: str) -> None:
        try:
            self._opened(CHECK, sealed)
        except Refused as error:
            raise Refused(
                "The stored secrets cannot be opened.",
                f"The key is not the one that {self._path} was sealed with.",
                "Put the right key back (see TILLBOOK_KEY_FILE), or move the file away and connect again.",
                error.detail,
                code="wrong_key",
            ) from error

    def _write(self, entries: dict[str, str]) -> None:
        text = json.dumps({"form": _FORM, "entries": entries}, indent=1, sort_keys=True)
        replace_file(self._path, text.encode())

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(self._path.with_suffix(".lock"), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            # Freed when the descriptor closes, so also when the process dies.
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)


def replace_file(path: Path, content: bytes) -> None:
    """Replace a file whole, mode 0600; a crash leaves the old or the new."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        write_private(fresh, content)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    _settle(path.parent)


def write_private(path: Path, content: bytes) -> None:
    """Write a new file through to the disk, mode 0600; raise FileExistsError."""
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _settle(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def entry_name(service: str, username: str) -> str:
    """Return the name under which an entry is sealed."""
    return json.dumps([service, username])


def _entries(path: Path, text: bytes) -> dict[str, str]:
    try:
        content = json.loads(text)
        if content["form"] != _FORM:
            raise _newer(path)
        entries = {str(name): str(sealed) for name, sealed in content["entries"].items()}
        if CHECK not in entries:
            raise _damaged(path, "no key check")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _damaged(path, type(error).__name__) from error
    return entries


def _damaged(path: Path, detail: str) -> Refused:
    return Refused(
        "The stored secrets cannot be opened.",
        f"{path} is damaged or was changed by hand.",
        "Restore it from a backup, or move it away and connect again.",
        detail,
        code="secrets_damaged",
    )


def _newer(path: Path) -> Refused:
    return Refused(
        "The stored secrets cannot be opened.",
        f"{path} was written by a newer Tillbook.",
        "Install the newer version again.",
        code="secrets_newer",
    )
