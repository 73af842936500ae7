"""Suppliers' bills and credits, read back as the books know them."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session, select

from services.books.records import Purchase, StoreFacts
from services.books.validation import record_from
from services.store.tables import PurchaseRow


def purchases_on(session: Session, facts: StoreFacts, business_date: date) -> tuple[Purchase, ...]:
    """Return the bills and credits of a business date, by kind and id.

    Raises RecordError when a stored record is no longer valid for its store.
    """
    wanted = select(PurchaseRow).where(
        PurchaseRow.store == facts.key, PurchaseRow.business_date == business_date
    )
    # Put in order here: for the sake of an order SQLite would read all the bills of a store.
    rows = sorted(session.exec(wanted), key=lambda row: (row.kind, row.purchase))
    records = [record_from(row.body, {facts.key: facts}.get) for row in rows]
    return tuple(record for record in records if isinstance(record, Purchase))


def find_purchase(session: Session, facts: StoreFacts, kind: str, purchase: str) -> Purchase | None:
    """Return one bill or credit as it came in; None when it never did."""
    wanted = select(PurchaseRow).where(
        PurchaseRow.store == facts.key, PurchaseRow.kind == kind, PurchaseRow.purchase == purchase
    )
    row = session.exec(wanted).first()
    record = record_from(row.body, {facts.key: facts}.get) if row else None
    return record if isinstance(record, Purchase) else None
