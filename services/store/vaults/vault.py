"""Where secrets are kept: tokens, client secrets, verifiers. Nowhere else.

The backend is chosen here and never discovered: discovery may find one that keeps
secrets in plain text (PLATFORM.md 6).
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from keyring.backend import KeyringBackend
from keyring.backends import SecretService
from keyring.errors import KeyringError, PasswordDeleteError

from services.contract.problem import Refused, Unreachable
from services.store.vaults.sealed import SealedFileKeyring, write_private

KEY_NAME = "tillbook.key"
SEALED_NAME = "secrets.sealed"

SERVICE = "tillbook"
_LEAST_KEY_BYTES = 32
_OTHERS = 0o077
_EVERYBODY = 0o007


@dataclass(frozen=True, slots=True)
class Vault:
    """The secrets of one home, by name."""

    backend: KeyringBackend
    description: str
    """What holds them, for `doctor`."""

    def get(self, name: str) -> str | None:
        """Return a secret; None when there is none.

        Raises Refused when the sealed file cannot be opened, Unreachable when the
        desktop's keyring does not answer.
        """
        try:
            return self.backend.get_password(SERVICE, name)
        except KeyringError as error:
            raise _silent(error) from error

    def set(self, name: str, value: str) -> None:
        """Keep a secret; once this returns it is on the disk. Raises as `get`."""
        try:
            self.backend.set_password(SERVICE, name, value)
        except KeyringError as error:
            raise _silent(error) from error

    def delete(self, name: str) -> None:
        """Forget a secret; nothing happens when there is none. Raises as `get`."""
        try:
            self.backend.delete_password(SERVICE, name)
        except PasswordDeleteError:
            return
        except KeyringError as error:
            raise _silent(error) from error


def open_vault(home: Path, environment: Mapping[str, str] = os.environ) -> Vault:
    """Return the vault of a home.

    A key from systemd (`$CREDENTIALS_DIRECTORY/tillbook.key`) or TILLBOOK_KEY_FILE opens
    the sealed file; without one, the keyring of a desktop that is logged in; without that,
    the sealed file with a key made in the home. Once there is a sealed file it is used.
    Raises Refused when a key file is missing, too short, or readable by others.
    """
    sealed = home / SEALED_NAME
    named = _named_key(environment)
    if named is None and not sealed.exists() and _desktop_keyring(environment):
        return Vault(SecretService.Keyring(), "the keyring of the desktop")  # type: ignore[no-untyped-call]
    path = key_path(home, environment)
    if named is None and not path.exists():
        make_key(path, sealed)
    return Vault(SealedFileKeyring(sealed, key_of(home, environment)), f"{sealed}, with the key in {path}")


def key_path(home: Path, environment: Mapping[str, str] = os.environ) -> Path:
    """Return where the key of the sealed secrets is, or would be made."""
    named = _named_key(environment)
    return home / KEY_NAME if named is None else named[0]


def key_of(home: Path, environment: Mapping[str, str] = os.environ) -> bytes:
    """Return the key; Refused when missing, too short, or readable by others."""
    return _key_in(*(_named_key(environment) or (home / KEY_NAME, _OTHERS)))


def check_key(home: Path, environment: Mapping[str, str] = os.environ) -> Path | None:
    """Return the key file in use, None: there is none; nothing is made or opened.

    Raises Refused as `open_vault` does.
    """
    named = _named_key(environment)
    path, may_see = named or (home / KEY_NAME, _OTHERS)
    if named is None and not path.exists():
        if (home / SEALED_NAME).exists():
            raise _key_gone(path, home / SEALED_NAME)
        return None
    _key_in(path, may_see)
    return path


def _named_key(environment: Mapping[str, str]) -> tuple[Path, int] | None:
    """Return the key file that was named, and the rights that make it unsafe."""
    if folder := environment.get("CREDENTIALS_DIRECTORY"):
        path = Path(folder) / KEY_NAME
        if path.exists():
            # systemd lets the service read it through the group bits of an access list.
            return path, _EVERYBODY
    if file := environment.get("TILLBOOK_KEY_FILE"):
        return Path(file).expanduser(), _OTHERS
    return None


def _desktop_keyring(environment: Mapping[str, str]) -> bool:
    return bool(environment.get("DBUS_SESSION_BUS_ADDRESS")) and bool(SecretService.Keyring.viable)


def make_key(path: Path, sealed: Path) -> None:
    """Make a key; raise Refused when secrets were sealed with one that is gone."""
    if sealed.exists():
        raise _key_gone(path, sealed)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        write_private(fresh, secrets.token_hex(_LEAST_KEY_BYTES).encode() + b"\n")
        # A link is made once only: of two programs that start together, one key stays.
        os.link(fresh, path)
    except FileExistsError:
        return
    finally:
        fresh.unlink(missing_ok=True)


def _key_gone(path: Path, sealed: Path) -> Refused:
    return Refused(
        "The stored secrets cannot be opened.",
        f"The key {path} is gone, and {sealed} cannot be opened without it.",
        "Put the key back, or move the sealed file away and connect again.",
        code="key_missing",
    )


def _key_in(path: Path, unsafe: int) -> bytes:
    try:
        mode = path.stat().st_mode
        content = path.read_bytes().strip()
    except OSError as error:
        raise _key_refused(path, f"It cannot be read: {error.strerror}.", "Correct the path.") from error
    if mode & unsafe:
        raise _key_refused(path, f"Others can read it (mode {mode & 0o777:04o}).", f"Run: chmod 600 {path}")
    if len(content) < _LEAST_KEY_BYTES:
        raise _key_refused(path, "It is too short.", "Make one with: openssl rand -hex 32")
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"tillbook sealed file").derive(content)


def _key_refused(path: Path, why: str, next_step: str) -> Refused:
    return Refused(f"The key {path} is not accepted.", why, next_step, code="key_refused")


def _silent(error: KeyringError) -> Unreachable:
    return Unreachable(
        "The keyring of the desktop did not answer.",
        "It is locked, or was closed.",
        "Unlock it and try again, or set TILLBOOK_KEY_FILE to use a sealed file.",
        type(error).__name__,
        code="keyring_unreachable",
    )
