"""Documents as JSON: to keep them without loss, and to show them (CLI.md).

Amounts are strings in major units, dates ISO 8601.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from services.books.documents import Document, DocumentKind, DocumentLine, DocumentPayment, LineAmounts
from services.books.money import text_of

Json = dict[str, Any]


def document_to_json(document: Document) -> Json:
    """Return a document as plain JSON data, without loss."""
    return {
        "kind": document.kind.value,
        "key": document.key,
        "number": document.number,
        "contact": document.contact,
        "contact_number": document.contact_number,
        "date": document.date.isoformat(),
        "due_date": _day(document.due_date),
        "currency": document.currency,
        "line_amounts": document.line_amounts.value,
        "cash_basis": document.cash_basis,
        "reference": document.reference,
        "status": document.status,
        "lines": [_line(line) for line in document.lines],
        "payments": [_payment(payment) for payment in document.payments],
        **_totals(document),
    }


def document_from_json(body: Mapping[str, Any]) -> Document:
    """Return the document that `document_to_json` wrote."""
    due = body["due_date"]
    return Document(
        kind=DocumentKind(body["kind"]),
        key=body["key"],
        number=body["number"],
        contact=body["contact"],
        date=date.fromisoformat(body["date"]),
        due_date=None if due is None else date.fromisoformat(due),
        currency=body["currency"],
        line_amounts=LineAmounts(body["line_amounts"]),
        lines=tuple(_line_from(line) for line in body["lines"]),
        payments=tuple(_payment_from(payment) for payment in body["payments"]),
        sub_total=Decimal(body["sub_total"]),
        total_tax=Decimal(body["total_tax"]),
        total=Decimal(body["total"]),
        reference=body["reference"],
        cash_basis=body["cash_basis"],
        contact_number=body["contact_number"],
        status=body["status"],
    )


def answer(document: Document, state: str, xero_id: str | None) -> Json:
    """Return a document as `preview --json` and `sync --json` show it (CLI.md)."""
    shown: Json = {
        "kind": document.kind.value,
        "number": document.number,
        "contact": document.contact,
        "date": document.date.isoformat(),
        "due_date": _day(document.due_date),
        "currency": document.currency,
        "line_amounts": document.line_amounts.value,
        "lines": [_shown_line(line) for line in document.lines],
        "payments": [_payment(payment) for payment in document.payments],
        **_totals(document),
        "xero_id": xero_id,
        "state": state,
        "reference": document.reference,
        "key": document.key,
    }
    if document.cash_basis is not None:
        shown["cash_basis"] = document.cash_basis
    return shown


def _line(line: DocumentLine) -> Json:
    return {
        **_shown_line(line),
        "tracking": [list(option) for option in line.tracking],
        "quantity": _plain(line.quantity),
    }


def _shown_line(line: DocumentLine) -> Json:
    return {
        "description": line.description,
        "account": line.account,
        "tax_type": line.tax_type,
        "amount": _plain(line.amount),
        "tax": _plain(line.tax),
        "tracking": dict(line.tracking),
    }


def _payment(payment: DocumentPayment) -> Json:
    return {
        "tender": payment.tender,
        "account": payment.account,
        "amount": _plain(payment.amount),
        "reference": payment.reference,
    }


def _totals(document: Document) -> Json:
    return {
        "sub_total": text_of(document.sub_total, document.currency),
        "total_tax": text_of(document.total_tax, document.currency),
        "total": text_of(document.total, document.currency),
    }


def _line_from(body: Mapping[str, Any]) -> DocumentLine:
    return DocumentLine(
        description=body["description"],
        account=body["account"],
        tax_type=body["tax_type"],
        amount=Decimal(body["amount"]),
        tax=Decimal(body["tax"]),
        tracking=tuple((name, option) for name, option in body["tracking"]),
        quantity=Decimal(body["quantity"]),
    )


def _payment_from(body: Mapping[str, Any]) -> DocumentPayment:
    return DocumentPayment(
        tender=body["tender"],
        account=body["account"],
        amount=Decimal(body["amount"]),
        reference=body["reference"],
    )


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _plain(amount: Decimal) -> str:
    return f"{amount:f}"
