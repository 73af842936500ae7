"""Receipts as the books know them, read back from their rows."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Row, and_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from services.books.money import from_minor
from services.books.records import Line, Receipt, ReceiptKind, StoreFacts, Tender
from services.contract.problem import NotFound
from services.store.stores import get_facts
from services.store.tables import LineRow, ReceiptRow, TenderRow

_AT_ONCE = 500
_OF_RECEIPT = (
    col(ReceiptRow.id),
    col(ReceiptRow.store),
    col(ReceiptRow.till),
    col(ReceiptRow.receipt),
    col(ReceiptRow.time),
    col(ReceiptRow.business_date),
    col(ReceiptRow.kind),
    col(ReceiptRow.cash_rounding),
    col(ReceiptRow.customer),
    col(ReceiptRow.due_date),
    col(ReceiptRow.pays),
    col(ReceiptRow.original),
    col(ReceiptRow.payee),
    col(ReceiptRow.operator),
    col(ReceiptRow.note),
)
_OF_LINE = (
    col(LineRow.receipt_id),
    col(LineRow.tax_code),
    col(LineRow.amount),
    col(LineRow.category),
    col(LineRow.account),
    col(LineRow.quantity),
    col(LineRow.description),
    col(LineRow.tax),
    col(LineRow.layby),
    col(LineRow.card),
)
_OF_TENDER = (
    col(TenderRow.receipt_id),
    col(TenderRow.type),
    col(TenderRow.amount),
    col(TenderRow.reference),
    col(TenderRow.terminal),
)


def on_date(store: str, business_date: date) -> ColumnElement[bool]:
    """Return the condition for the receipts that count in a business date.

    In the order of the index `ix_receipt_day`, so that a day costs what a day holds.
    """
    return and_(
        col(ReceiptRow.store) == store,
        col(ReceiptRow.business_date) == business_date,
        col(ReceiptRow.effective),
    )


def on_dates(store: str, dates: Sequence[date]) -> ColumnElement[bool]:
    """Return the condition for the receipts that count in any of these dates."""
    if len(dates) == 1:
        return on_date(store, dates[0])
    return and_(
        col(ReceiptRow.store) == store,
        col(ReceiptRow.business_date).in_(dates),
        col(ReceiptRow.effective),
    )


def stream(session: Session, facts: StoreFacts, *conditions: ColumnElement[bool]) -> Iterator[Receipt]:
    """Yield the receipts of a store that meet the conditions, oldest first.

    Holds a few hundred receipts at a time, however many there are.
    """
    return _streamed(session, facts, col(ReceiptRow.store) == facts.key, *conditions)


def stream_rows(
    session: Session, facts: StoreFacts, rows: Collection[int], *conditions: ColumnElement[bool]
) -> Iterator[Receipt]:
    """Yield those of these rows of receipts that meet the conditions.

    Not a word of the store: its index would be taken, and all that it ever sold be read.
    """
    return _streamed(session, facts, col(ReceiptRow.id).in_(rows), *conditions)


def _streamed(session: Session, facts: StoreFacts, *conditions: ColumnElement[bool]) -> Iterator[Receipt]:
    wanted = select_columns(*_OF_RECEIPT).where(*conditions)
    wanted = wanted.order_by(col(ReceiptRow.time), col(ReceiptRow.till), col(ReceiptRow.receipt))
    found = session.execute(wanted, execution_options={"yield_per": _AT_ONCE})
    for rows in found.partitions():
        yield from _whole(session, facts.currency, rows)


def find_receipt(session: Session, store: str, register: str, receipt: str) -> Receipt | None:
    """Return the newest revision of a receipt; None when it never came in.

    Voided or not. Raises NotFound for an unknown store.
    """
    facts = get_facts(session, store)
    wanted = select(ReceiptRow).where(
        ReceiptRow.store == store,
        ReceiptRow.till == register,
        ReceiptRow.receipt == receipt,
        col(ReceiptRow.current),
    )
    row = session.exec(wanted).first()
    return None if row is None else next(_whole(session, facts.currency, [row]))


def get_receipt(session: Session, row_id: int) -> Receipt:
    """Return the receipt of a row; raise NotFound when there is no such row."""
    row = session.get(ReceiptRow, row_id)
    if row is None:
        raise NotFound(
            f"There is no receipt {row_id}.",
            "It never came in.",
            "List the day's receipts.",
            code="unknown_receipt",
        )
    return next(_whole(session, get_facts(session, row.store).currency, [row]))


def rows_on(
    session: Session,
    store: str,
    business_date: date,
    *,
    kind: str | None = None,
    category: str | None = None,
    limit: int = 200,
    after: int = 0,
) -> list[ReceiptRow]:
    """Return what counts in a business date; `after` a row id: the next page.

    `category` keeps the receipts with a line of it.
    """
    wanted = select(ReceiptRow).where(on_date(store, business_date), col(ReceiptRow.id) > after)
    if kind is not None:
        wanted = wanted.where(ReceiptRow.kind == kind)
    if category is not None:
        line = select(LineRow).where(LineRow.receipt_id == ReceiptRow.id, LineRow.category == category)
        wanted = wanted.where(line.exists())
    return list(session.exec(wanted.order_by(col(ReceiptRow.id)).limit(limit)))


def _whole(session: Session, currency: str, rows: Sequence[ReceiptRow | Row[Any]]) -> Iterator[Receipt]:
    ids = [row.id or 0 for row in rows]
    lines: dict[int, list[Line]] = {each: [] for each in ids}
    tenders: dict[int, list[Tender]] = {each: [] for each in ids}
    # As columns, like the receipts of a day: to make 20,000 rows of the model takes half a second.
    wanted_lines = select_columns(*_OF_LINE).where(col(LineRow.receipt_id).in_(ids))
    for line in session.execute(wanted_lines.order_by(col(LineRow.receipt_id), col(LineRow.position))):
        lines[line.receipt_id].append(_line(line, currency))
    wanted_tenders = select_columns(*_OF_TENDER).where(col(TenderRow.receipt_id).in_(ids))
    for tender in session.execute(
        wanted_tenders.order_by(col(TenderRow.receipt_id), col(TenderRow.position))
    ):
        tenders[tender.receipt_id].append(_tender(tender, currency))
    for row in rows:
        yield _receipt(row, tuple(lines[row.id or 0]), tuple(tenders[row.id or 0]), currency)


def _receipt(
    row: ReceiptRow | Row[Any], lines: tuple[Line, ...], tenders: tuple[Tender, ...], currency: str
) -> Receipt:
    return Receipt(
        store=row.store,
        register=row.till,
        id=row.receipt,
        time=row.time,
        business_date=row.business_date,
        kind=ReceiptKind(row.kind),
        lines=lines,
        tenders=tenders,
        cash_rounding=from_minor(row.cash_rounding, currency) if row.cash_rounding else None,
        customer=row.customer,
        due_date=row.due_date,
        pays=row.pays,
        original=row.original,
        payee=row.payee,
        operator=row.operator,
        note=row.note,
    )


def _line(row: Row[Any], currency: str) -> Line:
    return Line(
        tax_code=row.tax_code,
        amount=from_minor(row.amount, currency),
        category=row.category,
        account=row.account,
        quantity=None if row.quantity is None else Decimal(row.quantity),
        description=row.description,
        tax=None if row.tax is None else from_minor(row.tax, currency),
        layby=row.layby,
        card=row.card,
    )


def _tender(row: Row[Any], currency: str) -> Tender:
    return Tender(
        type=row.type, amount=from_minor(row.amount, currency), reference=row.reference, terminal=row.terminal
    )
