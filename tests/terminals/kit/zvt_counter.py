"""A counter with a practice ZVT terminal of any manner."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from services.sandbox.terminals.zvt.ports import PracticeZvt
from services.sandbox.terminals.zvt.practice import Manner, Memory
from services.terminals.zvt.profiles import Timers
from tests.terminals.kit.cases import Case
from tests.terminals.kit.counter import Counter, counter
from tests.terminals.kit.zvt_cases import CALM, CALM_MANNER, driver, profile


def zvt_case(
    manner: Manner = CALM_MANNER, *, serial: bool = False, timers: Timers = CALM, **changes: object
) -> Case:
    """A case of this manner and profile."""
    practice = partial(PracticeZvt, manner, serial=serial)
    return Case("zvt", "EUR", practice, partial(driver, profile(timers, **changes)))


EITHER = [
    pytest.param(zvt_case(), id="zvt-tcp-undoes"),
    pytest.param(zvt_case(serial=True), id="zvt-serial-undoes"),
]


@contextmanager
def zvt_at(
    template: Path,
    manner: Manner = CALM_MANNER,
    *,
    serial: bool = False,
    timers: Timers = CALM,
    **changes: object,
) -> Iterator[Counter]:
    """A counter with a terminal of this manner."""
    with counter(zvt_case(manner, serial=serial, timers=timers, **changes), template) as made:
        yield made


def memory_of(made: Counter) -> Memory:
    """What the practice terminal remembers."""
    practice = made.shop.practice
    assert isinstance(practice, PracticeZvt)
    return practice.memory
