"""Nine ways for a day to fail, made by the installed program."""

from __future__ import annotations

from datetime import date, timedelta

from tests.e2e.practice import NZ_TENANT
from tests.e2e.records import MAPPING, sale
from tests.e2e.shop import NZ_STORE, Shop

CONTACT = "POS Sales - Queen St"
OTHER_STORE = "lane-st"
# What the doctor and the failures of one shop need of each other: dates that no other test has.
UNMAPPED, TAX_TYPE, ARCHIVED_ACCOUNT, LOCKED, NO_PAYMENTS, ARCHIVED_CONTACT, PLAN, VOIDED, SCOPE = (
    (date.today() - timedelta(days=back)).isoformat()  # noqa: DTZ011 - a date of the shop's last weeks
    for back in range(20, 11, -1)
)
CODES = {
    UNMAPPED: "unmapped_category",
    TAX_TYPE: "tax_not_for_account",
    ARCHIVED_ACCOUNT: "account_archived",
    LOCKED: "period_locked",
    NO_PAYMENTS: "account_takes_no_payments",
    ARCHIVED_CONTACT: "contact_archived",
    PLAN: "plan_limit",
    VOIDED: "number_voided",
    SCOPE: "scope_missing",
}


def fail_in_every_way(shop: Shop) -> None:
    """Have nine days fail; what was wrong is mended after each, the day stays failed."""
    # A day that goes through, so that the contact is known to be there.
    _refused_while(shop, (date.fromisoformat(UNMAPPED) - timedelta(days=1)).isoformat(), expected=0)
    shop.take([sale(UNMAPPED, "F-1", "5.00", category="bouquets")]).done()
    assert shop.sync(UNMAPPED).status == 1
    _with_another_tax_type(shop)
    _refused_while(shop, ARCHIVED_ACCOUNT, archive_account="200")
    shop.xero.configure(NZ_TENANT, restore_account="200")
    _refused_while(shop, LOCKED, period_lock_date=LOCKED)
    shop.xero.configure(NZ_TENANT, period_lock_date="")
    _refused_while(shop, NO_PAYMENTS, enable_payments={"611": False})
    shop.xero.configure(NZ_TENANT, enable_payments={"611": True})
    _refused_while(shop, ARCHIVED_CONTACT, archive_contact=CONTACT)
    shop.xero.configure(NZ_TENANT, restore_contact=CONTACT)
    _refused_while(shop, PLAN, invoice_cap=0)
    shop.xero.configure(NZ_TENANT, invoice_cap=None)
    _voided_by_somebody(shop, VOIDED)
    _refused_while(shop, VOIDED)
    _without_a_right(shop)


def _refused_while(shop: Shop, day: str, *, expected: int = 1, **settings: object) -> None:
    shop.take([sale(day, f"F-{day}", "23.00")], f"{day}.jsonl").done()
    if settings:
        shop.xero.configure(NZ_TENANT, **settings)
    ran = shop.sync(day)
    assert ran.status == expected, ran


def _with_another_tax_type(shop: Shop) -> None:
    tax_codes = {**MAPPING["tax_codes"], "GST15": "INPUT2"}  # type: ignore[dict-item]
    shop.map({**MAPPING, "tax_codes": tax_codes})
    _refused_while(shop, TAX_TYPE)
    shop.map(MAPPING)


def _voided_by_somebody(shop: Shop, day: str) -> None:
    line = {"Description": "By hand", "Quantity": 1, "UnitAmount": "1.00", "AccountCode": "200"}
    invoice = {
        "Type": "ACCREC",
        "InvoiceNumber": f"POS-queen-st-{day}",
        "Contact": {"Name": CONTACT},
        "Date": day,
        "DueDate": day,
        "Status": "AUTHORISED",
        "LineItems": [{**line, "TaxType": "OUTPUT2"}],
    }
    made = shop.xero.act(NZ_TENANT, "PUT", "Invoices", {"Invoices": [invoice]})["Invoices"][0]
    void = {"InvoiceID": made["InvoiceID"], "Status": "VOIDED"}
    shop.xero.act(NZ_TENANT, "POST", f"Invoices/{made['InvoiceID']}", void)


def _without_a_right(shop: Shop) -> None:
    options = [f"--{name}={value}" for name, value in NZ_STORE.items() if name != "cash-rounding"]
    shop.tillbook("store", "add", "--store", OTHER_STORE, *options).done()
    shop.xero.configure(withhold_scopes=["accounting.payments"])
    shop.connect(key=OTHER_STORE)
    shop.xero.configure(withhold_scopes=[])
    shop.map({**MAPPING, "store": OTHER_STORE}, OTHER_STORE)
    shop.take([{**sale(SCOPE, "F-9", "23.00"), "store": OTHER_STORE}], "other.jsonl").done()
    ran = shop.tillbook("sync", "--store", OTHER_STORE, "--date", SCOPE, "--wait")
    assert ran.status == 1, ran
