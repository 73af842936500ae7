"""Making documents from lines: sums, signs, and the fields all of them share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from services.books.day_lines import gross
from services.books.documents import (
    Document,
    DocumentKind,
    DocumentLine,
    DocumentPayment,
    LineAmounts,
)
from services.books.money import ZERO
from services.books.records import ON_ACCOUNT, Tender
from services.books.resolver import Resolver
from services.books.totals import TenderTotal

Amounts = Mapping[str, Decimal]
"""By tender type, in the order of their names."""


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands at the top of a document."""

    kind: DocumentKind
    key: str
    number: str
    contact: str
    reference: str = ""
    due_date: date | None = None
    inclusive: bool | None = None
    """None: as the store's prices."""
    contact_number: str | None = None


def document(
    resolver: Resolver,
    day: date,
    heading: Heading,
    lines: Sequence[DocumentLine],
    payments: Sequence[DocumentPayment] = (),
) -> Document:
    """Return a document with its sums; a journal's total is that of its debits."""
    inclusive = resolver.store.prices_inclusive if heading.inclusive is None else heading.inclusive
    journal = heading.kind is DocumentKind.JOURNAL
    counted = [line for line in lines if line.amount > ZERO] if journal else lines
    total = gross(counted, inclusive=inclusive)
    return Document(
        kind=heading.kind,
        key=heading.key,
        number=heading.number,
        contact=heading.contact,
        date=day,
        due_date=heading.due_date,
        currency=resolver.store.currency,
        line_amounts=LineAmounts.INCLUSIVE if inclusive else LineAmounts.EXCLUSIVE,
        lines=tuple(lines),
        payments=tuple(payments),
        sub_total=total - sum((line.tax for line in counted), ZERO),
        total_tax=sum((line.tax for line in lines), ZERO),
        total=total,
        reference=heading.reference,
        cash_basis=True if journal else None,
        contact_number=heading.contact_number,
        status=resolver.mapping.status,
    )


def flipped(lines: Iterable[DocumentLine]) -> list[DocumentLine]:
    """Return the lines with the other sign, as a credit note shows them."""
    return [replace(line, amount=-line.amount, tax=-line.tax) for line in lines]


def negated(amounts: Amounts) -> Amounts:
    """Return the amounts with the other sign."""
    return {tender: -amount for tender, amount in amounts.items()}


def by_tender(tenders: Iterable[Tender | TenderTotal]) -> dict[str, Decimal]:
    """Return the net of each tender; what is on account is not tendered."""
    sums: dict[str, Decimal] = {}
    for tender in sorted(tenders, key=lambda each: each.type):
        if tender.type != ON_ACCOUNT:
            sums[tender.type] = sums.get(tender.type, ZERO) + tender.amount
    return sums


def inward(tenders: Iterable[Tender | TenderTotal]) -> dict[str, Decimal]:
    """Return the money that came in, by tender."""
    return by_tender(tender for tender in tenders if tender.amount > ZERO)


def outward(tenders: Iterable[Tender | TenderTotal]) -> dict[str, Decimal]:
    """Return the money that went out, by tender, below zero."""
    return by_tender(tender for tender in tenders if tender.amount < ZERO)


def payments(resolver: Resolver, amounts: Amounts, reference: str) -> list[DocumentPayment]:
    """Return one payment per tender with an amount.

    The references differ within a document: by them payments are found again.
    """
    return [
        DocumentPayment(tender, resolver.tender(tender), amount, f"{reference} {tender}")
        for tender, amount in amounts.items()
        if amount
    ]


def tender_lines(resolver: Resolver, amounts: Amounts, words: str = "Tender") -> list[DocumentLine]:
    """Return tenders as lines on their clearing accounts: what came in is below zero."""
    return [
        resolver.untaxed_line(f"{words}: {tender}", resolver.tender(tender), -amount)
        for tender, amount in amounts.items()
        if amount
    ]
