"""Times as people read them: local, and no longer than needed."""

from __future__ import annotations

from datetime import datetime

_MINUTE, _HOUR = 60, 3600


def now() -> datetime:
    """Return the time of this machine, zoned."""
    return datetime.now().astimezone()


def clock(text: str | None, at: datetime | None = None) -> str:
    """Return a time: "14:20" today, else with its date; "never" for none."""
    if text is None:
        return "never"
    moment = datetime.fromisoformat(text).astimezone()
    today = (at or now()).astimezone().date()
    return f"{moment:%H:%M}" if moment.date() == today else f"{moment:%d %b %H:%M}"


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
    return f"{number} {one if number == 1 else many or one + 's'}"
