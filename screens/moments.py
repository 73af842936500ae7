"""Times as people read them: the store's own, and no longer than needed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from zoneinfo import ZoneInfo

_MINUTE, _HOUR = 60, 3600


def now() -> datetime:
    """Return the time of this machine, zoned."""
    return datetime.now().astimezone()


@dataclass(frozen=True, slots=True)
class Times:
    """Tells times in the zone of a store, as it keeps them; None: of this machine."""

    zone: tzinfo | None
    moment: datetime

    @classmethod
    def of(cls, zone: str | None) -> Times:
        """Return the times of a store's zone at this moment."""
        return cls(ZoneInfo(zone) if zone else None, now())

    def today(self) -> date:
        """Return the date there."""
        return self.moment.astimezone(self.zone).date()

    def clock(self, text: str | None) -> str:
        """Return a time: "14:20" today, else with its date; "never" for none."""
        if text is None:
            return "never"
        there = datetime.fromisoformat(text).astimezone(self.zone)
        return f"{there:%H:%M}" if there.date() == self.today() else f"{there:%d %b %H:%M}"

    def whole(self, text: str | None) -> str:
        """Return a time with date, seconds and zone, for a log; "never" for none."""
        if text is None:
            return "never"
        return f"{datetime.fromisoformat(text).astimezone(self.zone):%d %b %Y %H:%M:%S %Z}"

    def age(self, text: str | None) -> str:
        """Return how long ago a time was: "2 min ago", "3 h ago", "5 days ago"."""
        return age(text, self.moment)


def age(text: str | None, at: datetime | None = None) -> str:
    """Return how long ago a time was: "2 min ago", "3 h ago", "5 days ago"."""
    if text is None:
        return "never"
    seconds = ((at or now()) - datetime.fromisoformat(text)).total_seconds()
    if seconds < _MINUTE:
        return "just now"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE:.0f} min ago"
    if seconds < 48 * _HOUR:
        return f"{seconds // _HOUR:.0f} h ago"
    return f"{seconds // (24 * _HOUR):.0f} days ago"


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun: "1 day", "2 days"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
