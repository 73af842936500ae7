"""Stores and imports on a real database: kept, told, written down."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import pytest

from services.api.shop import Shop
from services.contract.answers import NewEvent
from services.contract.people import Person
from services.contract.problem import NotFound, Refused, Unreachable
from services.store import audit
from services.store.database import Database

_NOW = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
_ANNA = Person("anna", 1000, frozenset({"manager"}))
_STORE = {
    "key": "queen-st",
    "name": "Queen St",
    "country": "NZ",
    "currency": "NZD",
    "timezone": "Pacific/Auckland",
}
_RECORD = {
    "store": "queen-st",
    "register": "1",
    "time": "2026-11-19T08:02:11+13:00",
    "kind": "sale",
    "lines": [{"category": "grocery", "tax_code": "GST15", "amount": "12.50"}],
    "tenders": [{"type": "eftpos", "amount": "12.50"}],
}


@dataclass
class _Told:
    """What a shop told others."""

    events: list[NewEvent] = field(default_factory=list)
    taken_in: list[tuple[str, list[date]]] = field(default_factory=list)


@pytest.fixture
def told() -> _Told:
    return _Told()


@pytest.fixture
def shop(sqlite_database: Database, told: _Told) -> Shop:
    """A shop with the store queen-st."""
    shop = Shop(
        sqlite_database,
        lambda: _NOW,
        told.events.append,
        lambda store, dates: told.taken_in.append((store, dates)),
    )
    shop.add_store(_STORE, who=_ANNA)
    told.events.clear()
    return shop


def _receipts(count: int) -> io.BytesIO:
    return io.BytesIO(b"".join(json.dumps({**_RECORD, "id": str(n)}).encode() + b"\n" for n in range(count)))


def test_a_store_is_added_told_and_written_down(shop: Shop, told: _Told) -> None:
    added = shop.add_store({**_STORE, "key": "k-rd", "cash_rounding": "0.10:down"}, who=_ANNA)
    assert added["cash_rounding"] == "0.10:down"
    assert [store["key"] for store in shop.stores()] == ["k-rd", "queen-st"]
    assert told.events == [{"kind": "store", "store": "k-rd", "date": None, "state": None}]
    with shop.db.read() as session:
        entry = audit.entries(session)[0]
    assert (entry.who, entry.uid, entry.action, entry.subject) == ("anna", 1000, "add_store", "k-rd")
    assert entry.after == added


def test_a_store_that_cannot_be_is_not_told_of(shop: Shop, told: _Told) -> None:
    with pytest.raises(Refused):
        shop.add_store({**_STORE, "key": "k-rd", "country": "XX"}, who=_ANNA)
    assert told.events == []
    with shop.db.read() as session:
        assert len(audit.entries(session)) == 1


def test_a_change_keeps_what_it_does_not_name(shop: Shop) -> None:
    shop.set_store("queen-st", {"cash_rounding": "0.10:up", "cutoff": "04:00"}, who=_ANNA)
    after = shop.set_store("queen-st", {"name": "Queen Street", "country": None}, who=_ANNA)
    assert (after["name"], after["country"], after["cutoff"]) == ("Queen Street", "NZ", "04:00")
    assert after["cash_rounding"] == "0.10:up"
    with shop.db.read() as session:
        entry = audit.entries(session)[0]
    assert entry.before is not None
    assert (entry.before["name"], entry.after) == ("Queen St", after)


def test_an_empty_rounding_takes_the_rule_away(shop: Shop) -> None:
    shop.set_store("queen-st", {"cash_rounding": "0.10:up"}, who=_ANNA)
    assert shop.set_store("queen-st", {"cash_rounding": ""}, who=_ANNA)["cash_rounding"] is None


def test_an_unknown_store_is_named(shop: Shop) -> None:
    with pytest.raises(NotFound, match="no store k-rd"):
        shop.set_store("k-rd", {"name": "x"}, who=_ANNA)


def test_an_import_tells_how_far_it_is_and_whose_days_changed(shop: Shop, told: _Told) -> None:
    answer = shop.import_file("a.jsonl", _receipts(10_001), source=None, store="queen-st", who=_ANNA)
    assert (answer["new"], answer["refused"]) == (10_001, [])
    assert told.taken_in == [("queen-st", [date(2026, 11, 19)])]
    assert [(event["kind"], event["state"], event.get("progress")) for event in told.events] == [
        ("import", "running", {"read": 5_000, "total": 0}),
        ("import", "running", {"read": 10_000, "total": 0}),
        ("import", "done", None),
    ]


def test_a_file_for_any_store_tells_every_store(shop: Shop, told: _Told) -> None:
    shop.add_store({**_STORE, "key": "k-rd"}, who=_ANNA)
    shop.import_file("a.jsonl", _receipts(1), source=None, store=None, who=_ANNA)
    assert told.taken_in == [("k-rd", [date(2026, 11, 19)]), ("queen-st", [date(2026, 11, 19)])]


def test_a_stop_breaks_an_import_off_and_a_second_one_completes_it(shop: Shop, told: _Told) -> None:
    shop.stop()
    with pytest.raises(Unreachable) as caught:
        shop.import_file("a.jsonl", _receipts(12_000), source=None, store=None, who=_ANNA)
    assert caught.value.code == "stopping"
    assert told.taken_in == []
    again = Shop(shop.db, shop.clock, shop.publish, shop.taken_in)
    answer = again.import_file("a.jsonl", _receipts(12_000), source=None, store=None, who=_ANNA)
    assert answer["new"] + answer["unchanged"] == 12_000


def test_trying_a_profile_keeps_and_tells_nothing(shop: Shop, told: _Told) -> None:
    text = shop.source("online-retail").get("text", "")
    assert shop.add_source("mine", text, who=_ANNA)["shipped"] is False
    file = io.BytesIO(b"InvoiceNo,StockCode\n")
    with pytest.raises(Refused):
        shop.test_source("mine", "a.csv", file, store="queen-st", who=_ANNA)
    assert told == _Told()
    assert [source["name"] for source in shop.sources()] == ["online-retail", "mine"]
