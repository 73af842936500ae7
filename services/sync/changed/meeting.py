"""A change at the tills that a person has booked in the ledger by hand already.

Asked by a person, a changed document is looked at before anything is decided about it:
when the ledger holds what the tills say now, line by line and payment by payment, there
is nothing left to do, and what is there is taken for what was sent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import Session

from services.accounting.ledger import Found, FoundPayment
from services.books.documents import Document
from services.books.money import to_minor
from services.books.wire import document_to_json
from services.contract.states import DayState
from services.store import audit, days
from services.store.corrections import Chain
from services.store.documents import digest_of, documents_on, payments_of, save_payments, set_document
from services.store.tables import DocumentRow, PaymentRow
from services.sync.changed import theirs
from services.sync.changed.changes import DayChanges
from services.sync.changed.resending import look
from services.sync.links import linking
from services.sync.posting.entries import Entry, entries_of
from services.sync.tools import Link, Tools


@dataclass(frozen=True, slots=True)
class _Candidate:
    entry: Entry
    says: Document


class Meeting:
    """Finds changed documents that the ledger has already as the tills have them."""

    def __init__(self, tools: Tools, link: Link) -> None:
        self._tools = tools
        self._link = link

    def run(self) -> None:
        """Take over what is there; raises CallFailed when the ledger cannot be reached."""
        for candidate in self._candidates():
            seen = look(self._link, candidate.entry)
            wanted = replace(candidate.says, number=candidate.entry.document.number)
            if seen.found is not None and seen.is_there and is_met(wanted, seen.found, seen.payments):
                with self._tools.db.write() as session:
                    self._take_over(session, candidate, wanted, seen.payments)

    def _candidates(self) -> list[_Candidate]:
        store, found = self._link.store, []
        with self._tools.db.read() as session:
            queued = days.queued(session, store, asked=self._link.asked_by_person)
            for day in sorted({row.business_date for row in queued}):
                found += self._of_day(session, day)
        return found

    def _of_day(self, session: Session, day: date) -> list[_Candidate]:
        rows = queued_changed(session, self._link, day)
        if not rows:
            return []
        known = {row.id for row in rows}
        found = []
        for chain, says, _ in DayChanges(session, self._link.store, day).changed(day):
            row = chain.original
            if row is None or row.id not in known or not _is_alone(chain):
                continue
            if says is not None and says.kind.value == row.kind:
                found.append(_Candidate(entries_of(session, [row])[0], says))
        return found

    def _take_over(
        self, session: Session, candidate: _Candidate, wanted: Document, there: Sequence[FoundPayment]
    ) -> None:
        row = session.get_one(DocumentRow, candidate.entry.id)
        if row.state != DayState.CHANGED:
            return
        before = {"total": str(row.body["total"])}
        plain = document_to_json(candidate.says)
        row.body, row.digest = document_to_json(wanted), digest_of(plain)
        row.stands_for = None if row.revision == 1 else {"document": plain}
        row.total, row.accepted = to_minor(wanted.total, wanted.currency), None
        _take_payments(session, row, wanted, there)
        set_document(session, row, DayState.SENDING, self._tools.now())
        after = {"total": str(row.body["total"])}
        audit.append(
            session, self._tools.now(), linking.SERVICE, "adopt_document", row.number,
            before=before, after=after,
        )  # fmt: skip


def queued_changed(session: Session, link: Link, day: date) -> list[DocumentRow]:
    """Return the originals of a date that changed at the tills."""
    return [
        row
        for row in documents_on(session, link.store, day)
        if row.state == DayState.CHANGED and row.tenant == link.tenant and not row.delta and row.remote_id
    ]


def _is_alone(chain: Chain) -> bool:
    return not chain.corrections and chain.kept is None and chain.is_settled


def is_met(wanted: Document, found: Found, there: Sequence[FoundPayment]) -> bool:
    """Whether the ledger holds a document as it should be now, with all its payments."""
    version = {**theirs.version_of(found), "payments": []}
    if theirs.differences(replace(wanted, payments=()), [], version):
        return False
    due = Counter((payment.account, payment.amount) for payment in wanted.payments)
    return due == Counter((payment.account, payment.amount) for payment in there)


def _take_payments(
    session: Session, row: DocumentRow, wanted: Document, there: Sequence[FoundPayment]
) -> None:
    """Let each payment stand for the one that is there."""
    left = list(there)
    for payment in payments_of(session, [row.id or 0])[row.id or 0]:
        payment.state, payment.remote_id = DayState.WAITING.value, None
        session.add(payment)
    save_payments(session, row, wanted)
    for payment in payments_of(session, [row.id or 0])[row.id or 0]:
        match = next(each for each in left if _is(payment, each, wanted.currency))
        left.remove(match)
        payment.state, payment.remote_id = DayState.POSTED.value, match.remote_id
        session.add(payment)
    session.flush()


def _is(payment: PaymentRow, there: FoundPayment, currency: str) -> bool:
    return payment.account == there.account and payment.amount == to_minor(there.amount, currency)
