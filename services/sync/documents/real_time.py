"""Real time: receipts one by one, gathered into few calls (FEATURES.md AB5).

What is of the day - over and short, paid-outs, purchases, the rounding of debtor
payments - comes with the rest of the day when it is over.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, update
from sqlmodel import Session, col, select

from services.store.documents import documents_on
from services.store.receipts import on_date
from services.store.tables import Day, ReceiptRow
from services.sync.documents.filing import is_sent

_KEYS = {"sales": "receipt", "refunds": "receipt", "account_sale": "account", "debtor_payment": "payment"}
"""What goes at once, by section, with the first word of its document's key."""


def takes_receipts(row: Day) -> bool:
    """Whether receipts of a date may still become documents of their own.

    Not when its takings were kept as a sum: they are in it.
    """
    return not row.whole or row.each_alone


def is_due(session: Session, row: Day, last: datetime | None, pace: timedelta, now: datetime) -> bool:
    """Whether receipts of a date are to be sent now.

    At once after a quiet time; else when the pace allows for the next call, so that the
    organisation's calls last all day.
    """
    if not takes_receipts(row) or row.touched == row.built:
        return False
    if last is not None and last <= now < last + pace:
        return False
    return _has_fresh(session, row)


def mark(session: Session, row: Day) -> None:
    """Have every receipt of a date that goes at once stand alone from now on."""
    if not takes_receipts(row):
        return
    marked = session.exec(update(ReceiptRow).where(_fresh(row)).values(alone=True))
    if marked.rowcount:
        row.touched += 1
        session.add(row)
        session.flush()


def unmarked(session: Session, row: Day) -> bool:
    """Whether a receipt came that goes at once, after the others were marked."""
    return takes_receipts(row) and _has_fresh(session, row)


def _has_fresh(session: Session, row: Day) -> bool:
    return session.exec(select(ReceiptRow.id).where(_fresh(row)).limit(1)).first() is not None


def unsent(session: Session, store: str, day: date) -> list[int]:
    """Return the rows of the receipts that stand alone and are not at the ledger."""
    sent = {row.key for row in documents_on(session, store, day) if is_sent(row)}
    wanted = select(ReceiptRow.id, ReceiptRow.section, ReceiptRow.till, ReceiptRow.receipt).where(
        on_date(store, day), col(ReceiptRow.alone).is_(True), col(ReceiptRow.section).in_(_KEYS)
    )
    return [
        number
        for number, section, till, receipt in session.exec(wanted)
        if number is not None and f"{_KEYS[section]}:{till}/{receipt}" not in sent
    ]


def _fresh(row: Day) -> ColumnElement[bool]:
    return and_(
        on_date(row.store, row.business_date),
        col(ReceiptRow.alone).is_(False),
        col(ReceiptRow.section).in_(_KEYS),
    )
