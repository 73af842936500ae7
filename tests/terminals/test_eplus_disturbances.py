"""Payments over E+ that are disturbed: the books agree, or a person is asked."""

from dataclasses import replace
from pathlib import Path

import pytest

from services.contract.people import Person
from services.contract.problem import Refused
from services.contract.terminals import PaymentState
from services.sandbox.terminals.eplus.ports import PracticeEplus
from services.sandbox.terminals.faults import Fault, FaultKind, Faults
from services.terminals.catalogue import protocol
from tests.terminals.kit.counter import Counter, counter
from tests.terminals.kit.drivers import around
from tests.terminals.kit.eplus_cases import QUICK, eplus_case

_SAID = ["ACK-ENQ", "ACK", "ENQ-answer", "answer", "EOT-answer"]
"""What the terminal says in a payment, in this order."""
_SHORT = replace(QUICK, until_answer=0.4)


def _faults(made: Counter) -> Faults:
    practice = made.shop.practice
    assert isinstance(practice, PracticeEplus)
    return practice.faults


def _disagreement(made: Counter) -> object:
    """What the books disagree on, now or after a person's word; None: nothing."""
    first = made.shop.disagreement()
    made.shop.settle_by_hand()
    unknown = [row.reference for row in made.shop.attempts() if row.state == "unknown"]
    second, paid = made.shop.disagreement(), made.pay(500).state
    left = (first, unknown, second, paid, made.shop.disagreement())
    return None if left == (None, [], None, "approved", None) else left


@pytest.mark.parametrize("kind", [FaultKind.DUPLICATE, FaultKind.SPLIT, FaultKind.GARBAGE, FaultKind.DELAY])
def test_disturbances_the_protocol_gets_over(kind: FaultKind, template: Path) -> None:
    with counter(eplus_case(), template) as made:
        for message in _SAID:
            _faults(made).plan(Fault(kind, message, seconds=0.05))
            paid = made.pay(1010)
            assert (paid.state, paid.approved) == ("approved", 1010), message
        assert made.pay(500).state == "approved"
        assert made.shop.disagreement() is None


@pytest.mark.parametrize(
    "fault",
    [
        Fault(FaultKind.BAD_CRC, "answer"),
        Fault(FaultKind.NAK, "text"),
        Fault(FaultKind.NAK, "ACK-ENQ"),
        Fault(FaultKind.NAK, "ACK"),
        Fault(FaultKind.BUSY, "ENQ"),
        *(Fault(FaultKind.SILENCE, message) for message in _SAID),
    ],
    ids=lambda fault: f"{fault.kind}-{fault.message}",
)
def test_what_was_refused_or_lost_on_the_line_is_said_again(fault: Fault, template: Path) -> None:
    with counter(eplus_case(), template) as made:
        _faults(made).plan(fault)
        assert made.pay(1010).state == "approved"
        assert made.pay(500).state == "approved"
        assert made.shop.disagreement() is None
        assert len(made.shop.practice.charges.all()) == 2


@pytest.mark.parametrize("kind", [FaultKind.CABLE_OUT, FaultKind.CABLE_OUT_AFTER, FaultKind.POWER_FAIL])
def test_breaks_after_which_a_person_may_have_to_tell(kind: FaultKind, template: Path) -> None:
    with counter(eplus_case(serial=False, timers=_SHORT), template) as made:
        for message in _SAID:
            _faults(made).plan(Fault(kind, message))
            made.pay(1010)
            assert _disagreement(made) is None, message


def test_a_terminal_without_power_after_the_approval_is_named(template: Path) -> None:
    with counter(eplus_case(timers=_SHORT), template) as made:
        _faults(made).plan(Fault(FaultKind.POWER_FAIL, "answer"))
        paid = made.pay(1010)
        assert paid.state == "unknown"
        assert paid.problem is not None
        assert "duplicate slip" in paid.problem["why"]
        assert len(made.shop.practice.charges.standing()) == 1
        with pytest.raises(Refused) as caught:
            made.pay(500)
        assert caught.value.code == "terminal_unresolved"
        person = Person("anna", 1000, frozenset({"manager"}))
        settled = made.desk.decide(paid.id or 0, PaymentState.APPROVED, person, "seen on the slip")
        assert (settled.state, settled.settled_by, settled.approved) == ("approved", "anna", 1010)
        assert _disagreement(made) is None


def test_an_answer_for_another_amount_is_never_taken(template: Path) -> None:
    with counter(eplus_case(), template) as made:
        _faults(made).plan(Fault(FaultKind.OTHER_AMOUNT, "answer"))
        paid = made.pay(1010)
        assert paid.state == "unknown"
        assert paid.problem is not None
        assert "1110 EUR where 1010 EUR" in paid.problem["why"]


def test_an_answer_that_comes_after_the_break_still_settles_it(template: Path) -> None:
    with counter(eplus_case(), template) as made:
        for message in ("ENQ-answer", "ENQ-answer"):
            _faults(made).plan(Fault(FaultKind.GARBAGE, message))
        made.points.how, made.points.at, made.points.passed = "cut", 8, 0
        paid = made.pay(1081)
        assert made.points.broken
        assert (paid.state, paid.settled_by) == ("approved", "query")
        assert _disagreement(made) is None


def test_a_late_answer_settles_no_other_payment(template: Path) -> None:
    with counter(eplus_case(timers=_SHORT), template) as made:
        _faults(made).plan(Fault(FaultKind.DELAY, "ENQ-answer", seconds=1))
        first = made.pay(1051)
        assert first.state == "unknown"
        person = Person("anna", 1000, frozenset({"manager"}))
        made.desk.decide(first.id or 0, PaymentState.CANCELLED, person, "refused on the display")
        second = made.pay(200)
        assert made.shop.practice.wait_until_idle()
        assert second.state in {"approved", "cancelled"}
        assert made.shop.disagreement() is None
        assert made.pay(300).approved == 300


@pytest.mark.parametrize(
    "given,setting",
    [
        ({}, "device"),
        ({"connection": "tcp"}, "host"),
        ({"connection": "tcp", "host": "a", "port": "x"}, "port"),
        ({"connection": "smoke"}, "connection"),
        ({"device": "/dev/x", "baud": "1"}, "baud"),
        ({"device": "/dev/x", "format": "9Z9"}, "format"),
        ({"device": "/dev/x", "till": "100"}, "till"),
        ({"device": "/dev/x", "means": "shells"}, "means"),
    ],
)
def test_a_setting_that_does_not_fit_is_named(given: dict[str, str], setting: str) -> None:
    with pytest.raises(Refused) as caught:
        protocol("eplus").make(given, around())
    assert setting in caught.value.what


def test_a_currency_that_is_not_known_is_refused() -> None:
    with pytest.raises(Refused):
        protocol("eplus").make({"device": "/dev/x"}, around("XYZ"))


def test_seven_bits_with_parity() -> None:
    from services.terminals.eplus.setting_up import serial_line

    line = serial_line({"device": "/dev/x", "format": "7E1"})
    settings = line._settings  # type: ignore[attr-defined]  # noqa: SLF001 - nothing else shows it
    assert (settings.bits, settings.parity, settings.stop_bits) == (7, "E", 1)
