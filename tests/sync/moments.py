"""A clock that shows the time of the shop."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from tests.sync.support import Shop

AUCKLAND = ZoneInfo("Pacific/Auckland")
MONDAY = date(2026, 11, 16)


def at(shop: Shop, day: date, hour: int = 9, minute: int = 0) -> None:
    """Let it be that time at the shop, and the service look at what is due."""
    shop.clock.now = datetime(day.year, day.month, day.day, hour, minute, tzinfo=AUCKLAND).astimezone(UTC)
    shop.office.tick()
