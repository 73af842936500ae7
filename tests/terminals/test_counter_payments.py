"""What tills ask of terminals: once is once, and what it came to is known."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.contract.people import Person
from services.contract.problem import NotFound, Refused
from services.contract.terminals import PaymentKind
from services.sandbox.terminals.faults import Fault, FaultKind
from services.sandbox.terminals.zvt.ports import PracticeZvt
from services.sandbox.terminals.zvt.practice import Manner
from services.store import audit
from services.terminals.counter.paying import Wanted
from services.terminals.counter.watching import Watch
from services.terminals.driver import Answer
from tests.terminals.kit.at_counter import ANNA, AtCounter, add_front, at_counter, office_on


@pytest.fixture
def shop(template: Path) -> Iterator[AtCounter]:
    with at_counter(template) as made:
        yield made


def test_an_approval_has_a_reference_for_the_receipt(shop: AtCounter) -> None:
    told = shop.pay(1250)
    payment = told["payment"]
    assert (payment["state"], payment["charged"], payment["till"]) == ("approved", "12.50", "1")
    assert payment["business_date"] == "2026-11-20"
    assert payment["tender_reference"]
    assert len(payment["tender_reference"]) == 10
    assert told["running"] is False
    assert [step["number"] for step in told["steps"]] == list(range(1, told["last"] + 1))
    assert [charge.amount for charge in shop.practice.charges.standing()] == [1250]


def test_the_same_order_again_is_the_same_payment(shop: AtCounter) -> None:
    first, again = shop.pay(1250, "A-1")["payment"], shop.pay(1250, "A-1")["payment"]
    assert first == again
    assert len(shop.practice.charges.all()) == 1


def test_two_tills_may_use_the_same_reference(shop: AtCounter) -> None:
    one, two = shop.pay(1250, "A-1"), shop.pay(1300, "A-1", till="2")
    assert one["payment"]["id"] != two["payment"]["id"]
    assert [charge.amount for charge in shop.practice.charges.standing()] == [1250, 1300]


def test_a_reference_with_other_content_is_refused(shop: AtCounter) -> None:
    shop.pay(1250, "A-1")
    with pytest.raises(Refused) as caught:
        shop.pay(1260, "A-1")
    assert caught.value.code == "terminal_reference_used"
    assert len(shop.practice.charges.all()) == 1


def test_a_reference_of_another_terminal_is_refused(shop: AtCounter) -> None:
    add_front(shop, "back")
    shop.pay(1250, "A-1")
    with pytest.raises(Refused) as caught:
        shop.pay(1250, "A-1", key="back")
    assert caught.value.code == "terminal_reference_used"
    assert len(shop.practice.charges.all()) == 1


def test_while_one_payment_runs_the_next_is_refused_and_the_same_is_watched(shop: AtCounter) -> None:
    running = shop.begin(1080, "A-1")
    assert shop.begin(1080, "A-1") is running
    with pytest.raises(Refused) as caught:
        shop.begin(1300, "A-2")
    assert caught.value.code == "terminal_busy"
    told = shop.office.terminals.one("front")
    assert told["state"] == "busy"
    assert told["running"] is not None
    assert told["running"]["payment"]["reference"] == "A-1"
    _wait_for_text(running)
    assert shop.office.payments.abort("front")
    assert shop.ended(running)["payment"]["state"] == "cancelled"
    assert not shop.office.payments.abort("front"), "nothing runs any more"
    assert shop.practice.charges.standing() == []


def test_a_till_aborts_only_its_own_payment(shop: AtCounter) -> None:
    past = shop.begin(1000, "A-1")
    shop.ended(past)
    running = shop.begin(1080, "A-2", till="2")
    _wait_for_text(running)
    assert not shop.office.payments.abort("front", watch=past)
    assert shop.office.payments.abort("front", watch=running)
    assert shop.ended(running)["payment"]["state"] == "cancelled"


def test_a_question_nobody_asked_is_not_answered(shop: AtCounter) -> None:
    assert not shop.office.payments.answer("front", Answer("yes"))
    running = shop.begin(1080)
    assert not shop.office.payments.answer("front", Answer("yes"))
    _wait_for_text(running)
    shop.office.payments.abort("front")
    assert shop.ended(running)["payment"]["state"] == "cancelled"


@pytest.mark.parametrize("amount,state", [(1251, "declined"), (1260, "cancelled")])
def test_what_is_not_approved_has_no_reference(shop: AtCounter, amount: int, state: str) -> None:
    payment = shop.pay(amount)["payment"]
    assert payment["state"] in {state, "declined"}
    assert payment["tender_reference"] is None
    assert payment["charged"] is None
    assert shop.practice.charges.standing() == []


def test_a_part_of_it_approved_is_kept_as_such(template: Path) -> None:
    with at_counter(template, Manner(prints="none")) as shop:
        shop.office.terminals.change("front", {"settings": {"partial": "yes"}}, ANNA)
        payment = shop.pay(1270)["payment"]
        assert (payment["amount"], payment["charged"], payment["partial"]) == ("12.70", "6.35", True)


def test_money_goes_back_up_to_what_was_paid(shop: AtCounter) -> None:
    paid = shop.pay(2000)["payment"]["id"]
    back = shop.pay(1200, kind=PaymentKind.REFUND, original=paid)
    assert back["payment"]["state"] == "approved"
    with pytest.raises(Refused, match="was not asked") as caught:
        shop.pay(900, kind=PaymentKind.REFUND, original=paid)
    assert caught.value.code == "terminal_taken_back"
    assert "8.00" in caught.value.why
    assert shop.pay(800, kind=PaymentKind.REFUND, original=paid)["payment"]["state"] == "approved"
    kinds = [(charge.kind, charge.amount) for charge in shop.practice.charges.standing()]
    assert kinds == [("payment", 2000), ("refund", 1200), ("refund", 800)]


def test_a_reversal_takes_it_back_once_and_as_a_whole(shop: AtCounter) -> None:
    paid = shop.pay(2000)["payment"]["id"]
    with pytest.raises(Refused) as caught:
        shop.pay(1000, kind=PaymentKind.REVERSAL, original=paid)
    assert caught.value.code == "terminal_taken_back"
    back = shop.pay(None, "back", kind=PaymentKind.REVERSAL, original=paid)["payment"]
    assert (back["state"], back["amount"]) == ("approved", "20.00")
    assert shop.pay(None, "back", kind=PaymentKind.REVERSAL, original=paid)["payment"]["id"] == back["id"]
    with pytest.raises(Refused):
        shop.pay(None, "twice", kind=PaymentKind.REVERSAL, original=paid)


def test_only_the_terminal_that_took_a_payment_reverses_it(shop: AtCounter) -> None:
    add_front(shop, "back")
    paid = shop.pay(2000)["payment"]["id"]
    with pytest.raises(Refused) as caught:
        shop.pay(None, kind=PaymentKind.REVERSAL, original=paid, key="back")
    assert caught.value.code == "terminal_original"
    # The same key, set up anew: it may be another device.
    shop.office.terminals.remove("front", ANNA)
    add_front(shop)
    with pytest.raises(Refused):
        shop.pay(None, kind=PaymentKind.REVERSAL, original=paid)
    assert [charge.kind for charge in shop.practice.charges.all()] == ["payment"]


def test_only_an_approved_payment_is_taken_back(shop: AtCounter) -> None:
    declined = shop.pay(1251)["payment"]["id"]
    with pytest.raises(Refused) as caught:
        shop.pay(100, kind=PaymentKind.REFUND, original=declined)
    assert caught.value.code == "terminal_original"
    with pytest.raises(Refused) as caught:
        shop.pay(None, kind=PaymentKind.REVERSAL)
    assert caught.value.code == "invalid_terminal_order"
    with pytest.raises(NotFound):
        shop.pay(100, kind=PaymentKind.REFUND, original=4711)


def test_the_original_by_the_reference_of_the_till(shop: AtCounter) -> None:
    shop.pay(2000, "sale-7")
    wanted = Wanted("back-7", PaymentKind.REFUND, 500, original_reference="sale-7")
    told = shop.ended(shop.office.payments.pay("front", "1", wanted))
    assert told["payment"]["state"] == "approved"
    shop.pay(2000, "sale-7", till="2")
    with pytest.raises(Refused) as caught:
        shop.office.payments.pay(
            "front", "1", Wanted("back-8", PaymentKind.REFUND, 500, original_reference="sale-7")
        )
    assert "Tills 1, 2" in caught.value.why


def test_after_a_break_it_is_asked_for_and_never_paid_twice(template: Path) -> None:
    with at_counter(template, Manner(prints="none", undoes_unacked=False)) as shop:
        shop.practice.faults.plan(Fault(FaultKind.CABLE_OUT_AFTER, "040F"))
        told = shop.pay(1250, "A-1")["payment"]
        assert told["state"] == "approved"
        assert shop.pay(1250, "A-1")["payment"] == told
        assert [charge.amount for charge in shop.practice.charges.standing()] == [1250]


def test_an_unknown_outcome_blocks_until_a_person_decides(shop: AtCounter) -> None:
    watch = shop.begin(1280, "A-1")
    _wait_for_text(watch)
    shop.practice.stop()
    payment = shop.ended(watch)["payment"]
    assert payment["state"] == "unknown"
    assert payment["problem"] is not None
    told = shop.office.terminals.one("front")
    assert told["state"] == "unresolved"
    assert [each["id"] for each in told["unresolved"]] == [payment["id"]]
    with pytest.raises(Refused) as caught:
        shop.begin(1300)
    assert caught.value.code == "terminal_unresolved"
    assert [each["state"] for each in shop.office.functions.resolve("front")] == ["unknown"]
    with pytest.raises(Refused):
        shop.office.terminals.remove("front", ANNA)
    decided = shop.office.functions.decide(payment["id"], "cancelled", ANNA, "not on the journal strip")
    assert (decided["state"], decided["settled_by"], decided["note"]) == (
        "cancelled",
        "anna",
        "not on the journal strip",
    )
    with shop.db.read() as session:
        assert audit.entries(session)[0].action == "resolve_terminal"


def test_the_next_start_finds_out_what_the_last_left_open(shop: AtCounter) -> None:
    watch = shop.begin(1280, "A-1")
    _wait_for_text(watch)
    port = int(shop.practice.address["port"])
    shop.practice.stop()
    assert shop.ended(watch)["payment"]["state"] == "unknown"
    shop.office.stop()
    again = PracticeZvt(Manner(prints="none"), port=port).start()
    again.memory.charges, again.memory.last = shop.practice.charges, shop.practice.memory.last
    shop.office = office_on(shop.db, shop.vault, shop.bus, shop.clock)
    try:
        shop.office.start()
        shop.settled()
        (row,) = shop.office.attempts()
        assert (row["state"], row["settled_by"]) == ("cancelled", "query")
        assert shop.practice.charges.standing() == []
        assert shop.office.terminals.one("front")["state"] == "ready"
    finally:
        again.stop()


def test_a_switched_off_or_removed_terminal_takes_nothing(shop: AtCounter) -> None:
    shop.office.terminals.change("front", {"enabled": False}, ANNA)
    with pytest.raises(Refused) as caught:
        shop.begin(1000)
    assert caught.value.code == "terminal_off"
    shop.office.terminals.remove("front", ANNA)
    with pytest.raises(NotFound, match="was removed"):
        shop.begin(1000)
    assert shop.practice.charges.all() == []


def test_a_terminal_of_another_machine_is_left_alone(template: Path) -> None:
    with at_counter(template) as shop:
        here = office_on(shop.db, shop.vault, shop.bus, shop.clock, "machine-b")
        here.start()
        try:
            assert here.terminals.one("front")["state"] == "elsewhere"
            with pytest.raises(Refused) as caught:
                here.payments.pay("front", "1", Wanted("A", PaymentKind.PAYMENT, 1000))
            assert caught.value.code == "terminal_elsewhere"
            shop.office.stop()
            here.terminals.change("front", {"here": True}, ANNA)
            assert here.terminals.one("front")["here"]
            here.payments.pay("front", "1", Wanted("A", PaymentKind.PAYMENT, 1000))
            shop.settled()
            assert [charge.amount for charge in shop.practice.charges.standing()] == [1000]
        finally:
            here.stop()


def test_who_asks_without_a_till_stands_in_the_audit(shop: AtCounter) -> None:
    bo = Person("bo", 1001, frozenset())
    watch = shop.office.payments.pay("front", "tillbook", Wanted("A", PaymentKind.PAYMENT, 700), who=bo)
    shop.ended(watch)
    with shop.db.read() as session:
        entry = audit.entries(session)[0]
    assert (entry.who, entry.action, entry.subject) == ("bo", "ask_terminal", "front")
    assert entry.after == {"kind": "payment", "amount": 700, "reference": "A"}


def test_a_till_sees_only_its_own_store_and_references(shop: AtCounter) -> None:
    shop.pay(1000, "A-1")
    with pytest.raises(NotFound):
        shop.office.payments.watch("front", "A-1", till="2")
    with pytest.raises(NotFound):
        shop.office.payments.watch("front", "A-1", store="linz")
    assert shop.office.payments.watch("front", "A-1", till="1", store="wien").row.amount == 1000


def test_a_terminal_that_another_machine_took_over_is_left_alone(template: Path) -> None:
    with at_counter(template) as shop:
        shop.office.stop()
        one, other = (office_on(shop.db, shop.vault, shop.bus, shop.clock, name) for name in "ab")
        try:
            one.terminals.change("front", {"here": True}, ANNA)
            other.terminals.change("front", {"here": True}, ANNA)
            for ask in (
                lambda: one.payments.pay("front", "1", Wanted("A", PaymentKind.PAYMENT, 1000)),
                lambda: one.functions.resolve("front"),
            ):
                with pytest.raises(Refused) as caught:
                    ask()
                assert caught.value.code == "terminal_elsewhere"
        finally:
            one.stop()
            other.stop()
        assert shop.practice.charges.all() == []


def test_watchers_elsewhere_are_told(shop: AtCounter) -> None:
    shop.pay(1000)
    states = [event["state"] for event in shop.told("terminal")]
    assert states[0] == "changed"
    assert states[-1] == "approved"
    assert {event.get("terminal") for event in shop.told("terminal")} == {"front"}
    assert any(event.get("text") == "insert card" for event in shop.told("terminal"))


def _wait_for_text(watch: Watch) -> None:
    """Wait until the terminal shows something: it is at work."""
    happened = threading.Event()
    with watch.waking(happened.set):
        while not watch.seen().display:
            assert happened.wait(60)
            happened.clear()
