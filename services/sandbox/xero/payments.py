"""Payments, refunds of credit notes, and allocations (XERO.md 6.6, 6.7)."""

from __future__ import annotations

from decimal import Decimal

from services.sandbox.xero import document_rules
from services.sandbox.xero.book import Book
from services.sandbox.xero.fields import REFERENCE_LENGTH, Findings, amount, day, flag, given, nested, text
from services.sandbox.xero.model import CREDIT_TYPES, Allocation, Document, Payment
from services.sandbox.xero.money import ZERO, cents
from services.sandbox.xero.wire import Element

_NOT_AUTHORISED = "Payments can only be made against Authorised documents"
_TOO_MUCH = "Payment amount exceeds the amount outstanding on this document"
_ALLOCATED_TYPE = {"ACCRECCREDIT": "ACCREC", "ACCPAYCREDIT": "ACCPAY"}


def create(book: Book, element: Element, found: Findings) -> Payment | None:
    """Pay an invoice or bill, or refund a credit note."""
    document = _paid_document(book, element, found)
    account = _account(book, element, found)
    when = day(element, "Date") or book.clock().date()
    paid = _amount(element, found)
    if document:
        _check_document(book, document, paid, found)
    document_rules.check_locks(book.organisation, when, found)
    found.check_length("Reference", text(element, "Reference"), REFERENCE_LENGTH)
    if found.errors or not document:
        return None
    payment = Payment(
        uid=book.new_id(),
        document=document.uid,
        account=account,
        day=when,
        amount=paid,
        updated=book.clock(),
        reference=text(element, "Reference"),
        reconciled=flag(element, "IsReconciled"),
    )
    book.payments.put(payment)
    book.settle(document)
    return payment


def change(book: Book, payment: Payment, element: Element, found: Findings) -> Payment | None:
    """Delete a payment; nothing else about one can be changed."""
    if text(element, "Status") != "DELETED":
        found.error("Payments can only be created or deleted: the Status must be DELETED.")
    if payment.status == "DELETED":
        found.error("This payment has already been deleted.")
    if payment.reconciled:
        found.error("This payment has been reconciled and cannot be deleted.")
    document_rules.check_locks(book.organisation, payment.day, found)
    if found.errors:
        return None
    payment.status = "DELETED"
    payment.updated = book.clock()
    book.payments.put(payment)
    book.settle(book.documents[payment.document])
    return payment


def allocate(book: Book, credit: Document, element: Element, found: Findings) -> Allocation | None:
    """Set a part of a credit note against an invoice of the same contact."""
    invoice = book.documents.get(text(nested(element, "Invoice"), "InvoiceID").lower())
    if invoice is None or invoice.type != _ALLOCATED_TYPE[credit.type]:
        found.error("Invoice could not be found")
        return None
    share = _amount(element, found)
    if (credit.status, invoice.status) != ("AUTHORISED", "AUTHORISED"):
        found.error(_NOT_AUTHORISED)
    if credit.contact != invoice.contact:
        found.error("The credit note and the invoice must have the same contact.")
    if share > min(book.due(credit), book.due(invoice)):
        found.error(_TOO_MUCH)
    when = day(element, "Date") or book.clock().date()
    document_rules.check_locks(book.organisation, when, found)
    if found.errors:
        return None
    made = Allocation(book.new_id(), credit.uid, invoice.uid, when, share, book.clock())
    book.allocations.put(made)
    book.settle(credit)
    book.settle(invoice)
    return made


def release(book: Book, allocation: Allocation) -> None:
    """Take an allocation back."""
    book.allocations.drop(allocation.uid)
    book.settle(book.documents[allocation.credit])
    book.settle(book.documents[allocation.invoice])


def _paid_document(book: Book, element: Element, found: Findings) -> Document | None:
    """Return the one document an element pays, by id or by number."""
    invoice, credit = nested(element, "Invoice"), nested(element, "CreditNote")
    uid = text(invoice, "InvoiceID") or text(credit, "CreditNoteID")
    number = text(invoice, "InvoiceNumber") or text(element, "InvoiceNumber")
    credit_number = text(credit, "CreditNoteNumber") or text(element, "CreditNoteNumber")
    if uid:
        document = book.documents.get(uid.lower())
    elif number:
        document = book.document(number)
    else:
        document = book.document(credit_number, "ACCRECCREDIT") if credit_number else None
    asked_for_credit = bool(credit or credit_number)
    if document is None or (asked_for_credit and document.type not in CREDIT_TYPES):
        found.error("Credit note could not be found" if asked_for_credit else "Invoice could not be found")
        return None
    return document


def _account(book: Book, element: Element, found: Findings) -> str:
    """Return the id of the account paid to or from.

    It must take payments (XERO.md 6.6).
    """
    sent = nested(element, "Account")
    account = book.account(text(sent, "Code") or text(element, "Code"), text(sent, "AccountID"))
    if account is None or account.status != "ACTIVE":
        found.error("Account could not be found")
    elif not account.payable:
        found.error(f"Account code '{account.code}' is not enabled for payments.")
    return account.uid if account else ""


def _amount(element: Element, found: Findings) -> Decimal:
    sent = amount(element, "Amount") if given(element, "Amount") else None
    if sent is None or sent <= 0:
        found.error("Payment amounts must be positive amounts")
    return cents(sent) if sent is not None else ZERO


def _check_document(book: Book, document: Document, paid: Decimal, found: Findings) -> None:
    if document.status != "AUTHORISED":
        found.error(_NOT_AUTHORISED)
    if paid > book.due(document):
        found.error(_TOO_MUCH)
