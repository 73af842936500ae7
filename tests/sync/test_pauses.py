"""A pause: whose, why, until when; what is begun is finished."""

from __future__ import annotations

import threading
from datetime import timedelta
from decimal import Decimal

import pytest

from services.accounting.ledger import AuthorisationLost, NotSent
from services.contract.people import Person
from services.contract.problem import NotAllowed, Refused
from tests.sync.fakes import Held
from tests.sync.support import (
    ANNA,
    DAY,
    STORE,
    Shop,
    all_posted,
    debtor_payment,
    replaced,
    sale,
)
from tests.sync.support import account_sale as on_account

BERT = Person("bert", 1001, frozenset({"staff"}))


def pause(shop: Shop) -> None:
    shop.office.pause(STORE, reason="stock-take", who=ANNA)


def one_at_a_time(shop: Shop) -> None:
    """Send one document a call, so that a pause can come between any two."""
    shop.pace = replaced(shop.pace, batch=1)
    shop.office = shop.open_office()


def whole(held: Held) -> bool:
    """Whether a document has all its payments."""
    return held.due == Decimal(0)


def test_a_document_that_is_begun_is_finished_with_its_payments(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    shop.ledger.on("create ACCREC", lambda: pause(shop))
    (day,) = shop.sync()
    assert day["state"] == "posted"
    assert [len(held.payments) for held in shop.ledger.live()] == [2]


@pytest.mark.parametrize("number", range(16))
def test_a_pause_at_any_call_leaves_nothing_half_done(shop: Shop, number: int) -> None:
    one_at_a_time(shop)
    dates = shop.take_days(3, DAY)
    shop.ledger.on("", lambda: pause(shop), skip=number)
    shop.office.sync(STORE, first=dates[0], last=dates[2], who=ANNA)
    assert shop.connection().state == "paused"
    assert all(whole(held) for held in shop.ledger.documents.values())
    calls = len(shop.ledger.calls)
    created = [call for call in shop.ledger.calls[number + 1 :] if call.startswith("create")]
    assert created == [], "nothing begins after the pause"
    shop.later(days=1)
    assert len(shop.ledger.calls) == calls
    shop.office.resume(STORE, who=ANNA)
    assert all_posted(shop.state(dates[0], dates[2]))
    numbers = [held.document.number for held in shop.ledger.documents.values()]
    assert len(numbers) == len(set(numbers)) == 4


@pytest.mark.parametrize("delay", range(0, 40, 4))
def test_a_pause_that_races_a_run_gives_one_document_or_none(shop: Shop, delay: int) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    shop.runner.stop()
    shop.office.sync(STORE, first=DAY, last=DAY, who=ANNA)
    shop.runner.start(shop.office._runs.run)  # noqa: SLF001 - without looking at what is due
    reached = threading.Event()
    passed = 0

    def count() -> None:
        nonlocal passed
        passed += 1
        if passed > delay // 4:
            reached.set()

    shop.ledger.on("", count, count=None)
    run = threading.Thread(target=lambda: shop.runner.submit(STORE))
    run.start()
    reached.wait(5)
    pause(shop)
    run.join(60)
    assert len(shop.ledger.live()) <= 1
    assert all(whole(held) for held in shop.ledger.live())
    shop.office.resume(STORE, who=ANNA)
    assert all_posted(shop.state())
    (held,) = shop.ledger.live()
    assert whole(held)


def test_a_debtor_s_payment_is_not_begun_after_the_pause(shop: Shop) -> None:
    shop.take(on_account(DAY, "A", "80.00"))
    assert all_posted(shop.sync())
    other = DAY + timedelta(days=1)
    number = next(held.document.number for held in shop.ledger.live())
    shop.take(sale(other, "S", "50.00"), debtor_payment(other, "P", "30.00", number.rpartition("-")[2]))
    shop.ledger.on("create ACCREC", lambda: pause(shop))
    shop.office.sync(STORE, first=other, last=other, who=ANNA)
    invoice = next(held for held in shop.ledger.live() if held.document.number == number)
    assert invoice.payments == []
    assert all(whole(held) for held in shop.ledger.live() if held is not invoice)


def test_what_cannot_be_finished_for_a_failure_follows_after_the_pause(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    shop.ledger.on("create ACCREC", lambda: pause(shop))
    shop.ledger.fail("pay", NotSent("No network.", "", ""), count=None)
    shop.sync()
    shop.ledger.rules.clear()
    shop.later(days=1)
    assert "paused" in [each["code"] for each in shop.state()[0]["blocked"]] or shop.day().queued
    shop.office.resume(STORE, who=ANNA)
    shop.later(days=1)
    assert all_posted(shop.state())
    assert len(shop.ledger.live()) == 1


def test_owner_reason_end_and_what_waits_are_shown(shop: Shop) -> None:
    dates = shop.take_days(2, DAY)
    answer = shop.office.pause(STORE, reason=" stock-take ", until="tomorrow 08:00", who=ANNA)
    assert answer["waiting"] == {"days": 2, "amount": "177.00"}
    told = shop.office.status()["stores"][0]["integrations"][0].get("paused")
    assert told is not None
    assert (told["by"], told["reason"], told["zone"]) == ("anna", "stock-take", "Pacific/Auckland")
    assert told["until_local"] == "2026-11-26 08:00"
    assert told["since"] == shop.clock().isoformat()
    (day,) = shop.sync(dates[0])
    assert "until 2026-11-26 08:00 (Pacific/Auckland)" in day["blocked"][0]["what"]
    assert day["blocked"][0].get("class") == "wait"


def test_the_end_of_a_pause_is_in_the_audit(shop: Shop) -> None:
    shop.office.pause(STORE, reason="move", until="2h", who=ANNA)
    shop.later(hours=2)
    entry = shop.office.audit()["entries"][0]
    assert (entry["who"], entry["action"], entry["subject"]) == ("Tillbook", "resume", STORE)
    assert entry["before"] is not None
    assert entry["before"]["by"] == "anna"
    assert shop.connection().state == "connected"
    assert [event["state"] for event in shop.bus.events if event["kind"] == "integration"][-1] == "connected"


def test_who_may_resume(shop: Shop) -> None:
    pause(shop)
    with pytest.raises(NotAllowed, match="anna"):
        shop.office.resume(STORE, who=BERT, of_others=False)
    assert shop.connection().state == "paused"
    assert shop.office.resume(STORE, who=BERT)["state"] == "connected"
    shop.office.pause(STORE, reason="mine", who=BERT)
    assert shop.office.resume(STORE, who=BERT, of_others=False)["state"] == "connected"


def test_a_second_pause_has_a_new_owner(shop: Shop) -> None:
    pause(shop)
    shop.office.pause(STORE, reason="longer", until="3d", who=BERT)
    assert (shop.connection().by, shop.connection().pause_reason) == ("bert", "longer")
    before = shop.office.audit()["entries"][0]["before"]
    assert before is not None
    assert before["by"] == "anna"


def test_what_is_not_connected_is_not_paused(shop: Shop) -> None:
    shop.office.disconnect(STORE, who=ANNA)
    with pytest.raises(Refused, match="cannot be paused"):
        pause(shop)
    assert shop.connection().state == "disconnected"


def test_what_needs_a_person_still_does_after_a_pause(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    lost = AuthorisationLost("Gone.", "It died.", "Connect again.", code="invalid_grant")
    shop.ledger.fail("", lost, count=None)
    shop.sync()
    assert shop.connection().state == "error"
    pause(shop)
    assert shop.office.resume(STORE, who=ANNA)["state"] == "error"
    assert shop.office.status()["stores"][0]["integrations"][0]["error"] is not None


def test_a_new_consent_does_not_end_a_pause(shop: Shop) -> None:
    pause(shop)
    shop.office.choose_organisation(STORE, who=ANNA)
    assert shop.connection().state == "paused"
