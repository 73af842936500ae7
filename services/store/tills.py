"""Till sessions: what was expected and what was counted (RECEIPTS.md)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from services.books.money import ZERO, from_minor
from services.books.records import CASH, StoreFacts
from services.books.totals import TenderCount
from services.store.tables import ReceiptRow, SessionRow, TenderRow


def sessions_on(session: Session, store: str, business_date: date) -> list[SessionRow]:
    """Return the till sessions of a business date, in the order of opening."""
    wanted = select(SessionRow).where(SessionRow.store == store, SessionRow.business_date == business_date)
    return list(session.exec(wanted.order_by(col(SessionRow.opened), SessionRow.till, SessionRow.session)))


def counts(
    session: Session, facts: StoreFacts, business_date: date
) -> tuple[tuple[TenderCount, ...], tuple[str, ...]]:
    """Return a date's counts, and `register/session` of closes without one.

    Expected is the float plus every movement of that register since its previous close,
    up to this close; before the first close, since the session was opened.
    """
    counted: list[TenderCount] = []
    uncounted = []
    for row in sessions_on(session, facts.key, business_date):
        if row.closed is not None and row.counted:
            counted.extend(_counts_of(session, facts.currency, row, row.counted))
        elif row.closed is not None:
            uncounted.append(f"{row.till}/{row.session}")
    return tuple(counted), tuple(uncounted)


def _counts_of(
    session: Session, currency: str, row: SessionRow, counted: dict[str, int]
) -> Iterator[TenderCount]:
    moved = _movements(session, row)
    stated = row.expected or {}
    for tender, amount in sorted(counted.items()):
        yield TenderCount(
            register=row.till,
            session=row.session,
            type=tender,
            float_amount=from_minor(row.float_amount, currency) if tender == CASH else ZERO,
            movement=from_minor(moved.get(tender, 0), currency),
            counted=from_minor(amount, currency),
            stated=from_minor(stated[tender], currency) if tender in stated else None,
        )


def _movements(session: Session, row: SessionRow) -> dict[str, int]:
    """Return the net of each tender type of a session's register, in minor units."""
    time = col(ReceiptRow.time)
    since = _previous_close(session, row)
    wanted = (
        select(TenderRow.type, func.sum(TenderRow.amount))
        .join(ReceiptRow, col(ReceiptRow.id) == TenderRow.receipt_id)
        .where(ReceiptRow.store == row.store, ReceiptRow.till == row.till, col(ReceiptRow.effective))
        .where(time > since if since is not None else time >= row.opened, time <= row.closed)
        .group_by(TenderRow.type)
    )
    return {tender: int(amount) for tender, amount in session.exec(wanted)}


def _previous_close(session: Session, row: SessionRow) -> datetime | None:
    wanted = select(func.max(SessionRow.closed)).where(
        SessionRow.store == row.store,
        SessionRow.till == row.till,
        SessionRow.id != row.id,
        col(SessionRow.closed) < row.closed,
    )
    return session.exec(wanted).one()
