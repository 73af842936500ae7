"""The log of remote writes, and trying again what failed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.accounting.ledger import NotSent, OutcomeUnknown
from services.contract.problem import NotFound
from tests.sync.support import ANNA, DAY, STORE, Shop, all_posted, sale, states

LOST = OutcomeUnknown("The answer was lost.", "", "")
AWAY = NotSent("Xero cannot be reached.", "No network.", "Check the network.")


def attempt(shop: Shop, call: str) -> int:
    return next(each["id"] for each in shop.office.log()["attempts"] if each["call"] == call)


def forecast(shop: Shop, number: int) -> list[tuple[str, str]]:
    answer = shop.office.retry([number], dry_run=True, who=ANNA)
    assert answer["days"] == []
    return [(each["number"], each["action"]) for each in answer["forecast"]]


def archived(shop: Shop) -> dict[str, object]:
    return next(row for row in shop.ledger.rows["accounts"] if row["Code"] == "200")


def refused_day(shop: Shop) -> int:
    """Have a day refused by the ledger; return the attempt."""
    shop.take(sale(DAY, "1", "100.00"))
    shop.ledger.on("create ACCREC", lambda: archived(shop).update(Status="ARCHIVED"))
    assert states(shop.sync()) == ["refused"]
    return attempt(shop, "PUT Invoices")


def test_the_log_names_documents_and_dates(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    shop.sync()
    payments, invoices, contacts = shop.office.log(store=STORE)["attempts"]
    assert [each["call"] for each in (contacts, invoices, payments)] == [
        "PUT Contacts",
        "PUT Invoices",
        "PUT Payments",
    ]
    assert invoices["documents"] == ["POS-queen-st-2026-11-19"]
    assert invoices["dates"] == ["2026-11-19"]
    assert (payments["elements"], payments["outcome"]) == (2, "accepted")
    assert shop.office.log(failed=True)["attempts"] == []
    assert len(shop.office.log(limit=1)["attempts"]) == 1
    assert shop.office.log(before=contacts["id"])["attempts"] == []


def test_a_refusal_is_in_the_log_and_a_retry_after_mending_goes_through(shop: Shop) -> None:
    number = refused_day(shop)
    (failed,) = shop.office.log(failed=True)["attempts"]
    assert (failed["id"], failed["outcome"]) == (number, "refused")
    archived(shop)["Status"] = "ACTIVE"
    assert forecast(shop, number) == [("POS-queen-st-2026-11-19", "create")]
    answer = shop.office.retry([number], who=ANNA)
    assert all_posted(answer["days"])
    assert shop.office.audit()["entries"][0]["action"] == "retry"
    assert forecast(shop, number) == [("POS-queen-st-2026-11-19", "nothing")]


def test_a_forecast_says_what_is_in_the_way(shop: Shop) -> None:
    number = refused_day(shop)
    shop.map(categories={})
    assert forecast(shop, number) == [("POS-queen-st-2026-11-19", "blocked")]
    shop.office.pause(STORE, reason="stock-take", who=ANNA)
    assert forecast(shop, number) == [("POS-queen-st-2026-11-19", "blocked")]


def test_a_forecast_looks_up_what_is_unknown(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    shop.ledger.fail("create ACCREC", LOST, after=True)
    shop.ledger.fail("find ACCREC", AWAY, count=None)
    shop.sync()
    number = attempt(shop, "PUT Invoices")
    assert forecast(shop, number) == [("POS-queen-st-2026-11-19", "blocked")]
    shop.ledger.rules.clear()
    assert forecast(shop, number) == [("POS-queen-st-2026-11-19", "adopt")]
    (held,) = shop.ledger.live()
    held.total += 1
    assert forecast(shop, number) == [("POS-queen-st-2026-11-19", "blocked")]
    assert shop.ledger.calls.count("create ACCREC") == 1


def test_a_forecast_of_missing_payments(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    shop.ledger.fail("pay", AWAY, count=None)
    shop.sync()
    shop.ledger.rules.clear()
    assert forecast(shop, attempt(shop, "PUT Payments")) == [("POS-queen-st-2026-11-19", "create")]


def test_an_attempt_that_is_not_there(shop: Shop) -> None:
    with pytest.raises(NotFound):
        shop.office.retry([404], dry_run=True, who=ANNA)


def test_a_retry_takes_only_what_is_not_posted(shop: Shop) -> None:
    dates = shop.take_days(2, DAY)
    shop.sync(*dates)
    writes = shop.ledger.writes()
    answer = shop.office.retry([attempt(shop, "PUT Invoices")], who=ANNA)
    assert answer["days"] == []
    assert shop.ledger.writes() == writes
    assert all_posted(shop.state(DAY, DAY + timedelta(days=1)))
