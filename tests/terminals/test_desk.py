"""The desk's promises, with a driver that does as it is told."""

import pytest
from sqlmodel import select

from services.contract.people import Person
from services.contract.problem import Refused
from services.contract.terminals import PaymentKind, PaymentState, ProgressKind
from services.store.tables import Audit, TerminalAttempt
from services.terminals.driver import (
    Answer,
    Finding,
    Hooks,
    Prompt,
    Request,
    Result,
    Verdict,
)
from services.terminals.journal import Order
from services.terminals.machine import IllegalMove
from services.terminals.problems import TerminalSilent
from tests.terminals.kit.told_driver import APPROVED, LOST, DeskAt, approve, break_off, found, order

_ANNA = Person("anna", 1000, frozenset({"manager"}))


def test_an_approval(counter: DeskAt) -> None:
    row = counter.desk.pay(order())
    assert (row.state, row.approved, row.settled_by) == ("approved", 1000, "terminal")
    assert row.baseline == {"last": "0462"}
    assert len(row.reference) == 10
    assert row.sent is not None
    assert counter.desk.pay(order("r2")).reference != row.reference


def test_what_was_not_sent_is_cancelled_with_the_reason(counter: DeskAt) -> None:
    def refuse(_request: Request, _hooks: Hooks) -> Result:
        raise LOST

    counter.driver.performs = refuse
    row = counter.desk.pay(order())
    assert (row.state, row.settled_by, row.sent) == ("cancelled", "journal", None)
    assert row.problem is not None
    assert row.problem["code"] == "terminal_lost"
    assert counter.driver.asked == []


@pytest.mark.parametrize(
    "finding,state",
    [
        (found(), "approved"),
        (found(PaymentState.DECLINED, 0), "declined"),
        (Finding(Verdict.NOT_CHARGED, "it is the old one"), "cancelled"),
        (Finding(Verdict.CANNOT_TELL, "no query"), "unknown"),
    ],
)
def test_after_a_break_the_terminal_is_asked(counter: DeskAt, finding: Finding, state: str) -> None:
    counter.driver.performs = break_off
    counter.driver.findings = [finding]
    row = counter.desk.pay(order())
    assert row.state == state
    assert counter.driver.performed == 1
    request, said = counter.driver.asked[0]
    assert (request.baseline, said) == ({"last": "0462"}, None)


def test_it_is_asked_again_while_it_is_busy_or_gone(counter: DeskAt) -> None:
    counter.driver.performs = break_off
    counter.driver.findings = [TerminalSilent("T3", 5), Finding(Verdict.RUNNING, "busy"), found()]
    assert counter.desk.pay(order()).state == "approved"
    assert counter.waited == [2, 2]


def test_what_cannot_be_found_out_is_unknown_and_blocks(counter: DeskAt) -> None:
    counter.driver.performs = break_off
    row = counter.desk.pay(order())
    assert row.state == "unknown"
    assert row.problem is not None
    assert row.problem["code"] == "terminal_lost"
    counter.driver.performs = approve
    with pytest.raises(Refused) as caught:
        counter.desk.pay(order("r2"))
    assert caught.value.code == "terminal_unresolved"
    assert row.reference in caught.value.why
    with pytest.raises(Refused):
        counter.desk.settle("anna")
    assert counter.driver.performed == 1


def test_a_blocked_terminal_is_free_once_the_answer_is_there(counter: DeskAt) -> None:
    counter.driver.performs = break_off
    first = counter.desk.pay(order())
    counter.driver.performs, counter.driver.findings = approve, [found()]
    assert counter.desk.pay(order("r2")).state == "approved"
    assert counter.journal.get(first.id or 0).state == "approved"


@pytest.mark.parametrize("state", ["pending", "sent", "acked"])
def test_a_restart_resolves_what_was_left(counter: DeskAt, state: str) -> None:
    attempt = counter.journal.begin(counter.desk.terminal, order())
    if state != "pending":
        counter.journal.sent(attempt.id or 0, {"last": "0462"})
    if state == "acked":
        counter.journal.acked(attempt.id or 0)
        counter.journal.said(attempt.id or 0, APPROVED)
    counter.driver.findings = [found()]
    rows = counter.again().resolve()
    assert [row.state for row in rows] == ["cancelled" if state == "pending" else "approved"]
    assert counter.driver.performed == 0
    if state == "acked":
        assert counter.driver.asked[0][1] == APPROVED


def test_a_till_that_asks_again_hears_what_became_of_it(counter: DeskAt) -> None:
    counter.driver.performs = break_off
    assert counter.desk.pay(order()).state == "unknown"
    counter.driver.findings = [found()]
    assert counter.desk.pay(order()).state == "approved"
    assert counter.driver.performed == 1


def test_a_person_settles_what_nobody_knows_by_name(counter: DeskAt) -> None:
    counter.driver.performs = break_off
    row = counter.desk.pay(order())
    settled = counter.desk.decide(row.id or 0, PaymentState.APPROVED, _ANNA, "slip 4111111111111111")
    assert (settled.state, settled.approved, settled.settled_by) == ("approved", 1000, "anna")
    assert settled.note == "slip ************1111"
    with counter.database.read() as session:
        (entry,) = session.exec(select(Audit)).all()
    assert (entry.who, entry.action, entry.before) == ("anna", "resolve_terminal", {"state": "unknown"})
    with pytest.raises(Refused):
        counter.desk.decide(row.id or 0, PaymentState.DECLINED, _ANNA, "")


@pytest.mark.parametrize("state", [PaymentState.UNKNOWN, PaymentState.SENT])
def test_a_person_can_only_decide_for_good(counter: DeskAt, state: PaymentState) -> None:
    counter.driver.performs = break_off
    row = counter.desk.pay(order())
    with pytest.raises(Refused) as caught:
        counter.desk.decide(row.id or 0, state, _ANNA, "")
    assert caught.value.code == "terminal_not_unknown"


def test_a_late_answer_changes_nothing_that_is_final(counter: DeskAt) -> None:
    row = counter.desk.pay(order())
    with pytest.raises(IllegalMove):
        counter.journal.settle(row.id or 0, PaymentState.DECLINED, "terminal")
    with pytest.raises(IllegalMove):
        counter.journal.sent(row.id or 0, {})
    assert counter.journal.get(row.id or 0).state == "approved"


@pytest.mark.parametrize(
    "result",
    [
        Result(PaymentState.APPROVED, 1001, "EUR"),
        Result(PaymentState.APPROVED, 0, "EUR"),
        Result(PaymentState.APPROVED, -5, "EUR"),
        Result(PaymentState.APPROVED, 1000, "CHF"),
    ],
)
def test_an_approval_of_something_else_is_unknown(counter: DeskAt, result: Result) -> None:
    def other(_request: Request, hooks: Hooks) -> Result:
        hooks.sent()
        return result

    counter.driver.performs = other
    row = counter.desk.pay(order())
    assert (row.state, row.approved) == ("unknown", None)
    assert row.problem is not None
    assert "1000 EUR was asked" in row.problem["why"]


def test_a_partial_approval(counter: DeskAt) -> None:
    def other(_request: Request, hooks: Hooks) -> Result:
        hooks.sent()
        return Result(PaymentState.APPROVED, 400, "EUR")

    counter.driver.performs = other
    row = counter.desk.pay(order())
    assert (row.state, row.amount, row.approved) == ("approved", 1000, 400)


@pytest.mark.parametrize("amount,currency", [(0, "EUR"), (-1, "EUR"), (100, "CHF")])
def test_an_amount_that_cannot_be_asked(counter: DeskAt, amount: int, currency: str) -> None:
    order = Order("till-1", "r1", PaymentKind.PAYMENT, amount, currency)
    with pytest.raises(Refused) as caught:
        counter.desk.pay(order)
    assert caught.value.code == "terminal_amount"
    assert counter.driver.performed == 0


def test_what_the_protocol_cannot_do_is_refused_before_anything_is_written(counter: DeskAt) -> None:
    counter.driver.abilities = frozenset()
    for call in (
        lambda: counter.desk.pay(order(kind=PaymentKind.REFUND)),
        lambda: counter.desk.settle("anna"),
        counter.desk.status,
        counter.desk.reprint,
    ):
        with pytest.raises(Refused) as caught:
            call()
        assert caught.value.code == "terminal_cannot"
    with counter.database.read() as session:
        assert session.exec(select(TerminalAttempt)).all() == []


def test_two_services_cannot_have_one_terminal_at_once(counter: DeskAt) -> None:
    counter.journal.begin(counter.desk.terminal, order())
    with pytest.raises(Refused) as caught:
        counter.journal.begin(counter.desk.terminal, order("r2"))
    assert caught.value.code == "terminal_busy"


def test_a_driver_that_fails_in_its_own_code_leaves_nothing_settled(counter: DeskAt) -> None:
    def fail(_request: Request, hooks: Hooks) -> Result:
        hooks.sent()
        raise ZeroDivisionError

    counter.driver.performs = fail
    with pytest.raises(ZeroDivisionError):
        counter.desk.pay(order())
    counter.driver.findings = [found()]
    assert [row.state for row in counter.desk.resolve()] == ["approved"]


def test_prompts_are_asked_and_answered_once(counter: DeskAt) -> None:
    def sign(_request: Request, hooks: Hooks) -> Result:
        hooks.sent()
        hooks.ask(Prompt("Signature ok?", ("yes", "no")))
        assert hooks.answer() is None
        assert not counter.desk.answer(Answer("maybe"))
        with pytest.raises(Refused) as caught:
            counter.desk.answer(Answer("yes", "4111 1111 1111 1111"))
        assert (caught.value.code, hooks.answer()) == ("card_number", None)
        assert counter.desk.answer(Answer("yes"))
        answer = hooks.answer()
        assert answer is not None
        assert answer.choice == "yes"
        assert hooks.answer() is None
        assert not counter.desk.answer(Answer("yes"))
        return APPROVED

    counter.driver.performs = sign
    assert counter.desk.pay(order()).state == "approved"
    assert not counter.desk.answer(Answer("yes"))
    kinds = [one.kind for one in counter.told]
    assert ProgressKind.PROMPT in kinds
