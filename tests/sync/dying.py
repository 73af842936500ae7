"""A process that dies at a step, and is started again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlmodel import Session

from tests.sync.fakes import Killed
from tests.sync.support import Shop


@contextmanager
def dying(shop: Shop, at: int) -> Iterator[Callable[[], bool]]:
    """Let the process die after the transaction, or at the call, of number `at`."""
    count = 0
    died = False

    def step() -> None:
        nonlocal count, died
        count += 1
        if count == at:
            died = True
            raise Killed

    original = shop.database.write

    @contextmanager
    def write() -> Iterator[Session]:
        with original() as session:
            yield session
        step()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(shop.database), "write", lambda _: write())
        for after in (False, True):
            shop.ledger.on("", step, after=after, count=None)
        try:
            yield lambda: died
        finally:
            shop.ledger.rules.clear()


def run_until_done(shop: Shop) -> int:
    """Die at step 1, start again and die at step 2 of what is left, and so on.

    Returns how often the service died.
    """
    deaths = 0
    for at in range(1, 400):
        office = shop.open_office()
        with dying(shop, at) as died:
            try:
                office.tick()
            except Killed:
                deaths += 1
        shop.clock.move(minutes=1)
        if not died():
            break
    shop.open_office().tick()
    return deaths
