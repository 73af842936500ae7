"""The moment at which the mapping is looked at."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.screens.canned import freeze


@pytest.fixture(autouse=True)
def _time_that_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    freeze(monkeypatch, datetime(2026, 11, 20, 9, 30, tzinfo=UTC))
