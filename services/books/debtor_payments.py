"""Debtor payments: money at the till for an invoice of a customer (RECEIPTS.md)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from services.books.documents import Document, DocumentKind, LineAmounts
from services.books.making import by_tender, payments
from services.books.money import ZERO
from services.books.numbers import account_number
from services.books.records import CASH, Receipt
from services.books.resolver import Resolver
from services.books.totals import DayTotals, Section, TenderTotal


def debtor_payment(resolver: Resolver, totals: DayTotals, receipt: Receipt) -> Document:
    """Return the payment on an account sale, or on an invoice raised elsewhere.

    A receipt id of an account sale wins over a number of the ledger.
    """
    pays = receipt.pays or ""
    register = (totals.paid_invoices or {}).get(pays)
    number = pays if register is None else account_number(resolver.mapping, register, pays)
    reference = f"{number} {receipt.register}/{receipt.id}"
    made = payments(resolver, _settled(receipt), reference)
    total = sum((payment.amount for payment in made), ZERO)
    return Document(
        kind=DocumentKind.PAYMENT,
        key=f"payment:{receipt.register}/{receipt.id}",
        number=number,
        contact=receipt.customer or "",
        date=totals.date,
        due_date=None,
        currency=totals.store.currency,
        line_amounts=LineAmounts.NO_TAX,
        lines=(),
        payments=tuple(made),
        sub_total=total,
        total_tax=ZERO,
        total=total,
        reference=f"POS {totals.date.isoformat()} payment {receipt.register}/{receipt.id}",
    )


def with_debtor_rounding(totals: DayTotals) -> DayTotals:
    """Return the totals with the cash rounding of debtor payments among the sales.

    What settles the invoice is the cash before rounding; the rounding itself, and the cash
    it moved, belong to the day.
    """
    amounts = [amount for receipt in totals.debtor_payments if (amount := _rounding(receipt))]
    if not amounts:
        return totals
    rounding: defaultdict[Section, Decimal] = defaultdict(Decimal, totals.rounding or {})
    rounding[Section.SALES] += sum(amounts, ZERO)
    moved = (TenderTotal(Section.SALES, CASH, amount, 0) for amount in amounts)
    return replace(totals, rounding=rounding, tenders=(*totals.tenders, *moved))


def _settled(receipt: Receipt) -> Mapping[str, Decimal]:
    amounts = by_tender(receipt.tenders)
    if rounding := _rounding(receipt):
        amounts[CASH] -= rounding
    return amounts


def _rounding(receipt: Receipt) -> Decimal:
    """Return the rounding of the part paid in cash; none where that leaves no cash."""
    cash = by_tender(receipt.tenders).get(CASH, ZERO)
    rounding = receipt.cash_rounding or ZERO
    return rounding if cash > max(rounding, ZERO) else ZERO
