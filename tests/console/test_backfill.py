"""`tillbook backfill` and what is said of days before the start."""

from __future__ import annotations

import json

from tests.console.conftest import Command, Serve

_SPAN = ("--store", "queen-st", "--from", "2026-11-02", "--to", "2026-11-15")
_POST = "POST /v1/stores/queen-st/backfill"
_FINDING = {
    "code": "unmapped_category",
    "what": "The category 'plants' has no account.",
    "why": "w",
    "next": "n",
}


def _part(first: str, last: str, *blocked: object) -> dict[str, object]:
    days = 1 if first == last else 7
    return {
        "first": first,
        "last": last,
        "days": days,
        "documents": 1,
        "amount": "100.00",
        "blocked": list(blocked),
    }


def _answer(**changed: object) -> dict[str, object]:
    return {
        "store": "queen-st",
        "frequency": "weekly",
        "days": 8,
        "documents": 2,
        "amount": "200.00",
        "calls": 60,
        "seconds": 60,
        "parts": [_part("2026-11-02", "2026-11-08"), _part("2026-11-09", "2026-11-09")],
        "left": [{"date": "2026-11-10", "why": "it is posted already"}],
        "stopped": None,
        "queued": [],
        **changed,
    }


def test_the_preview_in_words(serve: Serve, command: Command) -> None:
    serve({_POST: _answer()})
    ran = command("backfill", *_SPAN, "--dry-run")
    assert ran.status == 0
    words = " ".join(ran.out.split())
    for part in (
        "2026-11-02 to 2026-11-08",
        "8 days, 2 documents, summed weekly, takings 200.00.",
        "About 60 calls, about 1 minute under the allowance.",
        "2026-11-10 is left as it is: it is posted already",
    ):
        assert part in words


def test_what_is_blocked_ends_with_a_status_of_its_own(serve: Serve, command: Command) -> None:
    serve({_POST: _answer(parts=[_part("2026-11-02", "2026-11-02", _FINDING)])})
    ran = command("backfill", *_SPAN, "--dry-run")
    assert ran.status == 1
    assert "2026-11-02 is blocked:" in ran.out
    assert "The category 'plants' has no account." in ran.out


def test_a_script_says_yes(serve: Serve, command: Command) -> None:
    service = serve({_POST: _answer(queued=["2026-11-02"])})
    refused = command("backfill", *_SPAN, "--json")
    assert refused.status == 2
    assert service.asked == [_POST], "looked at only"
    ran = command("backfill", *_SPAN, "--yes", "--json")
    assert ran.status == 0
    assert json.loads(ran.out)["queued"] == ["2026-11-02"]


def test_nothing_to_send_is_said_without_asking(serve: Serve, command: Command) -> None:
    serve({_POST: _answer(days=0, documents=0, parts=[], left=[])})
    ran = command("backfill", *_SPAN)
    assert (ran.status, ran.out.strip()) == (0, "There is nothing to send on these dates.")


def test_days_before_the_start_are_told_where_nothing_is_due(serve: Serve, command: Command) -> None:
    early = {"days": 3, "first": "2026-11-02", "last": "2026-11-06", "amount": "310.00"}
    schedule = {"frequency": "daily", "at": None, "start": "2026-11-16", "before_start": early}
    serve({"POST /v1/stores/queen-st/sync": {"queued": []}, "GET /v1/stores/queen-st/schedule": schedule})
    for name in ("sync", "schedule"):
        ran = command(name, "--store", "queen-st")
        assert "3 days wait from before that (2026-11-02 to 2026-11-06, 310.00)" in ran.out
        assert "tillbook backfill --store queen-st --from 2026-11-02 --to 2026-11-06 --dry-run" in ran.out


def test_a_schedule_in_words(serve: Serve, command: Command) -> None:
    period = {"first": "2026-11-16", "last": "2026-11-22"}
    laid = {"frequency": "weekly", "at": "05:00", "start": "2026-11-16", "period": period}
    serve({"GET /v1/stores/queen-st/schedule": laid})
    ran = command("schedule", "--store", "queen-st")
    assert (
        "Sent as the sum of each week, Monday to Sunday, at 05:00, from business date 2026-11-16." in ran.out
    )
    assert "Under way: 2026-11-16 to 2026-11-22" in ran.out
