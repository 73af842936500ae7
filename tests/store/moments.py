"""Points in time that the tests of the store use."""

from datetime import UTC, date, datetime, timedelta

NOON = datetime(2026, 11, 19, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
DAY = date(2026, 11, 19)
NEXT_DAY = date(2026, 11, 20)
