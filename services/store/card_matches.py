"""Approvals and card tenders that are joined, or wait to be.

Functions take the session of a transaction of the caller's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, or_
from sqlmodel import Session, col, select

from services.contract.problem import NotFound
from services.contract.terminals import PaymentState
from services.store.tables import CardApart, CardMatch, ReceiptRow, TenderRow, TerminalAttempt

_NAMED = 500
"""Amounts that a database is asked for by name."""


@dataclass(frozen=True, slots=True)
class CardTender:
    """A card tender of a receipt that counts. Amount in minor units."""

    store: str
    register: str
    receipt: str
    position: int
    time: datetime
    business_date: date
    type: str
    amount: int
    reference: str | None
    terminal: str | None

    @property
    def key(self) -> tuple[str, str, int]:
        """What names it within its store."""
        return self.register, self.receipt, self.position


def open_approvals(
    session: Session,
    store: str,
    first: date | None = None,
    last: date | None = None,
    limit: int | None = None,
) -> list[TerminalAttempt]:
    """Return approved attempts that are joined with nothing, oldest first.

    Of these business dates, with what has none; the newest when there is a `limit`.
    """
    joined = select(CardMatch.id).where(CardMatch.attempt_id == TerminalAttempt.id)
    wanted = select(TerminalAttempt).where(
        TerminalAttempt.store == store,
        TerminalAttempt.state == PaymentState.APPROVED,
        ~joined.exists(),
    )
    day = col(TerminalAttempt.business_date)
    if first is not None:
        wanted = wanted.where(or_(day.is_(None), day >= first))
    if last is not None:
        wanted = wanted.where(or_(day.is_(None), day <= last))
    newest = session.exec(wanted.order_by(col(TerminalAttempt.id).desc()).limit(limit)).all()
    return list(reversed(newest))


def late_approvals(session: Session, store: str) -> list[TerminalAttempt]:
    """Return what a terminal approved after it was settled otherwise, oldest first.

    A person has to decide what each came to.
    """
    wanted = select(TerminalAttempt).where(
        TerminalAttempt.store == store,
        col(TerminalAttempt.state).in_((PaymentState.CANCELLED, PaymentState.DECLINED)),
        col(TerminalAttempt.approved).is_not(None),
    )
    return list(session.exec(wanted.order_by(col(TerminalAttempt.id))))


def first_date(session: Session, store: str) -> date | None:
    """Return the date of a store's first attempt: before it cards had no journal."""
    wanted = select(func.min(TerminalAttempt.business_date)).where(TerminalAttempt.store == store)
    return session.exec(wanted).one()


def open_tenders(
    session: Session,
    store: str,
    types: Sequence[str],
    first: date,
    last: date,
    *,
    amounts: Iterable[int] | None = None,
    limit: int | None = None,
) -> list[CardTender]:
    """Return the tenders of these types that are joined with nothing, by time.

    Of receipts that count; nothing of no amount. `amounts` keeps those of one of these
    amounts, in minor units.
    """
    joined = select(CardMatch.id).where(
        CardMatch.store == ReceiptRow.store,
        CardMatch.till == ReceiptRow.till,
        CardMatch.receipt == ReceiptRow.receipt,
        CardMatch.position == TenderRow.position,
    )
    condition = and_(
        col(ReceiptRow.store) == store,
        col(ReceiptRow.business_date).between(first, last),
        col(ReceiptRow.effective),
        col(TenderRow.type).in_(types),
        col(TenderRow.amount) != 0,
        ~joined.exists(),
    )
    wanted = None if amounts is None else sorted(set(amounts))
    if wanted is not None and len(wanted) <= _NAMED:
        condition = and_(condition, col(TenderRow.amount).in_(wanted))
    found = _tenders(session, condition, limit)
    return found if wanted is None else [tender for tender in found if tender.amount in set(wanted)]


def tender(session: Session, store: str, register: str, receipt: str, position: int) -> CardTender | None:
    """Return one tender of a receipt that counts, whatever its type."""
    condition = and_(
        col(ReceiptRow.store) == store,
        col(ReceiptRow.till) == register,
        col(ReceiptRow.receipt) == receipt,
        col(ReceiptRow.effective),
        col(TenderRow.position) == position,
    )
    return next(iter(_tenders(session, condition)), None)


def matches(session: Session, store: str, limit: int | None = None) -> list[CardMatch]:
    """Return what was joined or dismissed, the newest first."""
    wanted = select(CardMatch).where(CardMatch.store == store).order_by(col(CardMatch.id).desc())
    return list(session.exec(wanted.limit(limit)))


def get_match(session: Session, store: str, number: int) -> CardMatch:
    """Return one of them; raise NotFound."""
    row = session.get(CardMatch, number)
    if row is None or row.store != store:
        raise NotFound(
            f"There is no match {number} in {store}.",
            "It was never made, or was taken apart again.",
            "See which there are with `tillbook terminal matches`.",
            code="unknown_match",
        )
    return row


def matches_of(session: Session, store: str, register: str, receipt: str) -> Sequence[CardMatch]:
    """Return what the tenders of a receipt are joined with, or dismissed."""
    wanted = select(CardMatch).where(
        CardMatch.store == store, CardMatch.till == register, CardMatch.receipt == receipt
    )
    return session.exec(wanted.order_by(col(CardMatch.id))).all()


def is_stale(session: Session, match: CardMatch) -> bool:
    """Whether the tender of a match is gone, or another.

    A receipt that was revised without touching the tender stays joined.
    """
    now = tender(session, match.store, match.till or "", match.receipt or "", match.position or 0)
    return now is None or now.amount != match.amount


def joined_on(session: Session, store: str, dates: Sequence[date]) -> list[tuple[str, str]]:
    """Return joined receipts (register, id) that have a revision on these dates.

    Those that no longer count come too.
    """
    wanted = (
        select(CardMatch.till, CardMatch.receipt)
        .join(
            ReceiptRow,
            and_(
                col(ReceiptRow.store) == col(CardMatch.store),
                col(ReceiptRow.till) == col(CardMatch.till),
                col(ReceiptRow.receipt) == col(CardMatch.receipt),
            ),
        )
        .where(CardMatch.store == store, col(ReceiptRow.business_date).in_(dates))
        .distinct()
    )
    return [(till or "", receipt or "") for till, receipt in session.exec(wanted)]


def _tenders(session: Session, condition: ColumnElement[bool], limit: int | None = None) -> list[CardTender]:
    wanted = (
        select(ReceiptRow, TenderRow)
        .join(TenderRow, col(TenderRow.receipt_id) == col(ReceiptRow.id))
        .where(condition)
        .order_by(col(ReceiptRow.time), col(ReceiptRow.id), col(TenderRow.position))
        .limit(limit)
    )
    return [
        CardTender(
            store=receipt.store,
            register=receipt.till,
            receipt=receipt.receipt,
            position=row.position,
            time=receipt.time,
            business_date=receipt.business_date,
            type=row.type,
            amount=row.amount,
            reference=row.reference,
            terminal=row.terminal,
        )
        for receipt, row in session.exec(wanted)
    ]


def tender_row(session: Session, match: CardMatch) -> TenderRow | None:
    """Return the row of the tender a match names, on the revision that counts."""
    wanted = (
        select(TenderRow)
        .join(ReceiptRow, col(TenderRow.receipt_id) == col(ReceiptRow.id))
        .where(
            ReceiptRow.store == match.store,
            ReceiptRow.till == match.till,
            ReceiptRow.receipt == match.receipt,
            col(ReceiptRow.effective),
            TenderRow.position == match.position,
        )
    )
    return session.exec(wanted).one_or_none()


def taken(
    session: Session, store: str, attempt: int | None, tender: tuple[str, str, int] | None
) -> CardMatch | None:
    """Return the match that holds an attempt, or a tender; None when both are free."""
    if attempt is not None:
        found = session.exec(select(CardMatch).where(CardMatch.attempt_id == attempt)).one_or_none()
        if found is not None:
            return found
    if tender is None:
        return None
    register, receipt, position = tender
    wanted = select(CardMatch).where(
        CardMatch.store == store,
        CardMatch.till == register,
        CardMatch.receipt == receipt,
        CardMatch.position == position,
    )
    return session.exec(wanted).one_or_none()


def take_apart(session: Session, match: CardMatch) -> None:
    """Delete a match; the two are never joined again but by a person."""
    if match.attempt_id is not None and match.receipt is not None:
        session.merge(
            CardApart(
                attempt_id=match.attempt_id,
                till=match.till or "",
                receipt=match.receipt,
                position=match.position or 0,
                store=match.store,
            )
        )
    session.delete(match)
    session.flush()


def kept_apart(session: Session, store: str) -> frozenset[tuple[int, str, str, int]]:
    """Return what a person parted: attempt, register, receipt, position."""
    rows = session.exec(select(CardApart).where(CardApart.store == store))
    return frozenset((row.attempt_id, row.till, row.receipt, row.position) for row in rows)
