"""Answers of the practice Xero against Xero's own OpenAPI description."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import jsonschema
import pytest
import yaml

from services.sandbox.xero import NZ_TENANT
from tests.sandbox.practice_help import Books, Json, bill, credit_note, invoice, journal, line
from tests.shared_data import shared

# On the real wire and not in the description (XERO.md 6.15 and recordings).
NOT_DESCRIBED = {
    "DateString",
    "DueDateString",
    "ID",
    "Id",
    "Status",
    "ProviderName",
    "DateTimeUTC",
    "HasErrors",
    "Url",
}


@cache
def description() -> Json:
    text = shared("xero_accounting.yaml").read_bytes()
    found: Json = yaml.load(text, Loader=yaml.CSafeLoader)
    return found


def schema(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}", "components": description()["components"]}


def check(answer: Json, name: str) -> None:
    """Check an answer: each value of the described type, each field described."""
    jsonschema.Draft4Validator(schema(name)).validate(answer)
    unknown = {field for field in undescribed(answer, name) if field.rpartition(".")[2] not in NOT_DESCRIBED}
    assert unknown == set()


def undescribed(value: Json, name: str) -> Iterator[str]:
    """Yield the fields of an answer that the description does not have."""
    properties = description()["components"]["schemas"][name]["properties"]
    for field, content in value.items():
        inner = properties.get(field)
        if inner is None:
            yield f"{name}.{field}"
            continue
        reference = inner.get("$ref") or inner.get("items", {}).get("$ref", "")
        for part in content if isinstance(content, list) else [content]:
            if isinstance(part, dict) and reference:
                yield from undescribed(part, reference.rpartition("/")[2])


@pytest.fixture
def stocked(nz: Books) -> Books:
    tracked = line("46.00", "201", Tracking=[{"Name": "Region", "Option": "North"}], DiscountRate=5)
    sale = nz.made(
        "Invoices", invoice("POS-1", line(), tracked, Reference="Z 1", Url="https://shop.invalid/z/1")
    )
    nz.pay(sale, "15.00")
    nz.pay(nz.made("Invoices", invoice("POS-2")), "115.00")
    nz.made("Invoices", bill("B-1"))
    note = nz.made("CreditNotes", credit_note("CN-1"))
    allocation = {"Invoice": {"InvoiceID": sale["InvoiceID"]}, "Amount": "5.00", "Date": "2026-11-19"}
    nz.made(f"CreditNotes/{note['CreditNoteID']}/Allocations", allocation)
    nz.pay(note, "10.00")
    nz.made("ManualJournals", journal(Url="https://shop.invalid/j/1"))
    nz.practice.configure(NZ_TENANT, period_lock_date="2026-10-31", end_of_year_lock_date="2026-03-31")
    return nz


@pytest.mark.parametrize(
    "path, name",
    [
        ("Organisation", "Organisations"),
        ("Organisation/Actions", "Actions"),
        ("Accounts", "Accounts"),
        ("TaxRates", "TaxRates"),
        ("TrackingCategories?includeArchived=true", "TrackingCategories"),
        ("Currencies", "Currencies"),
        ("Contacts?page=1&includeArchived=true", "Contacts"),
        ("Invoices?page=1", "Invoices"),
        ("Invoices?page=1&summaryOnly=true", "Invoices"),
        ("Invoices/POS-1", "Invoices"),
        ("CreditNotes?page=1", "CreditNotes"),
        ("CreditNotes/CN-1", "CreditNotes"),
        ("Payments?page=1", "Payments"),
        ("ManualJournals?page=1", "ManualJournals"),
        ("Reports/TrialBalance", "ReportWithRows"),
    ],
)
def test_what_is_read_is_as_described(stocked: Books, path: str, name: str) -> None:
    answer = stocked.get(path)
    assert answer.status == 200
    check(answer.body, name)


WRITES: list[tuple[str, Callable[[], Json], str]] = [
    ("Invoices", lambda: invoice("POS-9"), "Invoices"),
    ("Invoices", lambda: invoice("POS-1"), "Invoices"),
    ("Invoices", lambda: invoice("POS-9", line(account="999"), Status="DRAFT"), "Invoices"),
    ("CreditNotes", lambda: credit_note("CN-9"), "CreditNotes"),
    ("CreditNotes", lambda: credit_note("CN-1", Type="ODD"), "CreditNotes"),
    (
        "Payments",
        lambda: {"Invoice": {"InvoiceNumber": "POS-1"}, "Account": {"Code": "611"}, "Amount": 1},
        "Payments",
    ),
    (
        "Payments",
        lambda: {"Invoice": {"InvoiceNumber": "POS-2"}, "Account": {"Code": "200"}, "Amount": 1},
        "Payments",
    ),
    ("ManualJournals", journal, "ManualJournals"),
    ("ManualJournals", lambda: journal(("999", "1"), ("200", "-2")), "ManualJournals"),
    ("Contacts", lambda: {"Name": "Newcomer"}, "Contacts"),
    ("Contacts", lambda: {"Name": " bad "}, "Contacts"),
    ("Accounts", lambda: {"Code": "640", "Name": "Deposits", "Type": "CURRENT"}, "Accounts"),
]


@pytest.mark.parametrize("path, element, name", WRITES)
def test_what_is_written_is_as_described(
    stocked: Books, path: str, element: Callable[[], Json], name: str
) -> None:
    answer = stocked.put(f"{path}?summarizeErrors=false", element())
    assert answer.status == 200
    assert "null" not in answer.text
    body: Json = answer.body
    assert {row.pop("StatusAttributeString") for row in body[path]} <= {"OK", "WARNING", "ERROR"}
    check(body, name)


def test_a_refusal_is_as_described(stocked: Books) -> None:
    refused = stocked.put("Invoices", invoice("POS-1")).body
    jsonschema.Draft4Validator(schema("Error")).validate(refused)
    assert refused["Type"] == "ValidationException"
