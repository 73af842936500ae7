"""Answers about when days are sent, and about sending earlier ones.

Plain dictionaries as in `services.contract.answers`, for the same reasons.
"""

from __future__ import annotations

from typing import NotRequired

from typing_extensions import TypedDict


class PeriodAnswer(TypedDict):
    """The first and the last business date of what is summed together."""

    first: str
    last: str


class ScheduleChangeAnswer(TypedDict):
    """From which business date on which frequency holds."""

    since: str
    frequency: str


class BeforeStart(TypedDict):
    """The days that wait from before the schedule's start, and their takings."""

    days: int
    first: str
    last: str
    amount: str


class ScheduleAnswer(TypedDict):
    """When, and from which business date, days are sent."""

    frequency: str
    at: str | None
    start: str | None
    period: NotRequired[PeriodAnswer | None]
    """The week or month under way; null: days are sent one by one."""
    changes: NotRequired[list[ScheduleChangeAnswer]]
    before_start: NotRequired[BeforeStart | None]
    """What waits from before the start: it is sent by `tillbook backfill` only."""
