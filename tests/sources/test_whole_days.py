"""An import of whole business dates: what its source no longer has is gone."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest

from services.contract.answers import ImportAnswer
from services.contract.people import Person
from services.sources.importing import import_stream
from services.store import audit, report, stores
from services.store.database import Database
from services.store.days import get_day, set_state

NOW = datetime(2026, 11, 25, tzinfo=UTC)
ANNA = Person("anna", 1000, frozenset({"manager"}))
DAY = datetime(2026, 11, 19, tzinfo=UTC).date()


@pytest.fixture
def shop(any_database: Database) -> Database:
    with any_database.write() as session:
        details = {"key": "s", "name": "S", "country": "NZ", "currency": "NZD"}
        stores.add_store(session, {**details, "timezone": "Pacific/Auckland"}, NOW)
    return any_database


def sale(number: str, amount: str = "10.00", day: str = "19", **more: Any) -> dict[str, Any]:  # noqa: ANN401
    tenders = [{"type": "cash", "amount": amount}]
    lines = [{"category": "grocery", "tax_code": "GST15", "amount": amount}]
    time = f"2026-11-{day}T10:00:00+13:00"
    return {
        "store": "s", "register": "1", "id": number, "time": time, "kind": "sale",
        "lines": lines, "tenders": tenders, **more,
    }  # fmt: skip


def void(number: str, original: str) -> dict[str, Any]:
    body = sale(number, original=original, kind="void")
    return {name: value for name, value in body.items() if name not in {"lines", "tenders"}}


def take(
    shop: Database, records: Iterable[dict[str, Any]], *, whole: bool = True, dry_run: bool = False
) -> ImportAnswer:
    text = "\n".join(json.dumps(record) for record in records)
    return import_stream(
        shop, "day.jsonl", io.BytesIO(text.encode()), source=None, store=None, who=ANNA,
        clock=lambda: NOW, whole_days=whole, dry_run=dry_run,
    )  # fmt: skip


def taken(shop: Database) -> str:
    """Return what was tendered on the day."""
    with shop.read() as session:
        rows = report.totals(session, "s", DAY, DAY)["tenders"]
    return ", ".join(row["amount"] for row in rows)


def test_what_is_no_longer_there_is_gone_and_its_day_changed(shop: Database) -> None:
    take(shop, [sale("1"), sale("2", "5.00")], whole=False)
    with shop.write() as session:
        set_state(session, "s", DAY, "posted", NOW)
    answer = take(shop, [sale("1")])
    assert (answer["gone"], answer["unchanged"], answer["dates"]) == (1, 1, ["2026-11-19"])
    assert taken(shop) == "10.00"
    with shop.read() as session:
        day = get_day(session, "s", DAY)
        entry = audit.entries(session)[0]
    assert day is not None
    assert day.state == "changed"
    assert (entry.who, entry.action) == ("anna", "receipts_gone")
    assert entry.after == {"source": "contract", "count": 1, "receipts": ["s 2026-11-19 1/2"]}
    assert take(shop, [sale("1")])["gone"] == 0


def test_without_saying_so_nothing_is_taken_out(shop: Database) -> None:
    take(shop, [sale("1"), sale("2", "5.00")], whole=False)
    answer = take(shop, [sale("1")], whole=False)
    assert "gone" not in answer
    assert taken(shop) == "15.00"


def test_one_that_comes_back_counts_again(shop: Database) -> None:
    take(shop, [sale("1"), sale("2", "5.00")])
    take(shop, [sale("1")])
    answer = take(shop, [sale("1"), sale("2", "5.00")])
    assert (answer["revised"], answer["gone"]) == (1, 0)
    assert taken(shop) == "15.00"


def test_a_void_that_is_gone_gives_back_what_it_took(shop: Database) -> None:
    take(shop, [sale("1"), sale("2", "5.00"), void("3", "2")])
    assert taken(shop) == "10.00"
    assert take(shop, [sale("1"), sale("2", "5.00")])["gone"] == 1
    assert taken(shop) == "15.00"


def test_what_is_gone_stays_gone_when_its_void_goes_too(shop: Database) -> None:
    take(shop, [sale("1"), sale("2", "5.00"), void("3", "2")])
    assert take(shop, [sale("1")])["gone"] == 2
    assert taken(shop) == "10.00"


def test_other_dates_are_left_alone_and_one_that_moved_is_not_gone(shop: Database) -> None:
    take(shop, [sale("1"), sale("2", "5.00", day="20"), sale("3", "1.00")])
    answer = take(shop, [sale("1"), sale("3", "1.00", day="21")])
    assert answer["gone"] == 0
    assert taken(shop) == "10.00"


def test_with_a_record_refused_nobody_can_say_what_is_missing(shop: Database) -> None:
    take(shop, [sale("1"), sale("2", "5.00")])
    answer = take(shop, [sale("1"), sale("2", "5.005")])
    assert (answer["gone"], answer["gone_unknown"], len(answer["refused"])) == (0, True, 1)
    assert taken(shop) == "15.00"


def test_a_trial_tells_and_keeps_nothing(shop: Database) -> None:
    take(shop, [sale("1"), sale("2", "5.00")])
    assert take(shop, [sale("1")], dry_run=True)["gone"] == 1
    assert taken(shop) == "15.00"
