"""Payments over Concert V3 that are disturbed, at any message: the books agree."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from services.contract.people import Person
from services.contract.terminals import PaymentState
from services.sandbox.terminals.concert.practice import on_the_wall
from services.sandbox.terminals.faults import Fault, FaultKind
from tests.terminals.kit.concert_cases import QUICK, QUICK_MANNER, concert_case
from tests.terminals.kit.counter import Counter, counter
from tests.terminals.test_concert_stories import memory_of

_SHORT = replace(QUICK, until_answer=0.25, until_told=1.0)
_TICKETS_ONLY = replace(QUICK_MANNER, duplicates="ticket", gives_back=False)
_LOST = [
    FaultKind.SILENCE,
    FaultKind.DELAY,
    FaultKind.CABLE_OUT,
    FaultKind.CABLE_OUT_AFTER,
    FaultKind.POWER_FAIL,
    FaultKind.GARBAGE,
]
_FRAMED = ["ACK-ENQ", "ACK", "ENQ-CD3", "CD3", "EOT-CD3", "ENQ-CD0", "CD0", "EOT-CD0"]
"""What the terminal says around a payment on a serial line."""


def _plan(made: Counter, *faults: Fault) -> None:
    for fault in faults:
        memory_of(made).faults.plan(fault)


@pytest.mark.parametrize("kind", [FaultKind.DUPLICATE, FaultKind.SPLIT])
def test_disturbances_the_protocol_gets_over(kind: FaultKind, template: Path) -> None:
    with counter(concert_case(ticket=True), template) as made:
        for message in ("CD3", "CD0"):
            _plan(made, Fault(kind, message))
            paid = made.pay(1010)
            assert (paid.state, paid.settled_by) == ("approved", "terminal")
        assert made.pay(500).state == "approved"
        assert made.shop.disagreement() is None


@pytest.mark.parametrize("kind", _LOST)
def test_an_answer_that_is_lost_is_found_by_the_duplicate(kind: FaultKind, template: Path) -> None:
    with counter(concert_case(timers=_SHORT), template) as made:
        _plan(made, Fault(kind, "CD0", seconds=0.5))
        paid = made.pay(1010)
        assert (paid.state, paid.approved) == ("approved", 1010)
        assert kind is FaultKind.CABLE_OUT_AFTER or paid.settled_by == "query"
        assert made.shop.practice.wait_until_idle()
        assert made.pay(500).state == "approved"
        assert made.shop.disagreement() is None
        assert len(made.shop.practice.charges.all()) == 2


def test_a_refusal_that_is_lost_is_not_taken_for_an_approval(template: Path) -> None:
    with counter(concert_case(timers=_SHORT), template) as made:
        made.pay(1000)
        for kind in _LOST:
            _plan(made, Fault(kind, "CD0", seconds=0.5))
            assert made.pay(1051).state in {"declined", "cancelled"}, kind
            assert made.shop.practice.wait_until_idle()
        assert made.shop.disagreement() is None


@pytest.mark.parametrize("kind", [FaultKind.SILENCE, FaultKind.CABLE_OUT, FaultKind.GARBAGE])
def test_a_question_that_fails_before_leaves_nothing_sent(kind: FaultKind, template: Path) -> None:
    with counter(concert_case(timers=_SHORT), template) as made:
        _plan(made, Fault(kind, "CD3"))
        row = made.pay(1010)
        assert (row.state, row.result) == ("cancelled", None)
        assert "0" not in memory_of(made).heard
        assert made.pay(500).state == "approved"
        assert made.shop.disagreement() is None


def test_finding_out_waits_while_the_terminal_is_busy(template: Path) -> None:
    with counter(concert_case(), template) as made:
        _plan(
            made,
            Fault(FaultKind.CABLE_OUT, "CD0"),
            Fault(FaultKind.BUSY, "CD3", nth=2),
            Fault(FaultKind.BUSY, "CD3", nth=3),
        )
        paid = made.pay(1010)
        assert (paid.state, paid.settled_by) == ("approved", "query")
        assert memory_of(made).heard == ["3", "0", "3", "3", "3"]
        assert made.shop.disagreement() is None


@pytest.mark.parametrize("hours,state", [(0, "approved"), (-1, "approved"), (5, "unknown"), (-5, "unknown")])
def test_a_payment_of_another_time_is_not_taken_for_ours(template: Path, hours: int, state: str) -> None:
    with counter(concert_case(_TICKETS_ONLY), template) as made:
        memory_of(made).clock = lambda: on_the_wall() + timedelta(hours=hours)
        _plan(made, Fault(FaultKind.CABLE_OUT, "CD0"))
        assert made.pay(1010).state == state


def test_a_busy_terminal_takes_no_payment_and_keeps_none(template: Path) -> None:
    with counter(concert_case(), template) as made:
        _plan(made, Fault(FaultKind.BUSY, "CD0"))
        assert made.pay(1010).state == "declined"
        assert made.shop.disagreement() is None


def test_where_only_tickets_tell(template: Path) -> None:
    with counter(concert_case(_TICKETS_ONLY, timers=_SHORT), template) as made:
        _plan(made, Fault(FaultKind.SILENCE, "CD0"))
        paid = made.pay(1010)
        assert (paid.state, paid.approved, paid.settled_by) == ("approved", 1010, "query")
        _plan(made, Fault(FaultKind.SILENCE, "CD0"))
        refused = made.pay(1051)
        assert (refused.state, refused.settled_by) == ("cancelled", "query")
        assert made.shop.disagreement() is None


def test_where_only_tickets_tell_two_of_an_amount_are_left_to_a_person(template: Path) -> None:
    with counter(concert_case(_TICKETS_ONLY, timers=_SHORT), template) as made:
        assert made.pay(1010).state == "approved"
        _plan(made, Fault(FaultKind.SILENCE, "CD0"))
        paid = made.pay(1010)
        assert paid.state == "unknown"
        assert paid.problem is not None
        assert "tell its transactions apart" in paid.problem["why"]


@pytest.mark.parametrize("duplicates", ["tags", "ticket"])
def test_a_refusal_that_the_terminal_repeats_is_no_approval(duplicates: str, template: Path) -> None:
    manner = replace(QUICK_MANNER, duplicates=duplicates, gives_back=False, repeats_refusals=True)
    case = replace(concert_case(manner, timers=_SHORT), tells=False)
    with counter(case, template) as made:
        assert made.pay(500).state == "approved"
        _plan(made, Fault(FaultKind.SILENCE, "CD0"))
        refused = made.pay(1051)
        assert refused.state == "unknown"
        assert refused.problem is not None
        assert "1051 (minor units), and came to nothing" in refused.problem["why"]
        assert made.shop.disagreement() is None
        person = Person("anna", 1000, frozenset({"manager"}))
        made.desk.decide(refused.id or 0, PaymentState.DECLINED, person, "refused on the slip")
        assert made.pay(700).state == "approved"
        assert made.shop.disagreement() is None


def test_without_duplicates_a_person_is_asked(template: Path) -> None:
    with counter(concert_case(replace(QUICK_MANNER, duplicates="none"), timers=_SHORT), template) as made:
        _plan(made, Fault(FaultKind.POWER_FAIL, "CD0"))
        paid = made.pay(1010)
        assert paid.state == "unknown"
        assert paid.problem is not None
        assert "no duplicate" in paid.problem["why"]


def test_our_reference_tells_where_nothing_was_asked_before(template: Path) -> None:
    with counter(concert_case(asks_before=False, private=True), template) as made:
        made.pay(1010)
        _plan(made, Fault(FaultKind.SILENCE, "CD0"))
        made.points.how, made.points.at, made.points.passed = "cut", 2, 0
        paid = made.pay(1010)
        assert made.points.broken
        assert (paid.state, paid.settled_by) == ("approved", "query")
        assert made.shop.disagreement() is None


def test_a_customer_who_goes_on_without_the_till_is_waited_for(template: Path) -> None:
    with counter(concert_case(), template) as made:
        made.points.how, made.points.at, made.points.passed = "cut", 5, 0
        paid = made.pay(1081)
        assert made.points.broken
        assert (paid.state, paid.settled_by) == ("approved", "query")
        assert made.shop.disagreement() is None


@pytest.mark.parametrize("kind", [FaultKind.DUPLICATE, FaultKind.SPLIT, FaultKind.GARBAGE, FaultKind.SILENCE])
def test_a_serial_line_gets_over_disturbances(kind: FaultKind, template: Path) -> None:
    with counter(concert_case(serial=True), template) as made:
        for message in _FRAMED:
            _plan(made, Fault(kind, message))
            assert made.pay(1010).state == "approved", message
        for fault in (Fault(FaultKind.BAD_CRC, "CD0"), Fault(FaultKind.NAK, "text", nth=2)):
            _plan(made, fault)
            assert made.pay(1010).state == "approved", fault
        assert made.shop.disagreement() is None
        assert len(made.shop.practice.charges.all()) == len(_FRAMED) + 2


def test_a_serial_line_that_breaks_is_asked(template: Path) -> None:
    with counter(concert_case(serial=True, timers=_SHORT), template) as made:
        for message in ("ENQ-CD0", "CD0", "EOT-CD0"):
            _plan(made, Fault(FaultKind.POWER_FAIL, message))
            made.pay(1010)
            assert made.shop.disagreement() is None, message
            assert made.shop.practice.wait_until_idle()
        assert made.pay(500).state == "approved"
