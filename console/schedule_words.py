"""What people are told of days that wait from before the schedule's start."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from services.contract.schedule import BeforeStart


def before_start_words(early: BeforeStart, store: str) -> list[str]:
    """Return how many such days wait, and how to send them."""
    days = "1 day waits" if early["days"] == 1 else f"{early['days']} days wait"
    span = f"{early['first']} to {early['last']}"
    command = f"tillbook backfill --store {store} --from {early['first']} --to {early['last']}"
    return [
        f"{days} from before that ({span}, {early['amount']}): not sent unless asked.",
        f"See what that would send: {command} --dry-run",
    ]
