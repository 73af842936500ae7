"""Changes of every shape and kind of document, and what is no change at all."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from services.contract.problem import NotFound, Refused
from tests.sync.changing import (
    NUMBER,
    books,
    due_books,
    listed,
    live,
    numbers,
    policy,
    posted,
    refusal_codes,
    resolve,
    right,
)
from tests.sync.support import (
    ANNA,
    DAY,
    STORE,
    Shop,
    account_sale,
    debtor_payment,
    line,
    purchase,
    receipt,
    refund,
    sale,
    tender,
)


@pytest.mark.parametrize("shape", ["net_invoice", "zero_invoice", "journal"])
@pytest.mark.parametrize("word", ["delta", "resend"])
def test_every_shape_can_be_corrected_and_sent_anew(shop: Shop, shape: str, word: str) -> None:
    shop.map(shape=shape)
    policy(shop, word)
    posted(shop, sale(DAY, "1", "100.00"), refund(DAY, "R", "-11.50"))
    shop.take(sale(DAY, "2", "23.00"))
    shop.later(minutes=1)
    assert shop.day().state == "posted", shop.state()
    right(shop)
    shop.take(refund(DAY, "R2", "-34.50"))
    shop.later(minutes=1)
    assert shop.day().state == "posted", shop.state()
    right(shop)


def test_documents_of_a_customer_and_a_supplier_are_corrected_too(shop: Shop) -> None:
    shop.map(tax_codes={"GST15": "OUTPUT2", "GST0": "NONE", "GSTIN": "INPUT2"})
    policy(shop, "delta")
    posted(shop, sale(DAY, "1", "100.00"), account_sale(DAY, "3", "80.00"), purchase(DAY, "P1", "46.00"))
    shop.take(account_sale(DAY, "3", "57.00"), purchase(DAY, "P1", "69.00"))
    shop.later(minutes=1)
    assert shop.day().state == "posted", shop.state()
    right(shop)
    assert sorted(numbers(shop)) == sorted([NUMBER, f"{STORE}-3", f"{STORE}-3-d1", "INV-P1", "INV-P1-d1"])


def test_a_customer_taken_for_another_cannot_be_corrected_only_sent_anew(shop: Shop) -> None:
    policy(shop, "delta")
    posted(shop, account_sale(DAY, "3", "80.00"))
    shop.take(account_sale(DAY, "3", "80.00", "Ann Ltd"))
    shop.later(minutes=1)
    assert shop.day().state == "changed"
    (change,) = listed(shop)
    assert change["fields"] == [{"name": "contact", "sent": "Bob Ltd", "now": "Ann Ltd"}]
    assert change["why"] is not None
    assert change["why"].get("code") == "delta_cannot"
    assert refusal_codes(resolve(shop, "delta", dry_run=True)) == ["delta_cannot"]
    calls = len(shop.ledger.calls)
    shop.later(minutes=1)
    assert len(shop.ledger.calls) == calls, "a policy tries once"
    resolve(shop, "resend")
    assert shop.day().state == "posted"
    assert [(held.document.contact, held.document.number) for held in live(shop)] == [
        ("Ann Ltd", f"{STORE}-3-r2")
    ]


def test_a_debtor_payment_is_removed_and_made_anew(shop: Shop) -> None:
    policy(shop, "resend")
    posted(shop, account_sale(DAY, "3", "80.00"), debtor_payment(DAY, "5", "30.00", "3"))
    shop.take(debtor_payment(DAY, "5", "50.00", "3"))
    shop.later(minutes=1)
    assert shop.day().state == "posted", shop.state()
    (invoice,) = live(shop)
    assert [payment[2] for payment in invoice.payments] == [Decimal(50)]


def test_a_debtor_pays_the_new_revision_of_what_was_sent_anew(shop: Shop) -> None:
    policy(shop, "resend")
    posted(shop, account_sale(DAY, "3", "80.00"))
    shop.take(account_sale(DAY, "3", "90.00"))
    shop.later(minutes=1)
    shop.take(debtor_payment(DAY, "5", "30.00", "3"))
    shop.sync()
    assert shop.day().state == "posted", shop.state()
    (invoice,) = live(shop)
    assert (invoice.document.number, invoice.due) == (f"{STORE}-3-r2", Decimal(60))


def test_a_mapping_that_changed_meanwhile_is_no_change_and_is_not_mixed_in(shop: Shop) -> None:
    policy(shop, "delta")
    posted(shop)
    shop.map(categories={"grocery": "201", "hardware": "201", "gift_card_sold": "850"})
    assert shop.sync()[0]["state"] == "posted"
    shop.take(sale(DAY, "2", "23.00"))
    shop.later(minutes=1)
    assert shop.day().state == "posted", shop.state()
    assert books(shop) == due_books(shop, version=1), "by the mapping it was posted with"
    resolve_again = sale(DAY, "3", "46.00")
    policy(shop, "resend")
    shop.take(resolve_again)
    shop.later(minutes=1)
    right(shop)  # by the mapping in force


def test_nothing_is_decided_about_what_did_not_change(shop: Shop) -> None:
    posted(shop)
    for by in ("delta", "resend", "keep"):
        with pytest.raises(Refused) as caught:
            resolve(shop, by)
        assert caught.value.code == "nothing_changed"
    with pytest.raises(Refused) as wrong:
        resolve(shop, "ignore")
    assert wrong.value.code == "invalid"
    with pytest.raises(NotFound):
        shop.office.changes.resolve("nowhere", DAY, by="keep", who=ANNA)


def test_a_tender_taken_for_another_moves_the_money(shop: Shop) -> None:
    policy(shop, "delta")
    posted(shop)
    shop.take(receipt(DAY, "1", "sale", lines=[line("100.00")], tenders=[tender("100.00", "eftpos")]))
    shop.later(minutes=1)
    assert shop.day().state == "posted", shop.state()
    right(shop)


def test_what_a_person_booked_there_by_hand_is_taken_for_what_was_sent(shop: Shop) -> None:
    posted(shop)
    shop.take(sale(DAY, "2", "23.00"))
    (held,) = live(shop)
    assert shop.sync()[0]["state"] == "changed"
    first = replace(held.document.lines[0], amount=Decimal(123), tax=Decimal("16.04"))
    held.document = replace(held.document, lines=(first,), total=Decimal(123))
    held.total, held.total_tax = Decimal(123), Decimal("16.04")
    assert shop.sync()[0]["state"] == "changed", "it is not paid as the tills were"
    accounts = [account for _, account, _, _ in held.payments]
    held.payments = [(f"by-hand-{account}", account, Decimal("61.50"), "") for account in accounts]
    assert shop.sync()[0]["state"] == "posted", shop.state()
    assert numbers(shop) == [NUMBER]
    assert listed(shop) == []
    right(shop)
    assert shop.office.changes.check(STORE, who=ANNA)["changed"] == []
    policy(shop, "resend")
    shop.take(sale(DAY, "3", "46.00"))
    shop.later(minutes=1)
    assert numbers(shop) == [f"{NUMBER}-r2"], "it is ours now, payments and all"
    right(shop)


def test_sending_anew_touches_nothing_that_did_not_change(shop: Shop) -> None:
    posted(shop)
    shop.take(refund(DAY, "R", "-23.00"))
    resolve(shop, "keep")
    policy(shop, "resend")
    shop.take(refund(DAY, "R", "-46.00"))
    shop.later(minutes=1)
    assert shop.day().state == "changed"
    assert numbers(shop) == [NUMBER]
    calls = len(shop.ledger.calls)
    shop.later(minutes=1)
    assert len(shop.ledger.calls) == calls, "a policy tries once"
