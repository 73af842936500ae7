"""When takings are sent: at once, by the week, and earlier days."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from tests.e2e.practice import NZ_TENANT
from tests.e2e.processes import until
from tests.e2e.records import ZONE, refund, sale
from tests.e2e.shop import Ran, Shop

WEEK = ("2026-05-04", "2026-05-10")
"""A Monday and its Sunday."""


def _schedule(shop: Shop, *options: str) -> Ran:
    return shop.tillbook("schedule", "--store", shop.key, *options)


def _now(number: str, amount: str) -> dict[str, object]:
    """A sale of this moment; both of the tests that use it may run over midnight."""
    moment = datetime.now(ZONE)
    return {**sale(moment.date().isoformat(), number, amount), "time": moment.isoformat()}


def test_a_sale_reaches_xero_without_waiting_for_midnight(own_shop: Shop) -> None:
    shop = own_shop
    assert _schedule(shop, "--frequency", "real-time").done()["frequency"] == "real-time"
    shop.take([_now("RT-1", "10.00"), _now("RT-2", "4.00")]).done()
    until(lambda: len(shop.xero.numbers(NZ_TENANT)) == 2, what="both sales are in Xero")
    numbers = sorted(shop.xero.numbers(NZ_TENANT))
    assert [number.rpartition("/")[2] for number in numbers] == ["RT-1", "RT-2"]
    invoices = shop.xero.calls("PUT", "Invoices")
    assert len(invoices) == 1, "gathered into one call"
    # The payments follow their invoices.
    until(lambda: shop.xero.balances(NZ_TENANT).get("611") == 14, what="both sales are paid in Xero")


def test_a_change_of_the_frequency_at_noon_sends_the_morning_once(own_shop: Shop) -> None:
    shop = own_shop
    _schedule(shop, "--frequency", "daily", "--start", datetime.now(ZONE).date().isoformat()).done()
    shop.take([_now("M-1", "10.00")]).done()
    _schedule(shop, "--frequency", "real-time").done()
    until(lambda: shop.xero.balances(NZ_TENANT).get("611") == 10, what="the morning is in Xero, and paid")
    assert len(shop.xero.numbers(NZ_TENANT)) == 1
    _schedule(shop, "--frequency", "daily").done()
    shop.take([_now("M-2", "4.00")]).done()
    today = datetime.now(ZONE).date()
    day = shop.tillbook("days", "--store", shop.key, "--month", f"{today:%Y-%m}").done()["days"][-1]
    assert day["state"] == "open"
    (rest,) = (x for x in shop.preview(day["date"])["documents"] if x["key"] == "sales")
    assert rest["total"] == "4.00"
    history = _schedule(shop).done()["changes"]
    assert [change["frequency"] for change in history] == ["daily"]


def test_a_week_is_sent_as_one_sum(shop: Shop) -> None:
    monday, sunday = WEEK
    shop.take(
        [sale(monday, "W-1", "10.00"), sale("2026-05-07", "W-2", "4.00"), refund(sunday, "W-3", "-1.00")]
    ).done()
    preview = shop.preview("2026-05-07")
    assert "period" not in preview
    answer = _schedule(shop, "--frequency", "weekly", "--start", monday).done()
    assert answer["frequency"] == "weekly"
    until(lambda: shop.day(monday)["state"] == "posted", what="the week is posted")
    assert [shop.day(date)["state"] for date in ("2026-05-07", sunday)] == ["posted", "posted"]
    number = "POS-queen-st-2026-05-04-to-2026-05-10"
    assert number in shop.xero.numbers(NZ_TENANT)
    assert shop.preview("2026-05-07")["period"] == {"first": monday, "last": sunday}
    ran = shop.tillbook("sync", "--store", shop.key, "--from", monday, "--to", sunday, "--wait")
    assert ran.status == 0, ran
    assert shop.xero.numbers(NZ_TENANT).count(number) == 1


def _under_way(today: date) -> tuple[str, str, date]:
    """Return a frequency whose period goes on, its name, and its last date."""
    sunday = today + timedelta(days=6 - today.weekday())
    if today != sunday:
        return "weekly", "week", sunday
    following = (today.replace(day=28) + timedelta(days=4)).replace(day=1)
    return "monthly", "month", following - timedelta(days=1)


def test_a_date_of_a_period_that_goes_on_says_so(shop: Shop) -> None:
    today = datetime.now(ZONE).date()
    frequency, name, last = _under_way(today)
    if last == today:
        pytest.skip("both the week and the month end today")
    _schedule(shop, "--frequency", frequency, "--start", today.isoformat()).done()
    shop.take([_now("U-1", "3.00")]).done()
    shop.tillbook("day", "close", "--store", shop.key, "--date", today.isoformat()).done()
    ran = shop.sync(today.isoformat())
    assert ran.status == 1, ran
    (day,) = ran.answer["days"]
    assert (day["state"], day["blocked"][0]["code"]) == ("waiting", "goes_with_period")
    assert f"goes with the {name} that ends {last}" in day["blocked"][0]["what"]
    words = shop.run("days", "--store", shop.key, "--month", f"{today:%Y-%m}")
    assert f"goes with the {name} that ends {last}" in " ".join(words.out.split())


def test_earlier_days_are_sent_when_asked_for_only(own_shop: Shop) -> None:
    shop = own_shop
    dates = ("2026-04-27", "2026-04-29")
    shop.take([sale(dates[0], "B-1", "10.00"), sale(dates[1], "B-2", "4.00")]).done()
    _schedule(shop, "--frequency", "daily", "--start", "2026-05-04").done()
    words = shop.run("sync", "--store", shop.key).out
    assert "Nothing is due from 2026-05-04 on" in words
    assert "2 days wait" in words
    span = ("--store", shop.key, "--from", "2026-04-26", "--to", "2026-05-03")
    assert f"tillbook backfill --store {shop.key} --from {dates[0]} --to {dates[1]}" in words

    seen = shop.tillbook("backfill", *span, "--dry-run").done()
    assert (seen["days"], seen["documents"], seen["amount"], seen["queued"]) == (2, 2, "14.00", [])
    assert seen["calls"] > 0
    assert not shop.xero.numbers(NZ_TENANT)
    refused = shop.tillbook("backfill", *span)
    assert refused.status == 2, refused
    assert not shop.xero.numbers(NZ_TENANT)

    before = len(shop.xero.calls())
    assert shop.tillbook("backfill", *span, "--yes").done()["queued"] == list(dates)
    until(lambda: [shop.day(date)["state"] for date in dates] == ["posted"] * 2, what="both days are posted")
    assert len(shop.xero.calls()) - before <= seen["calls"] + 2
    assert shop.tillbook("backfill", *span, "--yes").done()["days"] == 0
    assert len(shop.xero.numbers(NZ_TENANT)) == 2
    entries = shop.tillbook("audit").done()["entries"]
    assert [entry["action"] for entry in entries].count("backfill") == 1
