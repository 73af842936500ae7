"""What a person is told of a schedule, a status, a retry and a refused decision."""

from __future__ import annotations

from typing import Any

import pytest

from tests.console import answers
from tests.console.conftest import Command, Serve

_STORE = ("--store", "queen-st")
_SCHEDULE = "GET /v1/stores/queen-st/schedule"


def _schedule(frequency: str, start: str | None, *changes: tuple[str, str]) -> dict[str, Any]:
    held = [{"since": since, "frequency": each} for since, each in changes]
    return {"frequency": frequency, "at": None, "start": start, "changes": held}


@pytest.mark.parametrize(
    "answer, told",
    [
        (_schedule("daily", "2026-11-20", ("2026-11-20", "daily")), "from business date 2026-11-20."),
        (
            _schedule("real-time", "2026-11-20", ("2026-11-16", "daily"), ("2026-11-22", "real-time")),
            "from business date 2026-11-22; until then, from 2026-11-20, daily.",
        ),
        (
            _schedule("daily", "2026-11-20", ("2026-11-16", "monthly"), ("2026-11-20", "daily")),
            "from business date 2026-11-20.",
        ),
        (
            _schedule("daily", "2026-11-20", ("2026-11-20", "daily"), ("2026-11-22", "daily")),
            "from business date 2026-11-20.",
        ),
        (
            _schedule(
                "real-time",
                "2026-11-15",
                ("2026-11-16", "daily"),
                ("2026-11-18", "weekly"),
                ("2026-11-22", "real-time"),
            ),
            "from business date 2026-11-22; until then, from 2026-11-18, weekly.",
        ),
    ],
    ids=["at once", "changed at noon", "backfilled otherwise", "changed back", "changed twice"],
)
def test_a_schedule_says_from_which_date_its_frequency_holds(
    command: Command, serve: Serve, answer: dict[str, Any], told: str
) -> None:
    serve({_SCHEDULE: answer})
    ran = command("schedule", *_STORE)
    assert " ".join(ran.out.split()).endswith(told), ran.out


def test_a_decision_that_is_refused_lists_no_steps_as_if_they_were_done(
    command: Command, serve: Serve
) -> None:
    void = {"do": "void", "kind": "ACCREC", "number": "POS-1", "amount": "10.00"}
    reason = {"what": "POS-1 cannot be voided.", "why": "It is reconciled.", "next": "Unreconcile it."}
    serve(
        {
            "POST /v1/stores/queen-st/days/2026-11-19/correct": {
                "store": "queen-st", "date": "2026-11-19", "by": "resend", "dry_run": True, "possible": False,
                "reasons": [reason], "steps": [void], "documents": [], "proof": [], "queued": False,
            }
        }
    )  # fmt: skip
    ran = command("changes", "resolve", *_STORE, "--date", "2026-11-19", "--by", "resend", "--yes")
    assert ran.status == 1
    assert "POS-1 cannot be voided." in ran.out
    assert "void ACCREC" not in ran.out
    assert ran.out.strip().endswith("Nothing was done.")


@pytest.mark.parametrize("days, told", [([], "Nothing was queued:"), ([{}], "Queued:")])
def test_a_retry_that_has_nothing_to_do_says_so(
    command: Command, serve: Serve, days: list[dict[str, str]], told: str
) -> None:
    forecast = {
        "id": 8, "number": "POS-1", "action": "nothing", "why": "It is posted and proven.", "class": "",
        "payments": [],
    }  # fmt: skip
    serve({"POST /v1/retry": {"forecast": [forecast], "days": days}})
    assert command("retry", "8").out.startswith(told)


def test_a_status_tells_the_times_of_a_shop_as_the_shop_keeps_them(
    command: Command, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server may keep another zone, UTC for instance."""
    monkeypatch.setenv("COLUMNS", "300")
    serve({"GET /v1/status": answers.status()})
    told = command("status").out
    assert "Queen St (queen-st), times of Pacific/Auckland" in told
    assert "last sync 2026-11-19 23:00" in told
    assert "they come back from 2026-11-20 23:00 on" in told
    assert "through at about 2026-11-19 23:01" in told
