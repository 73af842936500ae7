"""Installations that the journeys share, and their logs beside a failure."""

from collections.abc import Generator, Iterator

import pytest

from tests.e2e.records import MAPPING
from tests.e2e.shop import Shop, connected, copied


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what the processes said when a test has failed."""
    report = yield
    if report.failed:
        for value in getattr(item, "funcargs", {}).values():
            if isinstance(value, Shop):
                report.sections.append(("Logs", value.logs()))
    return report


@pytest.fixture(scope="module")
def shared_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A connected and mapped New Zealand shop, the same for all tests of a module.

    Each test uses business dates of its own.
    """
    with connected(tmp_path_factory.mktemp("shop"), MAPPING) as shop:
        yield shop


@pytest.fixture
def shop(shared_shop: Shop) -> Iterator[Shop]:
    """The module's shop; faults that a test has set are taken away after it."""
    yield shared_shop
    shared_shop.xero.mend()


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A connected and mapped shop, stopped, to be copied."""
    with connected(tmp_path_factory.mktemp("template"), MAPPING) as shop:
        pass
    return shop


@pytest.fixture
def own_shop(template: Shop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A connected and mapped shop for one test, which may break it."""
    with copied(template, tmp_path_factory.mktemp("own")) as shop:
        yield shop
