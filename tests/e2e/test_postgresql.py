"""The same journey on PostgreSQL, with the service killed in the middle of it."""

from pathlib import Path

from tests.e2e.practice import NZ_TENANT
from tests.e2e.processes import until
from tests.e2e.records import MAPPING, example_day, refund, sale
from tests.e2e.shop import installation

_DAYS = [f"2026-03-{number:02}" for number in range(1, 21)]


def test_days_are_posted_once_on_postgresql_too(tmp_path: Path, empty_postgres_url: str) -> None:
    with installation(tmp_path, TILLBOOK_DATABASE_URL=empty_postgres_url) as shop:
        shop.connect()
        shop.map(MAPPING).done()
        records = [sale(day, f"P-{day}", "11.50") for day in _DAYS]
        records += [refund(day, f"R-{day}", "-2.30") for day in _DAYS]
        shop.take([*records, *example_day()]).done()
        shop.xero.fault(method="PUT", path="/CreditNotes$", when="after", delay=3.0)
        span = ("--store", "queen-st", "--from", _DAYS[0], "--to", "2026-11-19")
        shop.tillbook("sync", *span).done()
        until(lambda: shop.xero.calls("PUT", "/CreditNotes$"), what="credit notes are being sent")
        shop.kill()
        shop.xero.mend()
        shop.serve()
        ran = shop.tillbook("sync", *span, "--wait")
        assert ran.status == 0, f"{ran}\n{shop.logs()}"
        assert not (shop.home / "tillbook.db").exists()
        dates = [*_DAYS, "2026-11-18", "2026-11-19"]
        assert shop.xero.numbers(NZ_TENANT) == [f"POS-queen-st-{day}" for day in dates]
        assert len(shop.xero.numbers(NZ_TENANT, "ACCRECCREDIT")) == len(_DAYS)
        assert sum(shop.xero.balances(NZ_TENANT).values()) == 0
