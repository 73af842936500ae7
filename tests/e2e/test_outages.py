"""The world around the service fails.

No network, dead consent, full disk, dead service.
"""

from tests.e2e.practice import NZ_TENANT
from tests.e2e.processes import until
from tests.e2e.records import sale
from tests.e2e.shop import Shop

_SIXTY_ONE_DAYS = 61 * 24 * 3600


def test_no_network_lets_days_wait_and_a_sync_sends_them_once_it_is_back(own_shop: Shop) -> None:
    date = "2026-05-01"
    own_shop.take([sale(date, "NN-1", "23.00")]).done()
    own_shop.xero.stop()
    own_shop.tillbook("sync", "--store", "queen-st", "--date", date)
    until(lambda: own_shop.integration()["error"], what="the outage is told", seconds=60)
    error = own_shop.integration()["error"]
    assert error["what"]
    assert error["next"]
    assert own_shop.day(date)["state"] == "waiting"
    own_shop.xero.start()
    ran = own_shop.sync(date)
    assert ran.status == 0, ran
    assert own_shop.integration()["error"] is None
    assert own_shop.xero.numbers(NZ_TENANT) == [f"POS-queen-st-{date}"]


def test_a_short_outage_is_sat_out(own_shop: Shop) -> None:
    date = "2026-05-07"
    own_shop.take([sale(date, "SO-1", "23.00")]).done()
    own_shop.xero.stop()
    own_shop.tillbook("sync", "--store", "queen-st", "--date", date)
    own_shop.xero.start()
    until(lambda: own_shop.day(date)["state"] == "posted", what="the day is posted", every=0.5)
    assert own_shop.xero.numbers(NZ_TENANT) == [f"POS-queen-st-{date}"]


def test_the_day_limit_lets_days_wait_and_says_until_when(own_shop: Shop) -> None:
    date = "2026-05-06"
    own_shop.take([sale(date, "DL-1", "23.00")]).done()
    headers = {"Retry-After": "3600", "X-Rate-Limit-Problem": "day"}
    own_shop.xero.fault(path="api.xro", status=429, headers=headers, count=None)
    own_shop.tillbook("sync", "--store", "queen-st", "--date", date)
    until(lambda: own_shop.integration()["error"], what="the limit is told")
    error = own_shop.integration()["error"]
    assert "day" in error["why"]
    assert error["next"]
    assert own_shop.day(date)["state"] == "waiting"
    assert own_shop.xero.numbers(NZ_TENANT) == []


def test_a_dead_consent_is_told_and_a_new_one_goes_on(own_shop: Shop) -> None:
    date = "2026-05-02"
    own_shop.take([sale(date, "DC-1", "23.00")]).done()
    own_shop.xero.configure(clock_offset=_SIXTY_ONE_DAYS)
    ran = own_shop.sync(date)
    assert ran.status == 1, ran
    integration = own_shop.integration()
    assert integration["state"] == "error"
    assert "connect" in integration["error"]["next"].lower()
    own_shop.connect()
    ran = own_shop.sync(date)
    assert ran.status == 0, ran
    assert own_shop.xero.numbers(NZ_TENANT) == [f"POS-queen-st-{date}"]


def test_disconnected_inside_xero_is_told_and_a_new_consent_goes_on(own_shop: Shop) -> None:
    date = "2026-05-03"
    own_shop.take([sale(date, "DX-1", "23.00")]).done()
    own_shop.xero.configure(NZ_TENANT, revoke_connection=True)
    ran = own_shop.sync(date)
    assert ran.status == 1, ran
    integration = own_shop.integration()
    assert integration["state"] in {"disconnected", "error"}
    own_shop.connect()
    assert own_shop.sync(date).status == 0


def test_a_full_disk_is_told_and_nothing_is_half_done(own_shop: Shop) -> None:
    date = "2026-05-04"
    own_shop.take([sale(date, "FD-0", "1.00")]).done()
    full = max(file.stat().st_size for file in own_shop.home.rglob("*") if file.is_file())
    own_shop.limit_files(full)
    many = [sale(date, f"FD-{number}", "1.00") for number in range(1, 3001)]
    ran = own_shop.take(many)
    assert ran.status == 1, ran
    error = ran.answer["error"]
    assert error["what"]
    assert error["next"]
    own_shop.limit_files(None)
    mended = own_shop.take(many).done()
    assert mended["refused"] == []
    totals = own_shop.tillbook("totals", "--store", "queen-st", "--date", date).done()
    assert [(row["receipts"], row["amount"]) for row in totals["rows"]] == [(3001, "3001.00")]
    assert own_shop.sync(date).status == 0


def test_what_was_queued_is_sent_after_a_restart(own_shop: Shop) -> None:
    date = "2026-05-05"
    own_shop.take([sale(date, "RS-1", "23.00")]).done()
    own_shop.xero.stop()
    own_shop.tillbook("sync", "--store", "queen-st", "--date", date)
    assert own_shop.stop() == 0
    own_shop.xero.start()
    own_shop.serve()
    until(lambda: own_shop.day(date)["state"] == "posted", what="the day is posted", seconds=60, every=0.5)
    assert own_shop.xero.numbers(NZ_TENANT) == [f"POS-queen-st-{date}"]


def test_with_no_service_the_exit_status_is_3_and_says_how_to_start_it(own_shop: Shop) -> None:
    own_shop.stop()
    ran = own_shop.tillbook("status")
    assert ran.status == 3
    assert ran.answer["error"]["code"] == "no_service"
    assert "tillbook serve" in ran.err
