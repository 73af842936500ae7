"""Proving what was sent: the ledger's own figures against ours (DESIGN.md, 6)."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import func
from sqlmodel import Session, col, select

from services.accounting.ledger import Found
from services.contract.states import DayState
from services.store.documents import set_document
from services.store.tables import DocumentRow, PaymentRow
from services.sync.changed import drift, theirs
from services.sync.findings import kept
from services.sync.posting import comparing
from services.sync.posting.entries import HELD, SENDING_ORDER, Entry, batches, of_kind, open_entries
from services.sync.posting.jobs import current, minor
from services.sync.posting.undoing import RESEND_REFUSED
from services.sync.tools import Link, Tools

# What is wrong with these is not wrong at the ledger, and stays said.
_KEPT_PROBLEMS = {"warned": DayState.DIFFERS, RESEND_REFUSED: DayState.CHANGED}
_UNPAID = (DayState.WAITING, DayState.SENDING, DayState.UNKNOWN, HELD)


def prove(tools: Tools, link: Link) -> None:
    """Read back every document that is created and paid: posted, or differs."""
    with tools.db.read() as session:
        done = [entry for entry in open_entries(session, link) if entry.created and not entry.has(*_UNPAID)]
    for kind in SENDING_ORDER:
        for batch in batches(of_kind(done, kind), tools.pace.batch):
            found = link.ledger.read(kind, [entry.remote_id for entry in batch])
            with tools.db.write() as session:
                for entry, one in zip(batch, found, strict=True):
                    _judge(tools, session, entry, one)


def _judge(tools: Tools, session: Session, entry: Entry, found: Found | None) -> None:
    row, now = current(session, entry), tools.now()
    if drift.is_accepted(entry, found):
        set_document(session, row, DayState.POSTED, now)
        return
    if found is None:
        set_document(session, row, DayState.DIFFERS, now, problem=kept(comparing.vanished(entry)))
        row.accepted = {"found": theirs.version_of(None)}
        return
    differences = list(_differences(session, entry, found))
    code = (entry.row.problem or {}).get("code")
    if differences:
        set_document(session, row, DayState.DIFFERS, now, problem=kept(comparing.differs(entry, differences)))
    elif code in _KEPT_PROBLEMS:
        set_document(session, row, _KEPT_PROBLEMS[code], now, problem=entry.row.problem)
    else:
        set_document(session, row, DayState.POSTED, now)
    row.accepted = {"found": theirs.version_of(found)} if differences else None
    _keep_figures(row, entry, found)
    session.add(row)


def _keep_figures(row: DocumentRow, entry: Entry, found: Found) -> None:
    if not entry.is_payment:
        row.remote_total = minor(entry, found.total)
        row.remote_tax = minor(entry, found.total_tax)
        row.remote_due = minor(entry, found.amount_due)


def _differences(session: Session, entry: Entry, found: Found) -> list[str]:
    live = {remote_id for remote_id, *_ in found.payments}
    gone = [
        f"payment {payment.tender} {entry.amount(payment.amount)} is not there"
        for payment in entry.payments
        if payment.remote_id not in live
    ]
    if entry.is_payment:
        return gone
    told = list(comparing.proof_differences(entry, found, _paid_elsewhere(session, entry)))
    return [*(told or theirs.told(entry.document, entry.payments, theirs.version_of(found))), *gone]


def _paid_elsewhere(session: Session, entry: Entry) -> Decimal:
    """Return what our debtor payments paid on an invoice of ours."""
    paid = (
        select(func.coalesce(func.sum(PaymentRow.amount), 0))
        .join(DocumentRow, col(DocumentRow.id) == PaymentRow.document_id)
        .where(
            DocumentRow.remote_id == entry.row.remote_id,
            DocumentRow.id != entry.id,
            PaymentRow.state == DayState.POSTED,
        )
    )
    return entry.amount(int(session.exec(paid).one()))
