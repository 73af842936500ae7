"""What the till sends later.

Before posting the day is built again, afterwards it is shown.
"""

from decimal import Decimal

from tests.e2e.practice import NZ_TENANT
from tests.e2e.records import sale, void
from tests.e2e.shop import Shop


def _total(shop: Shop, date: str) -> str:
    (document,) = shop.preview(date)["documents"]
    return str(document["total"])


def test_an_edit_before_posting_builds_the_day_again(shop: Shop) -> None:
    date = "2026-04-01"
    shop.take([sale(date, "E-1", "10.00"), sale(date, "E-2", "4.00")]).done()
    assert _total(shop, date) == "14.00"
    answer = shop.take([sale(date, "E-1", "11.00")]).done()
    assert (answer["new"], answer["revised"], answer["dates"]) == (0, 1, [date])
    assert _total(shop, date) == "15.00"


def test_a_void_before_posting_takes_the_receipt_out(shop: Shop) -> None:
    date = "2026-04-02"
    shop.take([sale(date, "V-1", "10.00"), sale(date, "V-2", "4.00")]).done()
    shop.take([void(date, "V-3", "V-1")]).done()
    assert _total(shop, date) == "4.00"
    ran = shop.sync(date)
    assert ran.status == 0, ran
    assert ran.answer["days"][0]["documents"][0]["total"] == "4.00"


def test_a_void_that_comes_before_its_receipt_counts_too(shop: Shop) -> None:
    date = "2026-04-03"
    shop.take([void(date, "W-3", "W-1"), sale(date, "W-2", "4.00")]).done()
    shop.take([sale(date, "W-1", "10.00")]).done()
    assert _total(shop, date) == "4.00"


def test_a_late_receipt_makes_a_posted_day_changed_and_is_not_sent(shop: Shop) -> None:
    date = "2026-04-04"
    shop.take([sale(date, "LA-1", "10.00")]).done()
    assert shop.sync(date).status == 0
    books = shop.xero.balances(NZ_TENANT)
    writes = len(shop.xero.calls("PUT"))
    shop.take([sale(date, "LA-2", "7.00")]).done()
    assert shop.day(date)["state"] == "changed"
    ran = shop.sync(date)
    (day,) = ran.answer["days"]
    assert (ran.status, day["state"]) == (1, "changed")
    assert len(shop.xero.calls("PUT")) == writes
    assert shop.xero.balances(NZ_TENANT) == books
    assert shop.day(date)["why"]
    again = shop.sync(date)
    assert (again.status, again.answer["days"][0]["state"]) == (1, "changed"), "nothing has been mended"


def test_the_same_file_again_leaves_a_posted_day_posted(shop: Shop) -> None:
    date = "2026-04-05"
    records = [sale(date, "SF-1", "10.00")]
    shop.take(records).done()
    assert shop.sync(date).status == 0
    assert shop.take(records).done()["unchanged"] == 1
    assert shop.day(date)["state"] == "posted"


def test_a_mended_file_changes_only_what_was_mended(shop: Shop) -> None:
    date = "2026-04-06"
    good, wrong = sale(date, "M-1", "10.00"), sale(date, "M-2", "12.345")
    ran = shop.take([good, wrong], "till.jsonl")
    assert ran.status == 1
    assert [(r["file"], r["line"], r["receipt"]) for r in ran.answer["refused"]] == [("till.jsonl", 2, "M-2")]
    assert ran.answer["refused"][0]["reason"]
    assert ran.answer["new"] == 1
    mended = shop.take([good, sale(date, "M-2", "12.34")], "till.jsonl").done()
    assert (mended["new"], mended["unchanged"]) == (1, 1)
    assert Decimal(_total(shop, date)) == Decimal("22.34")
