"""What is allowed of an invoice or credit note as a whole.

XERO.md 6.1, 6.2, 6.10, 6.13.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.sandbox.xero.book import Book
from services.sandbox.xero.fields import Findings
from services.sandbox.xero.model import POSTING_STATUSES, Document
from services.sandbox.xero.settings import OrganisationSettings

CREATABLE = ("DRAFT", "SUBMITTED", "AUTHORISED")
_MOVES = {
    "DRAFT": ("DRAFT", "SUBMITTED", "AUTHORISED", "DELETED"),
    "SUBMITTED": ("DRAFT", "SUBMITTED", "AUTHORISED", "DELETED"),
    "AUTHORISED": ("AUTHORISED", "VOIDED"),
    "PAID": ("PAID", "AUTHORISED", "VOIDED"),
}


@dataclass(frozen=True)
class Kind:
    """What differs between invoices and credit notes on the wire."""

    plural: str
    id_field: str
    number_field: str
    types: tuple[str, str]
    word: str
    prefix: str
    needs_due_date: bool
    not_unique: str


INVOICES = Kind(
    plural="Invoices",
    id_field="InvoiceID",
    number_field="InvoiceNumber",
    types=("ACCREC", "ACCPAY"),
    word="Invoice",
    prefix="INV-",
    needs_due_date=True,
    not_unique="Invoice # must be unique.",
)
CREDIT_NOTES = Kind(
    plural="CreditNotes",
    id_field="CreditNoteID",
    number_field="CreditNoteNumber",
    types=("ACCRECCREDIT", "ACCPAYCREDIT"),
    word="Credit note",
    prefix="CN-",
    needs_due_date=False,
    not_unique="Credit Note # must be unique.",
)


def kind_of(document: Document) -> Kind:
    """Return the kind a document belongs to."""
    return CREDIT_NOTES if document.is_credit else INVOICES


def check_move(book: Book, document: Document, status: str, found: Findings) -> None:
    """Check a change of status, `status` being the one wanted."""
    kind = kind_of(document)
    if status != document.status and (book.payments_of(document) or book.allocations_of(document)):
        found.error(
            f"The status {status} cannot be applied to the {kind.word.lower()} because it has payments or"
            " credit notes allocated to it."
        )
    elif status not in _MOVES.get(document.status, ()):
        found.error(f"{kind.word} not of valid status for modification")


def check_locks(facts: OrganisationSettings, day: date, found: Findings) -> None:
    """Check a date that posts against the lock dates (a locked day itself is locked).

    The period lock does not hold for a connection that may approve before it.
    """
    locks = [("end of year lock date", facts.end_of_year_lock_date)]
    if facts.actions.get("ApproveTransactionsBeforePeriodLockDate") != "ALLOWED":
        locks.insert(0, ("period lock date", facts.period_lock_date))
    for name, lock in locks:
        if lock and day <= date.fromisoformat(lock):
            shown = date.fromisoformat(lock).strftime("%d-%b-%Y")
            found.error(f"The document date cannot be before the {name}, currently set at {shown}")


def check_number(book: Book, kind: Kind, document: Document, number: str, found: Findings) -> None:
    """Check that a sales number is free; those of voided documents stay taken."""
    if document.type != kind.types[0]:
        return
    other = book.document(number, document.type)
    if other and other.uid != document.uid:
        found.error(kind.not_unique)


def check_plan(book: Book, document: Document, found: Findings) -> None:
    """Check the plan's cap on approved documents.

    By the month of the document's date.
    """
    caps = {"ACCREC": book.organisation.invoice_cap, "ACCPAY": book.organisation.bill_cap}
    cap = caps.get(document.type)
    if cap is None:
        return
    month = document.day.replace(day=1)
    approved = sum(
        1
        for d in book.documents.values()
        if d.type == document.type and d.status in POSTING_STATUSES and d.day.replace(day=1) == month
    )
    if approved >= cap:
        found.error("You have reached the limit of invoices you can approve")
