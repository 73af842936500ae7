"""Which state may follow which: a final one is never left."""

from itertools import product

import pytest

from services.contract.terminals import PaymentState
from services.terminals.machine import IllegalMove, check, may_follow
from services.terminals.states import FINAL, ON_THE_WIRE, UNRESOLVED


def test_every_state_is_final_or_unresolved() -> None:
    assert frozenset(PaymentState) == FINAL | UNRESOLVED
    assert not FINAL & UNRESOLVED
    assert ON_THE_WIRE < UNRESOLVED


@pytest.mark.parametrize("before,after", list(product(sorted(FINAL), PaymentState)))
def test_a_final_state_is_never_left(before: PaymentState, after: PaymentState) -> None:
    assert not may_follow(before, after)
    with pytest.raises(IllegalMove, match=f"{before} cannot become {after}"):
        check(before, after)


def test_what_was_not_sent_can_only_be_sent_or_given_up() -> None:
    following = {after for after in PaymentState if may_follow(PaymentState.PENDING, after)}
    assert following == {PaymentState.SENT, PaymentState.CANCELLED}


@pytest.mark.parametrize("before", [PaymentState.SENT, PaymentState.ACKED])
def test_what_was_sent_can_end_in_any_way(before: PaymentState) -> None:
    assert all(may_follow(before, after) for after in FINAL | {PaymentState.UNKNOWN})
    assert not may_follow(before, PaymentState.PENDING)


def test_what_is_unknown_is_settled_and_never_sent_again() -> None:
    following = {after for after in PaymentState if may_follow(PaymentState.UNKNOWN, after)}
    assert following == FINAL
