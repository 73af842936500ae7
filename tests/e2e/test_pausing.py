"""A pause with the installed program: owner, reason, end, racing a run."""

from tests.e2e.practice import NZ_TENANT
from tests.e2e.records import sale
from tests.e2e.shop import Shop

_PAUSE = ("pause", "xero", "--store", "queen-st", "--reason")


def test_a_pause_tells_who_why_and_until_when(own_shop: Shop) -> None:
    shop = own_shop
    shop.take([sale("2026-03-01", "P-1", "23.00")]).done()
    told = shop.run(*_PAUSE, "stocktaking", "--until", "tomorrow 08:00")
    assert told.status == 0
    assert "08:00 (Pacific/Auckland): stocktaking" in told.out
    assert "1 day, 23.00" in told.out
    pause = shop.integration()["paused"]
    assert pause["reason"] == "stocktaking"
    assert pause["until_local"].endswith("08:00")
    assert "paused by" in shop.run("status").out
    assert shop.run(*_PAUSE, "x", "--until", "soon").status == 2
    assert shop.sync("2026-03-01").status == 1
    assert shop.xero.numbers(NZ_TENANT) == []
    assert shop.run("resume", "xero", "--store", "queen-st").status == 0
    assert shop.sync("2026-03-01").status == 0
    actions = [each["action"] for each in shop.tillbook("audit").done()["entries"]]
    assert {"pause", "resume"} <= set(actions)


def test_a_pause_that_races_a_run_leaves_one_document_and_no_half(own_shop: Shop) -> None:
    shop = own_shop
    days = [f"2026-03-{number:02}" for number in range(1, 11)]
    shop.take([sale(day, f"R-{day}", "23.00") for day in days]).done()
    shop.xero.fault(method="PUT", path="api.xro", delay=0.3, count=None)
    run = shop.background("sync", "--store", "queen-st", "--from", days[0], "--to", days[-1], "--wait")
    shop.tillbook(*_PAUSE, "stop").done()
    run.communicate(timeout=180)
    for invoice in shop.xero.act(NZ_TENANT, "GET", "Invoices?page=1")["Invoices"]:
        assert invoice["AmountDue"] in (0, "0", 0.0), invoice
    shop.xero.mend()
    shop.tillbook("resume", "xero", "--store", "queen-st").done()
    ran = shop.tillbook("sync", "--store", "queen-st", "--from", days[0], "--to", days[-1], "--wait")
    assert ran.status == 0, ran
    assert [number[-10:] for number in shop.xero.numbers(NZ_TENANT)] == days


def test_failing_tells_its_next_try(own_shop: Shop) -> None:
    shop = own_shop
    shop.take([sale("2026-03-01", "N-1", "23.00")]).done()
    shop.xero.fault(method="GET", path="api.xro", status=503, count=None)
    shop.sync("2026-03-01")
    following = shop.integration()["next_try"]
    assert following["number"] == 2
    assert f"2nd of {following['of']}" in shop.run("status").out
    shop.stop()
    shop.serve()
    assert shop.integration()["next_try"]["number"] == 2
    shop.xero.mend()
    assert shop.sync("2026-03-01").status == 0
    assert shop.integration()["next_try"] is None
