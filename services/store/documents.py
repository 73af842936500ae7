"""Documents: what was built for a business date and what became of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Session, col, select, update

from services.books.documents import Document, DocumentKind, DocumentPayment
from services.books.money import to_minor
from services.books.wire import document_from_json, document_to_json
from services.contract.problem import NotFound
from services.contract.states import DayState
from services.store.tables import AttemptItem, DocumentRow, PaymentRow

# Nothing of it is at the ledger, nor may be.
_UNSENT = frozenset({DayState.OPEN, DayState.WAITING, DayState.BLOCKED, DayState.REFUSED})
_PURCHASES = ("purchase:", "purchase_credit:")
ACCOUNT_SALE = "account:"
"""How keys of account sales begin: register and receipt follow, on whatever date it is."""
_CONTENT = (
    "kind",
    "number",
    "shape",
    "mapping_version",
    "body",
    "digest",
    "total",
    "stands_for",
    "changed",
)


class Change(StrEnum):
    """What saving did to a document."""

    NEW = "new"
    SAME = "same"
    REPLACED = "replaced"
    """It was not sent yet, and holds the new content now."""
    DIFFERS = "differs"
    """It was sent, or made for another organisation: the row keeps what was sent."""


@dataclass(frozen=True, slots=True)
class SavedDocument:
    """A built document with its row."""

    row: DocumentRow
    change: Change


@dataclass(frozen=True, slots=True)
class Saved:
    """What saving a day's documents did."""

    documents: tuple[SavedDocument, ...]
    left: tuple[DocumentRow, ...]
    """Sent before, and no longer among the day's documents."""


@dataclass(frozen=True, slots=True)
class AtLedger:
    """How the ledger holds a document; amounts in minor units, None: not told."""

    remote_id: str
    total: int | None
    total_tax: int | None
    amount_due: int | None
    state: str = DayState.POSTED.value


def save_documents(
    session: Session,
    store: str,
    business_date: date,
    built: Sequence[Document],
    *,
    shape: str,
    tenant: str,
    mapping_version: int,
    now: datetime,
    whole: bool = True,
) -> Saved:
    """Keep the documents of a business date with their payments.

    Saving the same documents again changes nothing. What was not sent yet takes the new
    content, or is withdrawn when it is no longer built; what was sent stays as it was.
    Unless `built` is the `whole` of the date, nothing that was sent counts as left out.
    """
    origin = _Origin(store, business_date, str(shape), tenant, mapping_version, now)
    known = {row.key: row for row in _newest(session, store, business_date) if not row.delta}
    sent = sent_ids(session, known.values())
    saved = [_save(session, known.pop(each.key, None), each, origin, sent) for each in built]
    for row in known.values():
        if row.id not in sent and not row.withdrawn:
            row.withdrawn, row.changed = True, now
            session.add(row)
    session.flush()
    left = tuple(row for row in known.values() if row.id in sent and not row.voided) if whole else ()
    return Saved(tuple(saved), left)


def documents_on(session: Session, store: str, business_date: date) -> list[DocumentRow]:
    """Return a business date's documents in sending order, not the withdrawn."""
    return [row for row in _newest(session, store, business_date) if not row.withdrawn]


def in_state(
    session: Session, states: Iterable[str], store: str | None = None, limit: int | None = None
) -> list[DocumentRow]:
    """Return the documents in any of these states, oldest business date first."""
    wanted = select(DocumentRow).where(col(DocumentRow.state).in_([str(state) for state in states]))
    wanted = wanted.where(~col(DocumentRow.withdrawn))
    if store is not None:
        wanted = wanted.where(DocumentRow.store == store)
    # Put in order here: for the sake of an order SQLite would read all the documents of a store.
    return sorted(session.exec(wanted), key=lambda row: (row.business_date, row.id or 0))[:limit]


def by_number(session: Session, store: str, number: str) -> list[DocumentRow]:
    """Return the documents of this number, newest first: numbers of bills may repeat."""
    wanted = select(DocumentRow).where(DocumentRow.store == store, DocumentRow.number == number)
    return list(session.exec(wanted.order_by(col(DocumentRow.id).desc())))


def first_numbers(session: Session, store: str, keys: Iterable[str]) -> dict[str, str]:
    """Return the numbers under which documents of these keys went out first."""
    return {row.key: row.number for row in _sent_of_keys(session, store, keys)}


def dates_sent_on(session: Session, store: str, keys: Iterable[str]) -> dict[str, set[date]]:
    """Return the dates on which documents of these keys may be at the ledger."""
    found: dict[str, set[date]] = {}
    for row in _sent_of_keys(session, store, keys):
        if not row.voided:
            found.setdefault(row.key, set()).add(row.business_date)
    return found


def _sent_of_keys(session: Session, store: str, keys: Iterable[str]) -> list[DocumentRow]:
    """Return what ever went of these keys, the first that went last."""
    wanted = select(DocumentRow).where(
        DocumentRow.store == store, col(DocumentRow.key).in_(named := list(keys))
    )
    rows = session.exec(wanted.order_by(col(DocumentRow.id).desc())) if named else ()
    return [row for row in rows if _is_out(row)]


def get_document(session: Session, document_id: int) -> DocumentRow:
    """Return a document's row; raise NotFound when there is none of this id."""
    row = session.get(DocumentRow, document_id)
    if row is None:
        raise NotFound(
            f"There is no document {document_id}.",
            "It was never built.",
            "See the day's documents with `tillbook preview`.",
            code="unknown_document",
        )
    return row


def document_of(row: DocumentRow) -> Document:
    """Return the document that a row holds, as it was built."""
    return document_from_json(row.body)


def payments_of(session: Session, document_ids: Iterable[int]) -> dict[int, list[PaymentRow]]:
    """Return the payments of each of these documents, in order."""
    payments: dict[int, list[PaymentRow]] = {each: [] for each in document_ids}
    wanted = select(PaymentRow).where(col(PaymentRow.document_id).in_(payments))
    for row in session.exec(wanted.order_by(col(PaymentRow.document_id), col(PaymentRow.position))):
        payments[row.document_id].append(row)
    return payments


def set_document(
    session: Session, row: DocumentRow, state: str, now: datetime, problem: dict[str, str] | None = None
) -> None:
    """Say where a document stands, and what is wrong with it if anything is."""
    row.state, row.problem, row.changed = str(state), problem, now
    session.add(row)
    session.flush()


def set_accepted(session: Session, row: DocumentRow, accepted: AtLedger, now: datetime) -> None:
    """Note that the ledger holds a document, with the ledger's own figures."""
    row.remote_id, row.remote_total = accepted.remote_id, accepted.total
    row.remote_tax, row.remote_due = accepted.total_tax, accepted.amount_due
    set_document(session, row, accepted.state, now)


def set_payment(
    session: Session,
    row: PaymentRow,
    state: str,
    *,
    remote_id: str | None = None,
    problem: dict[str, str] | None = None,
) -> None:
    """Say where a payment stands; a ledger's id once known is kept."""
    row.state, row.problem = str(state), problem
    row.remote_id = remote_id or row.remote_id
    session.add(row)
    session.flush()


def _newest(session: Session, store: str, business_date: date) -> list[DocumentRow]:
    wanted = select(DocumentRow).where(DocumentRow.store == store, DocumentRow.business_date == business_date)
    rows = session.exec(wanted.order_by(col(DocumentRow.revision)))
    newest = {row.key: row for row in rows}
    return sorted(newest.values(), key=lambda row: row.id or 0)


@dataclass(frozen=True, slots=True)
class _Origin:
    store: str
    business_date: date
    shape: str
    tenant: str
    mapping_version: int
    now: datetime


def _new(document: Document, origin: _Origin, revision: int = 1) -> DocumentRow:
    plain = document_to_json(document)
    sent = document if revision == 1 else renumbered(document, revision)
    body = document_to_json(sent)
    return DocumentRow(
        store=origin.store,
        business_date=origin.business_date,
        key=document.key,
        revision=revision,
        stands_for=None if revision == 1 else {"document": plain},
        kind=document.kind.value,
        number=sent.number,
        shape=origin.shape,
        tenant=origin.tenant,
        mapping_version=origin.mapping_version,
        body=body,
        digest=digest_of(plain),
        total=to_minor(document.total, document.currency),
        created=origin.now,
        changed=origin.now,
    )


def _save(
    session: Session, known: DocumentRow | None, document: Document, origin: _Origin, sent: frozenset[int]
) -> SavedDocument:
    if known is None or known.voided:
        return _save_new(session, known, document, origin)
    new = _new(document, origin, known.revision)
    same = known.digest == new.digest
    if known.id in sent or known.tenant != new.tenant:
        return SavedDocument(known, Change.SAME if same else Change.DIFFERS)
    if same and not known.withdrawn:
        return SavedDocument(known, Change.SAME)
    replace_unsent(session, known, new)
    return SavedDocument(known, Change.REPLACED)


def _save_new(
    session: Session, voided: DocumentRow | None, document: Document, origin: _Origin
) -> SavedDocument:
    """Keep a document for the first time.

    Or as a new revision of one that was voided.
    """
    new = _new(document, origin, _next_revision(session, voided, document, origin))
    session.add(new)
    save_payments(session, new, document_of(new))
    if voided is not None:
        voided.replaced_by = new.id
        session.add(voided)
    return SavedDocument(new, Change.NEW)


def _next_revision(session: Session, voided: DocumentRow | None, document: Document, origin: _Origin) -> int:
    """Return the revision a document begins with: a later one when it moved here.

    What was sent of another date, also if it was voided since, keeps the number.
    """
    last = voided.revision if voided else 0
    if document.key.startswith(ACCOUNT_SALE):
        sent = _sent_of_keys(session, origin.store, [document.key])
        last = max([last, *(row.revision for row in sent)])
    return last + 1


def replace_unsent(session: Session, known: DocumentRow, new: DocumentRow) -> None:
    """Put new content in the place of a document that was never sent."""
    _copy(new, known, _CONTENT)
    known.state, known.problem, known.withdrawn = DayState.WAITING.value, None, False
    session.add(known)
    save_payments(session, known, document_of(new))


def renumbered(document: Document, revision: int) -> Document:
    """Return a document under the number of a later revision.

    The number of a voided document stays taken (XERO.md 6.16). Bills keep the supplier's, and
    a payment that of the invoice it pays.
    """
    if document.kind is DocumentKind.PAYMENT or document.key.startswith(_PURCHASES):
        return document
    return under_number(document, f"{document.number}-r{revision}")


def under_number(document: Document, number: str) -> Document:
    """Return a document under another number, in its payments' references too."""
    payments = tuple(
        replace(payment, reference=payment.reference.replace(document.number, number, 1))
        for payment in document.payments
    )
    return replace(document, number=number, payments=payments)


def sent_ids(session: Session, rows: Iterable[DocumentRow]) -> frozenset[int]:
    """Return the ids of the documents that are, or may be, at the ledger in any part."""
    by_id = {row.id or 0: row for row in rows}
    payments = payments_of(session, by_id)
    return frozenset(
        each
        for each, row in by_id.items()
        if _is_out(row) or any(_is_out(payment) for payment in payments[each])
    )


def _is_out(row: DocumentRow | PaymentRow) -> bool:
    return row.state not in _UNSENT or row.remote_id is not None


def save_payments(session: Session, row: DocumentRow, document: Document) -> None:
    """Keep the payments of a document that was not sent yet."""
    session.flush()
    document_id = row.id or 0
    known = payments_of(session, [document_id])[document_id]
    for position, payment in enumerate(document.payments):
        new = _new_payment(document_id, position, payment, document.currency)
        if position < len(known):
            _copy(new, known[position], ("tender", "account", "amount", "reference", "state", "problem"))
        session.add(known[position] if position < len(known) else new)
    for surplus in known[len(document.payments) :]:
        _forget_payment(session, surplus)
    session.flush()


def _new_payment(document_id: int, position: int, payment: DocumentPayment, currency: str) -> PaymentRow:
    return PaymentRow(
        document_id=document_id,
        position=position,
        tender=payment.tender,
        account=payment.account,
        amount=to_minor(payment.amount, currency),
        reference=payment.reference,
    )


def _copy(source: object, target: object, names: Iterable[str]) -> None:
    for name in names:
        setattr(target, name, getattr(source, name))


def _forget_payment(session: Session, row: PaymentRow) -> None:
    # A refused attempt may have carried it; the attempt keeps its text.
    session.exec(update(AttemptItem).where(col(AttemptItem.payment_id) == row.id).values(payment_id=None))
    session.delete(row)


def digest_of(body: dict[str, Any]) -> bytes:
    """Return the digest of a document's JSON, to know the same content again."""
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).digest()
