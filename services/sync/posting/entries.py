"""Documents on their way to the ledger, with their payments.

A document is created when it has the ledger's id, and settled when it is proven or
refused. `waiting`, `sending` and `unknown` are the states in between; payments have
`held` besides: the document is a draft and somebody at the ledger must approve it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import TypeVar

from sqlmodel import Session, col, select

from services.accounting.ledger import OutgoingDocument
from services.books.documents import Document, DocumentKind
from services.books.money import from_minor
from services.contract.states import DayState
from services.store.documents import document_of, payments_of
from services.store.tables import Contact, Day, DocumentRow, PaymentRow
from services.sync.tools import Link

T = TypeVar("T")

HELD = "held"
IN_PROGRESS = (DayState.WAITING, DayState.SENDING, DayState.UNKNOWN)
DRAFT = "DRAFT"

SENDING_ORDER = (
    DocumentKind.ACCREC,
    DocumentKind.ACCRECCREDIT,
    DocumentKind.ACCPAY,
    DocumentKind.ACCPAYCREDIT,
    DocumentKind.JOURNAL,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One document on its way."""

    row: DocumentRow
    document: Document
    payments: tuple[PaymentRow, ...]

    @property
    def id(self) -> int:
        """The number of the row."""
        assert self.row.id is not None  # noqa: S101 - rows read from the table have one
        return self.row.id

    @property
    def is_payment(self) -> bool:
        """Whether it only pays an invoice that another document, or nobody here, raised."""
        return self.document.kind is DocumentKind.PAYMENT

    @property
    def is_new(self) -> bool:
        """Whether no earlier revision of it was at the ledger, and voided there."""
        return self.row.revision == 1

    @property
    def ledger_kind(self) -> DocumentKind:
        """Kind of the document at the ledger; a debtor payment belongs to an invoice."""
        return DocumentKind.ACCREC if self.is_payment else self.document.kind

    @property
    def created(self) -> bool:
        """Whether the ledger holds it."""
        return self.row.remote_id is not None

    @property
    def remote_id(self) -> str:
        """The ledger's id of a document that is created."""
        return self.row.remote_id or ""

    def has(self, *states: str) -> bool:
        """Whether a payment of it is in one of the states."""
        return any(payment.state in states for payment in self.payments)

    def amount(self, minor: int) -> Decimal:
        """Return minor units of its currency in major units."""
        return from_minor(minor, self.document.currency)


def open_entries(session: Session, link: Link) -> list[Entry]:
    """Return what is unsettled of the queued days of a link, oldest day first."""
    rows = session.exec(
        select(DocumentRow)
        .join(
            Day, (col(Day.store) == DocumentRow.store) & (col(Day.business_date) == DocumentRow.business_date)
        )
        .where(
            DocumentRow.store == link.store,
            DocumentRow.tenant == link.tenant,
            col(DocumentRow.withdrawn).is_(False),
            col(DocumentRow.undoing).is_(False),
            col(DocumentRow.state).in_(IN_PROGRESS),
            col(Day.queued).is_(True),
            *([col(Day.asked)] if link.asked_by_person else []),
        )
        .order_by(col(DocumentRow.business_date), col(DocumentRow.id))
    ).all()
    return entries_of(session, rows)


def entries_of(session: Session, rows: Sequence[DocumentRow]) -> list[Entry]:
    """Return rows with their documents and payments."""
    payments = payments_of(session, [row.id for row in rows if row.id is not None])
    return [Entry(row, document_of(row), tuple(payments.get(row.id or 0, ()))) for row in rows]


def outgoing(session: Session, link: Link, entries: Iterable[Entry]) -> list[OutgoingDocument]:
    """Return documents with the ledger's id of their contact, where it is known."""
    found = []
    for entry in entries:
        contact = (
            session.get(Contact, (link.tenant, entry.document.contact)) if entry.document.contact else None
        )
        found.append(OutgoingDocument(entry.document, contact.remote_id if contact else None))
    return found


def batches(entries: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield the entries in lists of at most `size`."""
    left = iter(entries)
    while batch := list(islice(left, size)):
        yield batch


def of_kind(entries: Iterable[Entry], kind: DocumentKind) -> list[Entry]:
    """Return the entries that are of one kind at the ledger."""
    return [entry for entry in entries if entry.ledger_kind is kind]
