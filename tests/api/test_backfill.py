"""Earlier days over the socket: looked at, queued, refused."""

from __future__ import annotations

from datetime import date

import pytest

from services.contract.people import Person
from tests.api.fakes import Running

_ANSWER = {
    "store": "queen-st",
    "frequency": "daily",
    "days": 1,
    "documents": 1,
    "amount": "10.00",
    "calls": 9,
    "seconds": 0,
    "parts": [],
    "left": [],
    "stopped": None,
    "queued": [],
}


class FakeBackfill:
    """Remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[object, ...]] = []

    def preview(self, store: str, first: date, last: date, frequency: str | None) -> dict[str, object]:
        self.asked.append(("preview", store, first, last, frequency))
        return _ANSWER

    def queue(
        self, store: str, first: date, last: date, who: Person, frequency: str | None
    ) -> dict[str, object]:
        self.asked.append(("queue", store, first, last, frequency, bool(who.name)))
        return {**_ANSWER, "queued": [first.isoformat()]}


@pytest.fixture
def asked(service: Running, monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    office = FakeBackfill()
    monkeypatch.setattr(service.office, "backfill", office, raising=False)
    return office.asked


def test_a_preview_changes_nothing(service: Running, asked: list[tuple[object, ...]]) -> None:
    with service.client() as client:
        answer = client.backfill("queen-st", first="2026-11-02", last="2026-11-05", dry_run=True)
    assert answer["queued"] == []
    assert asked == [("preview", "queen-st", date(2026, 11, 2), date(2026, 11, 5), None)]


def test_a_backfill_is_asked_for_by_name(service: Running, asked: list[tuple[object, ...]]) -> None:
    with service.client() as client:
        answer = client.backfill("queen-st", first="2026-11-02", last="2026-11-05", frequency="weekly")
    assert answer["queued"] == ["2026-11-02"]
    assert asked == [("queue", "queen-st", date(2026, 11, 2), date(2026, 11, 5), "weekly", True)]
