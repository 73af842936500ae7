"""A day's way to the ledger: built, sent, paid, proven."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from services.books.documents import DocumentKind
from tests.sync.support import (
    ANNA,
    DAY,
    STORE,
    Shop,
    account_sale,
    all_posted,
    debtor_payment,
    exact_books,
    refund,
    sale,
    states,
)


def test_a_simple_day_is_posted_once(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"), sale(DAY, "2", "57.50", "hardware"))
    (day,) = shop.sync()
    assert day["state"] == "posted"
    (document,) = day["documents"]
    assert document["state"] == "posted"
    assert document["total"] == "157.50"
    (held,) = shop.ledger.live()
    assert (held.total, held.due) == (Decimal("157.50"), Decimal(0))
    last = day["proof"][-1]
    assert last["check"].startswith("10 ")
    assert last["left"].startswith("157.50")
    assert last["holds"]
    exact_books(shop, [DAY])


def test_syncing_again_changes_nothing(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    shop.sync()
    before = list(shop.ledger.writes())
    assert all_posted(shop.sync())
    assert shop.ledger.writes() == before


def test_a_day_with_refunds_is_two_documents(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "20.00"), refund(DAY, "2", "-57.50"))
    assert all_posted(shop.sync())
    (note,) = shop.ledger.live(DocumentKind.ACCRECCREDIT)
    assert (note.total, note.due) == (Decimal("57.50"), Decimal(0))
    exact_books(shop, [DAY])


def test_ninety_days_take_few_calls(shop: Shop) -> None:
    dates = shop.take_days(90, DAY - timedelta(days=89))
    assert all_posted(shop.sync(dates[0], dates[-1]))
    counted = {call: shop.ledger.calls.count(call) for call in set(shop.ledger.calls)}
    assert counted["create ACCREC"] == 2
    assert counted["create ACCRECCREDIT"] == 1
    assert counted["pay"] == 3
    assert counted["read ACCREC"] == 2
    assert counted["read ACCRECCREDIT"] == 1
    assert len(shop.ledger.calls) <= 9 + 5 + 3  # besides: reference data, contacts
    exact_books(shop, dates)


def test_account_sale_and_its_payment_on_one_day(shop: Shop) -> None:
    shop.take(
        sale(DAY, "1", "10.00"),
        account_sale(DAY, "2", "115.00"),
        debtor_payment(DAY, "3", "50.00", "2"),
    )
    assert all_posted(shop.sync())
    invoice = next(held for held in shop.ledger.live() if held.document.contact == "Bob Ltd")
    assert invoice.due == Decimal("65.00")


def test_the_payment_of_an_invoice_raised_elsewhere(shop: Shop) -> None:
    shop.take(account_sale(DAY, "1", "80.00"))
    shop.sync()
    there = next(held for held in shop.ledger.live())
    shop.ledger.put(DocumentKind.ACCREC, there.document, number="INV-7")
    shop.take(debtor_payment(DAY + timedelta(days=1), "2", "30.00", "INV-7"))
    assert all_posted(shop.sync(DAY + timedelta(days=1)))
    invoice = next(held for held in shop.ledger.live() if held.document.number == "INV-7")
    assert invoice.due == Decimal("50.00")


def test_a_payment_larger_than_what_is_due_is_refused_by_name(shop: Shop) -> None:
    shop.take(
        account_sale(DAY, "1", "80.00"), debtor_payment(DAY, "2", "90.00", "1"), sale(DAY, "3", "10.00")
    )
    (day,) = shop.sync()
    assert day["state"] == "refused"
    by_state = {document["kind"]: document["state"] for document in day["documents"]}
    assert by_state["PAYMENT"] == "refused"
    assert by_state["ACCREC"] == "posted"
    assert "90.00 was paid and only 80.00 is due" in day["blocked"][0]["why"]


def test_a_payment_of_an_unknown_invoice_is_refused_by_name(shop: Shop) -> None:
    shop.take(debtor_payment(DAY, "2", "90.00", "INV-404"), sale(DAY, "3", "10.00"))
    (day,) = shop.sync()
    assert day["state"] == "refused"
    assert "INV-404" in day["blocked"][0]["what"]


def test_the_ledgers_figures_are_compared_with_ours(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    shop.ledger.drift = Decimal("0.01")
    (day,) = shop.sync()
    assert day["state"] == "differs"
    assert "total 100.01 there, 100.00 here" in day["blocked"][0]["why"]


def test_a_difference_that_was_mended_there_is_seen(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    shop.ledger.drift = Decimal("0.01")
    shop.sync()
    (held,) = shop.ledger.live()
    held.total = Decimal("100.00")
    assert all_posted(shop.sync())


def test_a_day_that_changes_while_it_is_sent_is_changed(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    shop.ledger.on("pay", lambda: shop.take(sale(DAY, "2", "5.00")))
    (day,) = shop.sync()
    assert day["state"] == "changed"
    (again,) = shop.sync()
    assert again["state"] == "changed"
    assert "The ledger has 100.00, the tills now come to 105.00" in again["blocked"][0]["why"]
    assert len(shop.ledger.live()) == 1


def test_a_changed_day_stays_changed_until_the_change_is_taken_back(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    assert all_posted(shop.sync())
    shop.take(sale(DAY, "1", "105.00"))
    assert states(shop.sync()) == ["changed"]
    assert states(shop.sync()) == ["changed"]
    shop.take(sale(DAY, "1", "100.00"))
    assert all_posted(shop.sync())
    assert len(shop.ledger.live()) == 1


def test_what_is_new_on_a_changed_day_is_sent(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    shop.sync()
    shop.take(account_sale(DAY, "2", "80.00"))
    assert states(shop.state()) == ["changed"]
    assert all_posted(shop.sync())
    assert len(shop.ledger.live()) == 2


def test_a_changed_mapping_leaves_posted_days_alone(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    shop.sync()
    shop.map(shape="journal", categories={"grocery": "201"})
    assert all_posted(shop.sync())
    assert not shop.ledger.live(DocumentKind.JOURNAL)


def test_drafts_wait_for_approval_and_are_paid_then(shop: Shop) -> None:
    shop.map(status="DRAFT")
    shop.take(sale(DAY, "1", "100.00"))
    (day,) = shop.sync()
    assert day["state"] == "waiting"
    assert "approval" in day["blocked"][0]["what"]
    (held,) = shop.ledger.live()
    assert held.due == Decimal("100.00")
    held.status = "AUTHORISED"
    assert all_posted(shop.sync())
    exact_books(shop, [DAY])


@pytest.mark.parametrize("frequency", ["manual", "daily"])
def test_payments_of_drafts_follow_by_themselves(shop: Shop, frequency: str) -> None:
    shop.map(status="DRAFT")
    shop.office.set_schedule(STORE, frequency=frequency, start=DAY, who=ANNA)
    shop.take(sale(DAY, "1", "100.00"))
    shop.clock.move(days=2)
    shop.sync()
    calls = len(shop.ledger.calls)
    for _ in range(59):
        shop.later(minutes=1)
    assert len(shop.ledger.calls) == calls, "once an hour"
    shop.later(minutes=1)
    assert shop.ledger.calls[calls:] == ["read ACCREC"]
    assert [each.get("code") for each in shop.state()[0]["blocked"]] == ["awaits_approval"]
    (held,) = shop.ledger.live()
    held.status = "AUTHORISED"
    shop.later(hours=1)
    assert all_posted(shop.state())
    exact_books(shop, [DAY])
    calls = len(shop.ledger.calls)
    shop.later(hours=3)
    assert len(shop.ledger.calls) == calls
