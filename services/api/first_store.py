"""`tillbook init`: the home and its first store, made without a running service."""

from __future__ import annotations

import getpass
import os
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from services.api.listening import make_private, only_one
from services.api.shop import Shop
from services.contract.answers import StoreAnswer
from services.contract.people import Person
from services.contract.permissions import Role
from services.contract.problem import Refused
from services.contract.settings import Settings
from services.store.database import migrate, open_database


def add_first_store(settings: Settings, details: Mapping[str, object]) -> StoreAnswer:
    """Make the home, its database and a store (`services.store.stores`).

    Raises Refused when the store exists, a value is not possible or a service runs here.
    """
    os.umask(0o077)
    make_private(settings.home)
    with only_one(settings.home):
        db = open_database(settings.database_url)
        try:
            migrate(db)
            shop = Shop(db, lambda: datetime.now(UTC), lambda _event: None, lambda _store, _dates: None)
            return shop.add_store(details, who=who_starts_it())
        finally:
            db.close()


def profile(path: Path) -> dict[str, object]:
    """Return the store's details from a TOML file, or raise Refused."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Refused(
            f"The profile {path} cannot be read.",
            "It is missing, or not valid TOML.",
            "Give a TOML file with the keys store, name, country, currency and timezone.",
            str(error),
            code="invalid_profile",
        ) from error


def who_starts_it() -> Person:
    """Return the person who runs a command that needs no service.

    A manager of this home.
    """
    return Person(getpass.getuser(), os.getuid(), frozenset({str(Role.MANAGER)}))
