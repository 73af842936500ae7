"""A database with a store in it, and a home for secrets."""

from pathlib import Path

import pytest

from services.store.database import Database
from tests.store.rows import put_store


@pytest.fixture
def shop(any_database: Database) -> Database:
    """A database with the store `queen-st`, on either engine."""
    with any_database.write() as session:
        put_store(session)
    return any_database


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home that is not there yet."""
    return tmp_path / "home"
