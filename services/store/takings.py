"""A business date summed in SQL, so that the size of the day does not matter.

Amounts are summed as integer minor units and leave as major units.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, case, func, literal_column, select
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col

from services.books.money import from_minor
from services.books.records import GIFT_CARD, Receipt, StoreFacts
from services.books.summing import Taxed, line_totals, redeemed_shares
from services.books.totals import DayTotals, LineTotal, PaidSale, Section, TenderTotal
from services.store.purchases import purchases_on
from services.store.receipts import on_date, stream
from services.store.stores import get_facts
from services.store.tables import LineRow, ReceiptRow, TenderRow
from services.store.tills import counts

_SUMMED = tuple(section.value for section in Section)


class _Sums(NamedTuple):
    """What the receipts of one section say about themselves."""

    section: str
    receipts: int
    rounding: int
    unlike_rule: int


def day_totals(
    session: Session, store: str, business_date: date, *, redeemed: bool = False, taxed: Taxed | None = None
) -> DayTotals:
    """Return everything of a store's business date, for the books to build from.

    `redeemed` also shares out what gift cards paid over the `taxed` lines (None: all),
    which means reading the receipts paid by gift card. Raises NotFound for an unknown store.
    """
    facts = get_facts(session, store)
    day = on_date(store, business_date)
    counted, uncounted = counts(session, facts, business_date)
    debtor_payments = _apart(session, facts, day, "debtor_payment")
    sums = _sums(session, day)
    return DayTotals(
        store=facts,
        date=business_date,
        lines=_lines(session, facts.currency, day),
        tenders=_tenders(session, facts.currency, day),
        rounding=_rounding(sums, facts.currency),
        redeemed=_redeemed(session, facts, day, taxed) if redeemed else (),
        account_sales=_apart(session, facts, day, "account_sale"),
        debtor_payments=debtor_payments,
        paid_outs=_apart(session, facts, day, "paid_out"),
        counts=counted,
        uncounted_sessions=uncounted,
        purchases=purchases_on(session, facts, business_date),
        receipts=sum(each.receipts for each in sums),
        rounding_unlike_rule=sum(each.unlike_rule for each in sums),
        paid_sales=_paid_sales(session, facts, business_date, debtor_payments),
    )


def _lines(session: Session, currency: str, day: ColumnElement[bool]) -> tuple[LineTotal, ...]:
    negative = (col(LineRow.amount) < 0).label("negative")
    key = (
        col(ReceiptRow.section),
        col(LineRow.category),
        col(LineRow.account),
        col(LineRow.tax_code),
        negative,
    )
    wanted = (
        select(
            *key, func.sum(LineRow.amount), func.count(), func.sum(LineRow.tax), func.count(col(LineRow.tax))
        )
        .join(LineRow, col(LineRow.receipt_id) == ReceiptRow.id)
        .where(day, col(ReceiptRow.section).in_(_SUMMED))
        .group_by(*key)
    )
    found = [
        LineTotal(
            section=Section(section),
            category=category,
            account=account,
            tax_code=tax_code,
            amount=from_minor(int(amount), currency),
            lines=lines,
            printed_tax=from_minor(int(tax), currency) if taxed == lines else None,
        )
        for section, category, account, tax_code, _, amount, lines, tax, taxed in session.execute(wanted)
    ]
    return tuple(line_totals(found))


def _tenders(session: Session, currency: str, day: ColumnElement[bool]) -> tuple[TenderTotal, ...]:
    negative = (col(TenderRow.amount) < 0).label("negative")
    key = (col(ReceiptRow.section), col(TenderRow.type), negative)
    wanted = (
        select(*key, func.sum(TenderRow.amount), func.count())
        .join(TenderRow, col(TenderRow.receipt_id) == ReceiptRow.id)
        .where(day, col(ReceiptRow.section).in_(_SUMMED))
        .group_by(*key)
    )
    found = [
        TenderTotal(Section(section), tender, from_minor(int(amount), currency), count)
        for section, tender, _, amount, count in session.execute(wanted)
    ]
    return tuple(
        sorted(found, key=lambda each: (each.section is Section.REFUNDS, each.type, each.amount < 0))
    )


def _sums(session: Session, day: ColumnElement[bool]) -> list[_Sums]:
    section = col(ReceiptRow.section)
    unlike_rule = func.sum(case((col(ReceiptRow.rounding_unlike_rule), 1), else_=0))
    wanted = (
        select(section, func.count(), func.sum(ReceiptRow.cash_rounding), unlike_rule)
        .where(day, section != "void")
        .group_by(section)
    )
    return [_Sums(*row) for row in session.execute(wanted)]


def _rounding(sums: list[_Sums], currency: str) -> Mapping[Section, Decimal]:
    return {
        Section(each.section): from_minor(int(each.rounding), currency)
        for each in sums
        if each.section in _SUMMED
    }


def _apart(
    session: Session, facts: StoreFacts, day: ColumnElement[bool], section: str
) -> tuple[Receipt, ...]:
    return tuple(stream(session, facts, day, col(ReceiptRow.section) == section))


def _redeemed(
    session: Session, facts: StoreFacts, day: ColumnElement[bool], taxed: Taxed | None
) -> tuple[LineTotal, ...]:
    by_card = (
        select(col(TenderRow.receipt_id))
        .where(col(TenderRow.receipt_id) == ReceiptRow.id, col(TenderRow.type) == GIFT_CARD)
        .exists()
    )
    paid_so = stream(session, facts, day, col(ReceiptRow.section).in_(_SUMMED), by_card)
    shares = (share for receipt in paid_so for share in redeemed_shares(receipt, facts.currency, taxed))
    return tuple(line_totals(shares))


def _paid_sales(
    session: Session, facts: StoreFacts, business_date: date, payments: tuple[Receipt, ...]
) -> Mapping[str, PaidSale]:
    """Return the account sales that these payments name.

    With what was paid on them before.
    """
    named = {payment.pays for payment in payments if payment.pays is not None}
    if not named:
        return {}
    before: defaultdict[str | None, list[Receipt]] = defaultdict(list)
    paying = _of_kind("debtor_payment", facts.key, col(ReceiptRow.pays), named)
    for payment in stream(session, facts, paying, col(ReceiptRow.business_date) < business_date):
        before[payment.pays].append(payment)
    sales = stream(session, facts, _of_kind("account_sale", facts.key, col(ReceiptRow.receipt), named))
    return {sale.id: PaidSale(sale, tuple(before[sale.id])) for sale in sales}


def _of_kind(kind: str, store: str, name: Mapped[Any], names: set[str]) -> ColumnElement[bool]:
    """Return the condition for what counts of a kind.

    By the index of that kind's `name`.
    """
    found = select(col(ReceiptRow.id)).where(
        # Spelled out, so that SQLite sees that the index of the kind will do.
        col(ReceiptRow.kind) == literal_column(f"'{kind}'"),
        col(ReceiptRow.store) == store,
        name.in_(names),
        col(ReceiptRow.effective),
    )
    return col(ReceiptRow.id).in_(found)
