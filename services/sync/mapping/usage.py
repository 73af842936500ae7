"""What the tills used lately, and how much money went over each setting."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select

from services.books.records import ON_ACCOUNT
from services.store.tables import LineRow, ReceiptRow, TenderRow

LATELY = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Used:
    """How much one setting was used; `amount` in minor units, refunds counted too."""

    amount: int
    receipts: int
    last: date


@dataclass(frozen=True, slots=True)
class Usage:
    """What was used since a date, by part and key.

    `since` None: nothing ever came in.
    """

    since: date | None
    used: dict[tuple[str, str], Used]


def usage(session: Session, store: str) -> Usage:
    """Return what the store's tills used in the last month that anything came in."""
    newest: date | None = session.exec(
        select(func.max(ReceiptRow.business_date)).where(
            ReceiptRow.store == store, col(ReceiptRow.effective).is_(True)
        )
    ).one()
    if newest is None:
        return Usage(None, {})
    since = newest - LATELY
    used = {
        **_named("categories", _lines(session, store, since, col(LineRow.category))),
        **_named("tax_codes", _lines(session, store, since, col(LineRow.tax_code))),
        **_named("tenders", _tenders(session, store, since)),
        **_named("rounding", _rounding(session, store, since)),
    }
    return Usage(since, used)


_Row = tuple[str | None, int, int, date]


def _named(part: str, rows: Iterable[_Row]) -> dict[tuple[str, str], Used]:
    return {
        (part, key): Used(int(amount), count, last)
        for key, amount, count, last in rows
        if key is not None and count and key != ON_ACCOUNT
    }


def _lines(session: Session, store: str, since: date, key: object) -> list[_Row]:
    wanted = (
        select(
            key,  # type: ignore[call-overload]  # a column
            func.sum(func.abs(LineRow.amount)),
            func.count(func.distinct(col(ReceiptRow.id))),
            func.max(ReceiptRow.business_date),
        )
        .join(LineRow, col(LineRow.receipt_id) == ReceiptRow.id)
        .where(*_since(store, since))
        .group_by(key)
    )
    return [tuple(row) for row in session.execute(wanted)]


def _tenders(session: Session, store: str, since: date) -> list[_Row]:
    wanted = (
        select(
            col(TenderRow.type),
            func.sum(func.abs(TenderRow.amount)),
            func.count(func.distinct(col(ReceiptRow.id))),
            func.max(ReceiptRow.business_date),
        )
        .join(TenderRow, col(TenderRow.receipt_id) == ReceiptRow.id)
        .where(*_since(store, since))
        .group_by(col(TenderRow.type))
    )
    return [tuple(row) for row in session.execute(wanted)]


def _rounding(session: Session, store: str, since: date) -> list[_Row]:
    wanted = select(
        func.sum(func.abs(ReceiptRow.cash_rounding)), func.count(), func.max(ReceiptRow.business_date)
    ).where(*_since(store, since), ReceiptRow.cash_rounding != 0)
    return [("rounding", *row) for row in session.execute(wanted) if row[0] is not None]


def _since(store: str, since: date) -> tuple[ColumnElement[bool], ...]:
    return (
        col(ReceiptRow.store) == store,
        col(ReceiptRow.effective).is_(True),
        col(ReceiptRow.business_date) >= since,
        col(ReceiptRow.section) != "void",
    )
