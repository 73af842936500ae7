"""Debtors' payments: what the preview says of them, and whose they are."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from services.books.documents import DocumentKind
from tests.sync.support import DAY, STORE, Shop, account_sale, all_posted, debtor_payment, sale


def test_the_preview_names_a_payment_larger_than_what_is_due(shop: Shop) -> None:
    before = DAY - timedelta(days=1)
    shop.take(sale(before, "0", "10.00"))
    shop.sync(before)
    shop.take(
        account_sale(DAY, "1", "80.00"), debtor_payment(DAY, "2", "90.00", "1"), sale(DAY, "3", "10.00")
    )
    day = shop.office.preview(STORE, DAY)
    (finding,) = day["blocked"]
    assert finding["why"] == "90.00 was paid and only 80.00 is due."
    assert "debtor payment 2" in finding["what"]
    # Only that payment is stopped: the day itself is not blocked.
    assert day["state"] != "blocked"
    assert [document["kind"] for document in day["documents"]] == ["ACCREC", "ACCREC", "PAYMENT"]


def test_a_payment_without_a_customers_name_is_taken(shop: Shop) -> None:
    later = DAY + timedelta(days=1)
    shop.take(account_sale(DAY, "1", "80.00"))
    shop.sync()
    (there,) = shop.ledger.live()
    shop.ledger.put(DocumentKind.ACCREC, there.document, number="INV-7")
    nameless = [debtor_payment(later, number, "30.00", pays) for number, pays in (("2", "1"), ("3", "INV-7"))]
    shop.take(*({name: value for name, value in each.items() if name != "customer"} for each in nameless))
    assert all_posted(shop.sync(later))
    assert [held.due for held in shop.ledger.live()] == [Decimal("50.00"), Decimal("50.00")]
