"""What the tests of every place begin with."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.app import Console
from tests.screens.canned import CannedClient, console, freeze


@pytest.fixture(autouse=True)
def _time_that_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    freeze(monkeypatch)


@pytest.fixture
def app(client: CannedClient, tmp_path: Path) -> Console:
    """The console on the service that a test's own `client` stands for."""
    return console(client, tmp_path)
