"""The records of a failed day (RECEIPTS.md), without the people in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from services.books.money import from_minor, text_of
from services.books.records import Line, Receipt, ReceiptKind, StoreFacts, Tender
from services.store.receipts import on_date, stream
from services.store.tables import PurchaseRow, ReceiptRow, SessionRow
from services.store.tills import sessions_on
from services.sync.support.names import Pseudonyms, without_words

Record = dict[str, Any]
MOST_RECEIPTS = 20_000
"""Of one day; a day with more is described and its receipts are left out."""


def count(session: Session, facts: StoreFacts, day: date) -> int:
    """Return how many receipts count in a date."""
    return session.exec(select(func.count()).select_from(ReceiptRow).where(on_date(facts.key, day))).one()


def records_of(
    session: Session, facts: StoreFacts, dates: Iterable[date], names: Pseudonyms
) -> Iterator[Record]:
    """Yield what makes these dates: receipts, till sessions, suppliers' bills.

    With the account sales that debtors paid, whatever their date.
    """
    seen: set[tuple[str, str]] = set()
    for day in dates:
        for receipt in _receipts(session, facts, day):
            if receipt.kind is not ReceiptKind.VOID and (receipt.register, receipt.id) not in seen:
                seen.add((receipt.register, receipt.id))
                yield _receipt(receipt, facts.currency, names)
        for row in sessions_on(session, facts.key, day):
            yield _session(row, facts.currency)
        for purchase in session.exec(
            select(PurchaseRow).where(PurchaseRow.store == facts.key, PurchaseRow.business_date == day)
        ):
            yield _purchase(purchase.body, names)


def learn(session: Session, facts: StoreFacts, dates: Iterable[date], names: Pseudonyms) -> None:
    """Give everybody named in these dates another name, before any text is bundled."""
    for day in dates:
        columns = (ReceiptRow.customer, ReceiptRow.payee, ReceiptRow.operator)
        for kind, column in zip(("contact", "contact", "operator"), columns, strict=True):
            where = (ReceiptRow.store == facts.key, ReceiptRow.business_date == day)
            for name in session.exec(select(column).where(*where, col(column).is_not(None)).distinct()):
                names.name(kind, name)
        for body in session.exec(
            select(PurchaseRow.body).where(PurchaseRow.store == facts.key, PurchaseRow.business_date == day)
        ):
            names.name("contact", body.get("supplier"))


def _receipts(session: Session, facts: StoreFacts, day: date) -> Iterator[Receipt]:
    yield from stream(session, facts, on_date(facts.key, day))
    paid = (
        select(ReceiptRow.pays)
        .where(on_date(facts.key, day), ReceiptRow.kind == ReceiptKind.DEBTOR_PAYMENT.value)
        .scalar_subquery()
    )
    sales: tuple[ColumnElement[bool], ...] = (
        col(ReceiptRow.kind) == ReceiptKind.ACCOUNT_SALE.value,
        col(ReceiptRow.effective).is_(True),
        col(ReceiptRow.receipt).in_(paid),
    )
    yield from stream(session, facts, *sales)


def _receipt(receipt: Receipt, currency: str, names: Pseudonyms) -> Record:
    record: Record = {
        "store": receipt.store,
        "register": names.identifier("register", receipt.register),
        "id": names.identifier("receipt", receipt.id),
        "time": receipt.time.isoformat(),
        "business_date": receipt.business_date.isoformat(),
        "kind": receipt.kind.value,
        "lines": [_line(line, currency, names) for line in receipt.lines],
        "tenders": [_tender(tender, currency, names) for tender in receipt.tenders],
        "cash_rounding": receipt.cash_rounding and text_of(receipt.cash_rounding, currency),
        "customer": names.name("contact", receipt.customer),
        "due_date": receipt.due_date and receipt.due_date.isoformat(),
        "pays": names.identifier("receipt", receipt.pays),
        "payee": names.name("contact", receipt.payee),
        "operator": names.name("operator", receipt.operator),
    }
    return _said(record)


def _line(line: Line, currency: str, names: Pseudonyms) -> Record:
    return _said(
        {
            "category": names.identifier("category", line.category),
            "account": line.account,
            "tax_code": names.identifier("tax-code", line.tax_code),
            "amount": text_of(line.amount, currency),
            "quantity": None if line.quantity is None else f"{line.quantity:f}",
            "description": without_words(line.description),
            "tax": None if line.tax is None else text_of(line.tax, currency),
            "layby": names.name("layby", line.layby),
            "card": names.name("gift-card", line.card),
        }
    )


def _tender(tender: Tender, currency: str, names: Pseudonyms) -> Record:
    return {"type": names.identifier("tender", tender.type), "amount": text_of(tender.amount, currency)}


def _session(row: SessionRow, currency: str) -> Record:
    return _said(
        {
            "record": "till_session",
            "store": row.store,
            "register": row.till,
            "id": row.session,
            "opened": row.opened.isoformat(),
            "closed": row.closed and row.closed.isoformat(),
            "float": text_of(from_minor(row.float_amount, currency), currency),
            "counted": _amounts(row.counted, currency),
            "expected": _amounts(row.expected, currency),
        }
    )


def _amounts(amounts: dict[str, int] | None, currency: str) -> dict[str, str] | None:
    if amounts is None:
        return None
    return {tender: text_of(from_minor(amount, currency), currency) for tender, amount in amounts.items()}


def _purchase(body: Record, names: Pseudonyms) -> Record:
    lines = [{**line, "description": without_words(line.get("description"))} for line in body["lines"]]
    other = {
        "supplier": names.name("contact", body.get("supplier")),
        "supplier_number": names.name("number", body.get("supplier_number")),
        "number": names.identifier("bill", body.get("number")),
        "id": names.identifier("bill", body.get("id")),
        "lines": [_said(line) for line in lines],
    }
    return _said({**body, **other})


def _said(record: Record) -> Record:
    """Return the fields that say something."""
    return {name: value for name, value in record.items() if value not in (None, [], {})}
