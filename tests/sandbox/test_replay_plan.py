"""How failures are set up again: organisation, causes, recorded answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from services.contract.problem import Refused
from services.sandbox.replay.organisation import practice_organisation
from services.sandbox.replay.plan import plan
from services.sandbox.replay.reading import opened
from services.sandbox.xero import PracticeConfig
from tests.sandbox.bundles import NZ_ORGANISATION, failed_day, members, written

_ACCOUNTS = [
    {
        "Code": "200",
        "Name": "Sales",
        "Type": "REVENUE",
        "Class": "REVENUE",
        "TaxType": "OUTPUT2",
        "Status": "ARCHIVED",
    },
    {"Code": "611", "Name": "Cash", "Type": "CURRENT", "Class": "ASSET", "EnablePaymentsToAccount": True},
    {"Code": "478", "Name": "KiwiSaver", "Type": "SUPERANNUATIONEXPENSE", "Class": "EXPENSE"},
    {"Name": "Savings", "Type": "BANK", "Class": "ASSET"},
]
_RATES = [
    {"TaxType": "OUTPUT2", "Name": "15% GST on Income", "EffectiveRate": 15.0, "CanApplyToRevenue": True,
     "CanApplyToAssets": False, "Status": "ACTIVE"},
    {"TaxType": "TAX001", "Name": "Old", "EffectiveRate": "12.5", "Status": "DELETED"},
]  # fmt: skip
_REFERENCE: dict[str, Any] = {
    "organisation": {"rows": [NZ_ORGANISATION]},
    "actions": {"rows": [{"Name": "CreateApprovedInvoice", "Status": "NOT-ALLOWED"}]},
    "accounts": {"rows": _ACCOUNTS},
    "tax_rates": {"rows": _RATES},
    "tracking": {
        "rows": [{"Name": "Region", "Options": [{"Name": "North"}, {"Name": "Old", "Status": "ARCHIVED"}]}]
    },
    "contacts": [{"name": "contact-1", "active": False}, {"name": "CONTACT-1", "active": True}],
}


def _day(tmp_path: Path, failed: dict[str, Any]) -> dict[str, Any]:
    made = plan(opened(written(tmp_path / "b", members([failed]))), tmp_path / "plan")
    day: dict[str, Any] = made["stores"][0]["days"][0]
    return day


def _refusal(code: str, said: str, call: str = "PUT Invoices", **more: Any) -> dict[str, Any]:  # noqa: ANN401
    why = [{"code": code, "what": "w", "why": "y", "next": "n"}]
    failed = failed_day(why=why, **more)
    return {**failed, "said": {"sales": [said]}, "calls": {"sales": call}}


def test_the_organisation_is_as_it_was_last_read() -> None:
    made = practice_organisation("b0a6", "Kauri Ltd", "NZ", _REFERENCE)
    config = PracticeConfig.from_json(json.dumps({"organisations": [made]}))
    (organisation,) = config.organisations
    assert (organisation.settings.name, organisation.settings.tenant) == ("Kauri Ltd", "b0a6")
    assert organisation.settings.period_lock_date == "2026-03-31"
    assert organisation.settings.actions == {"CreateApprovedInvoice": "NOT-ALLOWED"}
    accounts = {account.name: account for account in organisation.accounts}
    assert accounts["Sales"].status == "ARCHIVED"
    assert accounts["Cash"].enable_payments
    assert accounts["KiwiSaver"].type == "EXPENSE"
    assert {"DEBTORS", "CREDITORS", "GST"} <= {account.system for account in organisation.accounts}
    rates = {rate.tax_type: rate for rate in organisation.tax_rates}
    assert (rates["OUTPUT2"].applies, str(rates["OUTPUT2"].rate)) == (("REVENUE",), "15.0")
    assert rates["TAX001"].status == "DELETED"
    assert [(each.name, each.options) for each in organisation.tracking] == [("Region", ("North",))]
    assert [(each.name, each.status) for each in organisation.contacts] == [("contact-1", "ARCHIVED")]


def test_a_country_without_a_practice_organisation_is_refused_by_name() -> None:
    with pytest.raises(Refused, match="ZA") as caught:
        practice_organisation("b0a6", "Kaap", "ZA", {})
    assert caught.value.code == "country_not_replayed"


@pytest.mark.parametrize(
    "code,said,call,heal,change",
    [
        ("account_archived", "Account code '200' has been archived, or", "PUT Invoices",
         {"restore_account": "200"}, {"archive_account": "200"}),
        ("account_takes_no_payments", "Account code '611' is not enabled for payments.", "PUT Payments",
         {"enable_payments": {"611": True}}, {"enable_payments": {"611": False}}),
        ("contact_archived", "The contact has been archived.", "PUT Invoices",
         {"restore_contact": "POS Sales"}, {"archive_contact": "POS Sales"}),
        ("period_locked", "period lock date, currently set at 31-Mar-2026", "PUT Invoices",
         {"period_lock_date": ""}, {"period_lock_date": "2026-03-31"}),
        ("year_locked", "end of year lock date, currently set at 30-Sep-2021", "PUT CreditNotes",
         {"end_of_year_lock_date": ""}, {"end_of_year_lock_date": "2021-09-30"}),
        ("plan_limit", "You have reached the limit of invoices you can approve", "PUT Invoices",
         {"invoice_cap": None}, {"invoice_cap": 0}),
    ],
)  # fmt: skip
def test_a_cause_comes_at_the_moment_of_the_call(
    tmp_path: Path, code: str, said: str, call: str, heal: dict[str, Any], change: dict[str, Any]
) -> None:
    day = _day(tmp_path, _refusal(code, said, call))
    method, path = call.split()
    assert day["how"] == "rules"
    assert day["heal"] == heal
    assert day["faults"] == [{"method": method, "path": f"/{path}$", "count": None, "change": change}]


def test_a_voided_number_is_there_and_voided(tmp_path: Path) -> None:
    day = _day(tmp_path, _refusal("number_voided", "id 7"))
    (document,) = day["documents"]
    assert (document["void"], document["plural"], day["faults"]) == (True, "Invoices", [])
    assert document["body"]["InvoiceNumber"] == "POS-queen-st-2026-11-19"


def test_another_document_of_the_number_is_as_it_was_found(tmp_path: Path) -> None:
    found = {"status": "AUTHORISED", "date": "2026-11-02", "contact": "contact-3", "total": "5.75",
             "lines": [["201", "NONE", "5.75"]]}  # fmt: skip
    day = _day(tmp_path, {**_refusal("number_of_another", "id 7"), "found": {"sales": found}})
    (document,) = day["documents"]
    assert (document["void"], document["contact"], document["body"]["Date"]) == (
        False,
        "contact-3",
        "2026-11-02",
    )
    assert document["body"]["LineItems"][0]["UnitAmount"] == "5.75"


def test_what_no_rule_stands_for_is_answered_in_the_recorded_words(tmp_path: Path) -> None:
    day = _day(tmp_path, _refusal("xero_says", "The moon is in the wrong house"))
    (fault,) = day["faults"]
    assert (day["how"], fault["status"]) == ("recorded", 200)
    element = fault["body"]["Invoices"][0]
    assert element["ValidationErrors"] == [{"Message": "The moon is in the wrong house"}]
    whole = _day(tmp_path, _refusal("call_refused", "status 400, Not today, correlation id 77"))
    assert (whole["faults"][0]["status"], whole["faults"][0]["body"]) == (400, {"Detail": "Not today"})


def test_what_cannot_be_set_up_is_named(tmp_path: Path) -> None:
    failed = failed_day()
    failed["day"]["state"] = "unknown"
    made = plan(opened(written(tmp_path / "b", members([failed]))), tmp_path / "plan")
    assert made["stores"] == []
    assert [(each["date"], each["state"]) for each in made["not_replayed"]] == [("2026-11-19", "unknown")]


def test_rights_that_were_not_given_are_withheld(tmp_path: Path) -> None:
    made = plan(opened(written(tmp_path / "b", members([failed_day()]))), tmp_path / "plan")
    withheld = made["stores"][0]["withheld"]
    assert "accounting.payments" in withheld
    assert "accounting.invoices" not in withheld


@pytest.mark.parametrize("change", [{"together": True}, {"key": "receipt:1/A-1"}])
def test_days_that_are_no_days_of_their_own_are_named(tmp_path: Path, change: dict[str, Any]) -> None:
    failed = failed_day(**{"key": change["key"]} if "key" in change else {}) | change
    made = plan(opened(written(tmp_path / "b", members([failed]))), tmp_path / "plan")
    assert made["stores"] == []
    assert len(made["not_replayed"]) == 1


def test_a_call_that_no_tillbook_makes_is_not_listened_for(tmp_path: Path) -> None:
    day = _day(tmp_path, _refusal("xero_says", "No", "PUT (a+)+$"))
    assert day["faults"][0]["path"] == "/Invoices$"


def test_several_causes_of_one_call_come_together(tmp_path: Path) -> None:
    """A call meets one fault only; its documents were refused for different reasons."""
    reasons = {
        "sales": ("account_archived", "Account code '200' has been archived, or"),
        "refunds": ("account_archived", "Account code '201' has been archived, or"),
        "account:1/3": ("plan_limit", "You have reached the limit of invoices you can approve"),
    }
    failed = failed_day()
    document = failed["day"]["documents"][0]
    failed["day"]["documents"] = [
        {**document, "key": key, "why": [{"code": code, "what": "w", "why": "y", "next": "n"}]}
        for key, (code, _) in reasons.items()
    ]
    failed["said"] = {key: [said] for key, (_, said) in reasons.items()}
    failed["calls"] = dict.fromkeys(reasons, "PUT Invoices")
    day = _day(tmp_path, failed)
    assert day["heal"] == {"restore_account": ["200", "201"], "invoice_cap": None}
    (fault,) = day["faults"]
    assert fault["change"] == {"archive_account": ["200", "201"], "invoice_cap": 0}
