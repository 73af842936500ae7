"""Days from before the start: looked at, then sent, and only then."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from services.contract.problem import Refused
from services.sync.sharing import calls
from tests.sync.moments import MONDAY, at
from tests.sync.support import ANNA, STORE, Shop, account_sale, all_posted, sale, states

FIRST = date(2026, 11, 2)
BEFORE = MONDAY - timedelta(days=1)


def opened(shop: Shop, frequency: str = "daily") -> Shop:
    """A shop that traded for two weeks before its schedule starts."""
    shop.take_days(14, FIRST)
    at(shop, MONDAY, 9)
    shop.office.set_schedule(STORE, frequency=frequency, start=MONDAY, who=ANNA)
    shop.office.tick()
    return shop


def test_nothing_earlier_is_sent_unless_asked(shop: Shop) -> None:
    opened(shop)
    shop.later(days=1)
    assert not shop.ledger.documents
    early = shop.office.schedule(STORE)["before_start"]
    assert early == {"days": 14, "first": "2026-11-02", "last": "2026-11-15", "amount": "1285.00"}
    assert shop.office.sync(STORE, who=ANNA)["queued"] == []


def test_the_preview_says_what_it_will_send(shop: Shop) -> None:
    opened(shop)
    seen = shop.office.backfill.preview(STORE, FIRST, BEFORE)
    assert (seen["days"], seen["documents"], seen["amount"]) == (14, 19, "1285.00")
    assert seen["queued"] == []
    assert seen["stopped"] is None
    assert [part["first"] for part in seen["parts"]][:2] == ["2026-11-02", "2026-11-03"]
    assert not shop.ledger.documents
    assert states(shop.state(FIRST)) == ["waiting"]


def test_the_calls_of_the_preview_are_those_it_takes(shop: Shop) -> None:
    opened(shop)
    seen = shop.office.backfill.preview(STORE, FIRST, BEFORE)
    before = len(shop.ledger.calls)
    shop.office.backfill.queue(STORE, FIRST, BEFORE, ANNA)
    made = len(shop.ledger.calls) - before
    assert made <= seen["calls"] <= made + 3


def test_a_backfill_is_sent_once(shop: Shop) -> None:
    opened(shop)
    queued = shop.office.backfill.queue(STORE, FIRST, BEFORE, ANNA)["queued"]
    assert len(queued) == 14
    assert all_posted(shop.state(FIRST, BEFORE))
    assert len(shop.ledger.documents) == 19
    entry = shop.office.audit()["entries"][0]
    assert (entry["action"], entry["who"]) == ("backfill", "anna")
    again = shop.office.backfill.queue(STORE, FIRST, BEFORE, ANNA)
    assert (again["days"], again["queued"]) == (0, [])
    assert {left["why"] for left in again["left"]} == {"it is posted already"}
    assert len(shop.ledger.documents) == 19


def test_a_weekly_store_backfills_by_the_week(shop: Shop) -> None:
    opened(shop, "weekly")
    seen = shop.office.backfill.preview(STORE, date(2026, 11, 4), BEFORE)
    assert [(part["first"], part["last"]) for part in seen["parts"]] == [
        ("2026-11-04", "2026-11-08"),
        ("2026-11-09", "2026-11-15"),
    ]
    shop.office.backfill.queue(STORE, date(2026, 11, 4), BEFORE, ANNA)
    numbers = {held.document.number for held in shop.ledger.documents.values()}
    assert numbers == {
        "POS-queen-st-2026-11-04-to-2026-11-08",
        "POS-queen-st-2026-11-04-to-2026-11-08-R",
        "POS-queen-st-2026-11-09-to-2026-11-15",
        "POS-queen-st-2026-11-09-to-2026-11-15-R",
    }
    assert states(shop.state(FIRST, FIRST + timedelta(days=1))) == ["waiting", "waiting"]
    shop.take(sale(MONDAY, "M", "5.00"))
    at(shop, MONDAY + timedelta(days=7), 1)
    assert len(shop.ledger.documents) == 5


def test_a_weekly_store_may_backfill_day_by_day(shop: Shop) -> None:
    opened(shop, "weekly")
    seen = shop.office.backfill.queue(STORE, FIRST, FIRST + timedelta(days=2), ANNA, "daily")
    assert (seen["frequency"], len(seen["parts"])) == ("daily", 3)
    assert all_posted(shop.state(FIRST, FIRST + timedelta(days=2)))
    with pytest.raises(Refused, match="real-time"):
        shop.office.backfill.preview(STORE, FIRST, BEFORE, "real-time")


def test_a_real_time_store_backfills_its_days(shop: Shop) -> None:
    opened(shop, "real-time")
    seen = shop.office.backfill.queue(STORE, FIRST, BEFORE, ANNA)
    assert (seen["frequency"], seen["documents"]) == ("daily", 19)
    assert len(shop.ledger.documents) == 19


def test_what_is_blocked_is_named_by_day(shop: Shop) -> None:
    opened(shop)
    shop.take(sale(FIRST, "P", "9.00", category="plants"))
    seen = shop.office.backfill.preview(STORE, FIRST, BEFORE)
    blocked = {
        part["first"]: [why["what"] for why in part["blocked"]] for part in seen["parts"] if part["blocked"]
    }
    assert blocked == {"2026-11-02": ["The category 'plants' has no account."]}
    shop.office.backfill.queue(STORE, FIRST, BEFORE, ANNA)
    assert states(shop.state(FIRST, BEFORE)) == ["blocked"] + ["posted"] * 13


def test_without_an_organisation_nothing_is_queued(new_shop: Shop) -> None:
    new_shop.take_days(3, FIRST)
    seen = new_shop.office.backfill.preview(STORE, FIRST, BEFORE)
    assert seen["stopped"] is not None
    assert seen["stopped"]["code"] == "not_connected"
    with pytest.raises(Refused, match="not connected"):
        new_shop.office.backfill.queue(STORE, FIRST, BEFORE, ANNA)
    assert new_shop.office.schedule(STORE)["changes"] == []


def test_the_current_day_is_left(shop: Shop) -> None:
    at(shop, MONDAY, 9)
    shop.take(sale(BEFORE, "1", "5.00"), sale(MONDAY, "2", "5.00"), account_sale(MONDAY, "A", "1.00"))
    seen = shop.office.backfill.queue(STORE, BEFORE, MONDAY, ANNA)
    assert seen["queued"] == [BEFORE.isoformat()]
    assert seen["left"] == [{"date": MONDAY.isoformat(), "why": "it is not over yet"}]


def test_the_calls_of_the_preview_are_those_that_are_made(shop: Shop) -> None:
    opened(shop)
    shop.office.refresh_reference(STORE, who=ANNA)
    shop.office.backfill.queue(STORE, FIRST, FIRST + timedelta(days=1), ANNA)
    before = len(shop.ledger.calls)
    seen = shop.office.backfill.queue(STORE, FIRST + timedelta(days=2), BEFORE, ANNA)
    assert all_posted(shop.state(FIRST, BEFORE))
    assert (seen["calls"], len(shop.ledger.calls[before:])) == (5, 5), shop.ledger.calls[before:]


@pytest.mark.parametrize(
    "count,expected",
    [(0, 0), (50, 0), (51, 60), (4900, 97 * 60), (4901, 24 * 3600), (9900, 48 * 3600 + 60)],
)
def test_how_long_calls_last(shop: Shop, count: int, expected: int) -> None:
    """With 50 calls a minute and 4,900 a day that are not kept for people."""
    with shop.database.read() as session:
        assert calls.seconds_of(session, None, count, shop.tools) == expected


def test_days_of_another_organisation_are_left(shop: Shop) -> None:
    """They were over and unsent when it was left."""
    dates = shop.take_days(3, FIRST)
    at(shop, MONDAY, 9)
    shop.office.disconnect(STORE, who=ANNA)
    shop.connect("tenant-b", "Other Ltd")
    shop.take(sale(FIRST + timedelta(days=5), "new", "10.00"))
    seen = shop.office.backfill.preview(STORE, FIRST, BEFORE)
    assert (seen["days"], seen["documents"], seen["amount"]) == (1, 1, "10.00")
    belongs = "it belongs to Queen St, and goes to no other organisation"
    assert seen["left"] == [{"date": day.isoformat(), "why": belongs} for day in dates]
    queued = shop.office.backfill.queue(STORE, FIRST, BEFORE, ANNA)
    assert queued["queued"] == [(FIRST + timedelta(days=5)).isoformat()]
