"""Xero's answers as results: what was accepted, what refused, what was found.

A 200 is no success: each element says for itself whether it was saved (XERO.md 6.15).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from services.accounting.ledger import (
    Accepted,
    Found,
    FoundLine,
    FoundPayment,
    Rejected,
    RemoteContact,
    Result,
)
from services.accounting.xero.errors import problem_for_all
from services.books.documents import DocumentKind
from services.books.money import ZERO
from services.contract.text import printable

Element = Mapping[str, Any]

_NO_ID = "00000000-0000-0000-0000-000000000000"
_ID_FIELDS = {
    DocumentKind.ACCREC: "InvoiceID",
    DocumentKind.ACCPAY: "InvoiceID",
    DocumentKind.ACCRECCREDIT: "CreditNoteID",
    DocumentKind.ACCPAYCREDIT: "CreditNoteID",
    DocumentKind.JOURNAL: "ManualJournalID",
    DocumentKind.PAYMENT: "PaymentID",
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS_DATE = re.compile(r"/Date\((-?\d{1,16})(?:[+-]\d{4})?\)/")
_KEY = re.compile(r"\[([^\[\]]+)\]\s*$")
DEAD = frozenset({"VOIDED", "DELETED"})


def result_of(kind: DocumentKind, element: Element, subject: str = "") -> Result | None:
    """Return what became of one element; None when the answer does not say."""
    messages = tuple(_messages(element, "ValidationErrors"))
    if messages or element.get("HasErrors") is True or element.get("StatusAttributeString") == "ERROR":
        return Rejected(messages, problem_for_all(messages, subject))
    remote_id = text(element, _ID_FIELDS[kind])
    if not remote_id or remote_id == _NO_ID:
        return None
    return Accepted(remote_id, **_figures(kind, element))


def contact_result_of(element: Element, subject: str = "") -> Result | None:
    """Return what became of one contact sent; as `result_of`."""
    messages = tuple(_messages(element, "ValidationErrors"))
    if (
        messages
        or element.get("HasValidationErrors") is True
        or element.get("StatusAttributeString") == "ERROR"
    ):
        return Rejected(messages, problem_for_all(messages, subject))
    remote_id = text(element, "ContactID")
    if not remote_id or remote_id == _NO_ID:
        return None
    return Accepted(
        remote_id, status=text(element, "ContactStatus"), warnings=tuple(_messages(element, "Warnings"))
    )


def found_of(kind: DocumentKind, element: Element) -> Found:
    """Return a document as it stands at Xero."""
    contact = element.get("Contact") or {}
    return Found(
        text(element, _ID_FIELDS[kind]),
        **_figures(kind, element),
        contact_id=text(contact, "ContactID"),
        contact_name=text(contact, "Name"),
        date=day_of(element.get("Date")),
        line_totals=tuple(_lines(kind, element)),
        payments=tuple(payments_of(element.get("Payments") or [])),
        lines=tuple(_found_lines(kind, element)),
        credited=_credited(element),
    )


def payments_of(elements: list[Element]) -> Iterator[tuple[str, str, Decimal, str]]:
    """Yield the live payments: id, account (may be empty), amount, reference."""
    for element in elements:
        if element.get("Status") not in DEAD:
            account = text(element.get("Account") or {}, "Code")
            yield (
                text(element, "PaymentID"),
                account,
                amount_of(element, "Amount") or ZERO,
                text(element, "Reference"),
            )


def payment_found(element: Element) -> FoundPayment:
    """Return a payment as Xero lists it."""
    return FoundPayment(
        text(element, "PaymentID"),
        text(element.get("Account") or {}, "Code"),
        amount_of(element, "Amount") or ZERO,
        text(element, "Reference"),
        reconciled=element.get("IsReconciled") is True,
    )


def remote_contact_of(element: Element) -> RemoteContact:
    """Return a contact as Xero holds it."""
    active = element.get("ContactStatus", "ACTIVE") == "ACTIVE"
    return RemoteContact(
        text(element, "ContactID"), text(element, "Name"), active, text(element, "ContactNumber") or None
    )


def is_live(found: Found) -> bool:
    """Return whether a document counts: neither voided nor deleted."""
    return found.status not in DEAD


def text(element: Element, name: str) -> str:
    """Return a text field, printable; empty where absent or null."""
    value = element.get(name)
    return "" if value is None else printable(str(value))


def amount_of(element: Element, name: str) -> Decimal | None:
    """Return a number field, None where absent or no number."""
    value = element.get(name)
    if value is None or isinstance(value, bool):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def day_of(value: object) -> date | None:
    """Return the date of `/Date(ms+0000)/` or ISO text; None for anything else."""
    if not isinstance(value, str):
        return None
    if match := _MS_DATE.fullmatch(value):
        return (_EPOCH + timedelta(milliseconds=int(match[1]))).date()
    try:
        return datetime.fromisoformat(value).date()
    except ValueError:
        return None


def plain(value: Any) -> Any:  # noqa: ANN401 - JSON in, JSON out
    """Return JSON data with printable text and numbers with a point as text."""
    if isinstance(value, str):
        return printable(value, lines=True)
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {printable(str(name)): plain(item) for name, item in value.items()}
    return value


def messages_of(element: Element) -> Iterator[str]:
    """Yield why an element was refused, in Xero's words."""
    return _messages(element, "ValidationErrors")


def _figures(kind: DocumentKind, element: Element) -> dict[str, Any]:
    shared = {"status": text(element, "Status"), "warnings": tuple(_messages(element, "Warnings"))}
    if kind is DocumentKind.JOURNAL:
        return shared | _journal_figures(element)
    if kind is DocumentKind.PAYMENT:
        return shared | {"total": amount_of(element, "Amount")}
    credit = kind in {DocumentKind.ACCRECCREDIT, DocumentKind.ACCPAYCREDIT}
    return shared | {
        "total": amount_of(element, "Total"),
        "total_tax": amount_of(element, "TotalTax"),
        "amount_due": amount_of(element, "RemainingCredit" if credit else "AmountDue"),
        "number": text(element, "CreditNoteNumber" if credit else "InvoiceNumber"),
    }


def _journal_figures(element: Element) -> dict[str, Any]:
    """Return a journal's debits as its total; tax is the sum over its lines."""
    lines = element.get("JournalLines") or []
    on_top = element.get("LineAmountTypes") == "Exclusive"
    taxes = [amount_of(line, "TaxAmount") or ZERO for line in lines]
    amounts = [amount_of(line, "LineAmount") or ZERO for line in lines]
    sums = [amount + tax for amount, tax in zip(amounts, taxes, strict=True)] if on_top else amounts
    key = _KEY.search(text(element, "Narration"))
    return {
        "total": sum((amount for amount in sums if amount > 0), ZERO),
        "total_tax": sum(taxes, ZERO),
        "number": key[1] if key else "",
    }


def _lines(kind: DocumentKind, element: Element) -> Iterator[tuple[str, str, Decimal]]:
    name = "JournalLines" if kind is DocumentKind.JOURNAL else "LineItems"
    for line in element.get(name) or []:
        yield text(line, "AccountCode"), text(line, "TaxType"), amount_of(line, "LineAmount") or ZERO


def _found_lines(kind: DocumentKind, element: Element) -> Iterator[FoundLine]:
    name = "JournalLines" if kind is DocumentKind.JOURNAL else "LineItems"
    for line in element.get(name) or []:
        yield FoundLine(
            text(line, "Description"),
            text(line, "AccountCode"),
            text(line, "TaxType"),
            amount_of(line, "LineAmount") or ZERO,
            amount_of(line, "TaxAmount") or ZERO,
            tuple((text(each, "Name"), text(each, "Option")) for each in line.get("Tracking") or []),
        )


def _credited(element: Element) -> Decimal:
    """Return what is set against other documents, on either side."""
    named = amount_of(element, "AmountCredited")
    if named is not None:
        return named
    amounts = (amount_of(each, "Amount") or ZERO for each in element.get("Allocations") or [])
    return sum(amounts, ZERO)


def _messages(element: Element, name: str) -> Iterator[str]:
    """Yield the messages of an element, else those of the parts inside it."""
    own = [text(entry, "Message") for entry in element.get(name) or [] if isinstance(entry, Mapping)]
    if own:
        yield from own
        return
    for part in element.values():
        for inner in part if isinstance(part, list) else [part]:
            if isinstance(inner, Mapping):
                yield from _messages(inner, name)
