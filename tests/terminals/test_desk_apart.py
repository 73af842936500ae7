"""Desks do not get in each other's way, and a decision has an amount."""

from dataclasses import replace

import pytest

from services.contract.people import Person
from services.contract.problem import Refused
from services.contract.terminals import PaymentState
from services.store.tables import Terminal
from services.terminals.desk import Desk
from services.terminals.driver import Finding, Hooks, Request, Result, Verdict
from services.terminals.finding_out import Patience
from tests.terminals.kit.told_driver import APPROVED, DeskAt, ToldDriver, break_off, order

_ANNA = Person("anna", 1000, frozenset({"manager"}))


def _other_desk(counter: DeskAt, driver: ToldDriver) -> Desk:
    front = counter.desk.terminal
    with counter.database.write() as session:
        session.add(Terminal(**{**front.model_dump(), "key": "back"}))
    with counter.database.read() as session:
        back = session.get_one(Terminal, "back")
    return Desk(back, driver, counter.journal, counter.waited.append, patience=Patience(tries=1))


def test_a_terminal_is_never_asked_about_the_payment_of_another(counter: DeskAt) -> None:
    counter.driver.performs = break_off
    row = counter.desk.pay(order())
    other = ToldDriver(findings=[Finding(Verdict.NOT_CHARGED, "it does not know it")])
    with pytest.raises(Refused) as caught:
        _other_desk(counter, other).pay(order())
    assert caught.value.code == "terminal_reference_used"
    assert other.asked == []
    assert counter.journal.get(row.id or 0).state == "unknown"


def test_a_desk_whose_place_was_taken_writes_nothing_down(
    counter: DeskAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Found out about while a manager corrects the terminal's address.
    counter.driver.performs = break_off
    counter.desk.pay(order())

    def found_too_late(_request: Request, _said: Result | None, _hooks: Hooks) -> Finding:
        counter.desk.retire()
        return Finding(Verdict.NOT_CHARGED, "it is the old one")

    monkeypatch.setattr(counter.driver, "query", found_too_late)
    with pytest.raises(Refused) as caught:
        counter.desk.pay(order("r2"))
    assert caught.value.code == "terminal_busy"
    assert counter.driver.performed == 1
    assert counter.journal.find(counter.desk.terminal.store, order("r2")) is None
    assert counter.desk.status().ready


@pytest.mark.parametrize(
    "told,comes_to",
    [
        (replace(APPROVED, amount=0), 1000),
        (replace(APPROVED, amount=900, currency="CHF"), 1000),
        (replace(APPROVED, amount=1100), 1100),
    ],
)
def test_an_approval_by_a_person_is_never_of_nothing(counter: DeskAt, told: Result, comes_to: int) -> None:
    def contradict(_request: Request, hooks: Hooks) -> Result:
        hooks.sent()
        return told

    counter.driver.performs = contradict
    row = counter.desk.pay(order())
    assert row.state == "unknown"
    settled = counter.desk.decide(row.id or 0, PaymentState.APPROVED, _ANNA, "slip 17")
    assert settled.approved == comes_to
