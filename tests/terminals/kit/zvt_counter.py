"""A counter with a practice ZVT terminal of any manner."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from services.sandbox.terminals.zvt.ports import PracticeZvt
from services.sandbox.terminals.zvt.practice import Manner, Memory
from tests.terminals.kit.cases import Case
from tests.terminals.kit.counter import Counter, counter
from tests.terminals.kit.zvt_cases import CASES, QUICK_MANNER, driver, profile

EITHER = [
    pytest.param(case, id=case.name) for case in CASES if case.name in {"zvt-tcp-undoes", "zvt-serial-undoes"}
]


def zvt_case(manner: Manner = QUICK_MANNER, *, serial: bool = False, **changes: object) -> Case:
    """A case of this manner and profile."""
    practice = partial(PracticeZvt, manner, serial=serial)
    return Case("zvt", "EUR", practice, partial(driver, profile(**changes)))


@contextmanager
def zvt_at(
    template: Path, manner: Manner = QUICK_MANNER, *, serial: bool = False, **changes: object
) -> Iterator[Counter]:
    """A counter with a terminal of this manner."""
    with counter(zvt_case(manner, serial=serial, **changes), template) as made:
        yield made


def memory_of(made: Counter) -> Memory:
    """What the practice terminal remembers."""
    practice = made.shop.practice
    assert isinstance(practice, PracticeZvt)
    return practice.memory
