"""Payments, refunds and allocations (XERO.md 6.6, 6.7)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from services.sandbox.xero import NZ_TENANT
from tests.sandbox.practice_help import Books, Json, bill, credit_note, elements, invoice, line, messages

NOT_AUTHORISED = "Payments can only be made against Authorised documents"
TOO_MUCH = "Payment amount exceeds the amount outstanding on this document"


def payment(document: Json, amount: object = "10.00", account: str = "611", **more: object) -> Json:
    return {
        "Invoice": {"InvoiceID": document["InvoiceID"]},
        "Account": {"Code": account},
        "Date": "2026-11-19",
        "Amount": amount,
        **more,
    }


@pytest.fixture
def sale(nz: Books) -> Json:
    return nz.made("Invoices", invoice())


def test_payments_make_an_invoice_paid(nz: Books, sale: Json) -> None:
    first = nz.pay(sale, "15.00", Reference="till 1")
    assert (first["PaymentType"], first["Status"], first["Invoice"]["AmountDue"]) == (
        "ACCRECPAYMENT",
        "AUTHORISED",
        100,
    )
    nz.pay(sale, "100.00", "612")
    [shown] = nz.rows(f"Invoices/{sale['InvoiceID']}")
    assert (shown["Status"], shown["AmountPaid"], shown["AmountDue"], len(shown["Payments"])) == (
        "PAID",
        115,
        0,
        2,
    )


def test_a_deleted_payment_makes_it_due_again(nz: Books, sale: Json) -> None:
    made = nz.pay(sale, "115.00")
    answer = nz.post(f"Payments/{made['PaymentID']}", {"Status": "DELETED"})
    assert [p["Status"] for p in elements(answer)] == ["DELETED"]
    [shown] = nz.rows(f"Invoices/{sale['InvoiceID']}")
    assert (shown["Status"], shown["AmountDue"], shown["Payments"]) == ("AUTHORISED", 115, [])
    assert "611" not in nz.practice.trial_balance(NZ_TENANT)


def test_a_payment_is_deleted_once_and_never_changed(nz: Books, sale: Json) -> None:
    path = f"Payments/{nz.pay(sale, '115.00')['PaymentID']}"
    assert nz.refused(path, {"Amount": 5}, "POST") == [
        "Payments can only be created or deleted: the Status must be DELETED."
    ]
    nz.post(path, {"Status": "DELETED"})
    assert nz.refused(path, {"Status": "DELETED"}, "POST") == ["This payment has already been deleted."]


def test_a_reconciled_payment_stays(nz: Books, sale: Json) -> None:
    made = nz.pay(sale, "115.00")
    nz.practice.configure(NZ_TENANT, reconcile_payment=made["PaymentID"])
    assert nz.refused(f"Payments/{made['PaymentID']}", {"Status": "DELETED"}, "POST") == [
        "This payment has been reconciled and cannot be deleted."
    ]


@pytest.mark.parametrize("amount", ["0", "-5.00", None])
def test_amounts_are_positive(nz: Books, sale: Json, amount: object) -> None:
    assert nz.refused("Payments", payment(sale, amount)) == ["Payment amounts must be positive amounts"]


def test_no_more_than_is_due(nz: Books, sale: Json) -> None:
    nz.pay(sale, "100.00")
    assert nz.refused("Payments", payment(sale, "15.01")) == [TOO_MUCH]
    nz.pay(sale, "15.00")
    assert nz.refused("Payments", payment(sale, "0.01")) == [NOT_AUTHORISED, TOO_MUCH]


@pytest.mark.parametrize("status", ["DRAFT", "SUBMITTED"])
def test_only_approved_documents_are_paid(nz: Books, status: str) -> None:
    draft = nz.made("Invoices", invoice(Status=status))
    assert nz.refused("Payments", payment(draft)) == [NOT_AUTHORISED]


@pytest.mark.parametrize("account", ["090", "611", "850", "970"])
def test_bank_and_enabled_accounts_take_payments(nz: Books, sale: Json, account: str) -> None:
    assert nz.pay(sale, "1.00", account)["Account"]["Code"] == account


def test_a_bank_account_without_a_code_is_paid_by_its_id(nz: Books, sale: Json) -> None:
    [bank] = nz.rows('Accounts?where=Type=="BANK" AND Code==null')
    body = {**payment(sale), "Account": {"AccountID": bank["AccountID"]}}
    assert "Code" not in bank
    assert nz.made("Payments", body)["Account"] == {"AccountID": bank["AccountID"], "Name": bank["Name"]}


@pytest.mark.parametrize("account", ["490", "855", "610"])
def test_other_accounts_do_not(nz: Books, sale: Json, account: str) -> None:
    assert nz.refused("Payments", payment(sale, account=account)) == [
        f"Account code '{account}' is not enabled for payments."
    ]


@pytest.mark.parametrize("account", ["", "999", "499"])
def test_the_account_must_be_there_and_active(nz: Books, sale: Json, account: str) -> None:
    assert nz.refused("Payments", payment(sale, account=account)) == ["Account could not be found"]


def test_the_document_must_be_there(nz: Books) -> None:
    assert nz.refused("Payments", payment({"InvoiceID": "none"})) == ["Invoice could not be found"]
    by_number = {"CreditNote": {"CreditNoteNumber": "CN-9"}, "Account": {"Code": "611"}, "Amount": 1}
    assert nz.refused("Payments", by_number) == ["Credit note could not be found"]


def test_documents_are_found_by_number_too(nz: Books, sale: Json) -> None:
    body = {**payment(sale), "Invoice": {"InvoiceNumber": "POS-1"}}
    assert nz.made("Payments", body)["Invoice"]["InvoiceID"] == sale["InvoiceID"]


def test_a_batch_of_payments_counts_each(nz: Books, sale: Json) -> None:
    answer = nz.put("Payments?summarizeErrors=false", payment(sale, "100.00"), payment(sale, "20.00"))
    assert [e["StatusAttributeString"] for e in elements(answer)] == ["OK", "ERROR"]
    assert messages(answer) == [TOO_MUCH]


def test_bills_are_paid_from_clearing(nz: Books) -> None:
    made = nz.made("Invoices", bill("B-1"))
    assert nz.pay(made, "115.00")["PaymentType"] == "ACCPAYPAYMENT"
    assert nz.practice.trial_balance(NZ_TENANT)["611"] == Decimal("-115.00")


def test_a_credit_note_is_refunded(nz: Books) -> None:
    note = nz.made("CreditNotes", credit_note())
    made = nz.pay(note, "15.00")
    assert (made["PaymentType"], made["CreditNote"]["CreditNoteNumber"]) == ("ARCREDITPAYMENT", "CN-1")
    assert made["Invoice"]["Type"] == "ACCRECCREDIT"
    [shown] = nz.rows(f"CreditNotes/{note['CreditNoteID']}")
    assert (shown["RemainingCredit"], shown["Status"]) == (100, "AUTHORISED")
    nz.pay(note, "100.00", "612")
    assert nz.rows("CreditNotes/CN-1")[0]["Status"] == "PAID"


def test_payments_are_found_by_their_document(nz: Books, sale: Json) -> None:
    note = nz.made("CreditNotes", credit_note())
    nz.pay(sale, "5.00")
    nz.pay(note, "6.00")
    for field, uid, amount in (
        ("Invoice.InvoiceID", sale["InvoiceID"], 5),
        ("Invoice.InvoiceID", note["CreditNoteID"], 6),
        ("CreditNote.CreditNoteID", note["CreditNoteID"], 6),
    ):
        assert [p["Amount"] for p in nz.rows(f'Payments?where={field}==guid("{uid}")')] == [amount]
    assert nz.rows(f'Payments?where=CreditNote.CreditNoteID==guid("{sale["InvoiceID"]}")') == []


def test_post_creates_one_payment(nz: Books, sale: Json) -> None:
    assert nz.post("Payments", payment(sale)).status == 200
    two = nz.post("Payments", payment(sale), payment(sale))
    assert (two.status, two.body) == (400, {"Message": "Only one payment can be created by POST."})
    assert len(nz.rows("Payments")) == 1


def allocation(invoice_: Json, amount: object) -> Json:
    return {"Invoice": {"InvoiceID": invoice_["InvoiceID"]}, "Amount": amount, "Date": "2026-11-19"}


def test_a_credit_note_is_set_against_an_invoice(nz: Books, sale: Json) -> None:
    note = nz.made("CreditNotes", credit_note("CN-1", line("200.00")))
    path = f"CreditNotes/{note['CreditNoteID']}/Allocations"
    made = nz.made(path, allocation(sale, "115.00"))
    assert made["Amount"] == 115
    [shown], [left] = nz.rows("Invoices/POS-1"), nz.rows("CreditNotes/CN-1")
    assert (shown["Status"], shown["AmountCredited"], shown["AmountDue"]) == ("PAID", 115, 0)
    assert (left["RemainingCredit"], [a["Amount"] for a in left["Allocations"]]) == (85, [115])
    removed = nz.practice.act(NZ_TENANT, "DELETE", f"{path}/{made['AllocationID']}")
    assert removed.body["IsDeleted"] is True
    assert nz.rows("Invoices/POS-1")[0]["AmountDue"] == 115


def test_what_an_allocation_must_keep_to(nz: Books, sale: Json) -> None:
    note = nz.made("CreditNotes", credit_note("CN-1", line("50.00")))
    other = nz.made("Invoices", invoice("POS-2", Contact={"ContactNumber": "C-100"}))
    supplier = nz.made("Invoices", bill("B-1"))
    path = f"CreditNotes/{note['CreditNoteID']}/Allocations"
    assert nz.refused(path, allocation(sale, "50.01")) == [TOO_MUCH]
    assert nz.refused(path, allocation(other, "5.00")) == [
        "The credit note and the invoice must have the same contact."
    ]
    assert nz.refused(path, allocation(supplier, "5.00")) == ["Invoice could not be found"]
    nz.pay(note, "50.00")
    assert nz.refused(path, allocation(sale, "5.00")) == [NOT_AUTHORISED, TOO_MUCH]


def test_a_credited_invoice_is_not_voided(nz: Books, sale: Json) -> None:
    note = nz.made("CreditNotes", credit_note())
    nz.made(f"CreditNotes/{note['CreditNoteID']}/Allocations", allocation(sale, "5.00"))
    [refused] = nz.refused(f"Invoices/{sale['InvoiceID']}", {"Status": "VOIDED"}, "POST")
    assert refused.startswith("The status VOIDED cannot be applied to the invoice because it has payments")
