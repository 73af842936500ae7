"""An attempt as it crosses the socket."""

from dataclasses import replace

import pytest

from services.contract.people import Person
from services.contract.terminals import PaymentState, ReceiptCopy
from services.terminals.answers import payment_answer
from services.terminals.driver import Hooks, Printed, Request, Result
from tests.terminals.kit.told_driver import LOST, DeskAt, break_off, order


def test_a_partial_approval_with_its_slip(counter: DeskAt) -> None:
    def part(_request: Request, hooks: Hooks) -> Result:
        hooks.sent()
        hooks.print(Printed(ReceiptCopy.CUSTOMER, ("THANK YOU", "4111 1111 1111 1111")))
        return Result(PaymentState.APPROVED, 405, "EUR", card="****1111", receipt="0463", tip=5)

    counter.driver.performs = part
    answer = payment_answer(counter.desk.pay(order()))
    assert (answer["amount"], answer["state"], answer["partial"]) == ("10.00", "approved", True)
    assert answer["result"] is not None
    assert (answer["result"]["approved"], answer["result"]["tip"]) == ("4.05", "0.05")
    assert answer["receipts"] == [{"copy": "customer", "lines": ["THANK YOU", "**** **** **** 1111"]}]
    assert answer["reference"] == "r1"
    assert answer["settled"] is not None


def test_what_was_not_sent_says_why(counter: DeskAt) -> None:
    def refuse(_request: Request, _hooks: Hooks) -> Result:
        raise LOST

    counter.driver.performs = refuse
    answer = payment_answer(counter.desk.pay(order()))
    assert (answer["state"], answer["result"], answer["partial"]) == ("cancelled", None, False)
    assert answer["problem"] is not None
    assert answer["problem"]["code"] == "terminal_lost"


def test_what_a_person_approves_is_charged_with_its_cash_out(counter: DeskAt) -> None:
    counter.driver.performs = break_off
    row = counter.desk.pay(replace(order(), cash_out=5000))
    anna = Person("anna", 1000, frozenset({"manager"}))
    answer = payment_answer(counter.desk.decide(row.id or 0, PaymentState.APPROVED, anna, "slip 17"))
    assert answer["charged"] == "60.00"


@pytest.mark.parametrize("amount,cash,state", [
    (0, 2000, "approved"),
    (0, 1000, "approved"),
    (0, 0, "unknown"),
    (0, 2001, "unknown"),
    (1, 2000, "unknown"),
])  # fmt: skip
def test_of_cash_out_alone_the_cash_has_to_fit(counter: DeskAt, amount: int, cash: int, state: str) -> None:
    def pay_out(_request: Request, hooks: Hooks) -> Result:
        hooks.sent()
        return Result(PaymentState.APPROVED, amount, "EUR", cash_out=cash)

    counter.driver.performs = pay_out
    answer = payment_answer(counter.desk.pay(replace(order(), amount=0, cash_out=2000)))
    assert (answer["state"], answer["cash_out"]) == (state, "20.00")
    assert answer["charged"] == (f"{cash // 100}.00" if state == "approved" else None)
