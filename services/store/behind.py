"""The receipts behind a number: which ones, and what each adds to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, true
from sqlalchemy import select as select_columns
from sqlmodel import Session, col

from services.store.receipts import on_date
from services.store.tables import LineRow, ReceiptRow, TenderRow

_SUMMED = ("sales", "refunds")


@dataclass(frozen=True, slots=True)
class LineSum:
    """Lines that go into one line of a document: of one section and one sign."""

    category: str | None
    account: str | None
    tax_code: str
    section: str
    negative: bool


@dataclass(frozen=True, slots=True)
class Number:
    """Which number of a business date; None: of any."""

    kind: str | None = None
    category: str | None = None
    account: str | None = None
    tax_code: str | None = None
    tender: str | None = None
    register: str | None = None
    receipt: str | None = None
    section: str | None = None
    """`sales` or `refunds`, as the documents sum them."""
    sums: tuple[LineSum, ...] | None = None
    """The sums of a document's line; empty: no receipt's line is in it."""

    tendered: bool = False
    """What was tendered for the tills' own sales and refunds, by any tender."""

    @property
    def of_lines(self) -> bool:
        """Whether it sums lines rather than whole receipts."""
        return self.sums is not None or any((self.category, self.account, self.tax_code))


@dataclass(frozen=True, slots=True)
class Behind:
    """One receipt and what it adds, in minor units."""

    register: str
    receipt: str
    time: datetime
    kind: str
    amount: int


def receipts_behind(session: Session, store: str, day: date, number: Number) -> list[Behind]:
    """Return the receipts behind a number, oldest first.

    Of lines where the number names a category, account or tax code; of tenders where it
    names one; else what each receipt comes to.
    """
    found = session.execute(_wanted(store, day, number))
    return [Behind(till, receipt, time, kind, int(amount)) for till, receipt, time, kind, amount in found]


def _wanted(store: str, day: date, number: Number) -> Select[str, str, datetime, str, int]:
    columns = (col(ReceiptRow.till), col(ReceiptRow.receipt), col(ReceiptRow.time), col(ReceiptRow.kind))
    order = (col(ReceiptRow.time), col(ReceiptRow.till), col(ReceiptRow.receipt))
    of_day = and_(on_date(store, day), _of_receipt(number))
    if number.tender is not None or number.tendered:
        of_tender = true() if number.tendered else col(TenderRow.type) == number.tender
        return (
            select_columns(*columns, func.sum(TenderRow.amount))
            .join(TenderRow, col(TenderRow.receipt_id) == ReceiptRow.id)
            .where(of_day, of_tender)
            .group_by(*columns)
            .order_by(*order)
        )
    if number.of_lines:
        return (
            select_columns(*columns, func.sum(LineRow.amount))
            .join(LineRow, col(LineRow.receipt_id) == ReceiptRow.id)
            .where(of_day, _of_line(number))
            .group_by(*columns)
            .order_by(*order)
        )
    amount = (col(ReceiptRow.net) + col(ReceiptRow.cash_rounding)).label("amount")
    return select_columns(*columns, amount).where(of_day).order_by(*order)


def _of_receipt(number: Number) -> ColumnElement[bool]:
    conditions = [
        column == wanted
        for column, wanted in (
            (col(ReceiptRow.kind), number.kind),
            (col(ReceiptRow.till), number.register),
            (col(ReceiptRow.receipt), number.receipt),
            (col(ReceiptRow.section), number.section),
        )
        if wanted is not None
    ]
    if number.tendered:
        conditions.append(col(ReceiptRow.section).in_(_SUMMED))
    return and_(true(), *conditions)


def _of_line(number: Number) -> ColumnElement[bool]:
    if number.sums is not None:
        return or_(false(), *(_of_sum(each) for each in number.sums))
    conditions = [
        column == wanted
        for column, wanted in (
            (col(LineRow.category), number.category),
            (col(LineRow.account), number.account),
            (col(LineRow.tax_code), number.tax_code),
        )
        if wanted is not None
    ]
    return and_(true(), *conditions)


def _of_sum(wanted: LineSum) -> ColumnElement[bool]:
    return and_(
        col(ReceiptRow.section) == wanted.section,
        col(LineRow.category).is_not_distinct_from(wanted.category),
        col(LineRow.account).is_not_distinct_from(wanted.account),
        col(LineRow.tax_code) == wanted.tax_code,
        col(LineRow.amount) < 0 if wanted.negative else col(LineRow.amount) > 0,
    )
