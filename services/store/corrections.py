"""What was decided about documents that changed: corrected, or kept.

Of every document of a business date the tables know what the ledger and those decisions
stand for together. What the tills say now is compared with that, so that no difference
is corrected twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select, update

from services.books.documents import Document
from services.books.money import to_minor
from services.books.wire import document_from_json, document_to_json
from services.contract.states import DayState
from services.store.documents import (
    ACCOUNT_SALE,
    by_number,
    digest_of,
    document_of,
    replace_unsent,
    save_payments,
    sent_ids,
)
from services.store.tables import DocumentRow, KeptChange

_SETTLED = frozenset({DayState.POSTED, DayState.DIFFERS, DayState.CHANGED})


@dataclass(frozen=True, slots=True)
class Chain:
    """A document, its corrections in order, and the last difference that was kept."""

    key: str
    original: DocumentRow | None
    corrections: tuple[DocumentRow, ...]
    """Neither withdrawn nor voided."""
    kept: KeptChange | None
    sent: frozenset[int]
    """Ids of those that are, or may be, at the ledger."""
    numbered: int
    """How many corrections there ever were."""

    @property
    def rows(self) -> tuple[DocumentRow, ...]:
        """Everything of it that counts, in order."""
        return (*((self.original,) if self.original else ()), *self.corrections)

    @property
    def at_ledger(self) -> tuple[DocumentRow, ...]:
        """What of it is, or may be, at the ledger."""
        return tuple(row for row in self.rows if row.id in self.sent)

    @property
    def planned(self) -> DocumentRow | None:
        """The correction that is made and not sent yet."""
        return next((row for row in self.corrections if row.id not in self.sent), None)

    @property
    def is_settled(self) -> bool:
        """Whether all that was sent of it has its outcome, payments and all."""
        return all(row.state in _SETTLED and not row.undoing for row in self.at_ledger)

    @property
    def stands_for(self) -> Document | None:
        """What the tills said when it was last settled, or kept; None: nothing."""
        last = max(self.at_ledger, key=lambda row: row.id or 0, default=None)
        if self.kept is not None and (last is None or self.kept.after_document >= (last.id or 0)):
            return _document(self.kept.stands_for)
        return stands_for(last) if last is not None else None


def base_key(row: DocumentRow) -> str:
    """Return the key of the document that a row is, or corrects."""
    return row.key.removesuffix(f"#d{row.delta}") if row.delta else row.key


def stands_for(row: DocumentRow) -> Document | None:
    """Return what the tills said when a row was made."""
    return _document(row.stands_for) if row.stands_for is not None else document_of(row)


def _document(held: Mapping[str, object]) -> Document | None:
    body = held["document"]
    assert body is None or isinstance(body, dict)  # noqa: S101 - as `_holding` writes it
    return None if body is None else document_from_json(body)


def _holding(document: Document | None) -> dict[str, object]:
    return {"document": None if document is None else document_to_json(document)}


def chains(session: Session, store: str, business_date: date) -> dict[str, Chain]:
    """Return what there is of each document of a date, by its key."""
    wanted = select(DocumentRow).where(DocumentRow.store == store, DocumentRow.business_date == business_date)
    every: dict[str, list[DocumentRow]] = {}
    for row in session.exec(wanted.order_by(col(DocumentRow.id))):
        every.setdefault(base_key(row), []).append(row)
    kept = _last_kept(session, store, business_date)
    sent = sent_ids(session, [row for rows in every.values() for row in rows])
    return {key: _chain(key, every.get(key, []), kept.get(key), sent) for key in {**every, **kept}}


def _last_kept(session: Session, store: str, business_date: date) -> dict[str, KeptChange]:
    wanted = select(KeptChange).where(
        KeptChange.store == store, KeptChange.business_date == business_date, ~col(KeptChange.over)
    )
    return {row.key: row for row in session.exec(wanted.order_by(col(KeptChange.id)))}


def _chain(key: str, rows: list[DocumentRow], kept: KeptChange | None, sent: frozenset[int]) -> Chain:
    live = [row for row in rows if not row.withdrawn]
    originals = [row for row in live if not row.delta]
    return Chain(
        key,
        originals[-1] if originals else None,
        tuple(row for row in live if row.delta),
        kept,
        sent,
        sum(row.delta > 0 for row in rows),
    )


@dataclass(frozen=True, slots=True)
class Correction:
    """A correction that is to be sent: the document, and what it brings the books to."""

    document: Document
    stands_for: Document | None
    store: str
    date: date
    shape: str
    tenant: str
    mapping_version: int


def next_number(chain: Chain, base: str) -> tuple[str, str]:
    """Return number and key of the correction that is made next, or made again."""
    planned = chain.planned
    number = planned.delta if planned is not None else chain.numbered + 1
    return f"{base}-d{number}", f"{chain.key}#d{number}"


def save_correction(session: Session, chain: Chain, correction: Correction, now: datetime) -> DocumentRow:
    """Keep a correction to be sent; one that was not sent yet takes the new content."""
    planned = chain.planned
    new = _row(chain, correction, now)
    if planned is None:
        session.add(new)
        save_payments(session, new, correction.document)
        return new
    if planned.digest != new.digest or planned.state != DayState.WAITING:
        replace_unsent(session, planned, new)
    return planned


def _row(chain: Chain, correction: Correction, now: datetime) -> DocumentRow:
    document = correction.document
    body = document_to_json(document)
    return DocumentRow(
        store=correction.store,
        business_date=correction.date,
        key=document.key,
        kind=document.kind.value,
        number=document.number,
        shape=correction.shape,
        tenant=correction.tenant,
        mapping_version=correction.mapping_version,
        body=body,
        digest=digest_of(body),
        total=to_minor(document.total, document.currency),
        delta=chain.planned.delta if chain.planned is not None else chain.numbered + 1,
        corrects=chain.original.id if chain.original else None,
        stands_for=_holding(correction.stands_for),
        created=now,
        changed=now,
    )


def withdraw(session: Session, rows: Iterable[DocumentRow], now: datetime) -> None:
    """Take back what was made and never sent."""
    for row in rows:
        row.withdrawn, row.changed = True, now
        session.add(row)
    session.flush()


def keep(
    session: Session,
    chain: Chain,
    place: tuple[str, date],
    says: Document | None,
    *,
    by: str,
    note: str,
    now: datetime,
) -> KeptChange:
    """Note that a person leaves a difference as it is; `says`: what the tills say.

    A correction that was not sent yet is taken back.
    """
    unsent = [row for row in chain.rows if row.id not in chain.sent]
    withdraw(session, unsent, now)
    kept = KeptChange(
        store=place[0],
        business_date=place[1],
        key=chain.key,
        after_document=max((row.id or 0 for row in chain.rows), default=0),
        by=by,
        at=now,
        note=note,
        stands_for=_holding(says),
    )
    session.add(kept)
    session.flush()
    return kept


def current_number(session: Session, store: str, number: str) -> str:
    """Return the number a document has now.

    It may have been sent anew, or of another date.
    """
    known = by_number(session, store, number)
    keys = [row.key for row in known if row.key.startswith(ACCOUNT_SALE)]
    live = select(DocumentRow.number).where(
        DocumentRow.store == store,
        col(DocumentRow.key).in_(keys),
        ~col(DocumentRow.withdrawn),
        col(DocumentRow.remote_id).is_not(None),
    )
    newest = session.exec(live.order_by(col(DocumentRow.id).desc()).limit(1)).first() if keys else None
    if newest is not None:
        return newest
    for row in known:
        seen = row
        while seen.replaced_by is not None:
            seen = session.get_one(DocumentRow, seen.replaced_by)
        if seen.id != row.id:
            return seen.number
    return number


def nothing(key: str) -> Chain:
    """Return the chain of a document that was never filed."""
    return Chain(key, None, (), None, frozenset(), 0)


def void(session: Session, row: DocumentRow, now: datetime) -> None:
    """Note that the ledger no longer counts a document: its number stays taken.

    What was kept of differences is over with it: it is sent in full again.
    """
    row.voided, row.withdrawn, row.undoing, row.changed = True, True, False, now
    session.add(row)
    session.exec(
        update(KeptChange)
        .where(
            col(KeptChange.store) == row.store,
            col(KeptChange.business_date) == row.business_date,
            col(KeptChange.key) == base_key(row),
        )
        .values(over=True)
    )
    session.flush()
