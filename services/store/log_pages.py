"""The log as a book to leaf through: how long it is, and any page of it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from services.store.attempts import FAILED, Logged, with_documents
from services.store.tables import Attempt, AttemptItem, DocumentRow

_NEWEST = 5_000


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which remote writes are looked for; nothing given: all."""

    store: str | None = None
    failed: bool = False
    call: str | None = None
    """Such as `PUT Invoices`."""
    text: str | None = None
    """Part of a document's number."""

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return what a row must meet."""
        found: list[ColumnElement[bool]] = []
        if self.store is not None:
            found.append(col(Attempt.store) == self.store)
        if self.failed:
            found.append(col(Attempt.outcome).in_(FAILED))
        if self.call is not None:
            found.append(col(Attempt.call) == self.call)
        if self.text:
            found.append(col(Attempt.id).in_(_carrying(self.text)))
        return found


def count(session: Session, wanted: LogFilter) -> int:
    """Return how many remote writes there are."""
    return session.exec(select(func.count(col(Attempt.id))).where(*wanted.conditions())).one()


def page(
    session: Session, wanted: LogFilter, first: int, limit: int, total: int | None = None
) -> list[Logged]:
    """Return `limit` of them, newest first, after leaving out the `first`.

    With `total`, how many there are, what is nearer to the end is looked for from there.
    """
    from_end = total is not None and first > total // 2
    order = col(Attempt.id).asc() if from_end else col(Attempt.id).desc()
    if from_end and total is not None:
        limit = max(0, min(limit, total - first))
        first = total - first - limit
    # Only numbers are walked over on the way: whole rows would be read to be thrown away.
    ids = select(Attempt.id).where(*wanted.conditions()).order_by(order).offset(first).limit(limit)
    found = session.exec(select(Attempt).where(col(Attempt.id).in_(session.exec(ids).all())))
    return with_documents(session, sorted(found, key=lambda attempt: -(attempt.id or 0)))


def calls(session: Session) -> list[str]:
    """Return the kinds of calls among the newest: no log of years is read."""
    newest = select(Attempt.call).order_by(col(Attempt.id).desc()).limit(_NEWEST).subquery()
    return sorted(session.exec(select(newest.c.call).distinct()))


def _carrying(text: str) -> SelectOfScalar[int]:
    documents = select(DocumentRow.id).where(col(DocumentRow.number).contains(text, autoescape=True))
    return select(AttemptItem.attempt_id).where(col(AttemptItem.document_id).in_(documents))
