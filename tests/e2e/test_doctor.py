"""The doctor finds tomorrow's failures today, and changes nothing anywhere."""

import sqlite3
from contextlib import closing
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.e2e.practice import NZ_TENANT
from tests.e2e.records import MAPPING, ZONE, receipt, sale
from tests.e2e.shop import Ran, Shop

DAY = (date.today() - timedelta(days=3)).isoformat()  # noqa: DTZ011 - a date of the shop's last week
_CONTACT = "POS Sales - Queen St"
# What a read may count: calls to the ledger, and that a service is alive.
_BOOKKEEPING = frozenset({"allowance", "allowance_call", "machine", "sending_turn", "sealed_secret"})


@pytest.fixture(scope="module")
def shop(shared_shop: Shop) -> Shop:
    """The module's shop with one day that waits."""
    shared_shop.take([sale(DAY, "D-1", "23.00"), sale(DAY, "D-2", "11.50", paid="eftpos")]).done()
    return shared_shop


def examined(shop: Shop, *more: str) -> tuple[Ran, dict[str, dict[str, Any]]]:
    """Run the doctor; return what it found by code, the worst of each."""
    ran = shop.tillbook("doctor", *more)
    found: dict[str, dict[str, Any]] = {}
    for finding in ran.answer["findings"]:
        found.setdefault(finding["code"], finding)
    return ran, found


def stops(shop: Shop, code: str) -> dict[str, Any]:
    """Return what the doctor stops for, and as `told` all that a person reads of it."""
    ran, found = examined(shop)
    assert ran.status == 1, ran
    finding = found[code]
    assert finding["severity"] == "stops", finding
    assert finding["why"], finding
    assert finding["next"], finding
    return {**finding, "told": f"{finding['what']} {finding['why']} {finding['next']}"}


def _rows(shop: Shop) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table, but what counts reads."""
    with closing(sqlite3.connect(f"file:{shop.home / 'tillbook.db'}?mode=ro", uri=True)) as books:
        names = [name for (name,) in books.execute("select name from sqlite_master where type = 'table'")]
        return {
            name: books.execute(f"select * from {name}").fetchall()  # noqa: S608 - names of the database itself
            for name in names
            if name not in _BOOKKEEPING
        }


def test_a_shop_that_is_well_has_nothing_that_stops_and_lists_what_was_checked(shop: Shop) -> None:
    ran, found = examined(shop)
    assert ran.status == 0, ran
    assert ran.answer["counts"]["stops"] == 0
    passed = {code for code, finding in found.items() if finding["severity"] == "fine"}
    assert passed >= {
        "allowance", "clock", "connection_end", "days", "disk", "home", "journal", "key", "ledger", "mapping",
        "numbers", "plan", "scopes", "socket", "sqlite_build", "time_zone", "watchdog",
    }  # fmt: skip
    assert found["manual"]["severity"] == "warns"


def test_it_changes_nothing_at_xero_and_nothing_in_the_books(shop: Shop) -> None:
    shop.xero.configure(NZ_TENANT, archive_account="200")
    writes, rows = (
        len(shop.xero.calls(method="PUT") + shop.xero.calls(method="POST", path="api.xro")),
        _rows(shop),
    )
    ran, _ = examined(shop)
    shop.xero.configure(NZ_TENANT, restore_account="200")
    assert ran.status == 1
    assert len(shop.xero.calls(method="PUT") + shop.xero.calls(method="POST", path="api.xro")) == writes
    assert [name for name, before in rows.items() if _rows(shop)[name] != before] == []


def test_an_archived_account_is_found_before_the_day_is_sent(shop: Shop) -> None:
    shop.xero.configure(NZ_TENANT, archive_account="200")
    finding = stops(shop, "account_archived")
    shop.xero.configure(NZ_TENANT, restore_account="200")
    assert "200" in finding["told"]
    assert "archived" in finding["told"]
    assert finding["dates"] == [DAY]
    assert finding["store"] == "queen-st"


def test_an_account_without_payments_is_found(shop: Shop) -> None:
    shop.xero.configure(NZ_TENANT, enable_payments={"611": False})
    finding = stops(shop, "account_takes_no_payments")
    shop.xero.configure(NZ_TENANT, enable_payments={"611": True})
    assert "611" in finding["told"]
    assert "Enable payments" in finding["told"]


def test_an_archived_contact_is_found(shop: Shop) -> None:
    shop.xero.configure(NZ_TENANT, archive_contact=_CONTACT)
    finding = stops(shop, "contact_archived")
    shop.xero.configure(NZ_TENANT, restore_contact=_CONTACT)
    assert _CONTACT in finding["told"]


def test_a_lock_date_before_which_a_day_waits_is_found(shop: Shop) -> None:
    shop.xero.configure(NZ_TENANT, period_lock_date=DAY)
    finding = stops(shop, "period_locked")
    shop.xero.configure(NZ_TENANT, period_lock_date="")
    assert "locked" in finding["told"]


def test_a_tax_type_that_the_account_cannot_have_is_found(shop: Shop) -> None:
    tax_codes = {**MAPPING["tax_codes"], "GST15": "INPUT2"}  # type: ignore[dict-item]
    shop.map({**MAPPING, "tax_codes": tax_codes})
    finding = stops(shop, "tax_not_for_account")
    shop.map(MAPPING)
    assert "INPUT2" in finding["told"]
    assert "200" in finding["told"]


def test_a_right_of_the_user_that_is_missing_is_found(shop: Shop) -> None:
    shop.xero.configure(NZ_TENANT, actions={"CreateApprovedInvoice": "NOT-ALLOWED"})
    finding = stops(shop, "action_missing")
    shop.xero.configure(NZ_TENANT, actions={"CreateApprovedInvoice": "ALLOWED"})
    assert "CreateApprovedInvoice" in finding["told"]


def test_another_app_under_the_same_number_is_found(shop: Shop) -> None:
    line = {"Description": "Of another app", "Quantity": 1, "UnitAmount": "5.00", "AccountCode": "200"}
    invoice = {
        "Type": "ACCREC",
        "InvoiceNumber": "POS-queen-st-" + _before(DAY),
        "Contact": {"Name": _CONTACT},
        "Date": _before(DAY),
        "DueDate": _before(DAY),
        "Status": "AUTHORISED",
        "LineItems": [{**line, "TaxType": "OUTPUT2"}],
    }
    shop.xero.act(NZ_TENANT, "PUT", "Invoices", {"Invoices": [invoice]})
    shop.take([sale(_before(DAY), "D-9", "30.00")], "before.jsonl").done()
    finding = stops(shop, "number_of_another")
    assert f"POS-queen-st-{_before(DAY)}" in finding["told"]
    assert finding["dates"] == [_before(DAY)]


def test_an_unmapped_category_is_found(own_shop: Shop) -> None:
    own_shop.take([sale(DAY, "U-1", "5.00", category="bouquets")]).done()
    finding = stops(own_shop, "unmapped_category")
    assert "bouquets" in finding["told"]


def test_a_printed_tax_that_is_not_xeros_is_told(own_shop: Shop) -> None:
    taxed = receipt(DAY, "T-1", [("grocery", "112.50")], [("cash", "112.50")])
    taxed["lines"] = [{"category": "grocery", "tax_code": "GST15", "amount": "112.50", "tax": "12.50"}]
    own_shop.take([taxed]).done()
    ran, found = examined(own_shop)
    assert ran.status == 0, ran
    assert found["tax_rate_differs"]["severity"] == "warns"
    assert "12.5 %" in found["tax_rate_differs"]["what"]
    assert "15 %" in found["tax_rate_differs"]["what"]


def test_the_invoices_that_a_small_plan_has_left_are_counted(own_shop: Shop) -> None:
    own_shop.xero.configure(NZ_TENANT, invoice_cap=20)
    today = datetime.now(ZONE).date()
    many = [
        receipt(today.isoformat(), f"A-{number}", [("grocery", "9.00")], [("on_account", "9.00")],
                kind="account_sale", customer=f"Customer {number}", at="00:01")
        for number in range(21)
    ]  # fmt: skip
    own_shop.take(many).done()
    finding = stops(own_shop, "plan_limit")
    assert "20 invoices" in finding["told"]


def test_calls_left_and_clock_and_a_dead_connection_are_told(own_shop: Shop) -> None:
    own_shop.take([sale(DAY, "C-1", "5.00")]).done()
    own_shop.xero.configure(clock_offset=90)
    own_shop.xero.configure(limits={"day": len(own_shop.xero.calls(path="api.xro")) + 9})
    ran, found = examined(own_shop)
    assert ran.status == 0, ran
    assert found["clock"]["severity"] == "warns"
    assert "behind" in found["clock"]["what"]
    assert found["day_limit"]["severity"] == "warns"
    own_shop.xero.configure(NZ_TENANT, revoke_connection=True)
    own_shop.xero.configure(limits={"day": 1_000_000})
    finding = stops(own_shop, "connection_gone")
    assert "Connect" in finding["told"]


def test_a_set_up_that_is_not_finished_is_told(own_shop: Shop) -> None:
    own_shop.tillbook(
        "store", "add", "--store", "new-st", "--name", "New", "--country", "NZ", "--currency", "NZD",
        "--timezone", "Pacific/Auckland",
    ).done()  # fmt: skip
    ran, found = examined(own_shop, "--store", "new-st")
    assert ran.status == 1
    assert {found["no_mapping"]["store"], found["not_connected"]["store"]} == {"new-st"}
    assert not [each for each in ran.answer["findings"] if each["store"] == "queen-st"]
    unknown = own_shop.tillbook("doctor", "--store", "nowhere")
    assert (unknown.status, unknown.answer["error"]["code"]) == (1, "unknown_store")


def test_without_a_service_this_machine_is_looked_at(own_shop: Shop) -> None:
    own_shop.stop()
    (own_shop.home / "tillbook.key").chmod(0o644)
    ran, found = examined(own_shop)
    assert ran.status == 1
    assert ran.answer["service"] is None
    assert "tillbook serve" in found["no_service"]["next"]
    assert "chmod 600" in found["key_refused"]["next"]
    assert found["disk"]["severity"] == "fine"
    nowhere = own_shop.tillbook("doctor", "--home", str(own_shop.folder / "nowhere"))
    assert {each["code"] for each in nowhere.answer["findings"]} == {"no_service", "home_missing"}
    assert not (own_shop.folder / "nowhere").exists()


def test_a_person_reads_the_worst_first(own_shop: Shop) -> None:
    own_shop.take([sale(DAY, "W-1", "5.00", category="bouquets")]).done()
    ran = own_shop.run("doctor")
    assert ran.status == 1
    assert ran.out.index("Stops tomorrow:") < ran.out.index("To know:") < ran.out.index("Fine:")
    assert "bouquets" in ran.out


def _before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()
