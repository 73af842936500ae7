"""The commands of CLI.md that the journeys do not use.

As a script would call them.
"""

import json
import tomllib
from datetime import datetime
from pathlib import Path

import pytest

from tests.e2e.practice import NZ_TENANT
from tests.e2e.records import MAPPING, ZONE, example_day, sale
from tests.e2e.shop import Shop, installation


def test_a_day_can_be_previewed_before_anything_is_connected(tmp_path: Path) -> None:
    with installation(tmp_path) as shop:
        shop.take(example_day()).done()
        shop.map(MAPPING)
        day = shop.preview("2026-11-19")
        (document,) = day["documents"]
        assert (document["total"], document["total_tax"]) == ("212.75", "27.75")
        assert all(check["holds"] for check in day["proof"])
        assert [finding["code"] for finding in day["blocked"]] == ["not_connected"]
        ran = shop.sync("2026-11-19")
        assert ran.status == 1
        assert ran.answer["days"][0]["state"] == "waiting"
        assert ran.answer["days"][0]["blocked"]


@pytest.mark.parametrize("form", ["toml", "json"])
def test_a_mapping_comes_out_as_it_went_in(shop: Shop, form: str) -> None:
    exported = shop.run("mapping", "export", "--store", "queen-st", *(["--json"] if form == "json" else []))
    assert exported.status == 0
    content = json.loads(exported.out) if form == "json" else tomllib.loads(exported.out)
    assert {name: content[name] for name in MAPPING} == MAPPING
    version = shop.tillbook("mapping", "export", "--store", "queen-st").done()["version"]
    again = shop.tillbook("mapping", "import", "-", "--store", "queen-st", given=exported.out)
    assert again.answer["version"] == version, "the same mapping is no new version"


def test_a_mapping_that_makes_no_sense_names_every_fault(shop: Shop) -> None:
    wrong = {**MAPPING, "shape": "triangle", "due_days": "soon", "colours": {"a": "b"}}
    ran = shop.map(wrong)
    assert ran.status in {1, 2}
    text = " ".join(str(part) for part in ran.answer["error"].values())
    assert [word for word in ("shape", "due_days", "colours") if word not in text] == []


def test_what_changed_between_mappings_is_told(shop: Shop) -> None:
    version = shop.tillbook("mapping", "export", "--store", "queen-st").done()["version"]
    categories = {**MAPPING["categories"], "grocery": "202", "flowers": "200"}  # type: ignore[dict-item]
    shop.map({**MAPPING, "categories": categories, "due_days": 7})
    diff = shop.tillbook("mapping", "diff", "--store", "queen-st").done()
    assert (diff["from"], diff["to"]) == (version, version + 1)
    assert [(each["part"], each["key"], each["from"], each["to"]) for each in diff["changes"]] == [
        ("categories", "flowers", None, "200"),
        ("categories", "grocery", "200", "202"),
        ("due_days", "", 0, 7),
    ]
    shop.map(MAPPING)
    back = ("--from", str(version), "--to", str(version + 2))
    assert shop.tillbook("mapping", "diff", "--store", "queen-st", *back).done()["changes"] == []


def test_mapping_suggest_proposes_and_changes_nothing(shop: Shop) -> None:
    date = "2026-02-01"
    shop.take([sale(date, "MS-1", "10.00", category="cleaning"), sale(date, "MS-2", "3.00")]).done()
    before = shop.tillbook("mapping", "export", "--store", "queen-st").done()
    proposals = shop.tillbook("mapping", "suggest", "--store", "queen-st").done()["proposals"]
    assert [(each["part"], each["key"]) for each in proposals] == [("categories", "cleaning")]
    assert proposals[0]["proposal"]
    assert shop.tillbook("mapping", "export", "--store", "queen-st").done() == before


def test_reference_data_are_listed(shop: Shop) -> None:
    for kind, key, value in (
        ("accounts", "Code", "200"),
        ("tax-rates", "TaxType", "OUTPUT2"),
        ("tracking", "Name", "Region"),
    ):
        answer = shop.tillbook("reference", "list", kind, "--store", "queen-st").done()
        assert answer["read"]
        assert value in {row.get(key) for row in answer["rows"]}
    assert shop.run("reference", "list", "tracking", "--store", "queen-st").out.count("North, South") == 1


def test_a_store_is_added_changed_and_listed(shop: Shop) -> None:
    options = ("--country", "GB", "--currency", "GBP", "--timezone", "Europe/London")
    added = shop.tillbook("store", "add", "--store", "high-st", "--name", "High St", *options).done()
    assert (added["key"], added["prices"], added["gst_basis"]) == ("high-st", "inclusive", "accrual")
    shop.tillbook("store", "set", "--store", "high-st", "--cutoff", "04:00").done()
    listed = {store["key"]: store for store in shop.tillbook("store", "list").done()}
    assert listed["high-st"]["cutoff"] == "04:00"
    assert listed["high-st"]["name"] == "High St"
    twice = shop.tillbook("store", "add", "--store", "high-st", "--name", "High St", *options)
    assert twice.status == 1
    wrong = shop.tillbook("store", "set", "--store", "high-st", "--timezone", "Mars/Base")
    assert wrong.status in {1, 2}
    assert "Mars/Base" in str(wrong.answer["error"])


def test_a_store_is_made_from_a_profile(shop: Shop) -> None:
    profile = shop.folder / "store.toml"
    profile.write_text(
        'store = "quay"\nname = "Quay"\ncountry = "AU"\ncurrency = "AUD"\n'
        'timezone = "Australia/Sydney"\ngst-basis = "cash"\n',
        encoding="utf-8",
    )
    added = shop.tillbook("store", "add", "--profile", str(profile), "--name", "The Quay").done()
    assert (added["key"], added["name"], added["gst_basis"]) == ("quay", "The Quay", "cash")


def test_a_schedule_is_set_and_read(shop: Shop) -> None:
    assert shop.tillbook("schedule", "--store", "queen-st").done()["frequency"] == "manual"
    given = ("--frequency", "daily", "--at", "20:00", "--start", "2030-01-01")
    shop.tillbook("schedule", "--store", "queen-st", *given).done()
    found = shop.tillbook("schedule", "--store", "queen-st").done()
    assert (found["frequency"], found["at"], found["start"]) == ("daily", "20:00", "2030-01-01")
    shop.tillbook("schedule", "--store", "queen-st", "--frequency", "manual").done()


def test_no_trade_is_confirmed_with_a_name(shop: Shop) -> None:
    date = "2026-02-03"
    assert (
        shop.tillbook("day", "no-trade", "--store", "queen-st", "--date", date).done()["state"] == "no_trade"
    )
    assert shop.day(date)["state"] == "no_trade"
    entries = shop.tillbook("audit", "--limit", "1").done()["entries"]
    assert date in json.dumps(entries[0])
    shop.take([sale(date, "NT-1", "10.00")]).done()
    assert shop.day(date)["state"] != "no_trade"


def test_a_day_with_takings_is_not_confirmed_as_without_trade(shop: Shop) -> None:
    date = "2026-02-04"
    shop.take([sale(date, "NT-2", "10.00")]).done()
    ran = shop.tillbook("day", "no-trade", "--store", "queen-st", "--date", date)
    assert ran.status == 1
    assert ran.answer["error"]["next"]


def test_a_day_that_goes_on_is_not_sent_until_it_is_closed(shop: Shop) -> None:
    today = datetime.now(ZONE).date().isoformat()
    shop.take([sale(today, "TD-1", "10.00", category="hardware")]).done()
    ran = shop.sync(today)
    assert (ran.status, ran.answer["days"][0]["state"]) == (1, "open")
    assert ran.answer["days"][0]["blocked"]
    shop.tillbook("day", "close", "--store", "queen-st", "--date", today).done()
    assert shop.sync(today).status == 0


def test_a_dry_retry_says_what_it_would_do_and_does_nothing(shop: Shop) -> None:
    date = "2026-02-05"
    shop.take([sale(date, "RT-1", "10.00")]).done()
    shop.xero.configure(NZ_TENANT, archive_account="200")
    assert shop.sync(date).status == 1
    shop.xero.configure(NZ_TENANT, restore_account="200")
    attempts = shop.tillbook("log", "--failed").done()["attempts"]
    assert shop.tillbook("log", "--limit", "1").done()["attempts"]
    if not attempts:  # it was seen before anything was sent
        assert shop.sync(date).status in {0, 1}
        return
    calls = len(shop.xero.calls("PUT"))
    forecast = shop.tillbook("retry", str(attempts[0]["id"]), "--dry-run").done()["forecast"]
    assert {each["action"] for each in forecast} == {"create"}
    assert len(shop.xero.calls("PUT")) == calls
    shop.tillbook("reference", "refresh", "--store", "queen-st").done()
    shop.tillbook("retry", str(attempts[0]["id"])).done()
    assert shop.sync(date).status == 0


def test_a_source_of_ones_own_is_tested_and_used(shop: Shop) -> None:
    text = shop.tillbook("source", "show", "online-retail").done()["text"]
    profile = shop.folder / "own.toml"
    profile.write_text(text.replace('"takings"', '"eftpos"'), encoding="utf-8")
    shop.tillbook("source", "add", "own-till", str(profile)).done()
    assert "own-till" in {source["name"] for source in shop.tillbook("source", "list").done()}
    file = shop.folder / "till.csv"
    file.write_text(
        "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
        "1,85123A,HEART,6,2026-02-06 08:26:00,2.55,17850.0,United Kingdom\n"
        "1,POST,POSTAGE,1,2026-02-06 08:26:00,3.00,17850.0,United Kingdom\n",
        encoding="utf-8",
    )
    tested = shop.tillbook("source", "test", "own-till", str(file), "--store", "queen-st").done()
    assert (tested["read"], tested["refused"]) == (1, [])
    nothing = shop.tillbook("totals", "--store", "queen-st", "--date", "2026-02-06").done()
    assert nothing["rows"] == []
    shop.tillbook("import", str(file), "--source", "own-till", "--store", "queen-st").done()
    totals = shop.tillbook("totals", "--store", "queen-st", "--date", "2026-02-06").done()
    assert [(row["category"], row["amount"]) for row in totals["rows"]] == [
        ("carriage", "3.00"),
        ("goods", "15.30"),
    ]
    assert [(row["type"], row["amount"]) for row in totals["tenders"]] == [("eftpos", "18.30")]


def test_days_of_an_organisation_that_is_gone_wait_for_it_by_name(own_shop: Shop) -> None:
    date = "2026-02-07"
    own_shop.take([sale(date, "DG-1", "10.00")]).done()
    asked = own_shop.tillbook("disconnect", "xero", "--store", "queen-st")
    assert asked.status == 2
    assert own_shop.integration()["state"] == "connected"
    own_shop.tillbook("disconnect", "xero", "--store", "queen-st", "--yes").done()
    assert own_shop.integration()["state"] == "disconnected"
    ran = own_shop.sync(date)
    (day,) = ran.answer["days"]
    assert (ran.status, day["state"]) == (1, "waiting")
    assert "Queen St Store (practice)" in json.dumps(day["blocked"])
    own_shop.connect()
    assert own_shop.sync(date).status == 0


def test_a_resumed_pause_tells_who_paused(shop: Shop) -> None:
    reason = ("--reason", "stocktaking", "--until", "2030-01-01T08:00")
    paused = shop.tillbook("pause", "xero", "--store", "queen-st", *reason).done()
    assert paused["state"] == "paused"
    assert paused["by"]
    assert paused["until"].startswith(("2029-12-31", "2030-01-01"))
    assert "stocktaking" in json.dumps(shop.tillbook("audit", "--limit", "1").done())
    resumed = shop.tillbook("resume", "xero", "--store", "queen-st").done()
    assert resumed["state"] == "connected"
