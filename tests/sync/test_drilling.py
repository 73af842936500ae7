"""From a day's numbers to its receipts and postings."""

from __future__ import annotations

from datetime import date

import pytest

from services.contract.problem import NotFound
from services.store.behind import Number
from tests.sync.support import Shop, refund, sale

DAY = date(2026, 11, 2)


@pytest.fixture
def open_shop(shop: Shop) -> Shop:
    shop.take(sale(DAY, "1", "11.50"), sale(DAY, "2", "23.00", "hardware"), refund(DAY, "3", "-11.50"))
    return shop


def test_a_number_leads_to_its_receipts_with_a_running_sum(open_shop: Shop) -> None:
    answer = open_shop.office.drilling.behind("queen-st", DAY, Number(category="grocery"))
    assert [(row["receipt"], row["amount"], row["running"]) for row in answer["receipts"]] == [
        ("1", "11.50", "11.50"),
        ("3", "-11.50", "0.00"),
    ]
    assert (answer["count"], answer["amount"]) == (2, "0.00")


def test_a_page_goes_on_where_the_one_before_ended(open_shop: Shop) -> None:
    first = open_shop.office.drilling.behind("queen-st", DAY, Number(), limit=2)
    rest = open_shop.office.drilling.behind("queen-st", DAY, Number(), first=2, limit=2)
    assert [row["receipt"] for row in (*first["receipts"], *rest["receipts"])] == ["1", "2", "3"]
    assert rest["receipts"][0]["running"] == rest["amount"] == "23.00"


def test_a_receipt_is_shown_as_it_came_in(open_shop: Shop) -> None:
    row = open_shop.office.drilling.behind("queen-st", DAY, Number())["receipts"][1]
    answer = open_shop.office.drilling.receipt("queen-st", row["register"], row["receipt"])
    assert answer["lines"][0]["category"] == "hardware"
    assert answer["total"] == "23.00"


def test_a_receipt_that_never_came_in_is_not_found(open_shop: Shop) -> None:
    with pytest.raises(NotFound, match="no receipt 99"):
        open_shop.office.drilling.receipt("queen-st", "T1", "99")


def test_debits_equal_credits(open_shop: Shop) -> None:
    answer = open_shop.office.drilling.postings("queen-st", DAY)
    assert answer["debits"] == answer["credits"] != "0.00"
    assert {row["account"] for row in answer["rows"]} >= {"TAX"}
