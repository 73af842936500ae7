"""A database with two stores, and files to import into it."""

import pytest

from services.store.database import Database
from services.store.stores import add_store
from tests.sources.files import NOON
from tests.store.rows import QUEEN_ST

STORES: tuple[dict[str, object], ...] = (
    {**QUEEN_ST},
    {"key": "shop", "name": "Shop", "country": "GB", "currency": "GBP", "timezone": "Europe/London"},
    {"key": "kiosk", "name": "Kiosk", "country": "KW", "currency": "KWD", "timezone": "Asia/Kuwait"},
)


def _with_stores(database: Database) -> Database:
    with database.write() as session:
        for store in STORES:
            add_store(session, store, NOON)
    return database


@pytest.fixture
def db(sqlite_database: Database) -> Database:
    """A SQLite database with the stores `queen-st`, `shop` and `kiosk`."""
    return _with_stores(sqlite_database)


@pytest.fixture
def either(any_database: Database) -> Database:
    """The same on SQLite and on PostgreSQL."""
    return _with_stores(any_database)
