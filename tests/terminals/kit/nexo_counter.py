"""A counter with a practice nexo terminal of any manner."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from services.sandbox.terminals.nexo.ports import PracticeNexo
from services.sandbox.terminals.nexo.practice import Manner, Memory
from services.terminals.nexo.talk import Timers
from tests.terminals.kit.counter import Counter, counter
from tests.terminals.kit.nexo_cases import QUICK, nexo_case


@contextmanager
def nexo_at(
    template: Path, manner: Manner | None = None, timers: Timers = QUICK, *, tls: bool = False
) -> Iterator[Counter]:
    """A counter with a terminal of this manner."""
    with counter(nexo_case("one", manner or Manner(), timers, tls=tls), template) as made:
        yield made


def memory_of(made: Counter) -> Memory:
    """What the practice terminal remembers."""
    practice = made.shop.practice
    assert isinstance(practice, PracticeNexo)
    return practice.memory
