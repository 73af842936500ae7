"""Payments over E+ against the practice terminal: how they end."""

from dataclasses import replace
from pathlib import Path

import pytest

from services.contract.problem import Refused
from services.sandbox.terminals.eplus.ports import PracticeEplus
from services.sandbox.terminals.eplus.practice import Memory
from services.terminals.catalogue import protocol
from services.terminals.driver import Ability
from services.terminals.eplus.messages import CHEQUE
from services.terminals.journal import result_of
from tests.terminals.kit.cases import Case
from tests.terminals.kit.counter import Counter, counter
from tests.terminals.kit.drivers import around
from tests.terminals.kit.eplus_cases import QUICK_MANNER, eplus_case

_EITHER = [
    pytest.param(eplus_case(), id="serial"),
    pytest.param(eplus_case(replace(QUICK_MANNER, gives_back=False), serial=False), id="tcp"),
]


def memory_of(made: Counter) -> Memory:
    practice = made.shop.practice
    assert isinstance(practice, PracticeEplus)
    return practice.memory


@pytest.mark.parametrize("case", _EITHER)
def test_payment_refund_and_cancellation(case: Case, template: Path) -> None:
    with counter(case, template) as made:
        paid = made.pay(1010)
        assert (paid.state, paid.approved, paid.settled_by) == ("approved", 1010, "terminal")
        assert made.refund(300).state == "approved"
        assert made.reverse(paid).state == "approved"
        again = made.reverse(paid)
        assert again.state == "declined"
        assert again.result is not None
        assert again.result["code"] == "7"
        assert [charge.kind for charge in memory_of(made).charges.all()] == ["payment", "refund", "reversal"]
        assert made.shop.disagreement() is None


@pytest.mark.parametrize("amount", [1051, 1054, 1060, 1080])
def test_a_payment_that_is_not_carried_out(amount: int, template: Path) -> None:
    with counter(eplus_case(), template) as made:
        row = made.pay(amount)
        assert (row.state, row.approved) == ("declined", None)
        assert row.result is not None
        assert "not carried out" in row.result["text"]
        assert made.pay(500).state == "approved"
        assert made.shop.disagreement() is None


def test_what_could_not_be_verified_is_left_to_a_person(template: Path) -> None:
    with counter(eplus_case(), template) as made:
        row = made.pay(1099)
        assert row.state == "unknown"
        assert row.problem is not None
        assert "could not be verified" in row.problem["why"]
        with pytest.raises(Refused) as caught:
            made.pay(500)
        assert caught.value.code == "terminal_unresolved"


def test_a_report_gives_the_last_four_digits(template: Path) -> None:
    with counter(eplus_case(report=True), template) as made:
        said = result_of(made.pay(1000))
        assert said is not None
        assert said.card == "************4771"


def test_a_cheque(template: Path) -> None:
    with counter(eplus_case(mode=CHEQUE), template) as made:
        said = result_of(made.pay(1000))
        assert said is not None
        assert said.scheme == "cheque"


def test_the_terminals_own_number_is_kept(template: Path) -> None:
    manner = replace(QUICK_MANNER, gives_back=False)
    with counter(eplus_case(manner, private=False), template) as made:
        said = result_of(made.pay(1000))
        assert said is not None
        assert said.receipt == "0000000463"


def test_status_moves_no_money(template: Path) -> None:
    with counter(eplus_case(), template) as made:
        assert made.desk.status().ready
        assert made.desk.status().ready
        assert memory_of(made).heard == ["ENQ", "ENQ"]
        assert memory_of(made).charges.all() == []


def test_what_e_plus_cannot_do_is_refused_by_name(template: Path) -> None:
    with counter(eplus_case(), template) as made:
        for call, name in (
            (lambda: made.desk.settle("anna"), "settle"),
            (lambda: made.desk.totals("anna"), "totals"),
            (made.desk.reprint, "reprint"),
        ):
            with pytest.raises(Refused) as caught:
                call()
            assert name in caught.value.why
        assert memory_of(made).heard == []


def test_the_driver_names_what_it_can_do() -> None:
    driver = protocol("eplus").make({"device": "/dev/x"}, around())
    assert driver.abilities == {Ability.REFUND, Ability.REVERSAL, Ability.STATUS}
