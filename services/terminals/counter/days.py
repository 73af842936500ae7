"""Which business dates are possible for what happens now. Pure."""

from __future__ import annotations

from datetime import date, timedelta

from services.contract.problem import Refused

_BACK, _AHEAD = timedelta(days=31), timedelta(days=1)
"""A till may have been left open for long; its clock may be a time zone ahead."""


def must_be_near(day: date | None, today: date, what: str) -> None:
    """Raise Refused for a date on which nobody would look for it; `what` failed."""
    if day is not None and not today - _BACK <= day <= today + _AHEAD:
        raise Refused(
            what,
            f"{day} is not its business date: today's is {today}.",
            "Correct the date, or leave it out.",
            code="invalid_business_date",
        )


def must_have_been(day: date, today: date, what: str) -> None:
    """Raise Refused for a business date that is still to come; `what` failed."""
    if day > today:
        raise Refused(
            what,
            f"The business date {day} is still to come: today's is {today}.",
            "Give the date whose card takings it was paid for.",
            code="invalid_business_date",
        )
