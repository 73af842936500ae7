"""How documents, payments and journals look in an answer.

XERO.md 2.8: never a null.
"""

from __future__ import annotations

from datetime import UTC
from decimal import Decimal

from services.sandbox.xero import render_parts
from services.sandbox.xero.book import Book
from services.sandbox.xero.model import PAYMENT_TYPE, Allocation, Document, Journal, Line, Payment, Tracked
from services.sandbox.xero.money import ZERO
from services.sandbox.xero.wire import Json, day_string, ms_date, ms_instant

_RATE = Decimal("1.000000")
_HEAVY = ("LineItems", "Payments", "CreditNotes", "Prepayments", "Overpayments", "Allocations", "HasErrors")


def document(book: Book, entity: Document, *, lines: bool = True) -> Json:
    """Return an invoice or credit note.

    Without `lines`, LineItems is empty (XERO.md 5.4).
    """
    own = _credit_fields(book, entity) if entity.is_credit else _invoice_fields(book, entity)
    shown = own | _shared_fields(book, entity)
    shown["LineItems"] = [line_item(book, line) for line in entity.lines] if lines else []
    if entity.status == "PAID":
        shown["FullyPaidOnDate"] = ms_date(book.paid_on(entity))
    if entity.url:
        shown["Url"] = entity.url
    return shown


def document_summary(book: Book, entity: Document) -> Json:
    """Return the light form of `summaryOnly=true`."""
    whole = document(book, entity, lines=False)
    return {name: value for name, value in whole.items() if name not in _HEAVY}


def line_item(book: Book, line: Line) -> Json:
    """Return a line of an invoice or credit note."""
    shown: Json = {"LineItemID": line.uid, "Description": line.description}
    account = book.accounts.get(line.account)
    if account and account.code:
        shown["AccountCode"] = account.code
    if account:
        shown["AccountID"] = account.uid
    if line.item_code:
        shown["ItemCode"] = line.item_code
    if line.discount_rate is not None:
        shown["DiscountRate"] = line.discount_rate
    if line.discount_amount is not None:
        shown["DiscountAmount"] = line.discount_amount
    return shown | {
        "UnitAmount": line.unit_amount,
        "TaxType": line.tax_type,
        "TaxAmount": line.tax_amount,
        "LineAmount": line.line_amount,
        "Tracking": [tracked(book, entry) for entry in line.tracking],
        "Quantity": line.quantity,
    }


def tracked(book: Book, entry: Tracked) -> Json:
    """Return the tracking of a line with names and ids."""
    category = book.tracking[entry.category]
    option = next(o for o in category.options if o.uid == entry.option)
    return {
        "Name": category.name,
        "Option": option.name,
        "TrackingCategoryID": category.uid,
        "TrackingOptionID": option.uid,
    }


def payment(book: Book, entity: Payment) -> Json:
    """Return a payment with the document it pays."""
    document_ = book.documents[entity.document]
    account = book.accounts[entity.account]
    shown = _payment_core(entity) | {
        "BankAmount": entity.amount,
        "PaymentType": PAYMENT_TYPE[document_.type],
        "Status": entity.status,
        "UpdatedDateUTC": ms_instant(entity.updated),
        "HasAccount": True,
        "IsReconciled": entity.reconciled,
        "Account": {"AccountID": account.uid, "Name": account.name}
        | ({"Code": account.code} if account.code else {}),
        "Invoice": _paid_document(book, document_),
    }
    if document_.is_credit:
        shown["CreditNote"] = {"CreditNoteID": document_.uid, "CreditNoteNumber": document_.number}
    return shown


def allocation(book: Book, entity: Allocation) -> Json:
    """Return an allocation of a credit note to an invoice."""
    credit, invoice = book.documents[entity.credit], book.documents[entity.invoice]
    return {
        "AllocationID": entity.uid,
        "Amount": entity.amount,
        "Date": ms_date(entity.day),
        "Invoice": {"InvoiceID": invoice.uid, "InvoiceNumber": invoice.number},
        "CreditNote": {"CreditNoteID": credit.uid, "CreditNoteNumber": credit.number, "ID": credit.uid},
        "IsDeleted": False,
    }


def journal(book: Book, entity: Journal, *, lines: bool = True) -> Json:
    """Return a manual journal."""
    shown: Json = {
        "Date": ms_date(entity.day),
        "Status": entity.status,
        "LineAmountTypes": entity.line_amount_types,
        "UpdatedDateUTC": ms_instant(entity.updated),
        "ManualJournalID": entity.uid,
        "Narration": entity.narration,
        "JournalLines": [_journal_line(book, line) for line in entity.lines] if lines else [],
        "ShowOnCashBasisReports": entity.cash_basis,
        "HasAttachments": False,
    }
    return shown | ({"Url": entity.url} if entity.url else {})


def _journal_line(book: Book, line: Line) -> Json:
    account = book.accounts[line.account]
    return {
        "Description": line.description,
        "TaxType": line.tax_type,
        "TaxAmount": line.tax_amount,
        "LineAmount": line.line_amount,
        "AccountCode": account.code,
        "Tracking": [tracked(book, entry) for entry in line.tracking],
        "AccountID": account.uid,
        "IsBlank": False,
    }


def _invoice_fields(book: Book, entity: Document) -> Json:
    due = (
        {"DueDateString": day_string(entity.due_date), "DueDate": ms_date(entity.due_date)}
        if entity.due_date
        else {}
    )
    return {
        "Type": entity.type,
        "InvoiceID": entity.uid,
        "InvoiceNumber": entity.number,
        "Reference": entity.reference,
        "Payments": [_payment_core(p) for p in book.payments_of(entity)],
        "CreditNotes": [_applied_credit(book, a) for a in book.allocations_of(entity)],
        "Prepayments": [],
        "Overpayments": [],
        "AmountDue": _open(book, entity),
        "AmountPaid": book.paid(entity),
        "AmountCredited": book.credited(entity),
        "SentToContact": entity.sent,
        "IsDiscounted": any(line.discount_rate or line.discount_amount for line in entity.lines),
        **due,
    }


def _credit_fields(book: Book, entity: Document) -> Json:
    return {
        "CreditNoteID": entity.uid,
        "CreditNoteNumber": entity.number,
        "ID": entity.uid,
        "Type": entity.type,
        "Reference": entity.reference,
        "Payments": [_payment_core(p) for p in book.payments_of(entity)],
        "RemainingCredit": _open(book, entity),
        "Allocations": [allocation(book, a) for a in book.allocations_of(entity)],
    }


def _open(book: Book, entity: Document) -> Decimal:
    return ZERO if entity.status in {"VOIDED", "DELETED"} else book.due(entity)


def _shared_fields(book: Book, entity: Document) -> Json:
    return {
        "CurrencyRate": _RATE,
        "HasErrors": False,
        "HasAttachments": False,
        "Contact": render_parts.contact_in_document(book.contacts[entity.contact]),
        "DateString": day_string(entity.day),
        "Date": ms_date(entity.day),
        "Status": entity.status,
        "LineAmountTypes": entity.line_amount_types,
        "SubTotal": entity.sub_total,
        "TotalTax": entity.total_tax,
        "Total": entity.total,
        "UpdatedDateUTC": ms_instant(entity.updated),
        "UpdatedDateUTCString": entity.updated.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "CurrencyCode": entity.currency,
    }


def _payment_core(entity: Payment) -> Json:
    return {
        "PaymentID": entity.uid,
        "Date": ms_date(entity.day),
        "Amount": entity.amount,
        "Reference": entity.reference,
        "CurrencyRate": _RATE,
        "HasAccount": False,
        "HasValidationErrors": False,
    }


def _applied_credit(book: Book, entity: Allocation) -> Json:
    credit = book.documents[entity.credit]
    return {
        "CreditNoteID": credit.uid,
        "CreditNoteNumber": credit.number,
        "ID": credit.uid,
        "HasErrors": False,
        "AppliedAmount": entity.amount,
        "DateString": day_string(entity.day),
        "Date": ms_date(entity.day),
        "LineItems": [],
        "Total": credit.total,
    }


def _paid_document(book: Book, entity: Document) -> Json:
    """Return the paid document inside a payment.

    A credit note is shown as an Invoice too.
    """
    return {
        "Type": entity.type,
        "InvoiceID": entity.uid,
        "InvoiceNumber": entity.number,
        "AmountDue": book.due(entity),
        "AmountPaid": book.paid(entity),
        "Status": entity.status,
        "Total": entity.total,
        "CurrencyCode": entity.currency,
        "HasErrors": False,
        "IsDiscounted": False,
        "LineItems": [],
        "Payments": [],
        "CreditNotes": [],
        "Prepayments": [],
        "Overpayments": [],
        "Contact": render_parts.contact_in_document(book.contacts[entity.contact]),
    }
