"""The three remote writes: contacts, documents of one kind, payments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlmodel import Session

from services.accounting.ledger import (
    Accepted,
    Ledger,
    OutgoingDocument,
    OutgoingPayment,
    Rejected,
    Result,
)
from services.books.documents import DocumentKind
from services.books.money import rounded, to_minor
from services.contract.problem import Problem
from services.contract.states import DayState
from services.store.attempts import Item
from services.store.documents import AtLedger, set_accepted, set_document, set_payment
from services.store.references import save_contact
from services.store.tables import DocumentRow, PaymentRow
from services.sync.findings import kept
from services.sync.posting.entries import DRAFT, HELD, Entry
from services.sync.tools import Link

NUMBER_TAKEN = "number_taken"
_ENDPOINTS = {
    DocumentKind.ACCREC: "PUT Invoices",
    DocumentKind.ACCPAY: "PUT Invoices",
    DocumentKind.ACCRECCREDIT: "PUT CreditNotes",
    DocumentKind.ACCPAYCREDIT: "PUT CreditNotes",
    DocumentKind.JOURNAL: "PUT ManualJournals",
}
CONTACTS = "PUT Contacts"


def current(session: Session, entry: Entry) -> DocumentRow:
    """Return the row of an entry as this transaction sees it."""
    return session.get_one(DocumentRow, entry.id)


def refuse(session: Session, entry: Entry, problem: Problem, now: datetime) -> None:
    """Mark a document as refused, with the cause and the next step."""
    set_document(session, current(session, entry), DayState.REFUSED, now, problem=kept(problem))


@dataclass(frozen=True, slots=True)
class ContactsJob:
    """Create contacts; each with the documents that need it."""

    link: Link
    contacts: tuple[tuple[str, str | None], ...]
    needed_by: tuple[tuple[Entry, ...], ...]
    now: datetime
    call: str = CONTACTS

    @property
    def begins(self) -> bool:
        """Whether any is needed by a document that is sent for the first time."""
        return any(entry.is_new for entries in self.needed_by for entry in entries)

    def items(self) -> list[Item]:
        """Return, for each contact, the first document that needs it."""
        return [Item(entries[0].id) for entries in self.needed_by]

    def request(self) -> list[dict[str, str]]:
        """Return the names."""
        return [{"name": name} for name, _ in self.contacts]

    def send(self, ledger: Ledger, key: str) -> list[Result]:
        """Create them."""
        return ledger.create_contacts(self.contacts, key)

    def mark(self, session: Session, state: str) -> None:
        """Contacts have no state: they are looked up before they are created."""

    def take(self, session: Session, results: Sequence[Result]) -> None:
        """Keep the ids; refuse the documents of a contact that was refused."""
        for (name, number), entries, result in zip(self.contacts, self.needed_by, results, strict=True):
            if isinstance(result, Accepted):
                save_contact(session, self.link.tenant, name, result.remote_id, number=number)
                continue
            for entry in entries:
                refuse(session, entry, result.problem, self.now)


@dataclass(frozen=True, slots=True)
class DocumentsJob:
    """Create documents of one kind."""

    kind: DocumentKind
    entries: tuple[Entry, ...]
    outgoing: tuple[OutgoingDocument, ...]
    now: datetime

    @property
    def begins(self) -> bool:
        """Whether any is sent for the first time: one that was voided is finished so."""
        return any(entry.is_new for entry in self.entries)

    @property
    def call(self) -> str:
        """The call as the log names it."""
        return _ENDPOINTS[self.kind]

    def items(self) -> list[Item]:
        """Return the documents."""
        return [Item(entry.id) for entry in self.entries]

    def request(self) -> list[dict[str, str]]:
        """Return what identifies each document; the whole of it is in its row."""
        return [
            {
                "number": entry.document.number,
                "date": str(entry.document.date),
                "total": str(entry.document.total),
            }
            for entry in self.entries
        ]

    def send(self, ledger: Ledger, key: str) -> list[Result]:
        """Create them."""
        return ledger.create(self.kind, self.outgoing, key)

    def mark(self, session: Session, state: str) -> None:
        """Put the documents into a state."""
        for entry in self.entries:
            set_document(session, current(session, entry), state, self.now)

    def take(self, session: Session, results: Sequence[Result]) -> None:
        """Keep the ids, or the reasons for a refusal."""
        for entry, result in zip(self.entries, results, strict=True):
            if isinstance(result, Accepted):
                created(session, entry, result, self.now)
            elif result.problem.code == NUMBER_TAKEN:
                row = current(session, entry)
                set_document(session, row, DayState.UNKNOWN, self.now, problem=kept(result.problem))
            else:
                refuse(session, entry, result.problem, self.now)


def created(session: Session, entry: Entry, result: Accepted, now: datetime) -> None:
    """Keep what the ledger says of a document that it holds from now on."""
    row = current(session, entry)
    held = AtLedger(
        result.remote_id,
        minor(entry, result.total),
        minor(entry, result.total_tax),
        minor(entry, result.amount_due),
        state=DayState.SENDING,
    )
    set_accepted(session, row, held, now)
    set_document(session, row, DayState.SENDING, now, problem=_warned(result))
    if entry.document.status == DRAFT:
        for payment in entry.payments:
            set_payment(session, session.get_one(PaymentRow, payment.id), HELD)


def minor(entry: Entry, amount: Decimal | None) -> int | None:
    """Return an amount of the ledger in minor units, to be shown; None stays None.

    Rounded: a ledger may reckon more finely than the currency. Whether it is ours is asked of
    the amount itself (`comparing.proof_differences`).
    """
    currency = entry.document.currency
    return None if amount is None else to_minor(rounded(amount, currency), currency)


def _warned(result: Accepted) -> dict[str, str] | None:
    if not result.warnings:
        return None
    return kept(
        Problem(
            "Xero took the document and changed something.",
            "; ".join(result.warnings),
            "Compare the document in Xero with the preview and correct it there.",
            code="warned",
        )
    )


@dataclass(frozen=True, slots=True)
class PaymentsJob:
    """Pay documents that the ledger holds, all of them in one call."""

    payments: tuple[tuple[Entry, PaymentRow], ...]
    now: datetime
    call: str = "PUT Payments"

    @property
    def begins(self) -> bool:
        """Whether an invoice raised elsewhere is among what it pays for the first time."""
        return any(entry.is_payment and entry.is_new for entry, _ in self.payments)

    def items(self) -> list[Item]:
        """Return the payments with their documents."""
        return [Item(entry.id, payment.id) for entry, payment in self.payments]

    def request(self) -> list[dict[str, str]]:
        """Return what identifies each payment."""
        return [
            {
                "number": entry.document.number,
                "account": payment.account,
                "amount": str(entry.amount(payment.amount)),
                "reference": payment.reference,
            }
            for entry, payment in self.payments
        ]

    def send(self, ledger: Ledger, key: str) -> list[Result]:
        """Pay."""
        return ledger.pay([outgoing_payment(entry, payment) for entry, payment in self.payments], key)

    def mark(self, session: Session, state: str) -> None:
        """Put the payments into a state; their documents become unknown with them."""
        for entry, payment in self.payments:
            set_payment(session, session.get_one(PaymentRow, payment.id), state)
            shown = DayState.UNKNOWN if state == DayState.UNKNOWN else DayState.SENDING
            set_document(session, current(session, entry), shown, self.now, problem=entry.row.problem)

    def take(self, session: Session, results: Sequence[Result]) -> None:
        """Keep the ids, or refuse the document whose payment was refused."""
        for (entry, payment), result in zip(self.payments, results, strict=True):
            row = session.get_one(PaymentRow, payment.id)
            if isinstance(result, Rejected):
                set_payment(session, row, DayState.REFUSED, problem=kept(result.problem))
                refuse(session, entry, result.problem, self.now)
            else:
                set_payment(session, row, DayState.POSTED, remote_id=result.remote_id)


def outgoing_payment(entry: Entry, payment: PaymentRow) -> OutgoingPayment:
    """Return a payment as it is sent."""
    return OutgoingPayment(
        entry.ledger_kind,
        entry.remote_id,
        payment.account,
        entry.amount(payment.amount),
        entry.document.date,
        payment.reference,
    )
