"""Payments over Linkly that are disturbed, at any message: the books agree."""

from dataclasses import replace
from pathlib import Path

import pytest

from services.sandbox.terminals.faults import Fault, FaultKind
from tests.terminals.kit.linkly_cases import HASTY, QUICK, QUICK_MANNER
from tests.terminals.kit.linkly_counter import linkly_at, memory_of


@pytest.mark.parametrize("kind", [FaultKind.DUPLICATE, FaultKind.SPLIT, FaultKind.GARBAGE])
@pytest.mark.parametrize("message", ["2", "3", "M"])
def test_disturbances_the_protocol_gets_over(message: str, kind: FaultKind, template: Path) -> None:
    with linkly_at(template) as made:
        memory_of(made).faults.plan(Fault(kind, message))
        paid = made.pay(1000)
        assert (paid.state, paid.settled_by) == ("approved", "terminal")
        assert made.pay(500).state == "approved"
        assert made.shop.disagreement() is None


@pytest.mark.parametrize(
    "kind",
    [
        FaultKind.SILENCE,
        FaultKind.DELAY,
        FaultKind.BAD_CRC,
        FaultKind.CABLE_OUT,
        FaultKind.CABLE_OUT_AFTER,
        FaultKind.POWER_FAIL,
    ],
)
@pytest.mark.parametrize("message,goes_on", [("S", True), ("S", False), ("3", True), ("M", False)])
def test_disturbances_after_which_it_is_asked(
    message: str,
    goes_on: bool,  # noqa: FBT001 - a parameter of the test
    kind: FaultKind,
    template: Path,
) -> None:
    manner = replace(QUICK_MANNER, keeps_going=goes_on, answers_other=not goes_on, patience=0.1)
    hasty = kind in {FaultKind.SILENCE, FaultKind.BAD_CRC}
    with linkly_at(template, manner, timers=HASTY if hasty else QUICK) as made:
        made.pay(100)
        memory_of(made).faults.plan(Fault(kind, message, seconds=0.05))
        paid = made.pay(1000)
        assert paid.state in {"approved", "cancelled"}
        assert made.shop.disagreement() is None
        assert made.shop.practice.wait_until_idle()
        assert made.pay(500).state == "approved"
        assert made.shop.disagreement() is None


@pytest.mark.parametrize("message", ["2", "K", "N", "C"])
def test_disturbances_of_finding_out(message: str, template: Path) -> None:
    with linkly_at(template) as made:
        made.pay(100)
        memory_of(made).faults.plan(Fault(FaultKind.CABLE_OUT, "M"))
        memory_of(made).faults.plan(Fault(FaultKind.CABLE_OUT, message))
        paid = made.pay(1000)
        assert (paid.state, paid.settled_by) == ("approved", "query")
        assert made.pay(500).state == "approved"
        assert made.shop.disagreement() is None


def test_a_connection_that_died_between_two_payments_is_made_anew(template: Path) -> None:
    with linkly_at(template) as made:
        made.pay(100)
        memory_of(made).faults.plan(Fault(FaultKind.CABLE_OUT_AFTER, "M"))
        made.pay(200)
        paid = made.pay(300)
        assert (paid.state, paid.settled_by) == ("approved", "terminal")
        assert [charge.amount for charge in memory_of(made).charges.all()] == [100, 200, 300]


def test_the_receipt_a_break_swallowed_is_fetched(template: Path) -> None:
    with linkly_at(template) as made:
        memory_of(made).faults.plan(Fault(FaultKind.CABLE_OUT, "3"))
        paid = made.pay(1000)
        assert (paid.state, paid.settled_by) == ("approved", "query")
        assert paid.receipts is not None
        assert "PURCHASE AUD 10.00" in paid.receipts[0]["lines"]


def test_an_answer_to_an_earlier_payment_settles_no_other(template: Path) -> None:
    with linkly_at(template) as made:
        memory = memory_of(made)
        memory.faults.plan(Fault(FaultKind.DUPLICATE, "M"))
        assert made.pay(1000).state == "approved"
        declined = made.pay(1051)
        assert declined.state == "declined"
        assert made.shop.disagreement() is None


@pytest.mark.parametrize("message", ["M", "K"])
def test_a_busy_pin_pad_takes_no_payment(message: str, template: Path) -> None:
    with linkly_at(template) as made:
        memory_of(made).faults.plan(Fault(FaultKind.BUSY, message))
        row = made.pay(1000)
        assert row.state == "cancelled"
        said = (row.result or {}).get("text") or (row.problem or {})["why"]
        assert "PINPAD BUSY" in said
        assert memory_of(made).charges.all() == []
        assert made.pay(1000).state == "approved"


def test_finding_out_waits_while_the_pin_pad_is_busy(template: Path) -> None:
    with linkly_at(template) as made:
        made.pay(100)
        memory_of(made).faults.plan(Fault(FaultKind.CABLE_OUT, "M"))
        for nth in (1, 2, 3):
            memory_of(made).faults.plan(Fault(FaultKind.BUSY, "N", nth))
        paid = made.pay(1000)
        assert (paid.state, paid.settled_by) == ("approved", "query")
        assert memory_of(made).heard.count("N0") == 4
        assert made.shop.disagreement() is None


def test_power_that_fails_in_a_payment_is_asked_about(template: Path) -> None:
    with linkly_at(template) as made:
        row = made.pay(1095)
        assert (row.state, row.settled_by) == ("declined", "query")
        assert made.shop.disagreement() is None


def test_nobody_at_the_other_end(template: Path) -> None:
    with linkly_at(template) as made:
        made.shop.practice.stop()
        row = made.pay(1000)
        assert (row.state, row.sent) == ("cancelled", None)
        assert row.problem is not None
        assert row.problem["code"] == "terminal_lost"
