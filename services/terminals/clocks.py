"""How long ago something in the journal was."""

from __future__ import annotations

from datetime import datetime


def seconds_since(stated: str | None, now: datetime) -> float:
    """Return the seconds since a time written with `isoformat`; 0 when it is none.

    A clock that was set back gives a number below zero: as if it had just been.
    """
    if stated is None:
        return 0.0
    try:
        return (now - datetime.fromisoformat(stated)).total_seconds()
    except (ValueError, TypeError):
        return 0.0
