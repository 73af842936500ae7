"""A till, a desk and a practice terminal in one process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from services.contract.terminals import PaymentKind, PaymentState, ProgressKind
from services.store.tables import TerminalAttempt
from services.terminals.desk import Desk
from services.terminals.driver import Original
from services.terminals.hooks import Progress
from services.terminals.journal import Order, result_of
from tests.terminals.kit.cases import Case
from tests.terminals.kit.child import desk_of
from tests.terminals.kit.points import Points
from tests.terminals.kit.service_side import ANNA, Shop, shop


@dataclass(slots=True)
class Told:
    """What the till was told; other threads can wait for it."""

    all: list[Progress] = field(default_factory=list)
    _news: threading.Condition = field(default_factory=threading.Condition)

    def __call__(self, progress: Progress) -> None:
        with self._news:
            self.all.append(progress)
            self._news.notify_all()

    def wait_for(self, kind: ProgressKind, text: str = "", seconds: float = 60) -> Progress:
        """Wait until something of this kind was told."""

        def found() -> list[Progress]:
            return [one for one in self.all if one.kind is kind and text in one.text]

        with self._news:
            assert self._news.wait_for(found, seconds), [one.text for one in self.all]
            return found()[0]

    def texts(self) -> list[str]:
        """What was displayed."""
        return [one.text for one in self.all if one.kind is ProgressKind.DISPLAY]

    def printed(self) -> list[str]:
        """Every line that was printed."""
        return [line for one in self.all if one.printed for line in one.printed.lines]


@dataclass(slots=True)
class Counter:
    """One till at one terminal."""

    shop: Shop
    desk: Desk
    told: Told
    points: Points
    _count: int = 0

    def order(self, amount: int, kind: PaymentKind = PaymentKind.PAYMENT, **more: Any) -> Order:  # noqa: ANN401 - an Order's own fields
        """A new order of the till."""
        self._count += 1
        return Order("till-1", f"order-{self._count}", kind, amount, self.shop.case.currency, **more)

    def pay(self, amount: int) -> TerminalAttempt:
        """Take a payment to its end."""
        return self.desk.pay(self.order(amount))

    def refund(self, amount: int) -> TerminalAttempt:
        """Give money back."""
        return self.desk.pay(self.order(amount, PaymentKind.REFUND))

    def reverse(self, paid: TerminalAttempt) -> TerminalAttempt:
        """Take a payment back."""
        said = result_of(paid)
        assert said is not None
        original = Original(said.receipt, said.trace, said.auth_code, said.provider, amount=said.amount)
        return self.desk.pay(self.order(said.amount, PaymentKind.REVERSAL, original=original))

    def decide(self, row: TerminalAttempt, state: PaymentState, note: str) -> TerminalAttempt:
        """Settle what nobody could find out, by Anna's word."""
        assert row.id is not None
        return self.desk.decide(row.id, state, ANNA, note)

    def in_background(self, amount: int) -> Future[TerminalAttempt]:
        """Take a payment in a thread of its own."""
        future: Future[TerminalAttempt] = Future()

        def work() -> None:
            try:
                future.set_result(self.pay(amount))
            except Exception as error:  # noqa: BLE001 - told to whoever waits
                future.set_exception(error)

        threading.Thread(target=work, daemon=True).start()
        return future


@contextmanager
def counter(case: Case, template: Path) -> Iterator[Counter]:
    """A counter with a new practice terminal and a new database."""
    told, points = Told(), Points()
    with shop(case, template) as made, desk_of(case, made.practice.address, made.url, points, told) as desk:
        yield Counter(made, desk, told, points)
