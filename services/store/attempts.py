"""Remote writes: written down before the call, answered after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from services.contract.problem import NotFound
from services.store.tables import Attempt, AttemptItem, DocumentRow

STARTED = "started"
UNKNOWN = "unknown"
FAILED = ("partly", "refused", "not_sent", UNKNOWN)
"""Outcomes that a person looks for in the log."""


@dataclass(frozen=True, slots=True)
class Item:
    """What a call carries: a document, or one payment of it."""

    document_id: int
    payment_id: int | None = None


@dataclass(frozen=True, slots=True)
class Logged:
    """An attempt with the numbers and business dates of the documents it carried."""

    attempt: Attempt
    numbers: tuple[str, ...]
    dates: tuple[date, ...]


def begin(
    session: Session,
    *,
    store: str,
    tenant: str,
    call: str,
    key: str,
    items: Sequence[Item],
    request: str | None,
    now: datetime,
) -> Attempt:
    """Write down a call that is about to be made, under its idempotency key.

    Commit before the call: the row is what tells a crash from silence. `request` holds
    no secret.
    """
    attempt = Attempt(
        store=store,
        tenant=tenant,
        call=call,
        idempotency_key=key,
        started=now,
        elements=len(items),
        request=request,
    )
    session.add(attempt)
    session.flush()
    for position, item in enumerate(items):
        session.add(
            AttemptItem(
                attempt_id=attempt.id or 0,
                position=position,
                document_id=item.document_id,
                payment_id=item.payment_id,
            )
        )
    session.flush()
    return attempt


def finish(
    session: Session,
    attempt_id: int,
    outcome: str,
    now: datetime,
    *,
    status: int | None = None,
    problem: dict[str, str] | None = None,
    answer: str | None = None,
    items: Sequence[str] = (),
) -> Attempt:
    """Write down what became of a call, and of each item in order.

    Without `items` each gets the outcome of the whole. The time of the first answer
    stays when an unknown outcome is resolved later.
    """
    attempt = get_attempt(session, attempt_id)
    carried = items_of(session, attempt_id)
    attempt.outcome, attempt.status, attempt.problem = outcome, status, problem
    attempt.answered = attempt.answered or now
    attempt.answer = attempt.answer if answer is None else answer
    for item, word in zip(carried, items or [outcome] * len(carried), strict=True):
        item.outcome = word
        session.add(item)
    session.add(attempt)
    session.flush()
    return attempt


def get_attempt(session: Session, attempt_id: int) -> Attempt:
    """Return an attempt; raise NotFound when there is none of this number."""
    attempt = session.get(Attempt, attempt_id)
    if attempt is None:
        raise NotFound(
            f"There is no attempt {attempt_id}.",
            "The log does not list it.",
            "See the numbers with `tillbook log`.",
            code="unknown_attempt",
        )
    return attempt


def items_of(session: Session, attempt_id: int) -> list[AttemptItem]:
    """Return what an attempt carried, in order."""
    wanted = select(AttemptItem).where(AttemptItem.attempt_id == attempt_id)
    return list(session.exec(wanted.order_by(col(AttemptItem.position))))


def of_document(session: Session, document_id: int) -> list[Attempt]:
    """Return the attempts that carried a document or a payment of it, oldest first."""
    carried = select(AttemptItem.attempt_id).where(AttemptItem.document_id == document_id)
    return list(session.exec(select(Attempt).where(col(Attempt.id).in_(carried)).order_by(col(Attempt.id))))


def in_outcome(session: Session, outcome: str, store: str | None = None) -> list[Attempt]:
    """Return the attempts of this outcome, oldest first."""
    wanted = select(Attempt).where(Attempt.outcome == outcome)
    if store is not None:
        wanted = wanted.where(Attempt.store == store)
    return list(session.exec(wanted.order_by(col(Attempt.id))))


def unanswered(session: Session, store: str | None = None) -> list[Attempt]:
    """Return the calls that were begun and not answered, oldest first.

    After a restart nobody knows what became of them.
    """
    return in_outcome(session, STARTED, store)


def log(
    session: Session,
    *,
    store: str | None = None,
    failed: bool = False,
    limit: int = 50,
    before: int | None = None,
) -> list[Logged]:
    """Return the newest attempts first; `before` an attempt's number for more."""
    wanted = select(Attempt).order_by(col(Attempt.id).desc()).limit(limit)
    if store is not None:
        wanted = wanted.where(Attempt.store == store)
    if failed:
        wanted = wanted.where(col(Attempt.outcome).in_(FAILED))
    if before is not None:
        wanted = wanted.where(col(Attempt.id) < before)
    return with_documents(session, list(session.exec(wanted)))


def with_documents(session: Session, attempts: list[Attempt]) -> list[Logged]:
    """Return attempts with what they carried."""
    wanted = (
        select(col(AttemptItem.attempt_id), col(DocumentRow.number), col(DocumentRow.business_date))
        .join(DocumentRow, col(DocumentRow.id) == AttemptItem.document_id)
        .where(col(AttemptItem.attempt_id).in_([attempt.id for attempt in attempts]))
        .order_by(col(AttemptItem.attempt_id), col(AttemptItem.position))
    )
    carried: dict[int, list[tuple[str, date]]] = {}
    for attempt_id, number, business_date in session.exec(wanted):
        carried.setdefault(attempt_id, []).append((number, business_date))
    return [_logged(attempt, carried.get(attempt.id or 0, [])) for attempt in attempts]


def _logged(attempt: Attempt, carried: list[tuple[str, date]]) -> Logged:
    numbers = tuple(dict.fromkeys(number for number, _ in carried))
    return Logged(attempt, numbers, tuple(sorted({business_date for _, business_date in carried})))
