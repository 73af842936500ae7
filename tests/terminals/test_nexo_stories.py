"""Payments over nexo against the practice terminal: how they end."""

from dataclasses import replace
from pathlib import Path

import pytest

from services.contract.terminals import PaymentKind, PaymentState, ProgressKind, ReceiptCopy
from services.sandbox.terminals.nexo.practice import Manner
from services.terminals.driver import Original
from services.terminals.journal import result_of
from services.terminals.nexo.driver import NexoDriver
from services.terminals.problems import Refusal
from tests.terminals.kit.counter import Counter
from tests.terminals.kit.nexo_counter import memory_of, nexo_at


@pytest.mark.parametrize("tls", [False, True])
def test_a_payment(tls: bool, template: Path) -> None:  # noqa: FBT001 - a parameter of the test
    with nexo_at(template, tls=tls) as made:
        paid = made.pay(1010)
        said = result_of(paid)
        assert (paid.state, paid.approved, paid.settled_by) == (PaymentState.APPROVED, 1010, "terminal")
        assert said is not None
        assert (said.card, said.scheme, said.entry_mode) == ("************9999", "mc", "Contactless")
        assert (said.auth_code, said.rrn, said.aid) == ("600001", "PSP0000000000001", "A0000000041010")
        assert said.provider == "BV0q001763728205001|PSP0000000000001@2026-11-21T12:30:05.000Z"
        assert made.told.printed()[-1] == "APPROVED"
        assert f"TOTAL{'EUR 10.10':>33}" in made.told.printed()
        assert made.shop.disagreement() is None


@pytest.mark.parametrize(
    "amount,state,code,words",
    [
        (1051, "declined", "Refusal", "refused: 51 : Insufficient funds"),
        (1055, "declined", "WrongPIN", "wrong PIN: 55 : Invalid PIN"),
        (1060, "cancelled", "Cancel", "cancelled at the terminal: 108 Shopper cancelled tx"),
        (1061, "declined", "InvalidCard", "the card cannot be read or is not accepted: No payment app"),
        (1091, "declined", "UnreachableHost", "the bank cannot be reached: 91 : Network error"),
    ],
)
def test_a_payment_that_is_not_approved(
    amount: int, state: str, code: str, words: str, template: Path
) -> None:
    with nexo_at(template) as made:
        row = made.pay(amount)
        said = result_of(row)
        assert (row.state, row.approved) == (state, None)
        assert said is not None
        assert (said.code, said.text) == (code, words)
        assert made.pay(500).state == "approved"
        assert made.shop.disagreement() is None


def test_a_tip_stands_apart(template: Path) -> None:
    with nexo_at(template) as made:
        paid = made.pay(1072)
        said = result_of(paid)
        assert said is not None
        assert (paid.approved, said.tip, said.surcharge) == (1072, 50, 0)


def test_a_signature_is_asked_for(template: Path) -> None:
    with nexo_at(template) as made:
        paid = made.pay(1008)
        said = result_of(paid)
        assert said is not None
        assert said.signature
        assert paid.receipts is not None
        assert [part["copy"] for part in paid.receipts] == [ReceiptCopy.MERCHANT, ReceiptCopy.CUSTOMER]


@pytest.mark.parametrize("currency,decimals,amount", [("JPY", 0, 1000), ("KWD", 3, 12_345)])
def test_currencies_with_other_decimals(currency: str, decimals: int, amount: int, template: Path) -> None:
    with nexo_at(template, Manner(currency=currency, decimals=decimals)) as made:
        assert made.pay(amount).approved == amount
        assert made.shop.disagreement() is None


def test_a_refund_with_the_card(template: Path) -> None:
    with nexo_at(template) as made:
        back = made.refund(300)
        assert (back.state, back.approved) == ("approved", 300)
        assert [charge.kind for charge in memory_of(made).charges.all()] == ["refund"]
        assert made.shop.disagreement() is None


def _original(made: Counter, amount: int) -> Original:
    said = result_of(made.pay(amount))
    assert said is not None
    return Original(provider=said.provider, amount=amount)


def test_a_refund_by_reference_in_parts(template: Path) -> None:
    with nexo_at(template) as made:
        original = _original(made, 1000)
        for part in (300, 700):
            back = made.desk.pay(made.order(part, PaymentKind.REFUND, original=original))
            assert (back.state, back.approved) == ("approved", part)
        more = made.desk.pay(made.order(1, PaymentKind.REFUND, original=original))
        assert (more.state, more.result and more.result["code"]) == ("declined", "NotAllowed")
        assert memory_of(made).heard.count("Reversal") == 3
        assert made.shop.disagreement() is None


def test_a_reversal(template: Path) -> None:
    with nexo_at(template) as made:
        paid = made.pay(1000)
        undone = made.reverse(paid)
        assert (undone.state, undone.approved) == ("approved", 1000)
        assert made.reverse(paid).state == "declined"
        assert made.shop.disagreement() is None


def test_a_reversal_needs_the_transaction(template: Path) -> None:
    with nexo_at(template) as made:
        row = made.desk.pay(made.order(100, PaymentKind.REVERSAL))
        assert row.state == "cancelled"
        assert row.problem is not None
        assert "transaction number of the payment" in row.problem["why"]
        assert memory_of(made).heard == []


def test_the_end_of_day_and_its_totals(template: Path) -> None:
    with nexo_at(template) as made:
        paid = made.pay(1000)
        made.pay(250)
        made.reverse(paid)
        before = made.desk.totals("anna")
        assert [(t.scheme, t.kind, t.count, t.amount) for t in before.schemes] == [
            ("mc", "payment", 2, 1250),
            ("mc", "refund", 1, 1000),
        ]
        assert made.desk.settle("anna") == replace(before, reference="1000")
        assert made.desk.totals("anna").schemes == ()


def test_status_moves_no_money(template: Path) -> None:
    with nexo_at(template) as made:
        status = made.desk.status()
        assert (status.ready, status.text, status.terminal_id) == (True, "ready", "V400m-324688179")
        memory_of(made).status = "Maintenance"
        assert made.desk.status().text == "the terminal is being serviced"
        assert memory_of(made).charges.all() == []


def test_a_receipt_is_repeated(template: Path) -> None:
    with nexo_at(template) as made:
        with pytest.raises(Refusal):
            made.desk.reprint()
        made.pay(1000)
        first = made.told.printed()
        made.desk.reprint()
        assert made.told.printed() == first * 2
        assert "Payment" in memory_of(made).heard


def test_an_abort_while_the_customer_waits(template: Path) -> None:
    with nexo_at(template) as made:
        running = made.in_background(1080)
        made.told.wait_for(ProgressKind.DISPLAY, "waiting for the customer")
        assert made.desk.abort()
        row = running.result(60)
        assert row.state == "cancelled"
        assert row.result is not None
        assert row.result["code"] == "Aborted"
        assert "aborting" in made.told.texts()
        assert made.pay(500).state == "approved"
        assert made.shop.disagreement() is None


def test_a_customer_who_does_nothing_is_not_waited_for_for_ever(template: Path) -> None:
    with nexo_at(template) as made:
        row = made.pay(1080)
        assert row.state == "cancelled"
        assert memory_of(made).heard.count("Abort") == 1
        assert made.pay(500).state == "approved"


def test_texts_at_the_terminal(template: Path) -> None:
    with nexo_at(template) as made:
        driver = made.desk._driver  # noqa: SLF001 - what the desk does not offer
        assert isinstance(driver, NexoDriver)
        driver.show_to_customer(["Welcome"])
        driver.print_at_terminal(["Line 1", "Line 2"])
        assert driver.confirmed_by_customer(["A bag?"])
        assert not driver.confirmed_by_customer(["No question"])
        assert memory_of(made).shown == ["Welcome", "Line 1", "Line 2", "A bag?", "No question"]
