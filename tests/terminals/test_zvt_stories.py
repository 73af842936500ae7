"""Payments over ZVT against the practice terminal: how they end."""

from dataclasses import replace
from pathlib import Path

import pytest

from services.contract.terminals import PaymentKind, PaymentState, ProgressKind, ReceiptCopy
from services.terminals.journal import result_of
from services.terminals.problems import Refusal
from services.terminals.zvt.charsets import Charset
from services.terminals.zvt.texts import status_text
from tests.terminals.kit.cases import Case
from tests.terminals.kit.counter import counter
from tests.terminals.kit.zvt_cases import CALM_MANNER
from tests.terminals.kit.zvt_counter import EITHER, memory_of, zvt_at


@pytest.mark.parametrize("case", EITHER)
def test_a_payment(case: Case, template: Path) -> None:
    with counter(case, template) as made:
        paid = made.pay(1010)
        said = result_of(paid)
        assert paid.state == PaymentState.APPROVED
        assert paid.approved == 1010
        assert paid.settled_by == "terminal"
        assert said is not None
        assert (said.receipt, said.card, said.scheme) == ("0463", "************4771", "Debit Mastercard")
        assert (said.auth_code, said.terminal_id, said.entry_mode) == ("600001", "28004869", "chip")
        assert made.told.texts() == ["insert card", "waiting for the answer of the bank"]
        assert "VIELEN DANK" in made.told.printed()
        assert made.shop.disagreement() is None


@pytest.mark.parametrize(
    "amount,state,code,words",
    [
        (1051, "declined", "05", "Abgelehnt"),
        (1054, "declined", "78", "Karte verfallen"),
        (1060, "cancelled", "6C", "Abbruch durch Kunde"),
        (1091, "declined", "9B", "Netzfehler"),
    ],
)
def test_a_payment_that_is_not_approved(
    amount: int, state: str, code: str, words: str, template: Path
) -> None:
    with zvt_at(template) as made:
        row = made.pay(amount)
        said = result_of(row)
        assert row.state == state
        assert row.approved is None
        assert said is not None
        assert said.code == code
        assert words in said.text
        assert made.pay(500).state == "approved"
        assert made.shop.disagreement() is None


def test_a_signature_prints_the_merchants_copy_too(template: Path) -> None:
    with zvt_at(
        template, replace(CALM_MANNER, prints="block", encoding="latin-1"), charset=Charset.LATIN_1
    ) as made:
        paid = made.pay(1008)
        said = result_of(paid)
        assert said is not None
        assert said.signature
        assert paid.receipts is not None
        assert [part["copy"] for part in paid.receipts] == [ReceiptCopy.MERCHANT, ReceiptCopy.CUSTOMER]
        assert "** HÄNDLERBELEG **" in made.told.printed()


def test_german_texts() -> None:
    assert status_text(0x0A, "de") == "Karte einstecken"
    assert status_text(0x48, "de") == "Karte unbekannt / undefiniert; bitte Karte entnehmen"
    assert status_text(0x48) == "card unknown; please remove the card"
    assert status_text(0x4B, "de") == "bitte Karte entnehmen"
    assert status_text(0x99) == ""


def test_refund_and_reversal(template: Path) -> None:
    with zvt_at(template) as made:
        paid, back = made.pay(1000), made.refund(300)
        assert back.state == "approved"
        undone = made.reverse(paid)
        assert (undone.state, undone.approved) == ("approved", 1000)
        again = made.reverse(paid)
        said = result_of(again)
        assert again.state == "declined"
        assert said is not None
        assert said.text == "reversed already"
        assert made.shop.disagreement() is None


def test_a_reversal_needs_the_receipt(template: Path) -> None:
    with zvt_at(template) as made:
        row = made.desk.pay(made.order(100, PaymentKind.REVERSAL))
        assert row.state == "cancelled"
        assert row.problem is not None
        assert "receipt number of the payment" in row.problem["why"]
        assert "0630" not in memory_of(made).heard


def test_the_end_of_day_and_its_totals(template: Path) -> None:
    with zvt_at(template) as made:
        made.pay(1000)
        made.pay(250)
        before = made.desk.totals("anna")
        assert before.amount == 1250
        totals = made.desk.settle("anna")
        assert [(t.scheme, t.count, t.amount) for t in totals.schemes] == [("Mastercard", 2, 1250)]
        assert totals.reference == "0463-0464"
        assert made.desk.totals("anna").amount == 0


def test_totals_have_no_sign_and_say_so(template: Path) -> None:
    with zvt_at(template) as made:
        made.pay(1000)
        made.refund(2500)
        totals = made.desk.settle("anna")
        # More was given back than taken: the fields are digits only (PA00P015, bitmaps 04 and 60).
        assert [(t.scheme, t.count, t.amount, t.kind) for t in totals.schemes] == [
            ("Mastercard", 2, 1500, "unsigned")
        ]
        assert totals.amount == 1500


def test_a_failed_end_of_day_stops_payments_until_it_is_repeated(template: Path) -> None:
    with zvt_at(template) as made:
        made.pay(1000)
        memory_of(made).failing_ends = 1
        with pytest.raises(Refusal) as caught:
            made.desk.settle("anna")
        assert caught.value.detail == "77"
        assert made.desk.status().needs == {"settle"}
        row = made.pay(500)
        assert row.state == "declined"
        assert row.result is not None
        assert row.result["code"] == "F0"
        assert made.desk.settle("anna").amount == 1000
        assert made.pay(500).state == "approved"


def test_an_update_that_follows_the_end_of_day_is_said(template: Path) -> None:
    with zvt_at(template) as made:
        memory_of(made).update_follows = True
        assert "remote maintenance" in made.desk.settle("anna").text


def test_status_and_diagnosis(template: Path) -> None:
    with zvt_at(template) as made:
        status = made.desk.status()
        assert status.ready
        assert (status.terminal_id, status.software) == ("28004869", "2.14.15")
        assert memory_of(made).charges.all() == []


def test_a_repeated_receipt_is_printed_and_a_silent_one_not(template: Path) -> None:
    with zvt_at(template) as made:
        made.pay(1000)
        first = len(made.told.printed())
        made.pay(200)
        assert len(made.told.printed()) == 2 * first
        made.desk.reprint()
        assert len(made.told.printed()) == 3 * first
        assert "EUR 2,00" in made.told.printed()[-first:]


def test_an_abort_while_the_customer_waits(template: Path) -> None:
    with zvt_at(template) as made:
        running = made.in_background(1080)
        made.told.wait_for(ProgressKind.DISPLAY, "insert card")
        assert made.desk.abort()
        row = running.result(60)
        assert row.state == "cancelled"
        assert not made.desk.abort()
        assert made.pay(500).state == "approved"


def test_an_abort_that_comes_too_late_changes_nothing(template: Path) -> None:
    with zvt_at(template) as made:
        running = made.in_background(1081)
        made.told.wait_for(ProgressKind.DISPLAY, "waiting for the answer of the bank")
        made.desk.abort()
        row = running.result(60)
        assert row.state in {"approved", "cancelled"}
        assert made.shop.disagreement() is None
        assert made.pay(500).state == "approved"
