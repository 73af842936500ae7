"""Creating and changing invoices, bills and credit notes (XERO.md 6.1 to 6.5)."""

from __future__ import annotations

import copy
from decimal import Decimal

from services.sandbox.xero import contact_rules, document_rules
from services.sandbox.xero.book import Book
from services.sandbox.xero.document_rules import CREATABLE, Kind
from services.sandbox.xero.fields import (
    NUMBER_LENGTH,
    REFERENCE_LENGTH,
    Findings,
    amount,
    day,
    entries,
    flag,
    given,
    nested,
    text,
)
from services.sandbox.xero.lines import LineContext, read_line
from services.sandbox.xero.model import POSTING_STATUSES, SALES_TYPES, Document, Line
from services.sandbox.xero.money import ZERO, cents
from services.sandbox.xero.wire import Element

LINE_AMOUNT_TYPES = ("Exclusive", "Inclusive", "NoTax")
_HAS_PAYMENTS = "This document cannot be edited as it has a payment or credit note allocated to it."
_FREE_LINE_FIELDS = ("Description", "AccountCode", "AccountID", "Tracking")


def create(
    book: Book, kind: Kind, element: Element, places: int, client: str, found: Findings
) -> Document | None:
    """Create a document; None, and errors in `found`, where it cannot be.

    `places` are the decimals of UnitAmount, `client` the app that creates it.
    """
    if text(element, "Type") not in kind.types:
        found.error(f"The Type field must be one of {' or '.join(kind.types)}.")
        return None
    document = _blank(book, element, client)
    if document.status not in CREATABLE:
        found.error(f"{kind.word} not of valid status for creation")
    if not entries(element, "LineItems"):
        found.error("One or more line items must be specified")
    _write(book, kind, document, element, places, found)
    return None if found.errors else _keep(book, document)


def change(
    book: Book, kind: Kind, document: Document, element: Element, places: int, found: Findings
) -> Document | None:
    """Change a document; None, and errors in `found`, where it cannot be."""
    status = text(element, "Status", document.status)
    if document.status in {"VOIDED", "DELETED"}:
        found.error(f"{kind.word} not of valid status for modification")
        return None
    document_rules.check_move(book, document, status, found)
    if document.status in POSTING_STATUSES:
        document_rules.check_locks(book.organisation, document.day, found)
    if found.errors:
        return None
    if status in {"VOIDED", "DELETED"}:
        return _end(book, document, status)
    if book.payments_of(document) or book.allocations_of(document):
        return _change_paid(book, document, element, found)
    if document.status in POSTING_STATUSES and not book.organisation.edit_approved:
        found.error(f"{kind.word} not of valid status for modification")
        return None
    changed = copy.deepcopy(document)
    changed.status = status
    _write(book, kind, changed, element, places, found)
    return None if found.errors else _keep(book, changed)


def _blank(book: Book, element: Element, client: str) -> Document:
    now = book.clock()
    return Document(
        uid=book.new_id(),
        type=text(element, "Type"),
        number="",
        contact="",
        day=day(element, "Date") or now.date(),
        due_date=None,
        status=text(element, "Status", "DRAFT"),
        line_amount_types="Exclusive",
        currency=book.organisation.currency,
        lines=[],
        updated=now,
        client=client,
    )


def _write(
    book: Book, kind: Kind, document: Document, element: Element, places: int, found: Findings
) -> None:
    """Put what was sent into a document that is not kept yet, and check it."""
    _head(book, kind, document, element, found)
    draft, posts = document.status == "DRAFT", document.status in POSTING_STATUSES
    context = LineContext(
        document.line_amount_types, places, draft=draft, discounts=document.type == "ACCREC"
    )
    document.lines = _lines(book, document, element, context, found)
    _totals(document, element, found)
    if document.status in {"SUBMITTED", "AUTHORISED"} and kind.needs_due_date and document.due_date is None:
        found.error("The document DueDate field must be specified.")
    if posts:
        document_rules.check_locks(book.organisation, document.day, found)
        if document.uid not in book.documents or book.documents[document.uid].status not in POSTING_STATUSES:
            document_rules.check_plan(book, document, found)
    if given(element, "Contact") or not document.contact:
        contact = contact_rules.of_document(book, nested(element, "Contact"), found)
        document.contact = contact.uid if contact else ""


def _head(book: Book, kind: Kind, document: Document, element: Element, found: Findings) -> None:
    number = text(element, kind.number_field) or document.number or _next_number(book, kind, document)
    found.check_length(kind.number_field, number, NUMBER_LENGTH)
    document_rules.check_number(book, kind, document, number, found)
    document.number = number
    if document.type != "ACCPAY":
        document.reference = text(element, "Reference", document.reference)
        found.check_length("Reference", document.reference, REFERENCE_LENGTH)
    document.day = day(element, "Date") or document.day
    document.due_date = day(element, "DueDate") or document.due_date
    document.url = text(element, "Url", document.url)
    document.sent = flag(element, "SentToContact", default=document.sent)
    document.line_amount_types = text(element, "LineAmountTypes", document.line_amount_types)
    if document.line_amount_types not in LINE_AMOUNT_TYPES:
        found.error(f"The LineAmountTypes field must be one of {', '.join(LINE_AMOUNT_TYPES)}.")
    currency = text(element, "CurrencyCode", document.currency)
    if currency != book.organisation.currency:
        found.error(f"Organisation is not subscribed to currency {currency}")


def _next_number(book: Book, kind: Kind, document: Document) -> str:
    if document.type not in SALES_TYPES:
        return ""
    count = 1 + sum(1 for d in book.documents.values() if d.type == document.type)
    while book.document(f"{kind.prefix}{count:04}", document.type):
        count += 1
    return f"{kind.prefix}{count:04}"


def _lines(
    book: Book, document: Document, element: Element, context: LineContext, found: Findings
) -> list[Line]:
    """Return the lines: those sent, in place of the old ones.

    The old ones where none were sent.
    """
    old = {line.uid: line for line in document.lines}
    if not given(element, "LineItems"):
        return [read_line(book, {}, line, context, found) for line in document.lines]
    return [
        read_line(book, sent, old.get(text(sent, "LineItemID")), context, found)
        for sent in entries(element, "LineItems")
    ]


def _totals(document: Document, element: Element, found: Findings) -> None:
    lines = document.lines
    document.total_tax = sum((line.tax_amount for line in lines), ZERO)
    amounts = sum((line.line_amount for line in lines), ZERO)
    inside = document.total_tax if document.line_amount_types == "Inclusive" else ZERO
    document.sub_total = amounts - inside
    document.total = document.sub_total + document.total_tax
    if document.total < 0:
        found.error("The Total for this document must be greater than or equal to zero.")
    sent: Decimal | None = amount(element, "Total")
    if sent is not None and given(element, "LineItems") and cents(sent) != document.total:
        found.error("The invoice total does not equal the sum of the lines.")


def _keep(book: Book, document: Document) -> Document:
    book.documents.put(document)
    book.settle(document)
    return document


def _end(book: Book, document: Document, status: str) -> Document:
    document.status = status
    document.updated = book.clock()
    return book.documents.put(document)


def _change_paid(book: Book, document: Document, element: Element, found: Findings) -> Document | None:
    """Change what may still change once something was paid (XERO.md 6.2)."""
    kind = document_rules.kind_of(document)
    changed = copy.deepcopy(document)
    fixed = ("Date", "LineAmountTypes", "CurrencyCode")
    _head(book, kind, changed, {k: v for k, v in element.items() if k not in fixed}, found)
    if any(_moved(document, element, name) for name in fixed):
        found.error(_HAS_PAYMENTS)
    context = LineContext(document.line_amount_types, 4, draft=False, discounts=document.type == "ACCREC")
    if given(element, "LineItems"):
        changed.lines = [
            _recoded(book, document, sent, context, found) for sent in entries(element, "LineItems")
        ]
        if {line.uid for line in changed.lines} != {line.uid for line in document.lines}:
            found.error(_HAS_PAYMENTS)
    if given(element, "Contact"):
        contact = contact_rules.of_document(book, nested(element, "Contact"), found)
        changed.contact = contact.uid if contact else document.contact
    return None if found.errors else _keep(book, changed)


def _moved(document: Document, element: Element, name: str) -> bool:
    if name == "Date":
        return (day(element, name) or document.day) != document.day
    now = {"LineAmountTypes": document.line_amount_types, "CurrencyCode": document.currency}[name]
    return text(element, name, now) != now


def _recoded(book: Book, document: Document, sent: Element, context: LineContext, found: Findings) -> Line:
    """Return a line of a paid document with another description, account or tracking."""
    old = next((line for line in document.lines if line.uid == text(sent, "LineItemID")), None)
    if old is None:
        found.error("To update fields on a paid invoice line item, you must supply a LineItemID")
        return Line(text(sent, "LineItemID"))
    whole = read_line(book, sent, old, context, Findings())
    if (whole.line_amount, whole.tax_type, whole.tax_amount) != (
        old.line_amount,
        old.tax_type,
        old.tax_amount,
    ):
        found.error(_HAS_PAYMENTS)
    return read_line(book, {k: v for k, v in sent.items() if k in _FREE_LINE_FIELDS}, old, context, found)
