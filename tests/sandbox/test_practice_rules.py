"""Accounts, tax types, tracking, lock dates, plan, contacts.

XERO.md 6.9 to 6.13.
"""

from __future__ import annotations

import pytest

from services.sandbox.xero import AU_TENANT, GB_TENANT, NZ_TENANT, PracticeXero
from tests.sandbox.practice_help import (
    Books,
    bill,
    credit_note,
    elements,
    invoice,
    journal,
    line,
    messages,
)


@pytest.mark.parametrize("code", ["999", "090", "610", "800", "820", "877", "960"])
def test_unknown_bank_and_system_accounts_take_no_lines(nz: Books, code: str) -> None:
    assert nz.refused("Invoices", invoice("POS-1", line(account=code))) == [
        f"Account code '{code}' is not a valid code for this document."
    ]


@pytest.mark.parametrize("code", ["999", "090", "610"])
def test_they_are_taken_off_a_draft_with_a_warning(nz: Books, code: str) -> None:
    answer = nz.put("Invoices?summarizeErrors=false", invoice("POS-1", line(account=code), Status="DRAFT"))
    [made] = elements(answer)
    assert (made["StatusAttributeString"], "AccountCode" in made["LineItems"][0]) == ("WARNING", False)
    assert messages(answer, "Warnings") == [
        f"Account code '{code}' has been removed as it does not match a recognised account."
    ]


def test_rounding_is_the_system_account_that_takes_lines(nz: Books) -> None:
    assert nz.made("Invoices", invoice("POS-1", line(), line("0.02", "860")))["Total"] == 115.02


def test_an_archived_account_is_refused_and_named(nz: Books) -> None:
    nz.practice.configure(NZ_TENANT, archive_account="201")
    message = [
        (
            "Account code '201' has been archived, or has been deleted."
            " Each line item must reference a valid account."
        )
    ]
    for status in ("DRAFT", "AUTHORISED"):
        assert nz.refused("Invoices", invoice("POS-1", line(account="201"), Status=status)) == message
    nz.practice.configure(NZ_TENANT, restore_account="201")
    assert nz.made("Invoices", invoice("POS-1", line(account="201")))["Status"] == "AUTHORISED"


def test_a_draft_is_checked_again_when_it_is_approved(nz: Books) -> None:
    made = nz.made("Invoices", invoice("POS-1", line(account="201"), Status="DRAFT"))
    nz.practice.configure(NZ_TENANT, archive_account="201")
    [refused] = nz.refused(f"Invoices/{made['InvoiceID']}", {"Status": "AUTHORISED"}, "POST")
    assert refused.startswith("Account code '201' has been archived")


@pytest.mark.parametrize(
    "tenant, account, tax_type",
    [
        (NZ_TENANT, "429", "OUTPUT2"),
        (NZ_TENANT, "200", "INPUT2"),
        (NZ_TENANT, "611", "ZERORATED"),
        (NZ_TENANT, "200", "GSTONIMPORTS"),
        (AU_TENANT, "490", "OUTPUT"),
        (AU_TENANT, "200", "EXEMPTEXPENSES"),
        (GB_TENANT, "310", "RROUTPUT"),
    ],
)
def test_a_tax_type_must_suit_the_class_of_the_account(
    practice: PracticeXero, tenant: str, account: str, tax_type: str
) -> None:
    element = invoice("POS-1", line(account=account, TaxType=tax_type))
    assert Books(practice, tenant).refused("Invoices", element) == [
        f"The TaxType code '{tax_type}' cannot be used with account code '{account}'."
    ]


@pytest.mark.parametrize(
    "tenant, tax_type", [(NZ_TENANT, "TAX001"), (NZ_TENANT, "OUTPUT"), (AU_TENANT, "NONE")]
)
def test_deleted_and_foreign_tax_types_are_refused(
    practice: PracticeXero, tenant: str, tax_type: str
) -> None:
    assert Books(practice, tenant).refused("Invoices", invoice("POS-1", line(TaxType=tax_type))) == [
        f"The TaxType code {tax_type} does not exist or cannot be used for this type of transaction."
    ]


def test_a_custom_rate_is_worked_with(nz: Books) -> None:
    assert nz.made("Invoices", invoice("POS-1", line("109.00", TaxType="TAX002")))["TotalTax"] == 9


@pytest.mark.parametrize("tenant, rate", [(NZ_TENANT, 15), (AU_TENANT, 10), (GB_TENANT, 20)])
def test_a_line_has_its_accounts_tax_type_by_default(practice: PracticeXero, tenant: str, rate: int) -> None:
    made = Books(practice, tenant).made("Invoices", invoice("POS-1", line(100 + rate)))
    assert made["TotalTax"] == rate


def test_every_country_has_a_deleted_rate_and_its_system_accounts(practice: PracticeXero) -> None:
    for organisation in practice.config.organisations:
        books = Books(practice, organisation.tenant)
        assert "DELETED" in {rate["Status"] for rate in books.rows("TaxRates")}
        system = {a.get("SystemAccount") for a in books.rows("Accounts")}
        assert {"DEBTORS", "CREDITORS", "GST", "ROUNDING", "RETAINEDEARNINGS"} <= system


def test_tracking_by_name_or_id(nz: Books) -> None:
    [region, department] = nz.rows("TrackingCategories")
    south = region["Options"][1]["TrackingOptionID"]
    sent = [
        {"Name": "Department", "Option": "Hardware"},
        {"TrackingCategoryID": region["TrackingCategoryID"], "TrackingOptionID": south},
    ]
    [item] = nz.made("Invoices", invoice("POS-1", line(Tracking=sent)))["LineItems"]
    assert [(t["Name"], t["Option"]) for t in item["Tracking"]] == [
        ("Department", "Hardware"),
        ("Region", "South"),
    ]
    assert item["Tracking"][0]["TrackingCategoryID"] == department["TrackingCategoryID"]


def test_tracking_that_is_not_there(nz: Books) -> None:
    for name in ("Old shop", "Planet"):
        element = line(Tracking=[{"Name": name, "Option": "Mall"}])
        assert nz.refused("Invoices", invoice("POS-1", element)) == [
            f"The tracking '{name} Mall' does not match an active tracking category and option."
        ]
        answer = nz.put("Invoices", invoice(f"D-{name}", element, Status="DRAFT"))
        assert messages(answer, "Warnings") == [
            f"The tracking '{name} Mall' has been removed as it does not match an active option."
        ]
    too_many = ["A line item can have at most 2 tracking categories, each of them once."]
    north, south, grocery = (
        {"Name": name, "Option": option}
        for name, option in (("Region", "North"), ("Region", "South"), ("Department", "Grocery"))
    )
    three = line(Tracking=[north, grocery, {"Name": "Old shop", "Option": "Mall"}])
    assert nz.refused("Invoices", invoice("POS-1", line(Tracking=[north, south]))) == too_many
    assert nz.refused("Invoices", invoice("POS-1", three, Status="DRAFT")) == too_many


@pytest.mark.parametrize(
    "setting, name",
    [("period_lock_date", "period lock date"), ("end_of_year_lock_date", "end of year lock date")],
)
def test_nothing_posts_on_or_before_a_lock_date(nz: Books, setting: str, name: str) -> None:
    sale = nz.made("Invoices", invoice("POS-1"))
    paid = nz.pay(sale, "5.00")
    nz.practice.configure(NZ_TENANT, **{setting: "2026-11-19"})
    message = [f"The document date cannot be before the {name}, currently set at 19-Nov-2026"]
    payment = {"Invoice": {"InvoiceID": sale["InvoiceID"]}, "Account": {"Code": "611"}, "Amount": 5}
    assert nz.refused("Invoices", invoice("POS-2")) == message
    assert nz.refused("CreditNotes", credit_note()) == message
    assert nz.refused("ManualJournals", journal()) == message
    assert nz.refused("Payments", {**payment, "Date": "2026-11-19"}) == message
    assert nz.refused(f"Payments/{paid['PaymentID']}", {"Status": "DELETED"}, "POST") == message
    assert nz.made("Payments", {**payment, "Date": "2026-11-20"})["Amount"] == 5
    assert nz.made("Invoices", invoice("POS-3", Status="DRAFT"))["Status"] == "DRAFT"
    assert nz.made("Invoices", invoice("POS-2", Date="2026-11-20"))["Status"] == "AUTHORISED"


def test_a_locked_invoice_is_not_voided(nz: Books) -> None:
    made = nz.made("Invoices", invoice())
    nz.practice.configure(NZ_TENANT, period_lock_date="2026-11-30")
    [refused] = nz.refused(f"Invoices/{made['InvoiceID']}", {"Status": "VOIDED"}, "POST")
    assert refused == "The document date cannot be before the period lock date, currently set at 30-Nov-2026"


def test_an_adviser_may_post_before_the_period_lock(nz: Books) -> None:
    allowed = {"ApproveTransactionsBeforePeriodLockDate": "ALLOWED"}
    nz.practice.configure(NZ_TENANT, period_lock_date="2026-11-30", actions=allowed)
    assert nz.made("Invoices", invoice())["Status"] == "AUTHORISED"
    nz.practice.configure(NZ_TENANT, end_of_year_lock_date="2026-11-30")
    assert len(nz.refused("Invoices", invoice("POS-2"))) == 1


def test_lock_dates_are_shown_only_where_set(nz: Books) -> None:
    assert "PeriodLockDate" not in nz.rows("Organisation")[0]
    nz.practice.configure(NZ_TENANT, period_lock_date="2026-11-19")
    assert nz.rows("Organisation")[0]["PeriodLockDate"] == "/Date(1795046400000+0000)/"
    nz.practice.configure(NZ_TENANT, period_lock_date="")
    assert "PeriodLockDate" not in nz.rows("Organisation")[0]


def test_a_plan_has_a_cap_by_the_month_of_the_invoice(nz: Books) -> None:
    nz.practice.configure(NZ_TENANT, invoice_cap=2, bill_cap=0)
    answer = nz.put("Invoices?summarizeErrors=false", *[invoice(f"POS-{n}") for n in range(3)])
    cap = ["You have reached the limit of invoices you can approve"]
    assert messages(answer) == cap
    assert nz.made("Invoices", invoice("POS-4", Date="2026-12-01"))["Status"] == "AUTHORISED"
    draft = nz.made("Invoices", invoice("POS-5", Status="DRAFT"))
    assert nz.refused(f"Invoices/{draft['InvoiceID']}", {"Status": "AUTHORISED"}, "POST") == cap
    assert nz.refused("Invoices", bill()) == cap
