"""Each day once: daylight saving, a clock set back, downtime."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from services.books.calendar import business_date
from services.store import stores
from tests.sync.support import ANNA, STORE, Shop, line, tender

# What is special about each: the clocks skip two o'clock, or show it twice (New Zealand, Britain);
# midnight itself comes twice (the Azores) or is skipped (Cuba); half an hour (Lord Howe).
NIGHTS = (
    ("Pacific/Auckland", date(2026, 9, 27)),
    ("Pacific/Auckland", date(2026, 4, 5)),
    ("Europe/London", date(2026, 3, 29)),
    ("Europe/London", date(2026, 10, 25)),
    ("Atlantic/Azores", date(2026, 3, 29)),
    ("Atlantic/Azores", date(2026, 10, 25)),
    ("America/Havana", date(2026, 3, 8)),
    ("America/Havana", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
)
FREQUENCIES = ("daily", "real-time", "weekly")


def sale_at(now: datetime, number: str) -> dict[str, object]:
    return {
        "store": STORE,
        "register": "1",
        "id": number,
        "time": now.isoformat(),
        "kind": "sale",
        "lines": [line("10.00")],
        "tenders": [tender("10.00")],
    }


def move_to(shop: Shop, timezone: str) -> None:
    with shop.database.write() as session:
        stores.update_store(session, STORE, {"timezone": timezone})


def receipts_sent(shop: Shop) -> int:
    """Return how many receipts of 10.00 are in the books, no document twice."""
    numbers = Counter(held.document.number for held in shop.ledger.documents.values())
    assert max(numbers.values()) == 1
    cents = sum(int(held.total.scaleb(2)) for held in shop.ledger.documents.values())
    assert cents % 1000 == 0
    return cents // 1000


@pytest.mark.parametrize(
    "timezone,night,frequency,sync_at",
    [
        *((*night, "daily", None) for night in NIGHTS),
        *((*night, "daily", "00:30") for night in NIGHTS),
        *((*night, "real-time", "02:15") for night in NIGHTS[1::4]),
    ],
)
def test_the_nights_of_the_clock_change(
    shop: Shop, timezone: str, night: date, frequency: str, sync_at: str | None
) -> None:
    move_to(shop, timezone)
    shop.clock.now = datetime(night.year, night.month, night.day, tzinfo=UTC) - timedelta(hours=30)
    start = business_date(shop.clock.now, timezone, "00:00")
    shop.office.set_schedule(STORE, frequency=frequency, at=sync_at, start=start, who=ANNA)
    traded = set()
    for number in range(10):
        traded.add(business_date(shop.clock.now, timezone, "00:00"))
        shop.take(sale_at(shop.clock.now, f"S{number}"))
        shop.later(hours=4, minutes=30)
    shop.later(days=2)
    assert receipts_sent(shop) == 10
    if frequency == "daily":
        dates = [held.document.date for held in shop.ledger.documents.values()]
        assert sorted(dates) == sorted(traded)


@pytest.mark.parametrize("timezone,night", NIGHTS)
def test_the_week_of_the_clock_change(shop: Shop, timezone: str, night: date) -> None:
    """It ends on the Sunday whose night it is, or the one after."""
    move_to(shop, timezone)
    shop.clock.now = datetime(night.year, night.month, night.day, 12, tzinfo=UTC) - timedelta(days=8)
    start = business_date(shop.clock.now, timezone, "00:00")
    shop.office.set_schedule(STORE, frequency="weekly", start=start, who=ANNA)
    for number in range(12):
        shop.take(sale_at(shop.clock.now, f"S{number}"))
        shop.later(days=1)
    shop.later(days=7)
    assert receipts_sent(shop) == 12
    assert 2 <= len(shop.ledger.documents) <= 3


@pytest.mark.parametrize("back", [timedelta(hours=1), timedelta(days=1), timedelta(days=3)])
@pytest.mark.parametrize("frequency", FREQUENCIES)
def test_a_clock_that_is_set_back(shop: Shop, frequency: str, back: timedelta) -> None:
    start = shop.clock.now.date() - timedelta(days=3)
    shop.office.set_schedule(STORE, frequency=frequency, start=start, who=ANNA)
    shop.take(sale_at(shop.clock.now - timedelta(days=1), "A"), sale_at(shop.clock.now, "B"))
    shop.later(hours=14)
    shop.later(hours=1)
    shop.clock.now -= back
    for _ in range(20):
        shop.later(hours=12)
    assert receipts_sent(shop) == 2


@pytest.mark.parametrize("frequency", FREQUENCIES)
def test_a_service_that_was_down_for_a_week(shop: Shop, frequency: str) -> None:
    shop.office.set_schedule(STORE, frequency=frequency, who=ANNA)
    shop.take(sale_at(shop.clock.now, "first"))
    shop.later(hours=2)
    for number in range(7):
        shop.clock.move(days=1)
        shop.take(sale_at(shop.clock.now, f"S{number}"))
    for _ in range(4):
        shop.open_office().tick()
        shop.clock.move(days=3)
    assert receipts_sent(shop) == 8
