"""Months of a real shop.

Taken in, summed, posted in few calls, equal to an independent tally.
"""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from tests.e2e.processes import Json
from tests.e2e.retail import KEY, TENANT, Retail, retail
from tests.e2e.retail_shop import assert_books, batches, import_months, retail_installation, send, states
from tests.e2e.shop import Shop


@pytest.fixture(scope="module")
def data(shared_data: Path) -> Retail:
    """The months, with the figures they must come to."""
    return retail(shared_data)


@pytest.fixture(scope="module")
def shop(data: Retail, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """The months imported and mapped, nothing sent."""
    with retail_installation(tmp_path_factory.mktemp("retail"), data) as shop:
        yield shop


@pytest.fixture(scope="module")
def totals(shop: Shop, data: Retail) -> Json:
    """What the product says was taken in."""
    dates = ["--from", data.dates[0], "--to", data.dates[-1]]
    return shop.tillbook("totals", "--store", KEY, *dates).done()


@pytest.fixture(scope="module")
def sent(shop: Shop, data: Retail) -> Json:
    """What `sync --wait` of all dates answers."""
    ran = send(shop, data, "--wait")
    assert ran.status == 0, f"{ran}\n{shop.logs()}"
    return ran.answer


def test_the_independent_sum_agrees_with_the_figures_that_came_with_the_data(data: Retail) -> None:
    published = {day: figures for day, figures in data.tally["by_day"].items() if day[:7] in data.months}
    for kind in ("sale", "refund", "stock"):
        told = {
            day: (figures[kind]["lines"], figures[kind]["receipts"], Decimal(figures[kind]["rounded"]))
            for day, figures in published.items()
            if kind in figures
        }
        assert data.by_day(kind) == told


def test_totals_equal_the_tally_by_day_kind_and_category(totals: Json, data: Retail) -> None:
    told = {
        (row["date"], row["kind"], row["category"]): (row["lines"], row["receipts"], Decimal(row["amount"]))
        for row in totals["rows"]
    }
    assert told == {
        key: (one.lines, len(one.receipts), one.amount)
        for key, one in data.sums.items()
        if key[1] in {"sale", "refund"}
    }


def test_what_is_set_apart_equals_the_tally(totals: Json, data: Retail) -> None:
    told = {
        (row["date"], row["name"]): (row["lines"], row["receipts"], Decimal(row["amount"]))
        for row in totals["set_apart"]
    }
    expected = {
        (day, kind): figures for kind in ("stock", "adjustment") for day, figures in data.by_day(kind).items()
    }
    assert told == expected


def test_tenders_equal_what_was_sold(totals: Json, data: Retail) -> None:
    told = {(row["date"], row["kind"]): Decimal(row["amount"]) for row in totals["tenders"]}
    assert {row["type"] for row in totals["tenders"]} == {"takings"}
    assert told == {
        (day, kind): figures[2] for kind in ("sale", "refund") for day, figures in data.by_day(kind).items()
    }


def test_a_second_import_finds_everything_unchanged(shop: Shop, data: Retail) -> None:
    answer = import_months(shop, data).done()
    assert (answer["new"], answer["revised"], answer["refused"]) == (0, 0, [])
    assert answer["unchanged"] == answer["read"] > 0


def test_every_day_is_posted_and_proved(sent: Json, data: Retail) -> None:
    assert states(sent) == dict.fromkeys(data.dates, "posted")
    assert all(check["holds"] for day in sent["days"] for check in day["proof"])


def test_the_books_equal_the_tally_to_the_penny(sent: Json, shop: Shop, data: Retail) -> None:
    assert sent["days"]
    assert_books(shop, data)


def test_days_travel_in_batches(sent: Json, shop: Shop, data: Retail) -> None:
    assert sent["days"]
    invoices, notes = len(data.by_day("sale")), len(data.by_day("refund"))
    assert len(shop.xero.calls("PUT", "/Invoices$")) <= batches(invoices)
    assert len(shop.xero.calls("PUT", "/CreditNotes$")) <= batches(notes)
    assert len(shop.xero.calls("PUT", "/Payments$")) <= batches(invoices) + batches(notes)


def test_a_second_run_changes_nothing(sent: Json, shop: Shop, data: Retail) -> None:
    assert sent["days"]
    written = len(shop.xero.calls("PUT")) + len(shop.xero.calls("POST", "api.xro"))
    again = send(shop, data, "--wait")
    assert again.status == 0, again
    assert_books(shop, data)
    assert len(shop.xero.calls("PUT")) + len(shop.xero.calls("POST", "api.xro")) == written
    assert shop.xero.balances(TENANT)
