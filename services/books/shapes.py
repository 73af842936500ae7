"""The four shapes of a day's documents (ACCOUNTING.md 2: A, B, C, D).

Each shape posts the same ledger. One that cannot legally hold the day raises CannotHold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from decimal import Decimal

from services.books.day_lines import (
    over_short,
    over_short_lines,
    rounding_lines,
    section_goods,
    section_rounding,
)
from services.books.documents import Document, DocumentKind, DocumentLine, Shape
from services.books.making import (
    Amounts,
    Heading,
    by_tender,
    document,
    flipped,
    inward,
    negated,
    outward,
    payments,
    tender_lines,
)
from services.books.money import ZERO, text_of
from services.books.numbers import day_number
from services.books.resolver import Resolver
from services.books.totals import DayTotals, Section, TenderTotal

SALES_KEY = "sales"
REFUNDS_KEY = "refunds"
JOURNAL_KEY = "journal"

_BANK = "BANK"
# XERO.md 6.8: what a manual journal may not hold besides bank accounts.
_NOT_IN_JOURNALS = frozenset({"CREDITORS", "DEBTORS", "GST", "RETAINEDEARNINGS"})


class CannotHold(Exception):
    """A shape cannot legally hold the day; the message says why, in words."""


def build_shape(shape: Shape, resolver: Resolver, totals: DayTotals) -> list[Document]:
    """Return the documents of what is summed, in one shape; raise CannotHold."""
    return _BUILDERS[shape](resolver, totals)


def _invoice(resolver: Resolver, totals: DayTotals) -> list[Document]:
    """Shape A: a paid invoice of the sales, a refunded credit note of the refunds."""
    found = over_short(totals)
    short = _short_of_others(totals, found)
    with_sales = {tender: amount for tender, amount in found.items() if tender not in short}
    return [*_sales(resolver, totals, with_sales), *_refunds(resolver, totals, short)]


def _short_of_others(totals: DayTotals, found: Amounts) -> Amounts:
    """Return what is short of money that came in with receipts of their own.

    It goes with the refunds: there is no payment here that it could make smaller.
    """
    if not totals.alone:
        return {}
    received = inward(_tenders(totals, Section.SALES))
    return {tender: amount for tender, amount in found.items() if received.get(tender, ZERO) + amount <= ZERO}


def _sales(resolver: Resolver, totals: DayTotals, found: Amounts) -> list[Document]:
    tenders = _tenders(totals, Section.SALES)
    lines = _section_lines(resolver, totals, Section.SALES)
    lines += _other_way(resolver, outward(tenders), "Cash-out")
    lines += over_short_lines(resolver, found)
    if not lines:
        return []
    paid = _counted(inward(tenders), found, totals.store.currency)
    number = day_number(resolver.mapping, totals.label)
    heading = _heading(resolver, totals, DocumentKind.ACCREC, SALES_KEY, number, "sales")
    return [document(resolver, totals.date, heading, lines, payments(resolver, paid, number))]


def _refunds(resolver: Resolver, totals: DayTotals, short: Amounts) -> list[Document]:
    tenders = _tenders(totals, Section.REFUNDS)
    lines = _section_lines(resolver, totals, Section.REFUNDS)
    lines += _other_way(resolver, inward(tenders), "Tender")
    lines += over_short_lines(resolver, short)
    if not lines:
        return []
    number = f"{day_number(resolver.mapping, totals.label)}-R"
    heading = _heading(resolver, totals, DocumentKind.ACCRECCREDIT, REFUNDS_KEY, number, "refunds")
    given = payments(resolver, negated(_summed(outward(tenders), short)), number)
    return [document(resolver, totals.date, heading, flipped(lines), given)]


def _summed(one: Amounts, other: Amounts) -> Amounts:
    return {tender: one.get(tender, ZERO) + other.get(tender, ZERO) for tender in sorted({*one, *other})}


def _section_lines(resolver: Resolver, totals: DayTotals, section: Section) -> list[DocumentLine]:
    goods = section_goods(resolver, totals, section)
    return [*goods, *rounding_lines(resolver, section_rounding(resolver, totals, section, goods))]


def _tenders(totals: DayTotals, section: Section) -> list[TenderTotal]:
    return [tender for tender in totals.tenders if tender.section is section]


def _other_way(resolver: Resolver, amounts: Amounts, words: str) -> list[DocumentLine]:
    """Return money that went the other way than its section, such as EFTPOS cash-out.

    A line on the tender's clearing account, so that the other tender is paid in full
    (ACCOUNTING.md 2, Where each event goes).
    """
    _refuse_banks(resolver, amounts)
    return tender_lines(resolver, amounts, words)


def _counted(received: Amounts, found: Amounts, currency: str) -> Amounts:
    """Return what was received as counted; raise CannotHold if nothing is left."""
    paid = dict(received)
    for tender, difference in found.items():
        before = paid.get(tender, ZERO)
        paid[tender] = before + difference
        if paid[tender] <= ZERO:
            short, taken = text_of(-difference, currency), text_of(before, currency)
            raise CannotHold(
                f"{tender} was counted {short} short and {taken} was received,"
                " so its payment would not be above zero"
            )
    return dict(sorted(paid.items()))


def _net_invoice(resolver: Resolver, totals: DayTotals) -> list[Document]:
    """Shape B: one document of everything, payments net per tender."""
    lines = _all_lines(resolver, totals)
    if not lines:
        return []
    net = _net_tenders(totals)
    total = sum(net.values(), ZERO)
    _refuse_other_sign(net, total, totals.store.currency)
    number = day_number(resolver.mapping, totals.label)
    kind = DocumentKind.ACCRECCREDIT if total < ZERO else DocumentKind.ACCREC
    heading = _heading(resolver, totals, kind, SALES_KEY, number)
    if total < ZERO:
        given = payments(resolver, negated(net), number)
        return [document(resolver, totals.date, heading, flipped(lines), given)]
    return [document(resolver, totals.date, heading, lines, payments(resolver, net, number))]


def _refuse_other_sign(net: Amounts, total: Decimal, currency: str) -> None:
    for tender, amount in net.items():
        if amount and amount * total <= ZERO:
            raise CannotHold(
                f"{tender} nets to {text_of(amount, currency)} on a day that nets to"
                f" {text_of(total, currency)}, and no payment can be negative"
            )


def _zero_invoice(resolver: Resolver, totals: DayTotals) -> list[Document]:
    """Shape C: one invoice of zero, the tenders as lines on current-asset accounts."""
    lines = _balanced(resolver, totals)
    if not lines:
        return []
    _refuse_banks(resolver, _net_tenders(totals))
    number = day_number(resolver.mapping, totals.label)
    heading = _heading(resolver, totals, DocumentKind.ACCREC, SALES_KEY, number)
    return [document(resolver, totals.date, heading, lines)]


def _journal(resolver: Resolver, totals: DayTotals) -> list[Document]:
    """Shape D: one manual journal; debits are above zero."""
    lines = flipped(_balanced(resolver, totals))
    if not lines:
        return []
    _refuse_system_accounts(resolver, (line.account for line in lines))
    number = day_number(resolver.mapping, totals.label)
    heading = Heading(DocumentKind.JOURNAL, JOURNAL_KEY, number, "", f"POS {totals.words}")
    return [document(resolver, totals.date, heading, lines)]


def _balanced(resolver: Resolver, totals: DayTotals) -> list[DocumentLine]:
    return [*_all_lines(resolver, totals), *tender_lines(resolver, _net_tenders(totals))]


def _all_lines(resolver: Resolver, totals: DayTotals) -> list[DocumentLine]:
    goods = {section: section_goods(resolver, totals, section) for section in Section}
    rounded = [section_rounding(resolver, totals, section, lines) for section, lines in goods.items()]
    return [
        *(line for lines in goods.values() for line in lines),
        *rounding_lines(resolver, *rounded),
        *over_short_lines(resolver, over_short(totals)),
    ]


def _net_tenders(totals: DayTotals) -> dict[str, Decimal]:
    net = by_tender(totals.tenders)
    for tender, difference in over_short(totals).items():
        net[tender] = net.get(tender, ZERO) + difference
    return dict(sorted(net.items()))


def _refuse_banks(resolver: Resolver, amounts: Amounts) -> None:
    for tender, amount in amounts.items():
        account = resolver.facts.accounts.get(resolver.tender(tender)) if amount else None
        if account is not None and account.type == _BANK:
            raise CannotHold(
                f"{tender} clears through {account.code} {account.name}, a bank account,"
                " and no line of an invoice may go to one"
            )


def _refuse_system_accounts(resolver: Resolver, codes: Iterable[str]) -> None:
    for code in codes:
        account = resolver.facts.accounts.get(code)
        if account is not None and (account.type == _BANK or account.system in _NOT_IN_JOURNALS):
            kind = "a bank account" if account.type == _BANK else "one of the ledger's own accounts"
            raise CannotHold(f"{code} {account.name} is {kind}, and a journal may not hold one")


def _heading(
    resolver: Resolver, totals: DayTotals, kind: DocumentKind, key: str, number: str, words: str = ""
) -> Heading:
    reference = f"POS {totals.words} {words}".rstrip()
    due = totals.date + timedelta(days=resolver.mapping.due_days)
    return Heading(kind, key, number, resolver.contact(), reference, due)


_BUILDERS: dict[Shape, Callable[[Resolver, DayTotals], list[Document]]] = {
    Shape.INVOICE: _invoice,
    Shape.NET_INVOICE: _net_invoice,
    Shape.ZERO_INVOICE: _zero_invoice,
    Shape.JOURNAL: _journal,
}
