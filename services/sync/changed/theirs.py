"""A document as the ledger holds it, beside ours: compared place by place. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from services.accounting.ledger import Found, FoundLine
from services.books.differences import Changes, FieldChange, changes
from services.books.documents import Document, DocumentKind, DocumentLine, DocumentPayment
from services.contract.states import DayState
from services.store.tables import PaymentRow
from services.sync.posting.comparing import GONE

ELSEWHERE = "not Tillbook's"
"""Stands for the tender of a payment that Tillbook did not make."""

# Customers pay their invoices, and the shop its bills, in the ledger.
_PAID_BY_OTHERS = frozenset({"account", "payment", "purchase", "purchase_credit"})

Version = dict[str, Any]
"""A document of the ledger as a row keeps it."""


def version_of(found: Found | None) -> Version:
    """Return what is kept of a document of the ledger; None: it is not there at all."""
    if found is None:
        return {"status": "GONE"}
    return {
        "status": found.status,
        "number": found.number,
        "total": _text(found.total),
        "tax": _text(found.total_tax),
        "due": _text(found.amount_due),
        "credited": str(found.credited),
        "date": found.date.isoformat() if found.date else None,
        "contact": found.contact_name,
        "lines": [_line(line) for line in found.lines],
        "payments": [[each, account, str(paid), words] for each, account, paid, words in found.payments],
    }


def differences(ours: Document, payments: Sequence[PaymentRow], version: Mapping[str, Any]) -> Changes:
    """Return how the ledger's version differs from what we sent; signed, ours first."""
    status = str(version["status"])
    if status == "GONE" or status in GONE:
        found = changes(_plain(ours, payments), None)
        return replace(found, fields=(FieldChange("status", "AUTHORISED", status), *found.fields))
    found = changes(_plain(ours, payments), _theirs(ours, payments, version))
    return replace(found, fields=(*found.fields, *_figures(ours, version)))


def told(ours: Document, payments: Sequence[PaymentRow], version: Mapping[str, Any]) -> list[str]:
    """Return in words how the ledger's version differs from what we sent."""
    found = differences(ours, payments, version)
    words = [f"{each.name} {each.now} there, {each.sent} here" for each in found.fields]
    words += [
        f"{each.description} on account {each.place[0]} {each.now:f} there, {each.sent:f} here"
        for each in found.lines
    ]
    words += [f"payment {each.tender} {each.now:f} there, {each.sent:f} here" for each in found.payments]
    return words


def _figures(ours: Document, version: Mapping[str, Any]) -> Iterator[FieldChange]:
    """Yield total and tax where the ledger's own figure is another."""
    if ours.kind is DocumentKind.PAYMENT:
        return
    for name, mine in (("total", ours.total), ("tax", ours.total_tax)):
        there = version[name]
        if there is not None and Decimal(there) != mine:
            yield FieldChange(name, f"{mine:f}", there)


def _plain(ours: Document, rows: Sequence[PaymentRow]) -> Document:
    """Return ours as sent, with only the payments that were made.

    Where they were made.
    """
    paid = [
        replace(payment, account=row.account)  # a refused one may have followed a mended mapping
        for payment, row in zip(ours.payments, rows, strict=False)
        if row.state == DayState.POSTED and row.remote_id
    ]
    return replace(ours, lines=tuple(_sorted(line) for line in ours.lines), payments=tuple(paid))


def _theirs(ours: Document, rows: Sequence[PaymentRow], version: Mapping[str, Any]) -> Document:
    """Return the ledger's version as a document; what it does not tell is as ours."""
    paid = tuple(_payments(ours, rows, version["payments"]))
    if ours.kind is DocumentKind.PAYMENT:
        return replace(ours, payments=paid)
    lines = tuple(_document_line(line) for line in version["lines"])
    return replace(
        ours,
        contact=(version["contact"] or ours.contact) if ours.contact else "",
        date=date.fromisoformat(version["date"]) if version["date"] else ours.date,
        lines=lines if _tells_lines(ours, lines) else tuple(_sorted(line) for line in ours.lines),
        payments=paid,
    )


def _tells_lines(ours: Document, lines: Sequence[DocumentLine]) -> bool:
    return bool(lines) and bool(ours.lines)


def _payments(
    ours: Document, rows: Sequence[PaymentRow], there: Iterable[Sequence[str]]
) -> Iterable[DocumentPayment]:
    """Yield the live payments: ours under their tender, others as not ours."""
    known = {row.remote_id: row for row in rows if row.remote_id}
    for remote_id, account, amount, reference in there:
        row = known.get(remote_id)
        if row is not None:
            yield DocumentPayment(row.tender, row.account, Decimal(amount), reference)
        elif ours.key.partition(":")[0] not in _PAID_BY_OTHERS:
            yield DocumentPayment(ELSEWHERE, account, Decimal(amount), reference)


def _sorted(line: DocumentLine) -> DocumentLine:
    return replace(line, tracking=tuple(sorted(line.tracking)))


def _line(line: FoundLine) -> dict[str, Any]:
    return {
        "description": line.description,
        "account": line.account,
        "tax_type": line.tax_type,
        "amount": str(line.amount),
        "tax": str(line.tax),
        "tracking": [list(each) for each in sorted(line.tracking)],
    }


def _document_line(line: Mapping[str, Any]) -> DocumentLine:
    tracking = tuple((name, option) for name, option in line["tracking"])
    return DocumentLine(
        line["description"],
        line["account"],
        line["tax_type"],
        Decimal(line["amount"]),
        Decimal(line["tax"]),
        tracking,
    )


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)
