"""Call limits: a minute, a day, at once, the whole app (XERO.md 5.1)."""

from __future__ import annotations

import math
from collections import Counter, deque
from datetime import datetime, timedelta

from services.sandbox.xero.problems import Answer
from services.sandbox.xero.settings import Limits

_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)
Key = tuple[str, str]


class _Window:
    """The calls of the last minute, or of the last day."""

    def __init__(self, length: timedelta) -> None:
        self._length = length
        self._times: deque[datetime] = deque()

    def used(self, now: datetime) -> int:
        while self._times and self._times[0] <= now - self._length:
            self._times.popleft()
        return len(self._times)

    def add(self, now: datetime) -> None:
        self._times.append(now)

    def wait(self, now: datetime) -> int:
        """Return the whole seconds until a place is free."""
        oldest = self._times[0] if self._times else now
        return max(1, math.ceil((oldest + self._length - now).total_seconds()))


class Meter:
    """Counts the calls of each app to each organisation."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._minutes: dict[Key, _Window] = {}
        self._days: dict[Key, _Window] = {}
        self._apps: dict[str, _Window] = {}
        self._busy: Counter[Key] = Counter()

    def arrive(self, client: str, tenant: str) -> int:
        """Count a call as under way; return how many are, this one included."""
        self._busy[client, tenant] += 1
        return self._busy[client, tenant]

    def leave(self, client: str, tenant: str) -> None:
        """Count a call as done."""
        self._busy[client, tenant] -= 1

    def admit(self, client: str, tenant: str, now: datetime) -> Answer | None:
        """Count a call against the limits; return the 429 where one is used up."""
        minute, day, app = self._windows(client, tenant)
        limits = self.limits
        if self._busy[client, tenant] > limits.concurrent:
            return self._refusal(client, tenant, now, "concurrent", None)
        for name, window, limit in (("minute", minute, limits.minute), ("day", day, limits.day)):
            if window.used(now) >= limit:
                return self._refusal(client, tenant, now, name, window.wait(now))
        if app.used(now) >= limits.app_minute:
            return self._refusal(client, tenant, now, "appminute", app.wait(now))
        for window in (minute, day, app):
            window.add(now)
        return None

    def headers(self, client: str, tenant: str, now: datetime) -> dict[str, str]:
        """Return the headers that say what is left."""
        minute, day, app = self._windows(client, tenant)
        left = {
            "X-DayLimit-Remaining": self.limits.day - day.used(now),
            "X-MinLimit-Remaining": self.limits.minute - minute.used(now),
            "X-AppMinLimit-Remaining": self.limits.app_minute - app.used(now),
        }
        return {name: str(max(0, number)) for name, number in left.items()}

    def _windows(self, client: str, tenant: str) -> tuple[_Window, _Window, _Window]:
        key = (client, tenant)
        return (
            self._minutes.setdefault(key, _Window(_MINUTE)),
            self._days.setdefault(key, _Window(_DAY)),
            self._apps.setdefault(client, _Window(_MINUTE)),
        )

    def _refusal(self, client: str, tenant: str, now: datetime, problem: str, wait: int | None) -> Answer:
        headers = self.headers(client, tenant, now) | {"X-Rate-Limit-Problem": problem}
        if wait is not None:
            headers["Retry-After"] = str(wait)
        return Answer(429, "", "", headers)
