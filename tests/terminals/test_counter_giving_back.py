"""Money given back at several terminals: nobody waits, and none comes twice."""

import threading
from collections.abc import Iterator

import pytest

from services.contract.problem import Problem, Refused
from services.contract.terminals import PaymentKind, PaymentState
from services.sandbox.terminals.zvt.ports import PracticeZvt
from services.store.tables import TerminalAttempt
from services.terminals.driver import Result
from services.terminals.journal import Journal
from tests.terminals.kit.at_counter import QUICK, AtCounter, add_front


class _Refund(threading.Thread):
    """A till that asks for money back, and what it is answered."""

    def __init__(self, shop: AtCounter, paid: int, key: str) -> None:
        super().__init__(daemon=True)
        self.shop, self.paid, self.key = shop, paid, key
        self.answer = ""
        self.start()

    def run(self) -> None:
        """Ask, and wait for the end."""
        try:
            watch = self.shop.begin(
                2000, f"back-{self.key}", kind=PaymentKind.REFUND, original=self.paid, key=self.key
            )
        except Problem as problem:
            self.answer = problem.code
        else:
            self.answer = self.shop.ended(watch)["payment"]["state"]

    def answered(self) -> str:
        """Wait until it is answered."""
        self.join(60)
        assert not self.is_alive(), "the till is still waiting"
        return self.answer


@pytest.fixture
def back(any_shop: AtCounter) -> Iterator[PracticeZvt]:
    """The other terminal of the shop."""
    practice = PracticeZvt(QUICK).start()
    add_front(any_shop, "back", settings=practice.address)
    yield practice
    practice.stop()


def test_a_terminal_asked_for_long_holds_up_no_refund_at_another(
    any_shop: AtCounter, back: PracticeZvt, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = (any_shop.pay(2000)["payment"]["id"] for _ in range(2))
    unresolved, asked, told = Journal.unresolved, threading.Event(), threading.Event()

    def slowly(journal: Journal, terminal: str) -> list[TerminalAttempt]:
        if terminal == "front":
            asked.set()
            assert told.wait(60)
        return unresolved(journal, terminal)

    monkeypatch.setattr(Journal, "unresolved", slowly)
    slow = _Refund(any_shop, one, "front")
    assert asked.wait(60)
    assert _Refund(any_shop, other, "back").answered() == "approved"
    told.set()
    assert slow.answered() == "approved"
    assert [charge.amount for charge in back.charges.standing()] == [2000]


def test_two_terminals_at_once_give_no_more_back_than_was_paid(
    any_shop: AtCounter, back: PracticeZvt, monkeypatch: pytest.MonkeyPatch
) -> None:
    paid = any_shop.pay(2000)["payment"]["id"]
    unresolved, both = Journal.unresolved, threading.Barrier(2, timeout=180)

    def together(journal: Journal, terminal: str) -> list[TerminalAttempt]:
        both.wait()
        return unresolved(journal, terminal)

    monkeypatch.setattr(Journal, "unresolved", together)
    tills = [_Refund(any_shop, paid, key) for key in ("front", "back")]
    assert sorted(till.answered() for till in tills) == ["approved", "terminal_taken_back"]
    standing = [*any_shop.practice.charges.standing(), *back.charges.standing()]
    assert [(charge.kind, charge.amount) for charge in standing] == [("payment", 2000), ("refund", 2000)]


def test_money_a_terminal_gave_back_late_is_given_back(any_shop: AtCounter) -> None:
    paid = any_shop.pay(2000)["payment"]["id"]
    back = any_shop.pay(1251, kind=PaymentKind.REFUND, original=paid)["payment"]
    assert back["state"] == "declined"
    late = Result(PaymentState.APPROVED, 1251, "EUR")
    told = Refused("It was declined, and is approved.", "", "", code="terminal_late")
    Journal(any_shop.db, any_shop.clock).keep_late(back["id"], late, told)
    with pytest.raises(Refused) as caught:
        any_shop.pay(800, kind=PaymentKind.REFUND, original=paid)
    assert caught.value.code == "terminal_taken_back"
    assert any_shop.pay(749, kind=PaymentKind.REFUND, original=paid)["payment"]["state"] == "approved"
