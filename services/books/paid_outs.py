"""Paid-outs: petty cash as bills that are paid from the till (ACCOUNTING.md 2)."""

from __future__ import annotations

from services.books.contact_names import contact_name
from services.books.day_lines import rounding_lines, roundings
from services.books.documents import Document, DocumentKind, DocumentLine
from services.books.making import Heading, by_tender, document, flipped, negated, payments
from services.books.money import ZERO
from services.books.numbers import day_number
from services.books.records import Line, Receipt
from services.books.resolver import Resolver

PETTY_CASH = "Petty cash"


def paid_out(resolver: Resolver, receipt: Receipt) -> Document:
    """Return the bill of what was bought, paid from the tender's clearing account."""
    day = receipt.business_date
    number = f"{day_number(resolver.mapping, day)}-PO-{receipt.register}-{receipt.id}"
    goods = [_line(resolver, line) for line in receipt.lines]
    taken = sum((tender.amount for tender in receipt.tenders), ZERO)
    rounded = roundings(resolver, goods, receipt.cash_rounding or ZERO, taken, len(goods))
    heading = Heading(
        DocumentKind.ACCPAY,
        f"paid_out:{receipt.register}/{receipt.id}",
        number,
        contact_name(receipt.payee) or PETTY_CASH,
        f"POS {day.isoformat()} paid out {receipt.register}/{receipt.id}",
        day,
    )
    lines = flipped([*goods, *rounding_lines(resolver, rounded)])
    return document(
        resolver, day, heading, lines, payments(resolver, negated(by_tender(receipt.tenders)), number)
    )


def _line(resolver: Resolver, line: Line) -> DocumentLine:
    place = resolver.line(line.category, line.account, line.tax_code)
    words = line.description or f"{place.label} - {resolver.tax_name(place.tax_type)}"
    return resolver.document_line(words, place.account, place.tax_type, line.amount)
