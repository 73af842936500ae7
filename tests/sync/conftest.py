"""Shops for the tests of this room."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.sandbox.xero import (
    PracticeConfig,
    PracticeXero,
)
from services.store.database import Database
from tests.sync.practice import REDIRECT, PracticeShop
from tests.sync.support import Shop


@pytest.fixture
def shop(sqlite_database: Database, tmp_path: Path) -> Shop:
    """A shop that is connected and mapped, with nothing taken in yet."""
    return Shop(sqlite_database, tmp_path / "home").set_up()


@pytest.fixture
def new_shop(sqlite_database: Database, tmp_path: Path) -> Shop:
    """A shop that is neither connected nor mapped."""
    return Shop(sqlite_database, tmp_path / "home").set_up(connected=False, mapped=False)


@pytest.fixture
def xero() -> Iterator[PracticeXero]:
    standard = PracticeConfig()
    apps = tuple(replace(app, redirects=(*app.redirects, REDIRECT)) for app in standard.apps)
    with PracticeXero(replace(standard, apps=apps).generous()) as running:
        yield running


@pytest.fixture
def practice(sqlite_database: Database, tmp_path: Path, xero: PracticeXero) -> Iterator[PracticeShop]:
    shop = PracticeShop(sqlite_database, tmp_path / "home")
    shop.clock.now = datetime.now(UTC)
    yield shop.use(xero)
    shop.office.stop()
