"""Account sales: invoices of the customers' own (RECEIPTS.md, One receipt)."""

from __future__ import annotations

from datetime import date, timedelta

from services.books.contact_names import contact_name
from services.books.day_lines import gross, receipt_goods, rounding_lines, roundings
from services.books.documents import Document, DocumentKind, DocumentLine
from services.books.making import (
    Heading,
    document,
    flipped,
    inward,
    negated,
    outward,
    payments,
    tender_lines,
)
from services.books.money import ZERO
from services.books.numbers import account_number
from services.books.records import ON_ACCOUNT, Receipt
from services.books.resolver import Resolver
from services.books.totals import Section


def account_sale(resolver: Resolver, receipt: Receipt) -> Document:
    """Return the customer's own invoice, or a credit note for goods brought back.

    What was tendered pays it in part; the rest is due.
    """
    credit = sum((line.amount for line in receipt.lines), ZERO) < ZERO
    lines = _lines(resolver, receipt, Section.REFUNDS if credit else Section.SALES)
    number = account_number(resolver.mapping, receipt.register, receipt.id)
    day = receipt.business_date
    heading = _heading(resolver, day, receipt, number, credit=credit)
    if credit:
        lines += tender_lines(resolver, inward(receipt.tenders))
        given = payments(resolver, negated(outward(receipt.tenders)), number)
        return document(resolver, day, heading, flipped(lines), given)
    lines += tender_lines(resolver, outward(receipt.tenders), "Cash-out")
    return document(resolver, day, heading, lines, payments(resolver, inward(receipt.tenders), number))


def _lines(resolver: Resolver, receipt: Receipt, section: Section) -> list[DocumentLine]:
    goods = receipt_goods(resolver, receipt, section)
    cash_rounding = receipt.cash_rounding or ZERO
    whole = gross(goods, inclusive=resolver.store.prices_inclusive) + cash_rounding
    taken = sum((tender.amount for tender in receipt.tenders), ZERO)
    in_full = any(tender.type == ON_ACCOUNT for tender in receipt.tenders) or abs(taken) > abs(whole)
    # Paid in part, the till did not say what it all comes to: there is nothing to differ from.
    stated = taken if in_full else whole
    return [
        *goods,
        *rounding_lines(resolver, roundings(resolver, goods, cash_rounding, stated, len(receipt.lines))),
    ]


def _heading(resolver: Resolver, day: date, receipt: Receipt, number: str, *, credit: bool) -> Heading:
    return Heading(
        DocumentKind.ACCRECCREDIT if credit else DocumentKind.ACCREC,
        f"account:{receipt.register}/{receipt.id}",
        number,
        contact_name(receipt.customer),
        f"POS {day.isoformat()} account {receipt.register}/{receipt.id}",
        receipt.due_date or day + timedelta(days=_due_days(resolver)),
    )


def _due_days(resolver: Resolver) -> int:
    theirs = resolver.facts.default_due_days
    return resolver.mapping.due_days if theirs is None else theirs
