"""A day begun at one organisation never reaches another one."""

import json
from pathlib import Path

from tests.e2e.practice import NZ_TENANT, PracticeXero
from tests.e2e.records import MAPPING, sale
from tests.e2e.shop import NZ_STORE, Shop

_OTHER = "d0000000-0000-4000-8000-00000000000d"


def test_what_was_begun_waits_for_its_own_organisation(tmp_path: Path) -> None:
    other = {"country": "NZ", "tenant": _OTHER, "name": "Another Shop (practice)"}
    shop = Shop(tmp_path, PracticeXero(tmp_path / "xero", [{"country": "NZ"}, other]))
    shop.xero.start()
    try:
        assert shop.init("queen-st", NZ_STORE).status == 0
        shop.serve()
        _journey(shop)
    finally:
        shop.close()


def _journey(shop: Shop) -> None:
    begun, fresh = "2026-03-01", "2026-03-02"
    shop.connect()
    shop.map(MAPPING).done()
    shop.take([sale(begun, "OO-1", "23.00")]).done()
    shop.xero.fault(method="PUT", path="/Invoices$", when="after", drop=True)
    shop.xero.fault(method="GET", path="/Invoices", status=500, count=None)
    assert shop.sync(begun).status == 5
    shop.tillbook("disconnect", "xero", "--store", "queen-st", "--yes").done()
    shop.xero.mend()
    _move_to(shop, _OTHER, "Another Shop (practice)")
    ran = shop.sync(begun)
    (day,) = ran.answer["days"]
    assert (ran.status, day["state"]) == (1, "waiting"), ran
    assert "Queen St Store (practice)" in json.dumps(day["blocked"])
    shop.take([sale(fresh, "OO-2", "11.50")], "fresh.jsonl").done()
    assert shop.sync(fresh).status == 0
    assert shop.xero.numbers(_OTHER) == [f"POS-queen-st-{fresh}"]
    shop.tillbook("disconnect", "xero", "--store", "queen-st", "--yes").done()
    _move_to(shop, NZ_TENANT, "Queen St Store (practice)")
    ran = shop.sync(begun)
    assert ran.status == 0, ran
    assert shop.xero.numbers(NZ_TENANT) == [f"POS-queen-st-{begun}"]
    assert shop.xero.numbers(_OTHER) == [f"POS-queen-st-{fresh}"]


def _move_to(shop: Shop, tenant: str, name: str) -> None:
    shop.consent(tenant)
    choose = ("organisation", "choose", "--store", "queen-st", "--tenant", tenant, "--confirm", name)
    shop.tillbook(*choose).done()
