"""Card money by business date, from approvals to payouts.

Functions take the session of a transaction of the caller's. Amounts in minor units.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, or_
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from services.books import postings
from services.books.mapping_file import MappingError
from services.books.money import to_minor
from services.contract.problem import NotFound
from services.contract.states import DayState
from services.contract.terminals import PaymentState
from services.store import days, mappings
from services.store.documents import document_of, documents_on
from services.store.tables import (
    CardPayout,
    DocumentRow,
    ReceiptRow,
    TenderRow,
    TerminalAttempt,
    TerminalSettlement,
    TerminalTotal,
)

_OUT = frozenset({DayState.POSTED, DayState.DIFFERS, DayState.CHANGED, DayState.BY_FILE})


def approvals(session: Session, store: str, first: date, last: date) -> list[TerminalAttempt]:
    """Return the approved attempts of these business dates, oldest first."""
    wanted = select(TerminalAttempt).where(
        TerminalAttempt.store == store,
        col(TerminalAttempt.business_date).between(first, last),
        TerminalAttempt.state == PaymentState.APPROVED,
    )
    return list(session.exec(wanted.order_by(col(TerminalAttempt.id))))


def ends_of_day(session: Session, store: str, first: date, last: date) -> Sequence[TerminalSettlement]:
    """Return the ends of day of these business dates, oldest first.

    One whose end was lost is among them if its totals were kept.
    """
    wanted = select(TerminalSettlement).where(
        TerminalSettlement.store == store,
        col(TerminalSettlement.business_date).between(first, last),
        _ended(),
    )
    return session.exec(wanted.order_by(col(TerminalSettlement.id))).all()


def end_before(session: Session, row: TerminalSettlement) -> TerminalSettlement | None:
    """Return the end of day of the same terminal before one."""
    wanted = _ends_of(row.terminal).where(col(TerminalSettlement.id) < row.id)
    return session.exec(wanted.order_by(col(TerminalSettlement.id).desc()).limit(1)).first()


def end_after(session: Session, row: TerminalSettlement) -> TerminalSettlement | None:
    """Return the end of day of the same terminal after one."""
    wanted = _ends_of(row.terminal).where(col(TerminalSettlement.id) > row.id)
    return session.exec(wanted.order_by(col(TerminalSettlement.id)).limit(1)).first()


def approved_between(
    session: Session, terminal: str, since: datetime | None, until: datetime
) -> Sequence[TerminalAttempt]:
    """Return what was approved of what was asked of a terminal after `since`."""
    wanted = select(TerminalAttempt).where(
        TerminalAttempt.terminal == terminal,
        TerminalAttempt.state == PaymentState.APPROVED,
        col(TerminalAttempt.created) <= until,
    )
    if since is not None:
        wanted = wanted.where(col(TerminalAttempt.created) > since)
    return session.exec(wanted.order_by(col(TerminalAttempt.id))).all()


def tenders_by_date(
    session: Session, store: str, types: Collection[str], first: date, last: date
) -> dict[date, int]:
    """Return the sum of the tenders of these types on receipts that count, by date."""
    if not types:
        return {}
    wanted = (
        select(col(ReceiptRow.business_date), func.sum(TenderRow.amount))
        .join(TenderRow, col(TenderRow.receipt_id) == col(ReceiptRow.id))
        .where(
            ReceiptRow.store == store,
            col(ReceiptRow.business_date).between(first, last),
            col(ReceiptRow.effective),
            col(TenderRow.type).in_(sorted(types)),
        )
        .group_by(col(ReceiptRow.business_date))
    )
    return {day: int(amount) for day, amount in session.exec(wanted)}


def clearing_accounts(session: Session, store: str, types: Collection[str]) -> tuple[list[str], list[str]]:
    """Return the accounts card tenders go to, and every tender type that goes there."""
    row = mappings.latest(session, store)
    try:
        tenders = {} if row is None else dict(mappings.mapping_of(row).tenders)
    except MappingError:
        tenders = {}
    accounts = sorted({account for tender, account in tenders.items() if tender in types})
    return accounts, sorted(tender for tender, account in tenders.items() if account in accounts)


def posted(session: Session, store: str, day: date, accounts: Collection[str], currency: str) -> int | None:
    """Return what a date's documents move the accounts by; None: not all are posted.

    Also None for a date that was posted with another one.
    """
    rows = documents_on(session, store, day)
    if not rows or any(not _is_out(row) for row in rows):
        return None
    balances = postings.ledger(document_of(row) for row in rows if not row.voided)
    return sum(to_minor(amount, currency) for account, amount in balances.items() if account in accounts)


def posted_with(session: Session, store: str, day: date) -> tuple[date, tuple[date, ...]]:
    """Return the date a date's takings are posted on, and all dates posted there."""
    row = days.get_day(session, store, day)
    return day if row is None else days.posting_date(row), days.dates_of(session, store, day)


def payouts(session: Session, store: str, limit: int | None = None) -> list[CardPayout]:
    """Return the payouts of a store, the newest first."""
    wanted = select(CardPayout).where(CardPayout.store == store).order_by(col(CardPayout.id).desc())
    return list(session.exec(wanted.limit(limit)))


def payouts_by_date(session: Session, store: str, first: date, last: date) -> dict[date, tuple[int, int]]:
    """Return what was paid for each business date, and the fees of it."""
    wanted = select(CardPayout).where(
        CardPayout.store == store, col(CardPayout.business_date).between(first, last)
    )
    found: dict[date, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for row in session.exec(wanted):
        amount, fee = found[row.business_date]
        found[row.business_date] = amount + row.amount, fee + row.fee
    return dict(found)


def get_payout(session: Session, store: str, number: int) -> CardPayout:
    """Return one payout; raise NotFound."""
    row = session.get(CardPayout, number)
    if row is None or row.store != store:
        raise NotFound(
            f"There is no payout {number} in {store}.",
            "It was never noted, or was taken out again.",
            "See which there are with `tillbook terminal payouts`.",
            code="unknown_payout",
        )
    return row


def _is_out(row: DocumentRow) -> bool:
    return row.voided or row.remote_id is not None or row.state in _OUT


def _ended() -> ColumnElement[bool]:
    """Return the condition of an end of day: done, or its totals came before a break."""
    total = select(TerminalTotal.settlement_id).where(
        TerminalTotal.settlement_id == col(TerminalSettlement.id)
    )
    kept = or_(col(TerminalSettlement.amount).is_not(None), total.exists())
    lost = and_(col(TerminalSettlement.state).in_(("started", "unknown")), kept)
    is_ended = or_(col(TerminalSettlement.state) == "done", lost)
    return and_(col(TerminalSettlement.closes), is_ended)


def _ends_of(terminal: str) -> SelectOfScalar[TerminalSettlement]:
    return select(TerminalSettlement).where(TerminalSettlement.terminal == terminal, _ended())
