"""What the tests of the terminals share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.store.database import Database
from services.terminals.hooks import Progress
from services.terminals.journal import Journal
from tests.terminals.kit.at_counter import AtCounter, at_counter, counter_on
from tests.terminals.kit.child import now, put_terminal
from tests.terminals.kit.service_side import ServiceSide
from tests.terminals.kit.told_driver import DeskAt, ToldDriver, desk_on


@pytest.fixture(scope="session")
def service_side() -> Iterator[ServiceSide]:
    """Runs the service side in processes that can be killed."""
    side = ServiceSide()
    yield side
    side.close()


@pytest.fixture
def counter(any_database: Database) -> DeskAt:
    """A counter on either database."""
    put_terminal(any_database, "EUR")
    journal, driver = Journal(any_database, now), ToldDriver()
    told, waited = list[Progress](), list[float]()
    desk = desk_on(any_database, journal, driver, told, waited)
    return DeskAt(any_database, journal, driver, desk, told, waited)


@pytest.fixture(params=["sqlite", "postgresql"])
def any_shop(request: pytest.FixtureRequest, template: Path) -> Iterator[AtCounter]:
    """A shop with the terminal `front`: a test that asks for it runs on both engines."""
    if request.param == "sqlite":
        with at_counter(template) as made:
            yield made
    else:
        with counter_on(request.getfixturevalue("postgres_database")) as made:
            yield made
