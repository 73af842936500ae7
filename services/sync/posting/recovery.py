"""Finding out what became of calls whose answer nobody has (DESIGN.md, 5).

A document that is `unknown` is looked up by its number: found and equal, it is adopted;
found and different, it is refused or `differs`; not found, it may be sent again, with a
new key. Payments likewise, among the live payments of their document.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func
from sqlmodel import Session, col, select

from services.accounting.ledger import Found, OutcomeUnknown
from services.accounting.xero.known import problem_of
from services.books.documents import DocumentKind
from services.contract.problem import Refused
from services.contract.states import DayState
from services.store import attempts
from services.store.documents import set_document, set_payment
from services.store.tables import Attempt, AttemptItem, DocumentRow, PaymentRow
from services.sync.backups import restored
from services.sync.findings import kept
from services.sync.number_clashes import of_another_store, owner_of
from services.sync.posting import comparing
from services.sync.posting.creating import Stopped
from services.sync.posting.entries import HELD, SENDING_ORDER, Entry, batches, of_kind, open_entries, outgoing
from services.sync.posting.jobs import NUMBER_TAKEN, created, current, refuse
from services.sync.tools import Link, Tools

# Xero accepts such a number once, so that a late arrival of the lost call does no harm.
_UNIQUE_NUMBERS = frozenset({DocumentKind.ACCREC})


def take_over_open_attempts(tools: Tools, link: Link) -> None:
    """Declare unknown what a process that died was sending."""
    with tools.db.write() as session:
        for attempt in attempts.unanswered(session, link.store):
            if attempt.tenant != link.tenant or attempt.id is None:
                continue
            items = attempts.items_of(session, attempt.id)
            for item in items:
                _lost(session, item, tools)
            attempts.finish(
                session,
                attempt.id,
                "unknown",
                tools.now(),
                problem=kept(problem_of(OutcomeUnknown, "outcome_unknown")),
                items=["unknown"] * len(items),
            )


def _lost(session: Session, item: AttemptItem, tools: Tools) -> None:
    document = session.get_one(DocumentRow, item.document_id)
    if item.payment_id is not None:
        payment = session.get_one(PaymentRow, item.payment_id)
        if payment.state == DayState.SENDING:
            set_payment(session, payment, DayState.UNKNOWN)
            set_document(session, document, DayState.UNKNOWN, tools.now())
    elif document.state == DayState.SENDING and document.remote_id is None:
        set_document(session, document, DayState.UNKNOWN, tools.now())


def close_resolved_attempts(tools: Tools, link: Link) -> None:
    """Mark the attempts nothing of which is unknown any more."""
    with tools.db.write() as session:
        for attempt in attempts.in_outcome(session, attempts.UNKNOWN, link.store):
            if attempt.id is not None and not _still_unknown(session, attempt.id):
                # Why it had to be looked up stays to be read in the log.
                attempts.finish(
                    session,
                    attempt.id,
                    "resolved",
                    tools.now(),
                    status=attempt.status,
                    problem=attempt.problem,
                )


def _still_unknown(session: Session, attempt_id: int) -> bool:
    for item in attempts.items_of(session, attempt_id):
        if item.payment_id is not None:
            if session.get_one(PaymentRow, item.payment_id).state == DayState.UNKNOWN:
                return True
        elif session.get_one(DocumentRow, item.document_id).state == DayState.UNKNOWN:
            return True
        if session.get_one(DocumentRow, item.document_id).undoing:
            return True
    return False


class Recovery:
    """Looks up what is unknown of one link."""

    def __init__(self, tools: Tools, link: Link) -> None:
        self._tools = tools
        self._link = link

    def documents(self) -> None:
        """Look up the documents that may have been created."""
        with self._tools.db.read() as session:
            open_ones = open_entries(session, self._link)
            lost = restored.to_look_up(session, open_ones)
        lost += [entry for entry in open_ones if entry.row.state == DayState.UNKNOWN and not entry.created]
        for kind in SENDING_ORDER:
            for batch in batches(
                of_kind([e for e in lost if not e.is_payment], kind), self._tools.pace.batch
            ):
                self._decide_documents(kind, batch)

    def payments(self) -> None:
        """Look up payments that may have been made, and drafts to be approved."""
        with self._tools.db.read() as session:
            open_ones = open_entries(session, self._link)
        lost = [entry for entry in open_ones if entry.created and entry.has(DayState.UNKNOWN, HELD)]
        for kind in SENDING_ORDER:
            for batch in batches(of_kind(lost, kind), self._tools.pace.batch):
                self._decide_payments(kind, batch)

    def _decide_documents(self, kind: DocumentKind, batch: list[Entry]) -> None:
        found = self._find(kind, batch)
        missing = [entry for entry, one in zip(batch, found, strict=True) if one is None]
        if kind not in _UNIQUE_NUMBERS and self._waited_for(missing):
            found = self._find(kind, batch)
        with self._tools.db.write() as session:
            for entry, one in zip(batch, found, strict=True):
                self._decide_document(session, entry, one)

    def _find(self, kind: DocumentKind, batch: list[Entry]) -> list[Found | None]:
        with self._tools.db.read() as session:
            documents = outgoing(session, self._link, batch)
        return self._link.ledger.find(kind, documents)

    def _decide_document(self, session: Session, entry: Entry, found: Found | None) -> None:
        now = self._tools.now()
        number_taken = (entry.row.problem or {}).get("code") == NUMBER_TAKEN
        if found is None and number_taken:
            refuse(session, entry, _taken_by_nobody(entry), now)
        elif found is None:
            set_document(session, current(session, entry), DayState.WAITING, now)
        elif found.status in comparing.GONE:
            refuse(session, entry, comparing.voided(entry, found), now)
        elif entry.document.kind in _UNIQUE_NUMBERS and (
            other := owner_of(session, entry.row, found.remote_id)
        ):
            refuse(session, entry, of_another_store(entry.document.number, other), now)
        elif differences := comparing.identity_differences(entry, found):
            total = comparing.total_difference(entry, found)
            refuse(
                session,
                entry,
                comparing.foreign(entry, found, [*differences, *([total] if total else [])]),
                now,
            )
        elif difference := comparing.total_difference(entry, found):
            self._adopt_different(session, entry, found, difference, number_taken=number_taken)
        else:
            self._adopt(session, entry, found)

    def _adopt(self, session: Session, entry: Entry, found: Found) -> None:
        created(session, entry, found, self._tools.now())
        for payment in entry.payments:
            row = session.get_one(PaymentRow, payment.id)
            if row.state == DayState.WAITING:
                set_payment(session, row, DayState.UNKNOWN)

    def _adopt_different(
        self, session: Session, entry: Entry, found: Found, difference: str, *, number_taken: bool
    ) -> None:
        now = self._tools.now()
        if number_taken and not self._was_lost(session, entry):
            refuse(session, entry, comparing.foreign(entry, found, [difference]), now)
            return
        created(session, entry, found, now)
        row = current(session, entry)
        set_document(
            session, row, DayState.DIFFERS, now, problem=kept(comparing.differs(entry, [difference]))
        )

    @staticmethod
    def _was_lost(session: Session, entry: Entry) -> bool:
        """Whether a call that carried it was never answered, so that it may be ours."""
        lost = select(func.count()).where(
            AttemptItem.document_id == entry.id, AttemptItem.outcome == "unknown"
        )
        return session.exec(lost).one() > 0

    def _decide_payments(self, kind: DocumentKind, batch: list[Entry]) -> None:
        found = self._read(kind, batch)
        if self._waited_for(
            [entry for entry, one in zip(batch, found, strict=True) if self._lacks(entry, one)]
        ):
            found = self._read(kind, batch)
        with self._tools.db.write() as session:
            taken = _taken_ids(session, batch)
            for entry, one in zip(batch, found, strict=True):
                self._decide_payments_of(session, entry, one, taken)

    def _read(self, kind: DocumentKind, batch: list[Entry]) -> list[Found | None]:
        return self._link.ledger.read(kind, [entry.remote_id for entry in batch])

    @staticmethod
    def _lacks(entry: Entry, found: Found | None) -> bool:
        unknown = [payment for payment in entry.payments if payment.state == DayState.UNKNOWN]
        return found is not None and any(
            comparing.same_payment(entry, payment, found, set()) is None for payment in unknown
        )

    def _decide_payments_of(
        self, session: Session, entry: Entry, found: Found | None, taken: set[str]
    ) -> None:
        now = self._tools.now()
        if found is None or found.status in comparing.GONE:
            refuse(session, entry, comparing.vanished(entry), now)
            return
        state = DayState.SENDING
        for payment in entry.payments:
            row = session.get_one(PaymentRow, payment.id)
            if row.state not in {DayState.UNKNOWN, HELD}:
                continue
            if remote_id := comparing.same_payment(entry, payment, found, taken):
                taken.add(remote_id)
                set_payment(session, row, DayState.POSTED, remote_id=remote_id)
            elif found.status in comparing.UNAPPROVED:
                set_payment(session, row, HELD)
                state = DayState.WAITING
            else:
                set_payment(session, row, DayState.WAITING)
        set_document(session, current(session, entry), state, now, problem=entry.row.problem)

    def _waited_for(self, missing: Sequence[Entry]) -> bool:
        """Wait until a lost call can no longer arrive; False when none is lost."""
        pause = self._still_travelling(missing)
        if pause <= timedelta(0):
            return False
        if not self._tools.waiter.wait(pause.total_seconds()):
            raise Stopped
        return True

    def _still_travelling(self, missing: Sequence[Entry]) -> timedelta:
        ids = [entry.id for entry in missing]
        lost = (
            select(func.max(col(Attempt.started)))
            .join(AttemptItem, col(AttemptItem.attempt_id) == Attempt.id)
            .where(col(AttemptItem.document_id).in_(ids), AttemptItem.outcome == "unknown")
        )
        with self._tools.db.read() as session:
            started: datetime | None = session.exec(lost).one()
        if started is None:
            return timedelta(0)
        return min(started + self._tools.pace.settling - self._tools.now(), self._tools.pace.settling)


def _taken_ids(session: Session, batch: Sequence[Entry]) -> set[str]:
    """Return the payments at the ledger that rows of ours already stand for."""
    documents = [entry.remote_id for entry in batch]
    known = (
        select(PaymentRow.remote_id)
        .join(DocumentRow, col(DocumentRow.id) == PaymentRow.document_id)
        .where(col(DocumentRow.remote_id).in_(documents), col(PaymentRow.remote_id).is_not(None))
    )
    return {remote_id for remote_id in session.exec(known).all() if remote_id}


def _taken_by_nobody(entry: Entry) -> Refused:
    number = entry.document.number
    return Refused(
        f"{number} was refused: the ledger says that the number is taken.",
        "A document that was deleted or voided there keeps its number, and it cannot be looked up.",
        "Change the number pattern in the mapping, then retry.",
        code="number_voided",
    )
