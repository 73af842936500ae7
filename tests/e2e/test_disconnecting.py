"""Disconnecting with the installed program: shown, proven, sealed."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.practice import NZ_TENANT, PracticeXero
from tests.e2e.processes import until
from tests.e2e.records import MAPPING, sale
from tests.e2e.shop import NZ_STORE, Shop

_OTHER = "d0000000-0000-4000-8000-00000000000e"
_DAYS = [f"2026-03-0{number}" for number in range(1, 7)]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    other = {"country": "NZ", "tenant": _OTHER, "name": "Another Shop (practice)"}
    shop = Shop(tmp_path, PracticeXero(tmp_path / "xero", [{"country": "NZ"}, other]))
    shop.xero.start()
    try:
        assert shop.init("queen-st", NZ_STORE).status == 0
        shop.serve()
        shop.connect()
        shop.map(MAPPING).done()
        yield shop
    finally:
        shop.close()


def disconnect(shop: Shop, *more: str) -> dict[str, object]:
    answer: dict[str, object] = shop.tillbook("disconnect", "xero", "--store", "queen-st", *more).answer
    return answer


def posted(shop: Shop, tenant: str = NZ_TENANT) -> list[str]:
    return [number[-10:] for number in shop.xero.numbers(tenant)]


def test_the_whole_way_of_a_disconnection(shop: Shop) -> None:
    shop.take([sale(day, f"D-{day}", "23.00") for day in _DAYS[:3]]).done()
    assert shop.sync(_DAYS[0]).status == 0
    shown = shop.run("disconnect", "xero", "--store", "queen-st", "--dry-run")
    assert shown.status == 0
    assert "2 days" in shown.out
    assert shop.integration()["state"] == "connected"
    answer = shop.tillbook("disconnect", "xero", "--store", "queen-st", "--yes").done()
    receipt = answer["disconnection"]
    assert (receipt["state"], receipt["days"], receipt["amount"]) == ("ended", 2, "46.00")
    assert (receipt["proof"]["call"], receipt["proof"]["status"]) == ("GET Organisation", 403)
    # Kept, and shown later: by the command, in the audit, over a restart.
    shop.stop()
    shop.serve()
    told = shop.run("disconnect", "xero", "--store", "queen-st", "--receipt")
    assert "Proof: Xero refused GET Organisation with status 403" in told.out
    assert (
        shop.tillbook("disconnect", "xero", "--store", "queen-st", "--yes").done()["disconnection"] == receipt
    )
    actions = [each["action"] for each in shop.tillbook("audit").done()["entries"]]
    assert {"disconnect", "prove_disconnection"} <= set(actions)
    # Three days close while it is disconnected, by a schedule.
    shop.tillbook("schedule", "--store", "queen-st", "--frequency", "daily", "--start", _DAYS[0]).done()
    shop.take([sale(day, f"D-{day}", "11.50") for day in _DAYS[3:]], "later.jsonl").done()
    assert shop.tillbook("sync", "--store", "queen-st", "--date", _DAYS[4]).status == 1
    calls = len(shop.xero.calls())
    shop.consent()
    until(lambda: len(posted(shop)) == len(_DAYS), what="the gap is sent", seconds=60)
    assert posted(shop) == _DAYS
    sent = [each for each in shop.tillbook("log").done()["attempts"] if each["call"] == "PUT Invoices"]
    order = [number[-10:] for each in reversed(sent) for number in each["documents"]]
    assert order == _DAYS, "each once, and in order"
    told = shop.run("disconnect", "xero", "--store", "queen-st", "--receipt")
    assert "status 403" in told.out, "the receipt is there after the reconnection too"
    assert len(shop.xero.calls()) > calls


def test_another_organisation_never_gets_what_is_sealed(shop: Shop) -> None:
    shop.take([sale(day, f"S-{day}", "23.00") for day in _DAYS[:3]]).done()
    assert shop.sync(_DAYS[0]).status == 0
    shop.tillbook("disconnect", "xero", "--store", "queen-st", "--yes").done()
    shop.consent(_OTHER)
    name = "Another Shop (practice)"
    choose = ("organisation", "choose", "--store", "queen-st", "--tenant", _OTHER, "--confirm", name)
    shop.tillbook(*choose).done()
    ran = shop.tillbook("sync", "--store", "queen-st", "--from", _DAYS[1], "--to", _DAYS[2], "--wait")
    assert ran.status == 1
    for day in ran.answer["days"]:
        assert day["state"] == "waiting"
        assert "Queen St Store (practice)" in json.dumps(day["blocked"])
    assert posted(shop, _OTHER) == []
    shop.take([sale(_DAYS[5], "S-NEW", "11.50")], "new.jsonl").done()
    assert shop.sync(_DAYS[5]).status == 0
    assert posted(shop, _OTHER) == [_DAYS[5]]


def test_xero_out_of_reach_is_said_and_finished_later(shop: Shop) -> None:
    shop.xero.fault(method="DELETE", path="(?i)/connections/", drop=True, count=None)
    ran = shop.run("disconnect", "xero", "--store", "queen-st", "--yes")
    assert ran.status == 1
    assert "Nothing is sent any more" in ran.out
    assert "next try" in ran.out
    assert shop.integration()["state"] == "disconnected"
    shop.xero.mend()
    answer = shop.tillbook("disconnect", "xero", "--store", "queen-st", "--yes").done()
    assert answer["disconnection"]["state"] == "ended"


def test_a_failure_is_explained(shop: Shop) -> None:
    told = shop.run("explain", "invalid_grant")
    assert told.status == 0
    assert "needs a person" in told.out
    listed = shop.tillbook("explain").done()["failures"]
    assert len(listed) >= 40
    assert shop.tillbook("explain", "moon_phase").status == 1
    shop.take([sale(_DAYS[0], "E-1", "23.00")]).done()
    shop.xero.fault(method="PUT", path="/Invoices$", status=503, when="after")
    shop.sync(_DAYS[0])
    (failed, *_) = [each for each in shop.tillbook("log").done()["attempts"] if each["error"]]
    assert (failed["error"]["class"], failed["error"]["code"]) == ("unknown", "write_unavailable")
    assert "write_unavailable: outcome unknown" in " ".join(shop.run("log").out.split())


def test_no_word_is_left_of_the_receipt_that_is_not_told(shop: Shop) -> None:
    assert shop.tillbook("disconnect", "xero", "--store", "queen-st").status == 2
    assert disconnect(shop, "--dry-run")["state"] == "connected"
