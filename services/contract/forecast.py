"""What a retry would do (`tillbook retry --dry-run`)."""

from __future__ import annotations

from typing_extensions import TypedDict

from services.contract.failures import Classed


class ForecastPayment(TypedDict):
    """What a retry would do with one payment."""

    tender: str
    account: str
    amount: str
    action: str
    """`create`, `adopt`, `nothing`."""
    why: str


class ForecastAnswer(Classed):
    """What a retry would do with one document; `class` of what is in the way."""

    id: int
    store: str
    date: str
    kind: str
    number: str
    total: str
    action: str
    """`create`, `adopt`, `nothing`, `blocked`."""
    why: str
    payments: list[ForecastPayment]
