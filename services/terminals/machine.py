"""Which state may follow which. Pure (TERMINALS.md 6)."""

from __future__ import annotations

from services.contract.terminals import PaymentState
from services.terminals.states import FINAL

_NEXT = {
    # Nothing was sent, so nothing but giving up or sending can follow.
    PaymentState.PENDING: frozenset({PaymentState.SENT, PaymentState.CANCELLED}),
    PaymentState.SENT: FINAL | {PaymentState.ACKED, PaymentState.UNKNOWN},
    PaymentState.ACKED: FINAL | {PaymentState.UNKNOWN},
    PaymentState.UNKNOWN: FINAL,
}


class IllegalMove(Exception):
    """A state that cannot follow was asked for: a fault of the program."""

    def __init__(self, before: PaymentState, after: PaymentState) -> None:
        super().__init__(f"an attempt that is {before} cannot become {after}")


def may_follow(before: PaymentState, after: PaymentState) -> bool:
    """Whether an attempt in `before` may become `after`."""
    return after in _NEXT.get(before, frozenset())


def check(before: PaymentState, after: PaymentState) -> None:
    """Raise IllegalMove unless an attempt in `before` may become `after`."""
    if not may_follow(before, after):
        raise IllegalMove(before, after)
