"""Payments over ZVT that are disturbed, at any message: the books agree."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from services.contract.terminals import ProgressKind
from services.sandbox.terminals.faults import Fault, FaultKind
from services.sandbox.terminals.zvt.practice import on_the_wall
from services.terminals.driver import PrinterFault
from services.terminals.hooks import Progress
from tests.terminals.kit.cases import Case
from tests.terminals.kit.counter import Counter, counter
from tests.terminals.kit.zvt_cases import CALM_MANNER, PATIENCE, QUICK, QUICK_MANNER
from tests.terminals.kit.zvt_counter import EITHER, memory_of, zvt_at, zvt_case


def test_less_than_asked_is_undone_where_nothing_partial_is_expected(template: Path) -> None:
    with zvt_at(template) as made:
        paid = made.pay(1070)
        assert paid.state == "cancelled"
        assert memory_of(made).charges.standing() == []


def test_an_answer_for_another_amount_is_never_taken(template: Path) -> None:
    with zvt_at(template) as made:
        memory_of(made).faults.plan(Fault(FaultKind.OTHER_AMOUNT, "040F"))
        paid = made.pay(1000)
        assert paid.state == "cancelled"
        assert made.shop.disagreement() is None


@pytest.mark.parametrize("kind", [FaultKind.DUPLICATE, FaultKind.SPLIT, FaultKind.NAK, FaultKind.BAD_CRC])
@pytest.mark.parametrize("message", ["8000", "04FF", "040F", "06D1", "060F"])
@pytest.mark.parametrize("case", EITHER)
def test_disturbances_the_protocol_gets_over(
    case: Case, message: str, kind: FaultKind, template: Path
) -> None:
    with counter(case, template) as made:
        made.pay(100)
        memory_of(made).faults.plan(Fault(kind, message))
        paid = made.pay(1000)
        assert paid.state == "approved"
        assert made.pay(500).state == "approved"
        assert made.shop.disagreement() is None


@pytest.mark.parametrize(
    "kind",
    [
        FaultKind.SILENCE,
        FaultKind.DELAY,
        FaultKind.CABLE_OUT,
        FaultKind.CABLE_OUT_AFTER,
        FaultKind.POWER_FAIL,
        FaultKind.GARBAGE,
    ],
)
@pytest.mark.parametrize("message", ["8000", "04FF", "040F", "06D1", "060F"])
@pytest.mark.parametrize("undoes", [True, False])
def test_disturbances_after_which_it_is_asked(
    undoes: bool,  # noqa: FBT001 - a parameter of the test
    message: str,
    kind: FaultKind,
    template: Path,
) -> None:
    with zvt_at(template, replace(QUICK_MANNER, undoes_unacked=undoes), timers=QUICK) as made:
        made.pay(100)
        memory_of(made).faults.plan(Fault(kind, message, seconds=PATIENCE * 2))
        made.pay(1000)
        assert made.shop.disagreement() is None
        assert made.shop.practice.wait_until_idle()
        memory_of(made).manner = replace(memory_of(made).manner, patience=CALM_MANNER.patience)
        assert made.pay(500).state == "approved"
        assert made.shop.disagreement() is None


def test_a_late_answer_settles_no_other_payment(template: Path) -> None:
    # What is broken off is never acknowledged: the terminal must not wait for it for long.
    manner = replace(CALM_MANNER, repeats=0, undoes_unacked=False, patience=2)
    with zvt_at(template, manner, serial=True, timers=QUICK) as made:
        memory = memory_of(made)
        made.pay(100)
        memory.faults.plan(Fault(FaultKind.DELAY, "040F", nth=2, seconds=3))
        first = made.pay(1000)
        assert first.state in {"approved", "unknown"}
        made.shop.practice.wait_until_idle()
        made.desk.resolve()
        second = made.pay(200)
        assert second.approved == 200
        assert made.shop.disagreement() is None


def test_a_busy_terminal_takes_no_payment_and_keeps_none(template: Path) -> None:
    with zvt_at(template) as made:
        memory_of(made).busy_for = 1
        row = made.pay(1000)
        assert row.state == "cancelled"
        assert row.problem is not None
        assert "please wait" in row.problem["why"]
        assert made.pay(1000).state == "approved"


def test_finding_out_waits_while_the_terminal_is_busy(template: Path) -> None:
    with zvt_at(template, replace(CALM_MANNER, undoes_unacked=False)) as made:
        memory = memory_of(made)
        made.pay(100)
        memory.faults.plan(Fault(FaultKind.CABLE_OUT_AFTER, "040F", nth=2))
        memory.faults.plan(Fault(FaultKind.BUSY, "8000", nth=4))
        memory.faults.plan(Fault(FaultKind.BUSY, "8000", nth=4))
        paid = made.pay(1000)
        assert (paid.state, paid.settled_by) == ("approved", "query")
        assert made.shop.disagreement() is None


def test_a_printer_fault_undoes_the_payment(template: Path) -> None:
    def jammed(progress: Progress) -> None:
        if progress.kind is ProgressKind.PRINT:
            raise PrinterFault

    from tests.terminals.kit.child import desk_of
    from tests.terminals.kit.points import Points
    from tests.terminals.kit.service_side import shop

    case = zvt_case()
    with (
        shop(case, template) as made,
        desk_of(case, made.practice.address, made.url, Points(), jammed) as desk,
    ):
        row = desk.pay(Counter(made, desk, None, Points()).order(1000))  # type: ignore[arg-type]
        assert row.state == "cancelled"
        assert made.practice.charges.standing() == []
        assert made.disagreement() is None


def test_the_wrong_currency_is_said_so(template: Path) -> None:
    with zvt_at(template, replace(CALM_MANNER, currency=756)) as made:
        row = made.pay(1000)
        assert row.state == "cancelled"
        assert row.problem is not None
        assert row.problem["why"] == "The terminal says: wrong currency."


def test_sequence_ids_and_the_receipt_mirror(template: Path) -> None:
    manner = replace(CALM_MANNER, sequence=True, mirror=True, undoes_unacked=False)
    with zvt_at(template, manner, sequence=True, mirror=True) as made:
        paid = made.pay(1000)
        assert paid.result is not None
        assert paid.result["more"]["mirror"] == "0463"
        memory_of(made).faults.plan(Fault(FaultKind.DUPLICATE, "06D1"))
        assert made.pay(200).state == "approved"
        lines = made.told.printed()
        assert lines.count("** KUNDENBELEG **") == 2
        assert made.shop.disagreement() is None


def test_a_person_who_says_not_charged_has_the_mirror_undo_it(template: Path) -> None:
    manner = replace(CALM_MANNER, mirror=True, undoes_unacked=False)
    with zvt_at(template, manner, mirror=True) as made:
        made.pay(100)
        charge = memory_of(made).charges.add("payment", 999, f"{memory_of(made).next_receipt():04d}")
        memory_of(made).last = charge
        made.pay(200)
        standing = [one.amount for one in memory_of(made).charges.standing()]
        assert standing == [100, 200]


@pytest.mark.parametrize("hours,state", [(0, "approved"), (-1, "approved"), (5, "unknown"), (-5, "unknown")])
def test_a_payment_of_another_time_is_not_taken_for_ours(template: Path, hours: int, state: str) -> None:
    with zvt_at(template, replace(CALM_MANNER, undoes_unacked=False)) as made:
        memory_of(made).clock = lambda: on_the_wall() + timedelta(hours=hours)
        memory_of(made).faults.plan(Fault(FaultKind.CABLE_OUT, "040F"))
        assert made.pay(1000).state == state


def test_nobody_at_the_other_end(template: Path) -> None:
    with zvt_at(template) as made:
        made.shop.practice.stop()
        row = made.pay(1000)
        assert row.state == "cancelled"
        assert row.sent is None
        assert row.problem is not None
        assert row.problem["code"] == "terminal_lost"
