"""Payments over nexo that are disturbed, at any message: the books agree."""

from dataclasses import replace
from pathlib import Path

import pytest

from services.contract.terminals import ProgressKind
from services.sandbox.terminals.faults import Fault, FaultKind
from services.sandbox.terminals.nexo.practice import Manner
from services.terminals.driver import PrinterFault
from services.terminals.hooks import Progress
from tests.terminals.kit.counter import Counter
from tests.terminals.kit.nexo_cases import QUICK, nexo_case
from tests.terminals.kit.nexo_counter import memory_of, nexo_at

_BRIEF = replace(QUICK, answer=0.3, payment=0.2, after_abort=0.2)
"""So short that a delayed answer is too late."""


@pytest.mark.parametrize("kind", [FaultKind.SPLIT, FaultKind.DUPLICATE])
@pytest.mark.parametrize("message", ["Diagnosis", "Payment"])
@pytest.mark.parametrize("tls", [False, True])
def test_disturbances_the_protocol_gets_over(
    tls: bool,  # noqa: FBT001 - a parameter of the test
    message: str,
    kind: FaultKind,
    template: Path,
) -> None:
    with nexo_at(template, tls=tls) as made:
        memory_of(made).faults.plan(Fault(kind, message))
        paid = made.pay(1000)
        assert (paid.state, paid.settled_by) == ("approved", "terminal")
        assert made.shop.disagreement() is None


@pytest.mark.parametrize(
    "kind",
    [
        FaultKind.SILENCE,
        FaultKind.DELAY,
        FaultKind.CABLE_OUT,
        FaultKind.POWER_FAIL,
        FaultKind.GARBAGE,
        FaultKind.NAK,
        FaultKind.BAD_CRC,
    ],
)
@pytest.mark.parametrize("keeps_going", [True, False])
def test_disturbances_after_which_it_is_asked(
    keeps_going: bool,  # noqa: FBT001 - a parameter of the test
    kind: FaultKind,
    template: Path,
) -> None:
    with nexo_at(template, Manner(keeps_going=keeps_going), _BRIEF) as made:
        memory_of(made).faults.plan(Fault(kind, "Payment", seconds=1.0))
        paid = made.pay(1000)
        assert (paid.state, paid.settled_by, paid.approved) == ("approved", "query", 1000)
        assert paid.receipts, "the receipt is given again with the answer"
        assert made.shop.disagreement() is None
        assert made.pay(500).state == "approved"
        assert made.shop.disagreement() is None


@pytest.mark.parametrize("kind", [FaultKind.CABLE_OUT, FaultKind.NAK, FaultKind.BAD_CRC, FaultKind.GARBAGE])
def test_what_is_disturbed_before_the_payment_was_sent_costs_nothing(kind: FaultKind, template: Path) -> None:
    with nexo_at(template) as made:
        memory_of(made).faults.plan(Fault(kind, "Diagnosis"))
        row = made.pay(1000)
        assert (row.state, row.sent) == ("cancelled", None)
        assert memory_of(made).charges.all() == []
        assert made.pay(1000).state == "approved"


def test_a_question_that_is_disturbed_too_is_asked_again(template: Path) -> None:
    with nexo_at(template) as made:
        faults = memory_of(made).faults
        faults.plan(Fault(FaultKind.CABLE_OUT, "Payment"))
        faults.plan(Fault(FaultKind.BAD_CRC, "TransactionStatus"))
        faults.plan(Fault(FaultKind.CABLE_OUT, "TransactionStatus"))
        paid = made.pay(1000)
        assert (paid.state, paid.settled_by) == ("approved", "query")
        assert made.shop.disagreement() is None


def test_a_reversal_whose_answer_is_lost_is_asked_for(template: Path) -> None:
    with nexo_at(template) as made:
        paid = made.pay(1000)
        memory_of(made).faults.plan(Fault(FaultKind.CABLE_OUT, "Reversal"))
        undone = made.reverse(paid)
        assert (undone.state, undone.approved, undone.settled_by) == ("approved", 1000, "query")
        assert made.shop.disagreement() is None


def test_a_busy_terminal_takes_no_payment_and_keeps_none(template: Path) -> None:
    with nexo_at(template) as made:
        memory_of(made).faults.plan(Fault(FaultKind.BUSY, "Payment"))
        row = made.pay(1000)
        assert row.state == "cancelled"
        assert row.result is not None
        assert (row.result["code"], row.result["text"]) == ("Busy", "the terminal is busy: Terminal busy")
        assert made.pay(1000).state == "approved"


def test_finding_out_waits_while_the_customer_is_still_paying(template: Path) -> None:
    with nexo_at(template, Manner(patience=1.0)) as made:
        memory_of(made).faults.plan(Fault(FaultKind.CABLE_OUT, "Payment"))
        row = made.desk.pay(made.order(1080))
        assert (row.state, row.settled_by) == ("cancelled", "query")
        assert made.shop.disagreement() is None


def test_what_never_came_to_the_terminal_is_asked_for_twice(template: Path) -> None:
    with nexo_at(template) as made:
        memory = memory_of(made)
        made.pay(500)
        with made.points.armed("cut", 1):
            row = made.pay(1000)
        assert (row.state, row.problem and row.problem["why"]) == ("cancelled", "The terminal never had it.")
        assert memory.heard.count("TransactionStatus") == 2
        assert made.shop.disagreement() is None


def test_a_printer_that_jams_undoes_nothing(template: Path) -> None:
    def jammed(progress: Progress) -> None:
        if progress.kind is ProgressKind.PRINT:
            raise PrinterFault

    from tests.terminals.kit.child import desk_of
    from tests.terminals.kit.points import Points
    from tests.terminals.kit.service_side import shop

    case = nexo_case("jams", Manner())
    with (
        shop(case, template) as made,
        desk_of(case, made.practice.address, made.url, Points(), jammed) as desk,
    ):
        row = desk.pay(Counter(made, desk, None, Points()).order(1000))  # type: ignore[arg-type]
        assert row.state == "approved"
        assert made.disagreement() is None


def test_nobody_at_the_other_end(template: Path) -> None:
    with nexo_at(template) as made:
        made.shop.practice.stop()
        row = made.pay(1000)
        assert (row.state, row.sent) == ("cancelled", None)
        assert row.problem is not None
        assert row.problem["code"] == "terminal_lost"


def test_another_passphrase_is_said_so_before_anything_is_sent(template: Path) -> None:
    with nexo_at(template, Manner(passphrase="another")) as made:
        row = made.pay(1000)
        assert (row.state, row.sent) == ("cancelled", None)
        assert row.problem is not None
        assert row.problem["code"] == "terminal_refused"
        assert "HMAC of the message does not fit" in row.problem["why"]
        assert memory_of(made).heard == []
