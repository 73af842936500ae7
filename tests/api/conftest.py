"""A service with fakes behind it, for each test its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.fakes import Running, running


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Running]:
    """A running service whose caller is a manager, until a test says otherwise."""
    with running(tmp_path) as run:
        yield run
