"""Payments as an import can carry them.

Xero's imports of invoices and bills carry no payments (XERO.md 7), its statement import
takes bank accounts only, and a journal may not touch receivables (6.8). So a payment into
a clearing account becomes a line of its document, as in shape C of ACCOUNTING.md 2: the
document comes in with what is still due of it, and every clearing account moves by what
the tills took. What clears through a bank account stays due; a statement file of that
account lists it, and matching the statement line with the document pays it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from services.accounting.files.about import About
from services.books.documents import Document, DocumentKind, DocumentLine, DocumentPayment
from services.books.money import ZERO

SALES = frozenset({DocumentKind.ACCREC, DocumentKind.ACCRECCREDIT, DocumentKind.PAYMENT})
BILLS = frozenset({DocumentKind.ACCPAY, DocumentKind.ACCPAYCREDIT})
CREDITS = frozenset({DocumentKind.ACCRECCREDIT, DocumentKind.ACCPAYCREDIT})


@dataclass(frozen=True, slots=True)
class Settled:
    """A document as it is imported: lines signed as those of an invoice or bill."""

    document: Document
    number: str
    lines: tuple[DocumentLine, ...]
    by_bank: tuple[DocumentPayment, ...] = ()
    """What clears through a bank account: not in the lines."""

    @property
    def due(self) -> Decimal:
        """What is due of it once imported; below zero it comes in as a credit note."""
        document = self.document
        kept = sum((payment.amount for payment in document.payments), ZERO)
        kept -= sum((payment.amount for payment in self.by_bank), ZERO)
        if document.kind is DocumentKind.PAYMENT:
            return -kept
        return (document.total - kept) * (-1 if document.kind in CREDITS else 1)

    @property
    def by_hand(self) -> bool:
        """Whether no file can hold it: a payment of a customer whom nobody named."""
        return self.document.kind is DocumentKind.PAYMENT and not self.document.contact and bool(self.lines)


def settled(document: Document, about: About) -> Settled:
    """Return a document with its payments as lines where lines can hold them."""
    sign = -1 if document.kind in CREDITS else 1
    lines = [replace(line, amount=sign * line.amount, tax=sign * line.tax) for line in document.lines]
    if document.kind is DocumentKind.JOURNAL:
        return Settled(document, document.number, tuple(lines))
    paid = [payment for payment in document.payments if not about.is_bank(payment.account)]
    lines += [_tender_line(document, payment, sign, about) for payment in paid]
    by_bank = tuple(payment for payment in document.payments if about.is_bank(payment.account))
    return Settled(document, number_at_import(document), tuple(lines), by_bank)


def banks(settled_ones: Iterable[Settled]) -> list[str]:
    """Return the bank accounts that payments clear through, by code."""
    return sorted({payment.account for each in settled_ones for payment in each.by_bank})


def number_at_import(document: Document) -> str:
    """Return the number at the import: a debtor's payment needs one of its own."""
    if document.kind is not DocumentKind.PAYMENT:
        return document.number
    return f"{document.number}-{document.key.replace(':', '-').replace('/', '-')}"


def _tender_line(document: Document, payment: DocumentPayment, sign: int, about: About) -> DocumentLine:
    words = f"Tender: {payment.tender}"
    if document.kind is DocumentKind.PAYMENT:
        words = f"Payment of {document.number}: {payment.tender}"
    return DocumentLine(words, payment.account, about.no_tax, -sign * payment.amount, ZERO)
