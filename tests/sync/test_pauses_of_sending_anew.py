"""A pause in the middle of voiding and sending anew: what is begun is finished."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest

from services.accounting.ledger import CallRefused, NotSent
from services.store import days
from tests.sync.changing import NUMBER, listed, live, numbers, policy, posted, right
from tests.sync.dying import dying
from tests.sync.fakes import Killed
from tests.sync.support import ANNA, DAY, STORE, Shop, account_sale, debtor_payment, refund, sale

CALLS, STEPS = 16, 48
UNREACHED = NotSent("Xero was not reached.", "", "")


@pytest.fixture
def changed(shop: Shop) -> Shop:
    """A shop whose posted day changed at the tills, and is to be sent anew."""
    policy(shop, "resend")
    posted(shop, sale(DAY, "1", "100.00"), refund(DAY, "R", "-11.50"))
    shop.take(sale(DAY, "2", "23.00"), refund(DAY, "R", "-34.50"))
    return shop


def pause(shop: Shop) -> None:
    shop.office.pause(STORE, reason="stock-take", who=ANNA)


def in_the_books(shop: Shop) -> set[str]:
    """Return the documents that count, each whole, whatever their revision."""
    assert all(not held.due for held in live(shop))
    return {held.document.number.removesuffix("-r2") for held in live(shop)}


@pytest.mark.parametrize("number", range(CALLS))
def test_a_pause_at_any_call_leaves_no_day_voided(changed: Shop, number: int) -> None:
    changed.ledger.on("", lambda: pause(changed), skip=number)
    changed.later(minutes=1)
    assert changed.connection().state == "paused"
    assert in_the_books(changed) == {NUMBER, f"{NUMBER}-R"}
    calls = len(changed.ledger.calls)
    changed.later(hours=1)
    assert len(changed.ledger.calls) == calls, "it is left alone from then on"
    changed.office.resume(STORE, who=ANNA)
    assert changed.day().state == "posted"
    right(changed)


def test_the_pauses_tried_are_all_there_are(changed: Shop) -> None:
    before = len(changed.ledger.calls)
    changed.later(minutes=1)
    assert len(changed.ledger.calls) - before == CALLS


@pytest.mark.parametrize("at", range(1, STEPS, 3))
def test_a_service_that_died_finishes_although_it_is_paused_now(changed: Shop, at: int) -> None:
    with dying(changed, at), suppress(Killed):
        changed.open_office().tick()
    pause(changed)
    changed.open_office().tick()
    changed.later(minutes=1)
    assert in_the_books(changed) == {NUMBER, f"{NUMBER}-R"}
    changed.office.resume(STORE, who=ANNA)
    changed.later(minutes=1)
    assert changed.day().state == "posted"
    right(changed)
    assert listed(changed) == []


def test_nothing_else_begins_with_it(changed: Shop) -> None:
    other = DAY + timedelta(days=1)
    changed.take(sale(other, "S", "50.00"))
    with changed.database.write() as session:
        days.queue(session, STORE, [other], changed.clock())
    changed.ledger.on("void", lambda: pause(changed))
    changed.office.tick()
    changed.later(minutes=1)
    assert in_the_books(changed) == {NUMBER, f"{NUMBER}-R"}
    assert changed.state(other)[0]["state"] == "waiting"


def test_what_cannot_be_reached_is_tried_again_although_it_is_paused(changed: Shop) -> None:
    changed.ledger.on("void ACCREC", lambda: pause(changed), count=1)
    changed.ledger.fail("create", UNREACHED, count=6)
    changed.later(minutes=1)
    assert numbers(changed) != [f"{NUMBER}-r2"]
    changed.later(hours=1)
    changed.later(hours=1)
    assert in_the_books(changed) == {NUMBER, f"{NUMBER}-R"}


def test_what_needs_a_person_is_not_tried_all_the_time(changed: Shop) -> None:
    missing = CallRefused("Xero does not allow it.", "No right.", "Ask an adviser.", code="right_missing")
    changed.ledger.on("void", lambda: pause(changed))
    changed.ledger.fail("find_contacts", missing, count=None)
    changed.ledger.fail("reference", missing, count=None)
    changed.clock.move(days=2)  # the reference data are read again
    changed.office.tick()
    changed.later(hours=1)
    calls = len(changed.ledger.calls)
    changed.later(hours=12)
    assert len(changed.ledger.calls) == calls


def test_a_debtor_s_payment_that_was_removed_is_made_again(shop: Shop) -> None:
    policy(shop, "resend")
    posted(shop, account_sale(DAY, "3", "80.00"), debtor_payment(DAY, "5", "30.00", "3"))
    shop.take(debtor_payment(DAY, "5", "35.00", "3"))
    shop.ledger.on("unpay", lambda: pause(shop))
    shop.later(minutes=1)
    shop.later(minutes=1)
    assert shop.connection().state == "paused"
    (invoice,) = live(shop)
    assert [str(amount) for _, _, amount, _ in invoice.payments] == ["35.00"]
