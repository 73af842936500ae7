"""Where things are: the home, the socket, the database, the remote addresses.

Read by the service and by its clients, so that both mean the same socket. A value comes
from the environment, else from `tillbook.toml` in the home, else the default
(CLI.md, Addresses).
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from services.contract.problem import Refused

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_ADDRESSES = {
    "TILLBOOK_XERO_LOGIN_URL": "https://login.xero.com",
    "TILLBOOK_XERO_IDENTITY_URL": "https://identity.xero.com",
    "TILLBOOK_XERO_API_URL": "https://api.xero.com",
}


@dataclass(frozen=True, slots=True)
class Settings:
    """Every address and path the product uses."""

    home: Path
    socket: Path
    database_url: str
    xero_login_url: str
    xero_identity_url: str
    xero_api_url: str
    values: Mapping[str, object]
    """The whole of `tillbook.toml`, for the rooms that read their own section."""

    @property
    def practice(self) -> bool:
        """Whether Xero is a stand-in on this machine rather than the real one."""
        return urlsplit(self.xero_api_url).hostname in _LOOPBACK


def default_home(environment: Mapping[str, str] = os.environ) -> Path:
    """Return the home: TILLBOOK_HOME, else the user's data folder."""
    if given := environment.get("TILLBOOK_HOME"):
        return Path(given).expanduser()
    data = environment.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(data).expanduser() / "tillbook"


def load_settings(home: Path | None = None, environment: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings of `home`; raise Refused for an address that is not safe."""
    home = home or default_home(environment)
    values = _read_toml(home / "tillbook.toml")

    def value(name: str, default: str) -> str:
        return str(environment.get(name) or values.get(name) or default)

    remote = {name: _checked(name, value(name, default)) for name, default in _ADDRESSES.items()}
    return Settings(
        home=home,
        socket=Path(value("TILLBOOK_SOCKET", str(home / "tillbook.sock"))),
        database_url=value("TILLBOOK_DATABASE_URL", f"sqlite:///{home / 'tillbook.db'}"),
        xero_login_url=remote["TILLBOOK_XERO_LOGIN_URL"],
        xero_identity_url=remote["TILLBOOK_XERO_IDENTITY_URL"],
        xero_api_url=remote["TILLBOOK_XERO_API_URL"],
        values=values,
    )


def _read_toml(path: Path) -> Mapping[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except tomllib.TOMLDecodeError as error:
        raise Refused(
            f"{path} cannot be read.",
            "It is not valid TOML.",
            "Correct the file and start again.",
            str(error),
        ) from error


def _checked(name: str, address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        return address.rstrip("/")
    raise Refused(
        f"{name} is not accepted: {address}",
        "Plain http is accepted for addresses of this machine only.",
        "Use an https address.",
    )
