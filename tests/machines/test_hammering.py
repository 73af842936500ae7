"""Two services hammer a practice Xero with limits: it never says 429."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta
from pathlib import Path

from tests.e2e.practice import NZ_TENANT
from tests.e2e.records import sale
from tests.machines.pair import QUICK, Machine, pair

_MINUTE = 24
_LIMITS = f"{QUICK}\n[allowance]\nminute = {_MINUTE}\nat_once = 3\n"
_SECONDS = 66.0
_DAYS = [f"2026-05-{number:02}" for number in range(1, 21)]


def hammer(machine: Machine, end: float, statuses: list[int]) -> None:
    """Ask for six calls again and again, as a person who does not wait."""
    while time.monotonic() < end:
        statuses.append(machine.tillbook("reference", "refresh", "--store", "queen-st").status)


def test_two_services_never_break_a_limit(tmp_path: Path, empty_postgres_url: str) -> None:
    with pair(tmp_path, empty_postgres_url, _LIMITS) as both:
        both.xero.configure(limits={"minute": _MINUTE, "concurrent": 3, "day": 4000})
        both.first.take([sale(day, f"S-{day}", "11.50") for day in _DAYS]).done()
        before = len(both.xero.calls())
        end = time.monotonic() + _SECONDS
        statuses: list[int] = []
        threads = [
            threading.Thread(target=hammer, args=(machine, end, statuses))
            for machine in (both.first, both.second) * 2
        ]
        for thread in threads:
            thread.start()
        for day in _DAYS:
            both.second.tillbook("sync", "--store", "queen-st", "--date", day)
        for thread in threads:
            thread.join(_SECONDS + 60)
        calls = [each for each in both.xero.calls()[before:] if each["tenant"] == NZ_TENANT]
        assert [each for each in calls if each["status"] == 429] == []
        at = sorted(datetime.fromisoformat(each["at"]) for each in calls)
        assert most_in_a_minute(at) <= _MINUTE
        assert most_in_a_minute(at) >= _MINUTE - 2, "the limit was really reached"
        assert len(calls) > _MINUTE, "and it went on afterwards"
        assert set(statuses) <= {0, 1}, "a person is told when there is no room for a while"
        status = both.first.integration()
        assert status["allowance"]["minute"] <= _MINUTE


def most_in_a_minute(at: list[datetime]) -> int:
    """Return the most calls within any sixty seconds."""
    minute = timedelta(minutes=1)
    return max(sum(1 for each in at if first <= each < first + minute) for first in at)
