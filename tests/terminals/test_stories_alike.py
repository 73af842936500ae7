"""What goes alike at the terminals of several protocols."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from services.contract.problem import Refused
from services.contract.terminals import PaymentState, ProgressKind
from services.sandbox.terminals.concert.ports import PracticeConcert
from services.sandbox.terminals.eplus.ports import PracticeEplus
from services.sandbox.terminals.faults import Fault, FaultKind
from services.sandbox.terminals.nexo.practice import Manner
from services.terminals.concert.messages import MOST_AMOUNT as MOST_OF_CONCERT
from services.terminals.eplus.messages import MOST_AMOUNT as MOST_OF_EPLUS
from tests.terminals.kit.concert_cases import concert_case
from tests.terminals.kit.counter import Counter, counter
from tests.terminals.kit.drivers import status_of
from tests.terminals.kit.eplus_cases import eplus_case
from tests.terminals.kit.linkly_cases import linkly_case
from tests.terminals.kit.nexo_cases import nexo_case
from tests.terminals.kit.zvt_cases import CALM_MANNER
from tests.terminals.kit.zvt_counter import zvt_case

CASES = {
    "concert": concert_case(),
    "concert-partial": concert_case(partial=True),
    "eplus": eplus_case(),
    "linkly": linkly_case(),
    "nexo": nexo_case("one", Manner()),
    "zvt": zvt_case(),
    "zvt-keeps": zvt_case(replace(CALM_MANNER, undoes_unacked=False)),
    "zvt-partial": zvt_case(partial=True),
}
SENT, ACKED, APPROVED = PaymentState.SENT, PaymentState.ACKED, PaymentState.APPROVED


@pytest.fixture
def made(request: pytest.FixtureRequest, template: Path) -> Iterator[Counter]:
    """A counter with a terminal of the case that the test names."""
    with counter(CASES[request.param], template) as at_it:
        yield at_it


@pytest.mark.parametrize(
    "made,states,texts",
    [
        ("concert", [SENT, APPROVED], ["The customer pays at the terminal."]),
        ("eplus", [SENT, ACKED, APPROVED], ["The customer pays at the terminal."]),
        ("nexo", [SENT, APPROVED], ["waiting for the customer at the terminal"]),
        ("zvt", [SENT, ACKED, APPROVED], ["insert card", "waiting for the answer of the bank"]),
    ],
    ids=["concert", "eplus", "nexo", "zvt"],
    indirect=["made"],
)
def test_the_states_are_told_in_their_order(
    made: Counter, states: list[PaymentState], texts: list[str]
) -> None:
    made.pay(1000)
    assert [one.state for one in made.told.all if one.kind is ProgressKind.STATE] == states
    assert made.told.texts() == texts


@pytest.mark.parametrize("made", ["concert-partial", "linkly", "nexo", "zvt-partial"], indirect=True)
def test_a_partial_approval_is_kept_as_such(made: Counter) -> None:
    paid = made.pay(1070)
    assert (paid.state, paid.approved, paid.amount) == ("approved", 535, 1070)
    assert made.shop.disagreement() is None


@pytest.mark.parametrize("made", ["eplus", "nexo", "zvt"], indirect=True)
def test_the_same_order_never_pays_twice(made: Counter) -> None:
    order = made.order(1000)
    first, again = made.desk.pay(order), made.desk.pay(order)
    assert (first.id, again.state) == (again.id, "approved")
    with pytest.raises(Refused) as caught:
        made.desk.pay(replace(order, amount=900))
    assert caught.value.code == "terminal_reference_used"
    assert len(made.shop.practice.charges.all()) == 1


@pytest.mark.parametrize(
    "made,waiting", [("nexo", "waiting for the customer"), ("zvt", "insert card")], indirect=["made"]
)
def test_two_tills_on_one_terminal(made: Counter, waiting: str) -> None:
    running = made.in_background(1080)
    made.told.wait_for(ProgressKind.DISPLAY, waiting)
    with pytest.raises(Refused) as caught:
        made.pay(700)
    assert caught.value.code == "terminal_busy"
    made.desk.abort()
    assert running.result(60).state == "cancelled"
    assert made.pay(700).state == "approved"
    assert [charge.amount for charge in made.shop.practice.charges.all()] == [700]


@pytest.mark.parametrize("made,ends", [("concert", "cancelled"), ("eplus", "declined")], indirect=["made"])
def test_wanting_to_abort_says_where(made: Counter, ends: str) -> None:
    running = made.in_background(1080)
    made.told.wait_for(ProgressKind.DISPLAY, "customer")
    assert made.desk.abort()
    made.told.wait_for(ProgressKind.DISPLAY, "red key")
    assert running.result(60).state == ends


@pytest.mark.parametrize(
    "made,most", [("concert", MOST_OF_CONCERT), ("eplus", MOST_OF_EPLUS)], indirect=["made"]
)
def test_an_amount_that_does_not_fit_is_refused_before_anything_is_sent(made: Counter, most: int) -> None:
    row = made.pay(most + 1)
    assert row.state == "cancelled"
    assert row.problem is not None
    assert str(most) in row.problem["why"]
    practice = made.shop.practice
    assert isinstance(practice, PracticeConcert | PracticeEplus)
    assert practice.memory.heard == []


@pytest.mark.parametrize(
    "made,faults,why",
    [
        (
            "concert",
            [Fault(FaultKind.OTHER_AMOUNT, "CD0")],
            "over 1100 (minor units), which is not what was asked",
        ),
        ("linkly", [Fault(FaultKind.OTHER_AMOUNT, "M")], "1100"),
        ("nexo", [Fault(FaultKind.OTHER_AMOUNT, "Payment")], "1100 EUR where 1000 EUR"),
        (
            "zvt-keeps",
            [Fault(FaultKind.OTHER_AMOUNT, "040F"), Fault(FaultKind.CABLE_OUT_AFTER, "040F")],
            "receipt 0463 over 1100",
        ),
    ],
    ids=["concert", "linkly", "nexo", "zvt"],
    indirect=["made"],
)
def test_a_charge_of_another_amount_is_left_to_a_person(made: Counter, faults: list[Fault], why: str) -> None:
    for fault in faults:
        made.shop.practice.faults.plan(fault)
    paid = made.pay(1000)
    assert paid.state == "unknown"
    assert paid.problem is not None
    assert why in paid.problem["why"]
    with pytest.raises(Refused) as caught:
        made.pay(500)
    assert caught.value.code == "terminal_unresolved"
    with pytest.raises(Refused):
        made.desk.settle("anna")
    settled = made.decide(paid, PaymentState.DECLINED, "refunded by hand")
    assert (settled.state, settled.settled_by) == ("declined", "anna")
    assert made.pay(500).state == "approved"


@pytest.mark.parametrize("serial", [False, True], ids=["tcp", "serial"])
@pytest.mark.parametrize(
    "name,made_by,more",
    [
        ("concert", PracticeConcert, {"ticket": "till", "private": "yes"}),
        ("eplus", PracticeEplus, {}),
    ],
)
def test_a_terminal_is_reached_as_it_was_set_up(
    name: str, made_by: type[PracticeConcert | PracticeEplus], more: dict[str, str], *, serial: bool
) -> None:
    practice = made_by(serial=serial).start()
    try:
        assert status_of(name, {**practice.address, **more}).ready
    finally:
        practice.stop()
