"""Killed, or cut off, at every message boundary: the books still agree."""

import os
from itertools import count
from pathlib import Path

import pytest

from tests.terminals.kit.cases import Case, all_cases
from tests.terminals.kit.points import How
from tests.terminals.kit.service_side import ServiceSide, Shop, shop

_ORDINARY = frozenset(
    {
        "zvt-tcp-undoes",
        "zvt-serial-keeps",
        "concert-tcp",
        "eplus-serial",
        "linkly-goes-on",
        "linkly-cloud-v1",
        "nexo-goes-on",
    }
)
"""Each driver over each of its lines; TILLBOOK_LONG=1 takes every manner of a terminal."""
_CASES = [
    pytest.param(case, id=case.name)
    for case in all_cases()
    if case.name in _ORDINARY or os.environ.get("TILLBOOK_LONG") == "1"
]
_LEAST = 6
"""Boundaries that any payment passes."""


def _breaks(side: ServiceSide, made: Shop, amount: int, how: How) -> tuple[int, list[str]]:
    """Break a payment at one boundary after another, starting again each time.

    Each start resolves what the one before left; returns how many boundaries there were,
    and what was wrong after each.
    """
    wrong = []
    for at in count(1):
        assert made.practice.wait_until_idle()
        killed, told = side.run(made.job(f"sale-{amount}-{at}", amount, how=how, at=at))
        if killed:
            side.run(made.job())
        disagreement = made.disagreement()
        if disagreement is not None:
            wrong.append(f"{amount} at {at}: {disagreement}")
            if len(wrong) > 2:
                break
        if not made.case.tells:
            made.settle_by_hand()
        if not killed and not told["broken"]:
            return at - 1, wrong
    return 0, wrong


@pytest.mark.timeout(900)
@pytest.mark.parametrize("how", ["kill", "cut"])
@pytest.mark.parametrize("case", _CASES)
def test_the_books_agree_after_a_break_anywhere(
    case: Case, how: How, service_side: ServiceSide, template: Path
) -> None:
    with shop(case, template) as made:
        for amount in case.amounts:
            boundaries, wrong = _breaks(service_side, made, amount, how)
            assert wrong == []
            assert boundaries >= _LEAST
        if case.tells:
            assert made.practice.wait_until_idle()
            _, told = service_side.run(made.job("the last one", 700))
            assert told["paid"]["state"] == "approved"


@pytest.mark.timeout(900)
@pytest.mark.parametrize("case", _CASES)
def test_the_books_agree_when_finding_out_is_broken_off(
    case: Case, service_side: ServiceSide, template: Path
) -> None:
    with shop(case, template) as made:
        for middle in _boundaries(service_side, made, case):
            for at in count(1):
                assert made.practice.wait_until_idle()
                service_side.run(made.job(f"sale-{middle}-{at}", 700, how="kill", at=middle))
                killed, _ = service_side.run(made.job(how="kill", at=at, resolving=True))
                service_side.run(made.job())
                assert made.disagreement() is None
                if not case.tells:
                    made.settle_by_hand()
                if not killed:
                    break


def _boundaries(side: ServiceSide, made: Shop, case: Case) -> list[int]:
    """Return boundaries half and most of the way through a payment."""
    if not case.tells:
        return [3]
    side.run(made.job("the first", 700))
    assert made.practice.wait_until_idle()
    _, told = side.run(made.job("the second", 700))
    return [int(told["passed"] * part) for part in (0.5, 0.9)]
