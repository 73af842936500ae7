"""Invoices and bills: numbers, statuses, amounts (XERO.md 6.1 to 6.5)."""

from __future__ import annotations

import pytest

from services.sandbox.xero import NZ_TENANT, PracticeXero
from tests.sandbox.practice_help import Books, Json, bill, credit_note, elements, invoice, line, messages

NOT_UNIQUE = "Invoice # must be unique."
NOT_MODIFIABLE = "Invoice not of valid status for modification"
HAS_PAYMENTS = "This document cannot be edited as it has a payment or credit note allocated to it."


def test_a_sales_number_is_taken_once(nz: Books) -> None:
    nz.made("Invoices", invoice("POS-1"))
    assert nz.refused("Invoices", invoice("pos-1")) == [NOT_UNIQUE]
    assert [d["InvoiceNumber"] for d in nz.rows("Invoices")] == ["POS-1"]


def test_the_number_of_a_voided_invoice_stays_taken(nz: Books) -> None:
    made = nz.made("Invoices", invoice("POS-1"))
    assert nz.post(f"Invoices/{made['InvoiceID']}", {"Status": "VOIDED"}).status == 200
    assert nz.refused("Invoices", invoice("POS-1")) == [NOT_UNIQUE]


def test_two_bills_may_have_one_number(nz: Books) -> None:
    first, second = nz.made("Invoices", bill("KW-1")), nz.made("Invoices", bill("KW-1"))
    assert first["InvoiceID"] != second["InvoiceID"]


def test_credit_notes_have_numbers_of_their_own(nz: Books) -> None:
    nz.made("Invoices", invoice("POS-1"))
    nz.made("CreditNotes", credit_note("POS-1"))
    assert nz.refused("CreditNotes", credit_note("POS-1")) == ["Credit Note # must be unique."]


def test_a_missing_number_is_given(nz: Books) -> None:
    element = invoice()
    del element["InvoiceNumber"]
    assert [nz.made("Invoices", element)["InvoiceNumber"] for _ in range(2)] == ["INV-0001", "INV-0002"]


def test_post_with_a_known_number_changes_that_invoice(nz: Books) -> None:
    made = nz.made("Invoices", invoice("POS-1"))
    changed = elements(nz.post("Invoices", invoice("POS-1", line("23.00"))))
    assert [(c["InvoiceID"], c["Total"]) for c in changed] == [(made["InvoiceID"], 23.0)]


def test_post_with_a_new_number_creates(nz: Books) -> None:
    assert nz.post("Invoices", invoice("POS-9")).status == 200
    assert len(nz.rows("Invoices")) == 1


def test_an_organisation_may_forbid_changing_what_is_approved(nz: Books) -> None:
    made = nz.made("Invoices", invoice("POS-1"))
    nz.practice.configure(NZ_TENANT, edit_approved=False)
    assert nz.refused(f"Invoices/{made['InvoiceID']}", {"Reference": "x"}, "POST") == [NOT_MODIFIABLE]


def test_post_to_an_unknown_id_is_404_and_empty(nz: Books) -> None:
    answer = nz.post("Invoices/00000000-0000-0000-0000-000000000001", {"Status": "VOIDED"})
    assert (answer.status, answer.text, answer.content_type) == (404, "", "text/html; charset=utf-8")


@pytest.mark.parametrize("status", ["PAID", "VOIDED", "DELETED", "POSTED"])
def test_an_invoice_starts_draft_submitted_or_approved(nz: Books, status: str) -> None:
    assert nz.refused("Invoices", invoice(Status=status)) == ["Invoice not of valid status for creation"]


def test_draft_is_the_default_status(nz: Books) -> None:
    element = invoice()
    del element["Status"]
    assert nz.made("Invoices", element)["Status"] == "DRAFT"


@pytest.mark.parametrize(
    "steps, refused",
    [
        (["DRAFT", "SUBMITTED", "AUTHORISED", "VOIDED"], None),
        (["DRAFT", "DELETED"], None),
        (["SUBMITTED", "DRAFT", "AUTHORISED"], None),
        (["AUTHORISED", "DELETED"], NOT_MODIFIABLE),
        (["AUTHORISED", "DRAFT"], NOT_MODIFIABLE),
        (["DRAFT", "VOIDED"], NOT_MODIFIABLE),
        (["DRAFT", "PAID"], NOT_MODIFIABLE),
        (["DRAFT", "DELETED", "AUTHORISED"], NOT_MODIFIABLE),
        (["AUTHORISED", "VOIDED", "AUTHORISED"], NOT_MODIFIABLE),
    ],
)
def test_statuses_move_one_way(nz: Books, steps: list[str], refused: str | None) -> None:
    made = nz.made("Invoices", invoice(Status=steps[0]))
    path = f"Invoices/{made['InvoiceID']}"
    for status in steps[1:-1]:
        assert nz.post(path, {"Status": status}).status == 200
    answer = nz.post(path, {"Status": steps[-1]})
    assert (messages(answer) if answer.status == 400 else None) == ([refused] if refused else None)


def test_an_approved_invoice_deleted_without_summary_is_a_200_with_an_error(nz: Books) -> None:
    made = nz.made("Invoices", invoice())
    answer = nz.post(f"Invoices/{made['InvoiceID']}?SummarizeErrors=False", {"Status": "DELETED"})
    [element] = elements(answer)
    assert (answer.status, element["StatusAttributeString"], element["HasErrors"]) == (200, "ERROR", True)
    assert element["ValidationErrors"] == [{"Message": NOT_MODIFIABLE}]


def test_an_invoice_with_a_payment_is_not_voided(nz: Books) -> None:
    made = nz.made("Invoices", invoice())
    nz.pay(made, "10.00")
    assert nz.refused(f"Invoices/{made['InvoiceID']}", {"Status": "VOIDED"}, "POST") == [
        (
            "The status VOIDED cannot be applied to the invoice because it has payments or credit notes"
            " allocated to it."
        )
    ]


@pytest.mark.parametrize("status", ["SUBMITTED", "AUTHORISED"])
def test_a_due_date_is_needed_beyond_draft(nz: Books, status: str) -> None:
    element = invoice(Status=status, DueDate=None)
    assert nz.refused("Invoices", element) == ["The document DueDate field must be specified."]
    assert nz.made("Invoices", {**element, "Status": "DRAFT"})["Status"] == "DRAFT"


def test_a_paid_invoice_keeps_its_figures(nz: Books) -> None:
    made = nz.made("Invoices", invoice())
    nz.pay(made, "115.00")
    path, item = f"Invoices/{made['InvoiceID']}", made["LineItems"][0]
    for change in (
        {"Date": "2026-11-18"},
        {"LineAmountTypes": "Exclusive"},
        {"LineItems": [{**item, "UnitAmount": 100, "LineAmount": 100}]},
        {"LineItems": [item, {**item, "LineItemID": None}]},
    ):
        refused = nz.refused(path, change, "POST")
        assert refused[-1] == HAS_PAYMENTS, change
    assert nz.rows(f"Invoices/{made['InvoiceID']}")[0]["Total"] == 115


def test_a_paid_invoice_may_be_recoded(nz: Books) -> None:
    made = nz.made("Invoices", invoice())
    nz.pay(made, "115.00")
    item = {"LineItemID": made["LineItems"][0]["LineItemID"], "AccountCode": "201", "Description": "Nails"}
    answer = nz.post(f"Invoices/{made['InvoiceID']}", {"Reference": "Z 12", "LineItems": [item]})
    [changed] = elements(answer)
    assert (changed["Reference"], changed["Status"], changed["Total"]) == ("Z 12", "PAID", 115.0)
    assert [(entry["AccountCode"], entry["Description"]) for entry in changed["LineItems"]] == [
        ("201", "Nails")
    ]


def test_a_line_of_a_paid_invoice_needs_its_id(nz: Books) -> None:
    made = nz.made("Invoices", invoice())
    nz.pay(made, "115.00")
    refused = nz.refused(f"Invoices/{made['InvoiceID']}", {"LineItems": [line(account="201")]}, "POST")
    assert refused[0] == "To update fields on a paid invoice line item, you must supply a LineItemID"


def test_a_line_left_out_of_an_update_is_gone(nz: Books) -> None:
    made = nz.made("Invoices", invoice("POS-1", line("10.00"), line("20.00"), Status="DRAFT"))
    kept = {"LineItemID": made["LineItems"][1]["LineItemID"]}
    [changed] = elements(nz.post(f"Invoices/{made['InvoiceID']}", {"LineItems": [kept]}))
    assert [entry["LineAmount"] for entry in changed["LineItems"]] == [20.0]


def test_discounts_are_for_sales_invoices(nz: Books) -> None:
    made = nz.made("Invoices", invoice("POS-1", line("100.00", DiscountRate=10)))
    assert made["Total"] == 90
    assert nz.refused("CreditNotes", credit_note("CN-1", line(DiscountAmount=1))) == [
        "Discounts can only be applied to sales invoices."
    ]


def test_what_an_approved_line_must_have(nz: Books) -> None:
    assert nz.refused("Invoices", invoice("POS-1", {"UnitAmount": 5})) == [
        "Description must be specified for each line item.",
        "Account code '' is not a valid code for this document.",
    ]
    assert nz.made("Invoices", invoice("POS-1", line(), {"Description": "Thank you"}))["Total"] == 115


def test_what_a_document_must_have(nz: Books) -> None:
    element = invoice(LineItems=[], Contact=None)
    assert nz.refused("Invoices", element) == [
        "One or more line items must be specified",
        "A Contact must be specified for this type of transaction",
    ]
    assert nz.refused("Invoices", invoice(Type="ACCRECCREDIT")) == [
        "The Type field must be one of ACCREC or ACCPAY."
    ]


@pytest.mark.parametrize(
    "field, length", [("InvoiceNumber", 255), ("Reference", 255)], ids=["number", "reference"]
)
def test_text_has_a_longest_length(nz: Books, field: str, length: int) -> None:
    assert nz.refused("Invoices", {**invoice(), field: "x" * (length + 1)}) == [
        f"The {field} field must not be longer than {length} characters."
    ]
    assert nz.made("Invoices", {**invoice(), field: "x" * length})[field] == "x" * length


def test_descriptions_have_a_longest_length(nz: Books) -> None:
    assert nz.refused("Invoices", invoice("POS-1", line(Description="x" * 4001))) == [
        "The Description field must not be longer than 4000 characters."
    ]


def test_a_bill_has_no_reference(nz: Books) -> None:
    assert nz.made("Invoices", bill("B-1", Reference="ours"))["Reference"] == ""


def test_a_foreign_currency_is_refused(nz: Books) -> None:
    assert nz.refused("Invoices", invoice(CurrencyCode="EUR")) == [
        "Organisation is not subscribed to currency EUR"
    ]


@pytest.mark.parametrize(
    "element",
    [
        invoice("POS-1", line("ten")),
        invoice(Date="2026-11-31"),
        invoice(LineItems={"Description": "x"}),
        invoice(Contact="POS Sales"),
        invoice(Reference=["x"]),
        invoice("POS-1", line("1E+400")),
    ],
    ids=["amount", "date", "lines", "contact", "text", "huge"],
)
def test_a_value_of_the_wrong_type_ends_the_call(nz: Books, element: Json) -> None:
    answer = nz.put("Invoices", element)
    assert (answer.status, answer.body["Type"]) == (400, "PostDataInvalidException")
    assert not nz.rows("Invoices")


@pytest.mark.parametrize(
    "day", ["2026-11-19", "2026-11-19T00:00:00", "/Date(1795046400000)/", "/Date(1795046400000+0000)/"]
)
def test_dates_come_in_every_form(nz: Books, day: str) -> None:
    made = nz.made("Invoices", invoice(Date=day))
    assert (made["Date"], made["DateString"]) == ("/Date(1795046400000+0000)/", "2026-11-19T00:00:00")


def test_valid_elements_of_a_refused_batch_are_kept(nz: Books) -> None:
    nz.made("Invoices", invoice("POS-1"))
    answer = nz.put("Invoices", invoice("POS-1"), invoice("POS-2"))
    refused, kept = elements(answer)
    assert (answer.status, answer.body["ErrorNumber"], answer.body["Type"]) == (
        400,
        10,
        "ValidationException",
    )
    assert answer.body["Message"] == "A validation exception occurred"
    assert refused["ValidationErrors"] == [{"Message": NOT_UNIQUE}]
    assert kept["ValidationErrors"] == []
    assert nz.practice.book(NZ_TENANT).documents[kept["InvoiceID"]].number == "POS-2"


@pytest.mark.parametrize("word", ["false", "False", "FALSE"])
def test_without_summary_each_element_says_its_own(nz: Books, word: str) -> None:
    answer = nz.put(f"Invoices?summarizeErrors={word}", invoice("POS-1"), invoice("POS-1"))
    states = [(e["StatusAttributeString"], e["HasErrors"]) for e in elements(answer)]
    assert (answer.status, states) == (200, [("OK", False), ("ERROR", True)])


def test_the_books_of_organisations_are_apart(practice: PracticeXero) -> None:
    nz, au = Books(practice), Books(practice, practice.config.organisations[1].tenant)
    nz.made("Invoices", invoice("POS-1"))
    assert au.made("Invoices", invoice("POS-1", line("110.00")))["TotalTax"] == 10
    assert len(nz.rows("Invoices")) == len(au.rows("Invoices")) == 1
