"""Removing from the ledger what is sent anew: payments, then the document.

Each step begins with a look at the ledger, so a step whose answer was lost, or that
another hand did first, is not done twice. What cannot be finished is put back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from services.accounting.ledger import Accepted, CallRefused, Found, Ledger, Rejected, Result
from services.books.documents import DocumentKind
from services.contract.problem import Problem, Refused
from services.contract.states import DayState
from services.store import corrections
from services.store.attempts import Item
from services.store.documents import set_document, set_payment
from services.store.tables import DocumentRow, PaymentRow
from services.sync.findings import kept
from services.sync.posting import calling
from services.sync.posting.comparing import GONE, UNAPPROVED
from services.sync.posting.entries import Entry, entries_of
from services.sync.tools import Link, Tools

REMOVED = "removed"
"""State of a payment that Tillbook took away again."""
RESEND_REFUSED = "resend_refused"
_VOIDS = {
    DocumentKind.ACCREC: "POST Invoices",
    DocumentKind.ACCPAY: "POST Invoices",
    DocumentKind.ACCRECCREDIT: "POST CreditNotes",
    DocumentKind.ACCPAYCREDIT: "POST CreditNotes",
    DocumentKind.JOURNAL: "POST ManualJournals",
}


@dataclass(frozen=True, slots=True)
class UnpayJob:
    """Remove one payment."""

    entry: Entry
    payment: PaymentRow
    call: str = "POST Payments"
    begins: bool = False

    def items(self) -> list[Item]:
        """Return the payment with its document."""
        return [Item(self.entry.id, self.payment.id)]

    def request(self) -> list[dict[str, str]]:
        """Return what identifies the payment."""
        return [
            {
                "number": self.entry.document.number,
                "remove": self.payment.remote_id or "",
                "amount": str(self.entry.amount(self.payment.amount)),
            }
        ]

    def send(self, ledger: Ledger, key: str) -> list[Result]:
        """Remove it."""
        return [ledger.unpay(self.payment.remote_id or "", key)]

    def mark(self, session: Session, state: str) -> None:
        """Nothing: whether it is still there is looked up before every try."""

    def take(self, session: Session, results: Sequence[Result]) -> None:
        """Note that it is gone."""
        if isinstance(results[0], Accepted):
            set_payment(session, session.get_one(PaymentRow, self.payment.id), REMOVED)


@dataclass(frozen=True, slots=True)
class VoidJob:
    """Void one document, or delete it while it is a draft."""

    entry: Entry
    status: str
    now: datetime
    begins: bool = False

    @property
    def call(self) -> str:
        """The call as the log names it."""
        return _VOIDS[self.entry.document.kind]

    def items(self) -> list[Item]:
        """Return the document."""
        return [Item(self.entry.id)]

    def request(self) -> list[dict[str, str]]:
        """Return what identifies the document."""
        return [{"number": self.entry.document.number, "status": self.status}]

    def send(self, ledger: Ledger, key: str) -> list[Result]:
        """Void it."""
        return [ledger.void(self.entry.document.kind, self.entry.remote_id, self.status, key)]

    def mark(self, session: Session, state: str) -> None:
        """Nothing: whether it is still there is looked up before every try."""

    def take(self, session: Session, results: Sequence[Result]) -> None:
        """Note that the ledger no longer counts it."""
        if isinstance(results[0], Accepted):
            corrections.void(session, session.get_one(DocumentRow, self.entry.id), self.now)


def undo_all(tools: Tools, link: Link) -> bool:
    """Remove every document that is to be sent anew; return whether any went.

    Raises CallFailed when the ledger cannot be reached; the next run goes on.
    """
    with tools.db.read() as session:
        wanted = (
            select(DocumentRow)
            .where(
                DocumentRow.store == link.store,
                DocumentRow.tenant == link.tenant,
                col(DocumentRow.undoing),
            )
            .order_by(col(DocumentRow.id).desc())
        )
        entries = entries_of(session, session.exec(wanted).all())
    gone = [_undo(tools, link, entry) for entry in entries]
    return any(gone)


def _undo(tools: Tools, link: Link, entry: Entry) -> bool:
    """Remove one document; False when it had to be put back."""
    found = link.ledger.read(entry.ledger_kind, [entry.remote_id])[0]
    if _counts(found):
        assert found is not None  # noqa: S101 - what counts is there
        refusal = _take_away(tools, link, entry, found)
        if refusal is not None:
            _put_back(tools, link, entry, refusal)
            return False
    with tools.db.write() as session:
        _removed(session, entry.payments)
        corrections.void(session, session.get_one(DocumentRow, entry.id), tools.now())
    return True


def steps_done(session: Session, link: Link) -> int:
    """Return how many payments were removed and documents voided, of a link's store."""
    of_link = (DocumentRow.store == link.store, DocumentRow.tenant == link.tenant)
    removed = (
        select(func.count())
        .select_from(PaymentRow)
        .join(DocumentRow, col(DocumentRow.id) == PaymentRow.document_id)
        .where(*of_link, PaymentRow.state == REMOVED)
    )
    voided = select(func.count()).select_from(DocumentRow).where(*of_link, col(DocumentRow.voided))
    return session.exec(removed).one() + session.exec(voided).one()


def _counts(found: Found | None) -> bool:
    return found is not None and found.status not in GONE


def _removed(session: Session, payments: Sequence[PaymentRow]) -> None:
    for payment in payments:
        set_payment(session, session.get_one(PaymentRow, payment.id), REMOVED)


def _take_away(tools: Tools, link: Link, entry: Entry, found: Found) -> Problem | None:
    """Remove our payments that are there, then void; return what refuses it."""
    live = {remote_id for remote_id, *_ in found.payments}
    if gone := [payment for payment in entry.payments if payment.remote_id not in live]:
        with tools.db.write() as session:
            _removed(session, gone)
    for payment in entry.payments:
        if payment.remote_id in live:
            refused = _refusal(tools, link, UnpayJob(entry, payment))
            if refused is not None:
                return refused
    if entry.is_payment:
        return None
    status = "DELETED" if found.status in UNAPPROVED else "VOIDED"
    return _refusal(tools, link, VoidJob(entry, status, tools.now()))


def _refusal(tools: Tools, link: Link, job: UnpayJob | VoidJob) -> Problem | None:
    """Make a call; return why the ledger refuses it, if it does."""
    try:
        result = calling.make(tools, link, job)[0]
    except CallRefused as refusal:
        return refusal
    return result.problem if isinstance(result, Rejected) else None


def _put_back(tools: Tools, link: Link, entry: Entry, refusal: Problem) -> None:
    """Leave a document where it is, and have its payments that are gone made again."""
    found = link.ledger.read(entry.ledger_kind, [entry.remote_id])[0]
    live = {remote_id for remote_id, *_ in found.payments} if found else set()
    with tools.db.write() as session:
        row = session.get_one(DocumentRow, entry.id)
        row.undoing = False
        missing = [payment for payment in entry.payments if payment.remote_id not in live]
        for payment in missing:
            kept_row = session.get_one(PaymentRow, payment.id)
            kept_row.remote_id = None
            set_payment(session, kept_row, DayState.WAITING)
        state = DayState.SENDING if missing else DayState.CHANGED
        set_document(session, row, state, tools.now(), problem=kept(_not_sent_anew(entry, refusal)))


def _not_sent_anew(entry: Entry, refusal: Problem) -> Problem:
    return Refused(
        f"{entry.document.number} was not sent anew.",
        f"The ledger does not let go of it: {refusal.why or refusal.what}",
        "It stands as it was, with its payments. Clear the cause in the ledger and decide again with"
        " `tillbook changes resolve`, or have the difference corrected or kept.",
        refusal.detail,
        code=RESEND_REFUSED,
    )
