"""Clocks that tests move."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass
class MovingClock:
    """A clock that stands still until a test, or a wait of the code, moves it."""

    now: datetime

    def __call__(self) -> datetime:
        """Return the time."""
        return self.now

    def move(self, **span: float) -> None:
        """Let time pass; `span` as a timedelta takes it."""
        self.now += timedelta(**span)
