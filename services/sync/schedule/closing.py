"""When a business date is over, so that its sales may be sent (DESIGN.md, 2)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from services.books.calendar import cutoff_instant
from services.books.records import StoreFacts
from services.store import days, tills
from services.store.tables import Store


def closed_at(session: Session, store: StoreFacts, day: date) -> datetime:
    """Return when the date ended, or will end: the first of three.

    A person closed it; the last of its till sessions closed; the store's cut-off passed.
    """
    ends = [cutoff_instant(day, store.timezone, store.cutoff)]
    row = days.get_day(session, store.key, day)
    if row is not None and row.closed_at is not None:
        ends.append(row.closed_at)
    sessions = tills.sessions_on(session, store.key, day)
    closes = [each.closed for each in sessions if each.closed is not None]
    if sessions and len(closes) == len(sessions):
        ends.append(max(closes))
    return min(ends)


def is_closed(session: Session, store: StoreFacts, day: date, now: datetime) -> bool:
    """Whether the date's sales may be sent."""
    return closed_at(session, store, day) <= now


def open_registers(session: Session, store: StoreFacts, day: date) -> list[str]:
    """Return the registers with a till session of the date that is still open."""
    sessions = tills.sessions_on(session, store.key, day)
    return sorted({each.till for each in sessions if each.closed is None})


def last_time(store: Store, now: datetime) -> datetime:
    """Return the latest moment at which the store sends; now if it sends at once."""
    if store.sync_at is None:
        return now
    zone = ZoneInfo(store.timezone)
    today = now.astimezone(zone).date()
    at = time.fromisoformat(store.sync_at)
    moments = (datetime.combine(today - timedelta(days=back), at, zone).astimezone(UTC) for back in (0, 1))
    return next(moment for moment in moments if moment <= now)
