"""Business dates that were handed over as files: they are never sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, exists, func
from sqlmodel import Session, col, delete, select

from services.contract.states import DayState
from services.store.documents import payments_of, set_document, set_payment
from services.store.tables import (
    AttemptItem,
    Day,
    DocumentRow,
    FilePosting,
    FilePostingDay,
    PaymentRow,
    PostedFile,
)


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file as it was handed over; `content` is its text, UTF-8."""

    name: str
    content: str
    sha256: str


def dates(session: Session, store: str) -> frozenset[date]:
    """Return every business date of a store that is posted by file."""
    wanted = select(col(FilePostingDay.business_date)).where(FilePostingDay.store == store)
    return frozenset(session.exec(wanted))


def handed_over() -> ColumnElement[bool]:
    """Return the condition that a `Day` is posted by file."""
    return exists().where(
        col(FilePostingDay.store) == col(Day.store),
        col(FilePostingDay.business_date) == col(Day.business_date),
    )


def among(session: Session, store: str, wanted: Iterable[date]) -> frozenset[date]:
    """Return those of the dates that are posted by file."""
    asked = list(wanted)
    found = select(col(FilePostingDay.business_date)).where(
        FilePostingDay.store == store, col(FilePostingDay.business_date).in_(asked)
    )
    return frozenset(session.exec(found)) if asked else frozenset()


def posting_of(session: Session, store: str, business_date: date) -> FilePosting | None:
    """Return how a date was handed over; None when it is not posted by file."""
    row = session.get(FilePostingDay, (store, business_date))
    return session.get_one(FilePosting, row.posting_id) if row else None


def dates_of(session: Session, posting: FilePosting) -> list[date]:
    """Return the dates that a posting holds now: none once it was taken back."""
    wanted = select(col(FilePostingDay.business_date)).where(FilePostingDay.posting_id == posting.id)
    return sorted(session.exec(wanted))


def files_of(session: Session, posting: FilePosting) -> list[KeptFile]:
    """Return the files of a posting, as they were handed over."""
    wanted = select(PostedFile).where(PostedFile.posting_id == posting.id).order_by(col(PostedFile.position))
    return [KeptFile(row.name, row.content, row.sha256) for row in session.exec(wanted)]


def save(session: Session, posting: FilePosting, days: Sequence[date], files: Iterable[KeptFile]) -> None:
    """Keep a posting with its files; the dates are posted by file from now on.

    Raises IntegrityError when another service handed one of the dates over meanwhile.
    """
    session.add(posting)
    session.flush()
    number = posting.id or 0
    for day in days:
        session.add(FilePostingDay(store=posting.store, business_date=day, posting_id=number))
    for position, file in enumerate(files):
        session.add(
            PostedFile(
                posting_id=number,
                position=position,
                name=file.name,
                content=file.content,
                sha256=file.sha256,
            )
        )
    session.flush()


def take_back(session: Session, posting: FilePosting, by: str, reason: str, now: datetime) -> None:
    """Let the dates of a posting be sent again; what was handed over is kept to read."""
    posting.taken_back, posting.taken_back_by, posting.reason = now, by, reason
    session.add(posting)
    session.exec(delete(FilePostingDay).where(col(FilePostingDay.posting_id) == posting.id))
    session.flush()


def hand_over(session: Session, rows: Iterable[DocumentRow], now: datetime) -> None:
    """Mark documents and their payments as posted by file."""
    for row in rows:
        for payment in payments_of(session, [row.id or 0])[row.id or 0]:
            set_payment(session, payment, DayState.BY_FILE)
        set_document(session, row, DayState.BY_FILE, now)


def forget(session: Session, rows: Iterable[DocumentRow], now: datetime) -> None:
    """Undo `hand_over`: what no call ever carried is removed, the rest waits again."""
    for row in rows:
        carried = select(func.count()).where(AttemptItem.document_id == row.id)
        payments = payments_of(session, [row.id or 0])[row.id or 0]
        if session.exec(carried).one():
            for payment in payments:
                set_payment(session, payment, DayState.WAITING)
            set_document(session, row, DayState.WAITING, now)
            continue
        session.exec(delete(PaymentRow).where(col(PaymentRow.document_id) == row.id))
        session.delete(row)
    session.flush()
