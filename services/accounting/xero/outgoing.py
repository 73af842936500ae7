"""Documents and payments as xero-python's models: what is sent to Xero.

One line is quantity one times its amount, so that Xero's total is the sum of our lines
whatever their number (XERO.md 6.4); amounts go through a float in the SDK and are
checked to survive it. Dates are plain dates: the SDK would shift a zoned time.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from xero_python.accounting import (
    Account,
    Contact,
    CreditNote,
    CurrencyCode,
    Invoice,
    LineAmountTypes,
    LineItem,
    LineItemTracking,
    ManualJournal,
    ManualJournalLine,
    Payment,
    TrackingCategory,
)

from services.accounting.ledger import OutgoingDocument, OutgoingPayment
from services.accounting.narration import narration
from services.books.documents import Document, DocumentKind, DocumentLine
from services.books.money import AmountError
from services.books.pricing import priced

LARGEST = Decimal("9999999999.99")
"""The largest amount of a line that Xero keeps (XERO.md 6.13)."""
_CREDITS = frozenset({DocumentKind.ACCRECCREDIT, DocumentKind.ACCPAYCREDIT})
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def exact(amount: Decimal) -> Decimal:
    """Return `amount` if it reaches Xero to the last digit, else raise AmountError."""
    if abs(amount) > LARGEST or Decimal(repr(float(amount))) != amount:
        raise AmountError(f"{amount} is larger or finer than Xero keeps")
    return amount


def is_id(text: str) -> bool:
    """Return whether this is one of Xero's ids rather than a code."""
    return _UUID.fullmatch(text) is not None


def model_of(outgoing: OutgoingDocument) -> Any:  # noqa: ANN401 - the SDK has no types
    """Return the SDK's model of a document; raise ValueError if there is none."""
    document = outgoing.document
    if document.kind is DocumentKind.JOURNAL:
        return _journal(document)
    if document.kind in _CREDITS:
        return _credit_note(document, outgoing.contact_id)
    return _invoice(document, outgoing.contact_id)


def payment_of(payment: OutgoingPayment) -> Any:  # noqa: ANN401 - the SDK has no types
    """Return the SDK's model of a payment or refund, else raise ValueError."""
    paid = (
        {"credit_note": CreditNote(credit_note_id=payment.remote_id)}
        if payment.kind in _CREDITS
        else {"invoice": Invoice(invoice_id=payment.remote_id)}
    )
    return Payment(
        account=_account(payment.account),
        amount=exact(payment.amount),
        date=payment.date,
        reference=payment.reference,
        **paid,
    )


def contact_of(contact: tuple[str, str | None]) -> Any:  # noqa: ANN401 - the SDK has no types
    """Return the SDK's model of a (name, number), else raise ValueError."""
    name, number = contact
    return Contact(name=name, contact_number=number)


def _account(code: str) -> Any:  # noqa: ANN401
    # Some bank accounts have no code (XERO.md 6.9); the mapping then holds the account's id.
    return Account(account_id=code) if is_id(code) else Account(code=code)


def _invoice(document: Document, contact_id: str | None) -> Any:  # noqa: ANN401
    reference = {"reference": document.reference or None} if document.kind is DocumentKind.ACCREC else {}
    return Invoice(
        type=document.kind.value,
        invoice_number=document.number,
        due_date=document.due_date,
        **_shared(document, contact_id),
        **reference,
    )


def _credit_note(document: Document, contact_id: str | None) -> Any:  # noqa: ANN401
    reference = document.reference or None
    return CreditNote(
        type=document.kind.value,
        credit_note_number=document.number,
        reference=reference,
        **_shared(document, contact_id),
    )


def _shared(document: Document, contact_id: str | None) -> dict[str, Any]:
    return {
        # The id alone: a name would make or change a contact (XERO.md 6.12).
        "contact": Contact(contact_id=contact_id),
        "date": document.date,
        "line_amount_types": LineAmountTypes(document.line_amounts.value),
        "currency_code": CurrencyCode(document.currency),
        "status": document.status,
        "line_items": [_line(line, document.currency) for line in document.lines],
    }


def _line(line: DocumentLine, currency: str) -> Any:  # noqa: ANN401
    quantity, unit = priced(line, currency)
    return LineItem(
        description=line.description,
        quantity=quantity,
        unit_amount=exact(unit),
        account_code=line.account,
        tax_type=line.tax_type,
        tracking=[LineItemTracking(name=name, option=option) for name, option in line.tracking] or None,
    )


def _journal(document: Document) -> Any:  # noqa: ANN401
    return ManualJournal(
        narration=narration(document),
        date=document.date,
        line_amount_types=LineAmountTypes(document.line_amounts.value),
        status="DRAFT" if document.status == "DRAFT" else "POSTED",
        show_on_cash_basis_reports=document.cash_basis,
        journal_lines=[_journal_line(line) for line in document.lines],
    )


def _journal_line(line: DocumentLine) -> Any:  # noqa: ANN401
    return ManualJournalLine(
        line_amount=exact(line.amount),
        account_code=line.account,
        description=line.description,
        tax_type=line.tax_type,
        tracking=_journal_tracking(line.tracking),
    )


def _journal_tracking(tracking: Sequence[tuple[str, str]]) -> list[Any] | None:
    return [TrackingCategory(name=name, option=option) for name, option in tracking] or None
