"""Payments over Concert V3 against the practice terminal: how they end."""

from dataclasses import replace
from pathlib import Path

import pytest

from services.contract.problem import Refused
from services.contract.terminals import PaymentKind, PaymentState, ProgressKind
from services.sandbox.terminals.catalogue import MAKERS
from services.sandbox.terminals.concert.ports import PracticeConcert
from services.sandbox.terminals.concert.practice import Memory
from services.terminals.catalogue import protocol
from services.terminals.driver import Ability, Request
from services.terminals.journal import result_of
from services.terminals.problems import Refusal
from tests.terminals.kit.cases import Case
from tests.terminals.kit.concert_cases import QUICK_MANNER, concert_case
from tests.terminals.kit.counter import Counter, counter
from tests.terminals.kit.drivers import around
from tests.terminals.kit.noted import Noted

_EITHER = [
    pytest.param(concert_case(), id="tcp"),
    pytest.param(concert_case(serial=True, private=True), id="serial"),
    pytest.param(concert_case(replace(QUICK_MANNER, hangs_up=False)), id="stays"),
]


def memory_of(made: Counter) -> Memory:
    practice = made.shop.practice
    assert isinstance(practice, PracticeConcert)
    return practice.memory


@pytest.mark.parametrize("case", _EITHER)
def test_payment_refund_and_cancellation(case: Case, template: Path) -> None:
    with counter(case, template) as made:
        paid = made.pay(1010)
        said = result_of(paid)
        assert (paid.state, paid.approved, paid.settled_by) == ("approved", 1010, "terminal")
        assert said is not None
        assert (said.card, said.scheme, said.auth_code) == ("************4771", "CB", "A66497")
        assert (said.entry_mode, said.aid, said.merchant_id) == ("chip", "A0000000421010", "4242424")
        assert made.refund(300).state == "approved"
        assert made.reverse(paid).state == "approved"
        again = made.reverse(paid)
        assert again.state == "declined"
        assert again.result is not None
        assert again.result["text"] == "not completed"
        assert [charge.kind for charge in memory_of(made).charges.all()] == ["payment", "refund", "reversal"]
        assert made.shop.disagreement() is None


def test_payments_that_are_not_approved(template: Path) -> None:
    with counter(concert_case(), template) as made:
        for amount, state, code, words in (
            (1051, "declined", "04", "refused"),
            (1054, "declined", "05", "not allowed"),
            (1060, "cancelled", "06", "abandoned by the customer"),
            (1070, "declined", "04", "refused"),
            (1080, "cancelled", "08", "nobody entered anything in time"),
            (1091, "declined", "07", "not completed"),
        ):
            row = made.pay(amount)
            assert (row.state, row.approved) == (state, None)
            assert row.result is not None
            assert (row.result["code"], row.result["text"]) == (code, words)
        assert made.pay(500).state == "approved"
        assert made.shop.disagreement() is None


def test_tickets_come_to_the_till_where_they_are_printed_there(template: Path) -> None:
    with counter(concert_case(ticket=True), template) as made:
        paid = made.pay(1010)
        assert "10,10 EUR" in made.told.printed()
        assert paid.receipts is not None
        assert [part["copy"] for part in paid.receipts] == ["customer"]
        assert "DUPLICATA" not in made.told.printed()
        made.desk.reprint()
        assert made.told.printed()[-2:] == ["TICKET CLIENT À CONSERVER", "DUPLICATA"]


def test_a_reprint_may_be_the_terminals_own(template: Path) -> None:
    with counter(concert_case(), template) as made:
        made.pay(1010)
        made.desk.reprint()
        assert made.told.printed() == []
        assert memory_of(made).heard == ["3", "0", "3"]


def test_a_terminal_without_duplicates_says_so(template: Path) -> None:
    with counter(concert_case(replace(QUICK_MANNER, duplicates="none")), template) as made:
        assert made.pay(1010).state == "approved"
        with pytest.raises(Refusal) as caught:
            made.desk.reprint()
        assert "this action is not known" in caught.value.why


def test_the_wrong_currency_is_said_so(template: Path) -> None:
    with counter(concert_case(currency=756), template) as made:
        row = made.pay(1010)
        assert row.state == "cancelled"
        assert row.result is not None
        assert row.result["text"] == "the currency is not supported"


def test_status_moves_no_money(template: Path) -> None:
    with counter(concert_case(), template) as made:
        status = made.desk.status()
        assert (status.ready, status.terminal_id) == (True, "0123456789")
        assert memory_of(made).heard == ["I"]


def test_what_concert_cannot_do_is_refused_by_name(template: Path) -> None:
    with counter(concert_case(), template) as made:
        for call, name in ((made.desk.settle, "settle"), (made.desk.totals, "totals")):
            with pytest.raises(Refused) as caught:
                call("anna")
            assert name in caught.value.why
        assert memory_of(made).heard == []
    driver = protocol("concert").make({"host": "a"}, around())
    refused = {Ability.ABORT, Ability.SETTLE, Ability.TOTALS, Ability.CASH_OUT}
    assert frozenset(Ability) - driver.abilities == refused
    for function in (driver.settle, driver.totals):
        with pytest.raises(Refusal):
            function(Noted())


def test_two_tills_on_one_terminal(template: Path) -> None:
    with counter(concert_case(), template) as made:
        running = made.in_background(1081)
        made.told.wait_for(ProgressKind.DISPLAY, "customer")
        with pytest.raises(Refused) as caught:
            made.pay(700)
        assert caught.value.code == "terminal_busy"
        assert running.result(60).state == "approved"
        assert made.pay(700).state == "approved"
        assert made.shop.disagreement() is None


@pytest.mark.parametrize(
    "given,setting",
    [
        ({}, "host"),
        ({"host": "a", "port": "70000"}, "port"),
        ({"connection": "serial"}, "device"),
        ({"connection": "smoke"}, "connection"),
        ({"host": "a", "version": "0200"}, "version"),
        ({"host": "a", "identifier": "short"}, "identifier"),
        ({"host": "a", "identifier": "012345678é01"}, "identifier"),
        ({"host": "a", "till": "0"}, "till"),
        ({"host": "a", "means": "shells"}, "means"),
        ({"host": "a", "ticket": "nobody"}, "ticket"),
        ({"host": "a", "zone": "Europe/Nowhere"}, "zone"),
        ({"host": "a", "zone": "../etc"}, "zone"),
    ],
)
def test_a_setting_that_does_not_fit_is_named(given: dict[str, str], setting: str) -> None:
    with pytest.raises(Refused) as caught:
        protocol("concert").make(given, around())
    assert setting in caught.value.what


@pytest.mark.parametrize("serial", [False, True])
@pytest.mark.parametrize("name", ["concert", "eplus"])
def test_practice_terminals_keep_their_book(name: str, serial: bool, tmp_path: Path) -> None:  # noqa: FBT001 - a parameter of the test
    book = tmp_path / "book.json"
    practice = MAKERS[name](serial=serial, book=book, port=0)
    practice.start()
    try:
        driver = protocol(name).make(practice.address, around())
        request = Request(1, PaymentKind.PAYMENT, 1010, "EUR", "K7TWN3QX5Z")
        assert driver.perform(request, Noted()).state is PaymentState.APPROVED
        driver.close()
    finally:
        practice.stop()
    again = MAKERS[name](serial=serial, book=book, port=0)
    assert [charge.amount for charge in again.charges.standing()] == [1010]
    again.start()
    again.stop()
