"""Payments over Linkly against the practice EFT-Client: how they end."""

from dataclasses import replace
from pathlib import Path

import pytest

from services.contract.problem import Refused
from services.contract.terminals import PaymentKind, PaymentState, ProgressKind, ReceiptCopy
from services.sandbox.terminals.faults import Fault, FaultKind
from services.sandbox.terminals.linkly.ports import PracticeLinkly
from services.sandbox.terminals.linkly.practice import Entry as PracticeEntry
from services.terminals.answers import charged, payment_answer
from services.terminals.catalogue import protocol
from services.terminals.driver import Answer, Original, PrinterFault
from services.terminals.hooks import Progress
from services.terminals.journal import result_of
from services.terminals.linkly.codes import SettlementKind
from services.terminals.linkly.driver import LinklyDriver
from services.terminals.problems import Refusal
from tests.terminals.kit.child import desk_of
from tests.terminals.kit.counter import Counter
from tests.terminals.kit.drivers import around
from tests.terminals.kit.linkly_cases import QUICK_MANNER, linkly_case
from tests.terminals.kit.linkly_counter import give_back, linkly_at, memory_of
from tests.terminals.kit.noted import Noted
from tests.terminals.kit.points import Points
from tests.terminals.kit.service_side import shop


def test_a_payment(template: Path) -> None:
    with linkly_at(template) as made:
        paid = made.pay(1000)
        said = result_of(paid)
        assert (paid.state, paid.approved, paid.settled_by) == (PaymentState.APPROVED, 1000, "terminal")
        assert said is not None
        assert (said.auth_code, said.trace, said.provider) == ("A01234", "001234", "RFN001234X")
        assert (said.card, said.scheme, said.entry_mode) == ("************4242", "Visa Debit", "chip")
        assert (said.terminal_id, said.stated) == ("12345678", "2026-11-20 10:15:30")
        assert made.told.texts() == ["SWIPE CARD", "PROCESSING"]
        assert made.told.printed()[1:3] == ["CARD ............4242", ""], "an empty line ends no receipt"
        assert "   *** THANK YOU ***" in made.told.printed()
        states = [one.state for one in made.told.all if one.kind is ProgressKind.STATE]
        assert states == [PaymentState.SENT, PaymentState.ACKED, PaymentState.APPROVED]
        assert made.shop.disagreement() is None


def test_every_receipt_event_is_answered(template: Path) -> None:
    with linkly_at(template) as made:
        made.pay(1000)
        # The notice and the text: without its answer to either the client stalls.
        assert memory_of(made).heard.count("3 ") == 2


@pytest.mark.parametrize(
    "amount,state,code,words",
    [
        (1050, "declined", "50", "SYSTEM ERROR"),
        (1051, "declined", "51", "DECLINED"),
        (1055, "declined", "55", "INCORRECT PIN"),
        (1060, "cancelled", "TM", "CANCELLED BY CARDHLD"),
        (1091, "declined", "X0", "NO RESPONSE"),
    ],
)
def test_a_payment_that_is_not_approved(
    amount: int, state: str, code: str, words: str, template: Path
) -> None:
    with linkly_at(template) as made:
        row = made.pay(amount)
        said = result_of(row)
        assert (row.state, row.approved) == (state, None)
        assert said is not None
        assert (said.code, said.text, said.amount) == (code, words, 0)
        assert made.pay(500).state == "approved"
        assert made.shop.disagreement() is None


@pytest.mark.parametrize("good", [True, False])
def test_the_cashier_looks_at_the_signature(good: bool, template: Path) -> None:  # noqa: FBT001 - a parameter of the test
    with linkly_at(template, replace(QUICK_MANNER, patience=10)) as made:
        running = made.in_background(1008)
        asked = made.told.wait_for(ProgressKind.PROMPT, "SIGNATURE OK?")
        assert asked.prompt is not None
        assert asked.prompt.choices == ("yes", "no")
        assert made.desk.answer(Answer("yes" if good else "no"))
        row = running.result(60)
        assert row.state == ("approved" if good else "cancelled")
        said = result_of(row)
        assert said is not None
        assert said.signature is good
        assert row.receipts is not None
        assert [part["copy"] for part in row.receipts] == [ReceiptCopy.MERCHANT]
        assert made.shop.disagreement() is None


def test_a_till_that_aborts_at_the_signature_declines_it(template: Path) -> None:
    with linkly_at(template, replace(QUICK_MANNER, patience=10)) as made:
        running = made.in_background(1008)
        made.told.wait_for(ProgressKind.PROMPT, "SIGNATURE OK?")
        made.desk.abort()
        assert running.result(60).state == "cancelled"
        assert made.shop.disagreement() is None


def test_an_abort_while_the_customer_waits(template: Path) -> None:
    with linkly_at(template) as made:
        running = made.in_background(1080)
        made.told.wait_for(ProgressKind.DISPLAY, "SWIPE CARD")
        assert made.desk.abort()
        row = running.result(60)
        assert row.state == "cancelled"
        assert memory_of(made).heard.count("Y0") == 1
        assert made.pay(500).state == "approved"


def test_cash_out_is_apart_from_the_purchase(template: Path) -> None:
    with linkly_at(template) as made:
        paid = made.desk.pay(made.order(1000, cash_out=2000))
        said = result_of(paid)
        assert said is not None
        assert (paid.approved, said.cash_out) == (1000, 2000)
        totals = {(one.kind, one.amount) for one in made.desk.totals("anna").schemes}
        assert totals == {("payment", 1000), ("cash_out", 2000)}


def test_cash_is_paid_out_without_a_sale(template: Path) -> None:
    with linkly_at(template) as made:
        paid = made.desk.pay(made.order(0, cash_out=2000))
        told = payment_answer(paid)
        assert (told["state"], told["charged"], told["cash_out"]) == ("approved", "20.00", "20.00")
        assert [(one.kind, one.amount) for one in made.shop.practice.charges.all()] == [("cash_out", 2000)]
        totals = {(one.kind, one.amount) for one in made.desk.totals("anna").schemes}
        assert totals == {("cash_out", 2000)}
        assert made.desk.pay(made.order(0, cash_out=2051)).state == "declined"


def test_a_lost_answer_to_cash_out_is_found(template: Path) -> None:
    with linkly_at(template) as made:
        memory_of(made).faults.plan(Fault(FaultKind.CABLE_OUT, "M"))
        paid = made.desk.pay(made.order(0, cash_out=2000))
        assert (paid.state, paid.settled_by, charged(paid)) == ("approved", "query", 2000)


@pytest.mark.parametrize("kind,amount,cash", [
    (PaymentKind.PAYMENT, 0, 0),
    (PaymentKind.PAYMENT, -1, 2000),
    (PaymentKind.PAYMENT, 1000, -1),
    (PaymentKind.REFUND, 0, 2000),
])  # fmt: skip
def test_what_moves_no_money_is_not_sent(template: Path, kind: PaymentKind, amount: int, cash: int) -> None:
    with linkly_at(template) as made:
        with pytest.raises(Refused, match="amount"):
            made.desk.pay(made.order(amount, kind, cash_out=cash))
        assert memory_of(made).heard == []


def test_a_surcharge_of_the_bank_is_told_apart(template: Path) -> None:
    with linkly_at(template) as made:
        paid = made.pay(1088)
        said = result_of(paid)
        assert said is not None
        assert (paid.approved, said.surcharge) == (1088, 15)


def test_a_refund_names_the_payment_it_belongs_to(template: Path) -> None:
    with linkly_at(template) as made:
        back = give_back(made, made.pay(1000), 300)
        assert (back.state, back.approved) == ("approved", 300)
        assert made.shop.disagreement() is None


def test_a_refund_without_its_payment_is_not_sent(template: Path) -> None:
    with linkly_at(template) as made:
        row = made.refund(300)
        assert (row.state, row.sent) == ("cancelled", None)
        assert row.problem is not None
        assert "RFN" in row.problem["why"]
        assert memory_of(made).charges.all() == []


def test_a_refund_without_its_payment_where_the_shop_wants_it(template: Path) -> None:
    with linkly_at(template, unmatched=True) as made:
        assert made.refund(300).state == "approved"
        assert made.shop.disagreement() is None


def test_a_refund_the_bank_does_not_know_the_payment_of(template: Path) -> None:
    with linkly_at(template) as made:
        original = Original(provider="RFN999999X")
        row = made.desk.pay(made.order(300, PaymentKind.REFUND, original=original))
        assert row.state == "declined"
        assert made.shop.disagreement() is None


def test_a_void(template: Path) -> None:
    with linkly_at(template) as made:
        undone = made.reverse(made.pay(1000))
        assert (undone.state, undone.approved) == ("approved", 1000)
        assert made.shop.disagreement() is None


@pytest.mark.parametrize("record_lengths", [True, False])
def test_a_settlement_and_its_totals(record_lengths: bool, template: Path) -> None:  # noqa: FBT001 - a parameter of the test
    with linkly_at(template, replace(QUICK_MANNER, record_lengths=record_lengths)) as made:
        paid = made.pay(1000)
        made.pay(200)
        give_back(made, paid, 300)
        assert made.desk.totals("anna").amount == 900
        totals = made.desk.settle("anna")
        assert [(t.scheme, t.kind, t.count, t.amount) for t in totals.schemes] == [
            ("VISA", "payment", 2, 1200),
            ("VISA", "refund", 1, 300),
        ]
        assert totals.amount == 900
        assert "SETTLEMENT" in made.told.printed()
        assert memory_of(made).charges.open() == []


def test_settling_again_gives_the_totals_of_the_last_time(template: Path) -> None:
    with linkly_at(template) as made:
        made.pay(1000)
        first, again = made.desk.settle("anna"), made.desk.settle("anna")
        assert again.amount == first.amount == 1000
        assert again.text.startswith("settled already")


def test_every_kind_of_settlement_but_one_closes_nothing() -> None:
    practice = PracticeLinkly().start()
    practice.memory.keep(PracticeEntry("P", "A", 1000, 0, approved=True, code="00", text="OK", stan=1))
    driver = protocol("linkly").make(practice.address, around("AUD"))
    assert isinstance(driver, LinklyDriver)
    try:
        for kind in SettlementKind:
            if kind is not SettlementKind.SETTLE:
                totals = driver.settlement(kind, Noted(), reset=kind is SettlementKind.SHIFT)
                assert totals.amount == (0 if kind is SettlementKind.LAST else 1000)
                assert f"P{kind}" in practice.memory.heard
        assert len(practice.memory.open) == 1
        assert driver.settle(Noted()).amount == 1000
        assert practice.memory.open == []
    finally:
        driver.close()
        practice.stop()


def test_a_settlement_the_bank_does_not_answer(template: Path) -> None:
    with linkly_at(template) as made:
        memory_of(made).busy_for = 1
        with pytest.raises(Refusal) as caught:
            made.desk.settle("anna")
        assert caught.value.detail == "BY"
        assert made.pay(100).state == "approved"


def test_the_last_receipt_is_printed_again(template: Path) -> None:
    with linkly_at(template) as made:
        made.pay(1000)
        first = made.told.printed()
        made.desk.reprint()
        assert made.told.printed() == first * 2


def test_there_is_nothing_to_print_again(template: Path) -> None:
    with linkly_at(template) as made, pytest.raises(Refusal) as caught:
        made.desk.reprint()
    assert caught.value.detail == "E2"


def test_status_and_logon(template: Path) -> None:
    with linkly_at(template) as made:
        assert made.desk.status().ready
        memory_of(made).logged_on = False
        status = made.desk.status()
        assert (status.ready, status.needs, status.terminal_id) == (False, frozenset({"logon"}), "12345678")
        assert memory_of(made).charges.all() == []


def test_a_till_logs_on_before_it_pays_where_that_is_needed(template: Path) -> None:
    with linkly_at(template) as made:
        memory_of(made).logged_on = False
        assert made.pay(1000).state == "approved"
        heard = [name[0] for name in memory_of(made).heard]
        assert "".join(dict.fromkeys(heard)) == "2KG3M"
        assert "LOGON" in made.told.printed()


def test_a_receipt_that_cannot_be_printed_undoes_nothing(template: Path) -> None:
    told: list[str] = []

    def jammed(progress: Progress) -> None:
        if progress.kind is ProgressKind.PRINT:
            raise PrinterFault
        told.append(progress.text)

    case = linkly_case()
    with (
        shop(case, template) as made,
        desk_of(case, made.practice.address, made.url, Points(), jammed) as desk,
    ):
        row = desk.pay(Counter(made, desk, None, Points()).order(1000))  # type: ignore[arg-type]
        assert row.state == "approved"
        assert any("have it repeated" in text for text in told)
        assert made.disagreement() is None


def test_training_charges_no_card(template: Path) -> None:
    with linkly_at(template, training=True) as made:
        assert made.pay(1000).state == "approved"
        assert memory_of(made).charges.all() == []
