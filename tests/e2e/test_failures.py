"""What goes wrong has a state, a cause and a next step.

Once mended, the day goes through.
"""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from tests.e2e.practice import NZ_TENANT
from tests.e2e.processes import Json
from tests.e2e.records import MAPPING, receipt, refund, sale
from tests.e2e.shop import Ran, Shop


@pytest.fixture
def mapped(shop: Shop) -> Iterator[Shop]:
    """The module's shop; its mapping is put back after the test."""
    yield shop
    shop.map(MAPPING)


def day_of(ran: Ran) -> Json:
    """Return the one day of an answer."""
    (day,) = ran.answer["days"]
    return day


def obstacles(day: Json) -> list[Json]:
    """Return everything that is said about why a day did not go through."""
    return [*day["blocked"], *(why for document in day["documents"] for why in document.get("why", []))]


def assert_told(day: Json, *words: str) -> None:
    """See that what, why and next are told, and that the words are among them."""
    found = obstacles(day)
    assert found, day
    assert all(one["what"] and one["why"] and one["next"] for one in found), found
    text = " ".join(part for one in found for part in (one["what"], one["why"], one["next"]))
    assert [word for word in words if word not in text] == [], text


def posts(shop: Shop, date: str) -> int:
    """Send a day, which goes through now; return how many documents have its number."""
    ran = shop.sync(date)
    assert ran.status == 0, ran
    assert day_of(ran)["state"] == "posted"
    return shop.xero.numbers(NZ_TENANT).count(f"POS-queen-st-{date}")


def test_an_unmapped_category_blocks_its_day_by_name(mapped: Shop) -> None:
    date = "2026-03-02"
    mapped.take([sale(date, "U-1", "10.00"), sale(date, "U-2", "5.00", category="bouquets")]).done()
    ran = mapped.sync(date)
    assert (ran.status, day_of(ran)["state"]) == (1, "blocked")
    assert_told(day_of(ran), "bouquets")
    check = mapped.tillbook("mapping", "check", "--store", "queen-st")
    assert check.status == 1
    assert [issue["key"] for issue in check.answer["issues"]] == ["bouquets"]
    categories = {**MAPPING["categories"], "bouquets": "202"}  # type: ignore[dict-item]
    mapped.map({**MAPPING, "categories": categories})
    assert posts(mapped, date) == 1


def test_an_unmapped_tender_blocks_its_day_by_name(mapped: Shop) -> None:
    date = "2026-03-03"
    mapped.take([sale(date, "T-1", "10.00", paid="cheque")]).done()
    ran = mapped.sync(date)
    assert (ran.status, day_of(ran)["state"]) == (1, "blocked")
    assert_told(day_of(ran), "cheque")
    tenders = {**MAPPING["tenders"], "cheque": "615"}  # type: ignore[dict-item]
    mapped.map({**MAPPING, "tenders": tenders})
    assert posts(mapped, date) == 1


def test_a_tax_type_that_the_account_cannot_have_blocks_the_day(mapped: Shop) -> None:
    date = "2026-03-04"
    mapped.take([sale(date, "X-1", "11.50")]).done()
    tax_codes = {**MAPPING["tax_codes"], "GST15": "INPUT2"}  # type: ignore[dict-item]
    mapped.map({**MAPPING, "tax_codes": tax_codes})
    ran = mapped.sync(date)
    assert (ran.status, day_of(ran)["state"]) == (1, "blocked")
    assert_told(day_of(ran), "INPUT2", "200")
    mapped.map(MAPPING)
    assert posts(mapped, date) == 1


def test_an_account_archived_meanwhile_is_refused_and_named(shop: Shop) -> None:
    date = "2026-03-05"
    shop.take([sale(date, "AR-1", "23.00", category="hardware")]).done()
    shop.xero.configure(NZ_TENANT, archive_account="201")
    ran = shop.sync(date)
    assert ran.status == 1
    assert day_of(ran)["state"] in {"blocked", "refused"}
    assert_told(day_of(ran), "201")
    shop.xero.configure(NZ_TENANT, restore_account="201")
    shop.tillbook("reference", "refresh", "--store", "queen-st").done()
    assert posts(shop, date) == 1


def test_a_locked_period_refuses_the_day_and_names_the_date(shop: Shop) -> None:
    date = "2026-03-06"
    shop.take([sale(date, "L-1", "23.00")]).done()
    shop.xero.configure(NZ_TENANT, period_lock_date="2026-03-31")
    ran = shop.sync(date)
    assert ran.status == 1
    assert day_of(ran)["state"] in {"blocked", "refused"}
    assert_told(day_of(ran), "lock")
    shop.xero.configure(NZ_TENANT, period_lock_date="")
    shop.tillbook("reference", "refresh", "--store", "queen-st").done()
    assert posts(shop, date) == 1


def test_a_shape_that_cannot_hold_the_day_offers_one_that_can(shop: Shop) -> None:
    date = "2026-03-07"
    shop.take([sale(date, "N-1", "23.00"), refund(date, "N-2", "-345.00", category="hardware")]).done()
    day = shop.preview(date, "--shape", "net_invoice")
    assert day["documents"] == []
    assert_told(day)
    offered = " ".join(one["why"] + one["next"] for one in day["blocked"])
    assert "invoice" in offered
    assert posts(shop, date) == 1
    assert f"POS-queen-st-{date}" in {number[:23] for number in shop.xero.numbers(NZ_TENANT, "ACCRECCREDIT")}


def test_cash_out_larger_than_cash_sales_posts(shop: Shop) -> None:
    date = "2026-03-08"
    before = shop.xero.balances(NZ_TENANT)
    out = receipt(date, "CO-2", [("grocery", "50.00")], [("eftpos", "2550.00"), ("cash", "-2500.00")])
    shop.take([sale(date, "CO-1", "23.00"), out]).done()
    assert posts(shop, date) == 1
    after = shop.xero.balances(NZ_TENANT)
    assert after["611"] - before.get("611", Decimal(0)) == Decimal("-2477.00")
    assert after["612"] - before.get("612", Decimal(0)) == Decimal("2550.00")


@pytest.mark.parametrize("problem,date", [("minute", "2026-03-09"), ("concurrent", "2026-03-10")])
def test_a_rate_limit_only_delays(shop: Shop, problem: str, date: str) -> None:
    shop.take([sale(date, f"R-{problem}", "23.00")]).done()
    headers = {"Retry-After": "2", "X-Rate-Limit-Problem": problem}
    shop.xero.fault(method="PUT", path="/Invoices$", status=429, headers=headers)
    assert posts(shop, date) == 1


def test_an_error_page_in_place_of_an_answer_is_survived(shop: Shop) -> None:
    date = "2026-03-12"
    shop.take([sale(date, "H-1", "23.00")]).done()
    shop.xero.fault(method="PUT", path="/Invoices$", html=True, status=503)
    ran = shop.sync(date)
    assert ran.status in {0, 1, 5}, ran
    assert posts(shop, date) == 1


def test_an_unknown_outcome_is_looked_up_and_adopted(shop: Shop) -> None:
    date = "2026-03-13"
    shop.take([sale(date, "UN-1", "23.00")]).done()
    shop.xero.fault(method="PUT", path="/Invoices$", when="after", drop=True)
    shop.xero.fault(method="GET", path="/Invoices", status=500, count=None)
    ran = shop.sync(date)
    assert (ran.status, day_of(ran)["state"]) == (5, "unknown"), ran
    assert_told(day_of(ran))
    writes = len(shop.xero.calls("PUT", "/Invoices$"))
    shop.xero.mend()
    assert posts(shop, date) == 1
    assert len(shop.xero.calls("PUT", "/Invoices$")) == writes


def test_two_people_at_once_make_one_document(shop: Shop) -> None:
    date = "2026-03-14"
    shop.take([sale(date, "TW-1", "23.00")]).done()
    asked = [shop.background("sync", "--store", "queen-st", "--date", date, "--wait") for _ in range(2)]
    for each in asked:
        out, err = each.communicate(timeout=180)
        assert each.returncode == 0, (out, err)
    assert posts(shop, date) == 1
    assert len([x for x in shop.xero.calls("PUT", "/Invoices$") if x["status"] == 200]) >= 1


def test_paused_days_wait_and_go_out_when_it_is_resumed(shop: Shop) -> None:
    date = "2026-03-15"
    shop.take([sale(date, "P-1", "23.00")]).done()
    shop.tillbook("pause", "xero", "--store", "queen-st", "--reason", "stocktaking").done()
    ran = shop.tillbook("sync", "--store", "queen-st", "--date", date)
    assert day_of(ran)["state"] == "waiting"
    assert shop.integration()["state"] == "paused"
    assert not [n for n in shop.xero.numbers(NZ_TENANT) if date in n]
    shop.tillbook("resume", "xero", "--store", "queen-st").done()
    assert posts(shop, date) == 1
