"""A counter with a practice EFT-Client of any manner."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from services.contract.terminals import PaymentKind
from services.sandbox.terminals.linkly.ports import PracticeLinkly
from services.sandbox.terminals.linkly.practice import Manner, Memory
from services.store.tables import TerminalAttempt
from services.terminals.driver import Original
from services.terminals.journal import result_of
from tests.terminals.kit.counter import Counter, counter
from tests.terminals.kit.linkly_cases import QUICK_MANNER, Settings, linkly_case


@contextmanager
def linkly_at(template: Path, manner: Manner = QUICK_MANNER, **settings: Settings) -> Iterator[Counter]:
    """A counter with a client of this manner."""
    with counter(linkly_case(manner=manner, **settings), template) as made:
        yield made


def memory_of(made: Counter) -> Memory:
    """What the practice client remembers."""
    practice = made.shop.practice
    assert isinstance(practice, PracticeLinkly)
    return practice.memory


def give_back(made: Counter, paid: TerminalAttempt, amount: int) -> TerminalAttempt:
    """Give a part of a payment back, with its handle."""
    said = result_of(paid)
    assert said is not None
    original = Original(provider=said.provider)
    return made.desk.pay(made.order(amount, PaymentKind.REFUND, original=original))
