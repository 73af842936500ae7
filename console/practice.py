"""The practice company in the console: made, shown with hints, ended with it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from types import FrameType
from zoneinfo import ZoneInfo

from console.demo import PracticeCompany, make_shop, practice_company, practice_terminal
from console.hints import Guide, practice_steps
from console.journey import connected, read_json
from console.opening import open_console
from console.practice_month import DAYS, Month, make_month

PRACTICE_TERMINAL = "linkly"
"""What the practice terminal speaks: Australia's and New Zealand's."""
_PAYMENTS = ("12.00", "18.51")
"""The cents decide: the first is approved, the second declined."""
_PAYMENT_SECONDS = 30
_ENDING = (signal.SIGHUP, signal.SIGTERM)


def show_practice(home: Path, step: Callable[[str], None], made: Callable[[], None]) -> int:
    """Make the practice month, show it, end everything; return the exit status.

    `step` is told what is being done, `made` that the console opens. Raises Problem.
    """
    # The shop keeps Auckland's dates; its yesterday is over everywhere.
    last = (datetime.now(ZoneInfo("Pacific/Auckland")) - timedelta(days=1)).date()
    shop = home / "shop"
    step("Making the practice shop's month")
    make_shop(shop, last.isoformat(), DAYS)
    store = read_json(shop / "store.json")
    with (
        _ending_cleanly(),
        practice_company(home, store) as company,
        practice_terminal(home, PRACTICE_TERMINAL) as counter,
    ):
        connected(company, store["key"], shop, step)
        company.service.acknowledge_advice(store["key"])
        month = make_month(company, store["key"], shop, last, step)
        step("A card terminal, and two payments")
        set_up_counter(company, store["key"], counter)
        made()
        return _shown(company, month)


def set_up_counter(company: PracticeCompany, store: str, settings: Mapping[str, str]) -> None:
    """Add the practice terminal, and take one payment that is approved, one declined."""
    service = company.service
    service.add_terminal(
        "counter-1",
        store=store,
        name="Counter 1",
        protocol=PRACTICE_TERMINAL,
        settings=dict(settings),
        tenders=["eftpos"],
    )
    for number, amount in enumerate(_PAYMENTS, start=1):
        service.pay("counter-1", reference=f"practice-{number}", amount=amount, wait=_PAYMENT_SECONDS)


def _shown(company: PracticeCompany, month: Month) -> int:
    def end_at_once() -> None:
        """End what was started and this process: the terminal takes nothing any more."""
        for process in company.processes:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
        for process in company.processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(5)
        os._exit(0)

    return open_console(
        company.home / "tillbook.sock",
        practice=True,
        guide=Guide(practice_steps(month)),
        last_resort=end_at_once,
    )


@contextlib.contextmanager
def _ending_cleanly() -> Iterator[None]:
    """Take a signal to end as leaving: what was started must not outlive this."""

    def leave(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    before = {number: signal.signal(number, leave) for number in _ENDING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
