"""By when a business date must be in the books, as it crosses the socket."""

from __future__ import annotations

from datetime import date

from typing_extensions import TypedDict

SOON = 7
"""Days before a deadline from which on it asks for attention."""


class DeadlineAnswer(TypedDict):
    """The lock date or the tax return that an unsent business date will miss."""

    kind: str
    """`lock`: the books are closed up to it; `return`: a tax return is due on it."""
    due: str
    days_left: int
    """From the store's business date; below zero: it has passed."""
    first: str
    last: str
    """Of the dates that the lock or the return covers."""


def words(deadline: DeadlineAnswer) -> str:
    """Return a deadline as a sentence without its stop: what it is, and days left."""
    due = _day(deadline["due"])
    if deadline["kind"] == "lock":
        return f"lock date {due}: {left(deadline)}"
    first, last = _day(deadline["first"]), _day(deadline["last"])
    return f"tax return of {first} to {last}, due {due}: {left(deadline)}"


def left(deadline: DeadlineAnswer) -> str:
    """Return how long there is: "10 days left", "today", "missed by 3 days"."""
    days = deadline["days_left"]
    if days == 0:
        return "today"
    counted = f"{abs(days)} day{'' if abs(days) == 1 else 's'}"
    return f"{counted} left" if days > 0 else f"missed by {counted}"


def _day(text: str) -> str:
    return f"{date.fromisoformat(text):%-d %b %Y}"
