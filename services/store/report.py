"""What was taken in, for people and scripts (`tillbook totals`, CLI.md)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlmodel import Session, col

from services.books.money import from_minor
from services.contract.answers import SetApartRow, TendersRow, TotalsAnswer, TotalsRow
from services.store.stores import get_facts
from services.store.tables import LineRow, ReceiptRow, SetApart, TenderRow


def totals(session: Session, store: str, first: date, last: date) -> TotalsAnswer:
    """Return a store's takings by date, kind, category and tax code.

    From `first` to `last`. Every kind of receipt counts, amounts as in the records. A
    receipt with two tax codes in one category counts at the first of them only, so that
    receipts can be summed. Raises NotFound for an unknown store.
    """
    currency = get_facts(session, store).currency
    days = and_(
        col(ReceiptRow.store) == store,
        col(ReceiptRow.business_date).between(first, last),
        col(ReceiptRow.effective),
    )
    return {
        "store": store,
        "rows": _rows(session, currency, days),
        "tenders": _tenders(session, currency, days),
        "set_apart": _set_apart(session, currency, store, first, last),
    }


def _rows(session: Session, currency: str, days: ColumnElement[bool]) -> list[TotalsRow]:
    nth = func.row_number().over(
        partition_by=(col(LineRow.receipt_id), col(LineRow.category)), order_by=col(LineRow.position)
    )
    lines = (
        select(
            col(ReceiptRow.business_date),
            col(ReceiptRow.kind),
            col(LineRow.category),
            col(LineRow.tax_code),
            col(LineRow.amount),
            nth.label("nth"),
        )
        .join(LineRow, col(LineRow.receipt_id) == ReceiptRow.id)
        .where(days)
        .subquery()
    )
    key = (lines.c.business_date, lines.c.kind, lines.c.category, lines.c.tax_code)
    receipts = func.sum(case((lines.c.nth == 1, 1), else_=0))
    found = session.execute(select(*key, receipts, func.count(), func.sum(lines.c.amount)).group_by(*key))
    rows: list[TotalsRow] = [
        {
            "date": day.isoformat(),
            "kind": kind,
            "category": category,
            "tax_code": tax_code,
            "receipts": receipts,
            "lines": count,
            "amount": str(from_minor(int(amount), currency)),
        }
        for day, kind, category, tax_code, receipts, count, amount in found
    ]
    return sorted(rows, key=lambda row: (row["date"], row["kind"], row["category"] or "", row["tax_code"]))


def _tenders(session: Session, currency: str, days: ColumnElement[bool]) -> list[TendersRow]:
    key = (col(ReceiptRow.business_date), col(ReceiptRow.kind), col(TenderRow.type))
    found = session.execute(
        select(*key, func.sum(TenderRow.amount))
        .join(TenderRow, col(TenderRow.receipt_id) == ReceiptRow.id)
        .where(days)
        .group_by(*key)
    )
    rows: list[TendersRow] = [
        {
            "date": day.isoformat(),
            "kind": kind,
            "type": tender,
            "amount": str(from_minor(int(amount), currency)),
        }
        for day, kind, tender, amount in found
    ]
    return sorted(rows, key=lambda row: (row["date"], row["kind"], row["type"]))


def _set_apart(session: Session, currency: str, store: str, first: date, last: date) -> list[SetApartRow]:
    key = (col(SetApart.business_date), col(SetApart.name))
    found = session.execute(
        select(*key, func.count(), func.sum(SetApart.lines), func.sum(SetApart.amount))
        .where(col(SetApart.store) == store, col(SetApart.business_date).between(first, last))
        .group_by(*key)
    )
    rows: list[SetApartRow] = [
        {
            "date": day.isoformat(),
            "name": name,
            "receipts": receipts,
            "lines": int(lines),
            "amount": str(from_minor(int(amount), currency)),
        }
        for day, name, receipts, lines, amount in found
    ]
    return sorted(rows, key=lambda row: (row["date"], row["name"]))
