"""Secrets: where they are kept, with which key, and what people are told."""

import os
import stat
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from keyring.backend import KeyringBackend
from keyring.backends import SecretService
from keyring.errors import KeyringLocked, PasswordDeleteError

from services.contract.problem import Refused, Unreachable
from services.store.vaults.sealed import SealedFileKeyring
from services.store.vaults.vault import Vault, open_vault

_KEY = "ab" * 32


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "elsewhere.key"
    path.write_text(_KEY + "\n")
    path.chmod(0o600)
    return path


def _calls(vault: Vault) -> list[Callable[[], object]]:
    """Return everything one can do with a vault."""
    return [partial(vault.get, "token"), partial(vault.set, "token", "hush"), partial(vault.delete, "token")]


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_secrets_are_found_again_and_forgotten(home: Path) -> None:
    vault = open_vault(home, {})
    assert vault.get("token") is None
    vault.set("token", "hush \u00e9")
    vault.set("verifier", "v")
    again = open_vault(home, {})
    assert (again.get("token"), again.get("verifier")) == ("hush \u00e9", "v")
    again.set("token", "new")
    assert vault.get("token") == "new"
    vault.delete("token")
    vault.delete("token")
    assert again.get("token") is None
    assert again.get("verifier") == "v"


def test_the_files_are_ours_alone_and_hold_no_secret(home: Path) -> None:
    open_vault(home, {}).set("token", "hush-hush")
    files = {path.name: path for path in home.iterdir()}
    assert set(files) == {"secrets.sealed", "secrets.lock", "tillbook.key"}
    assert {_mode(path) for path in files.values()} == {0o600}
    assert _mode(home) == 0o700
    assert all(b"hush" not in path.read_bytes() for path in files.values())


def test_a_key_from_systemd_comes_before_a_named_one(home: Path, key_file: Path, tmp_path: Path) -> None:
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    environment = {"CREDENTIALS_DIRECTORY": str(credentials), "TILLBOOK_KEY_FILE": str(key_file)}
    open_vault(home, environment).set("token", "with the named key")
    assert not (home / "tillbook.key").exists()
    (credentials / "tillbook.key").write_text("cd" * 32)
    (credentials / "tillbook.key").chmod(0o440)
    with pytest.raises(Refused) as caught:
        open_vault(home, environment).get("token")
    assert caught.value.code == "wrong_key"
    (home / "secrets.sealed").unlink()
    open_vault(home, environment).set("token", "with the credential")
    assert open_vault(home, {"CREDENTIALS_DIRECTORY": str(credentials)}).get("token") == "with the credential"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_key_that_others_can_read_is_refused(home: Path, key_file: Path, mode: int) -> None:
    key_file.chmod(mode)
    with pytest.raises(Refused) as caught:
        open_vault(home, {"TILLBOOK_KEY_FILE": str(key_file)})
    assert caught.value.code == "key_refused"
    assert caught.value.next == f"Run: chmod 600 {key_file}"


def test_the_key_of_the_home_must_stay_private_too(home: Path) -> None:
    open_vault(home, {}).set("token", "x")
    (home / "tillbook.key").chmod(0o644)
    with pytest.raises(Refused, match="not accepted"):
        open_vault(home, {})


def test_a_credential_that_everybody_can_read_is_refused(home: Path, tmp_path: Path) -> None:
    (tmp_path / "tillbook.key").write_text(_KEY)
    (tmp_path / "tillbook.key").chmod(0o444)
    with pytest.raises(Refused, match="not accepted"):
        open_vault(home, {"CREDENTIALS_DIRECTORY": str(tmp_path)})


def test_a_short_or_missing_key_is_refused(home: Path, key_file: Path, tmp_path: Path) -> None:
    key_file.write_text("short")
    with pytest.raises(Refused) as caught:
        open_vault(home, {"TILLBOOK_KEY_FILE": str(key_file)})
    assert "openssl rand -hex 32" in caught.value.next
    with pytest.raises(Refused) as caught:
        open_vault(home, {"TILLBOOK_KEY_FILE": str(tmp_path / "nowhere")})
    assert "No such file" in caught.value.why


def test_a_lost_key_is_not_replaced_by_a_new_one(home: Path) -> None:
    open_vault(home, {}).set("token", "x")
    (home / "tillbook.key").unlink()
    with pytest.raises(Refused) as caught:
        open_vault(home, {})
    assert caught.value.code == "key_missing"
    assert not (home / "tillbook.key").exists()


def test_a_wrong_key_neither_reads_nor_writes(home: Path, key_file: Path) -> None:
    open_vault(home, {}).set("token", "x")
    before = (home / "secrets.sealed").read_bytes()
    wrong = open_vault(home, {"TILLBOOK_KEY_FILE": str(key_file)})
    for call in _calls(wrong):
        with pytest.raises(Refused) as caught:
            call()
        assert caught.value.code == "wrong_key"
    assert (home / "secrets.sealed").read_bytes() == before


class _Desktop(KeyringBackend):
    """Stands for the keyring of a desktop."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringLocked("locked, and says so at length")
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.locked:
            raise KeyringLocked
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.locked:
            raise KeyringLocked
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError


_SESSION = {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere"}


def test_a_desktop_keyring_is_used_when_there_is_one(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SecretService, "Keyring", _Desktop)
    vault = open_vault(home, _SESSION)
    vault.set("token", "x")
    assert isinstance(vault.backend, _Desktop)
    assert vault.backend.kept == {("tillbook", "token"): "x"}
    vault.delete("token")
    vault.delete("token")
    assert vault.get("token") is None
    assert not home.exists()


def test_a_sealed_file_or_a_named_key_comes_before_the_desktop(
    home: Path, key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = open_vault(home, _SESSION | {"TILLBOOK_KEY_FILE": str(key_file)})
    assert isinstance(named.backend, SealedFileKeyring)
    open_vault(home, {}).set("token", "sealed")
    monkeypatch.setattr(SecretService, "Keyring", _Desktop)
    assert open_vault(home, _SESSION).get("token") == "sealed"


def test_a_session_without_a_keyring_gets_the_sealed_file(home: Path) -> None:
    assert isinstance(open_vault(home, _SESSION).backend, SealedFileKeyring)


def test_a_locked_desktop_keyring_is_a_problem_with_words() -> None:
    desktop = _Desktop()
    desktop.locked = True
    vault = Vault(desktop, "the keyring of the desktop")
    for call in _calls(vault):
        with pytest.raises(Unreachable) as caught:
            call()
        assert caught.value.code == "keyring_unreachable"
        assert "hush" not in repr(caught.value.answer())


def test_the_environment_of_the_process_is_the_default(
    home: Path, key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    monkeypatch.setenv("TILLBOOK_KEY_FILE", os.fspath(key_file))
    assert str(key_file) in open_vault(home).description
