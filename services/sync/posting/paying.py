"""Paying documents that the ledger holds, and the invoices that debtors paid."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from sqlmodel import Session

from services.accounting.ledger import Found, OutgoingDocument
from services.books.documents import Document, DocumentKind
from services.contract.problem import Problem, Refused
from services.contract.states import DayState
from services.store.corrections import current_number
from services.store.documents import set_document
from services.sync.backups import restored
from services.sync.number_clashes import payment_of_another_store
from services.sync.posting.comparing import GONE
from services.sync.posting.creating import make_or_part
from services.sync.posting.entries import HELD, Entry, batches, open_entries
from services.sync.posting.jobs import PaymentsJob, current, refuse
from services.sync.tools import Link, Tools


def look_up_invoices(tools: Tools, link: Link, *, only_begun: bool = False) -> None:
    """Find the invoices that debtors paid, and check contact and amount due.

    `only_begun`: of payments that were removed to be made anew.
    """
    with tools.db.read() as session:
        debtors = [entry for entry in open_entries(session, link) if entry.is_payment and not entry.created]
    debtors = [entry for entry in debtors if not (only_begun and entry.is_new)]
    for batch in batches(debtors, tools.pace.batch):
        with tools.db.read() as session:
            stubs = [OutgoingDocument(_invoice_of(session, entry)) for entry in batch]
        found = link.ledger.find(DocumentKind.ACCREC, stubs)
        due: dict[str, Decimal] = {}
        with tools.db.write() as session:
            for entry, invoice in zip(batch, found, strict=True):
                _check(tools, session, entry, invoice, due)


def _invoice_of(session: Session, entry: Entry) -> Document:
    """Return what names the invoice that is paid.

    Its newest revision, where it was sent anew.
    """
    number = current_number(session, entry.row.store, entry.document.number)
    return replace(entry.document, kind=DocumentKind.ACCREC, number=number)


def _check(
    tools: Tools, session: Session, entry: Entry, invoice: Found | None, due: dict[str, Decimal]
) -> None:
    """Accept an invoice, or refuse its payment; `due` is what is left of each."""
    doubted = invoice is not None and restored.doubt_payments(session, entry)
    problem = unpayable(entry, invoice, due, paid_already=doubted)
    if problem is None and invoice is not None:
        number = current_number(session, entry.row.store, entry.document.number)
        problem = payment_of_another_store(session, entry.row, number, invoice.remote_id)
    if invoice is None or problem is not None:
        refuse(session, entry, problem or _not_found(entry), tools.now())
        return
    due[invoice.remote_id] = _left(invoice, due) - entry.document.total
    row = current(session, entry)
    row.remote_id = invoice.remote_id
    set_document(session, row, DayState.SENDING, tools.now())


def pay(tools: Tools, link: Link, *, only_begun: bool = False) -> None:
    """Make every payment that waits: all of at most 50 documents in one call.

    `only_begun`: of documents that were created here, so that none is left half done.
    """
    with tools.db.read() as session:
        entries = open_entries(session, link)
    ready = [
        entry
        for entry in entries
        if entry.created
        and not entry.has(DayState.UNKNOWN, HELD)
        and not (only_begun and entry.is_payment and entry.is_new)
    ]
    for batch in batches([entry for entry in ready if entry.has(DayState.WAITING)], tools.pace.batch):
        _pay_batch(tools, link, batch)


def _pay_batch(tools: Tools, link: Link, batch: list[Entry]) -> None:
    waiting = [
        (entry, payment) for entry in batch for payment in entry.payments if payment.state == DayState.WAITING
    ]
    job = PaymentsJob(tuple(waiting), tools.now())
    make_or_part(tools, link, job, batch, lambda half: _pay_batch(tools, link, half))


def unpayable(
    entry: Entry, invoice: Found | None, due: dict[str, Decimal], *, paid_already: bool = False
) -> Problem | None:
    """Return why an invoice cannot take a debtor's payment (RECEIPTS.md, `pays`).

    `paid_already`: this very payment may be there, so that less is due.
    """
    number, paid = entry.document.number, entry.document.total
    if invoice is None or invoice.status in GONE:
        return _not_found(entry)
    payer = entry.document.contact
    if payer and invoice.contact_name.casefold() != payer.casefold():
        return Refused(
            f"The payment of invoice {number} was not sent.",
            f"The till says that {payer} paid; the invoice is {invoice.contact_name}'s.",
            "Correct the invoice or the customer of the payment at the till, then import and sync again.",
            code="invoice_of_another",
        )
    left = _left(invoice, due)
    if left < paid and not paid_already:
        return Refused(
            f"The payment of invoice {number} was not sent.",
            f"{paid} was paid and only {left} is due.",
            "See in the ledger what else paid it; correct the payment there or at the till, then sync again.",
            code="invoice_due_less",
        )
    return None


def _left(invoice: Found, due: dict[str, Decimal]) -> Decimal:
    return due.get(invoice.remote_id, invoice.amount_due or Decimal(0))


def _not_found(entry: Entry) -> Problem:
    number = entry.document.number
    return Refused(
        f"The payment of invoice {number} was not sent.",
        f"The ledger has no invoice {number}.",
        "Sync the day of the account sale first, or correct the invoice number at the till, then sync again.",
        code="invoice_not_found",
    )
