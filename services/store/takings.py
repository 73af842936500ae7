"""Business dates summed in SQL, so that the size of the day does not matter.

Amounts are summed as integer minor units and leave as major units.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, false, func, literal_column, select, true
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col

from services.books.alone import receipt_totals
from services.books.debtor_payments import paid_before
from services.books.money import from_minor
from services.books.records import GIFT_CARD, Receipt, StoreFacts
from services.books.summing import Taxed, line_totals, redeemed_shares
from services.books.totals import DayTotals, LineTotal, PaidSale, Section, TenderTotal
from services.store.documents import ACCOUNT_SALE, first_numbers
from services.store.purchases import purchases_on
from services.store.receipts import on_dates, stream, stream_rows
from services.store.stores import get_facts
from services.store.tables import LineRow, ReceiptRow, TenderRow
from services.store.tills import counts

_SUMMED = tuple(section.value for section in Section)


class _Sums(NamedTuple):
    """What the receipts of one section say about themselves."""

    section: str
    alone: bool
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
    return totals_of_dates(session, store, (business_date,), redeemed=redeemed, taxed=taxed)


def totals_of_dates(
    session: Session,
    store: str,
    dates: Sequence[date],
    *,
    redeemed: bool = False,
    taxed: Taxed | None = None,
    one_by_one: bool = False,
) -> DayTotals:
    """Return everything of the business dates of a period, in order; as `day_totals`.

    Receipts that stand alone are not in the sums, but each by itself; with `one_by_one`
    every receipt.
    """
    facts = get_facts(session, store)
    day = on_dates(store, dates)
    marked = and_(day, true() if one_by_one else col(ReceiptRow.alone).is_(True))
    together = and_(day, false() if one_by_one else col(ReceiptRow.alone).is_(False))
    counted, uncounted = zip(*(counts(session, facts, each) for each in dates), strict=True)
    debtor_payments = _apart(session, facts, day, "debtor_payment")
    sums = [each._replace(alone=True) if one_by_one else each for each in _sums(session, day)]
    return DayTotals(
        store=facts,
        date=dates[-1],
        dates=tuple(dates) if len(dates) > 1 else (),
        lines=_lines(session, facts.currency, together),
        tenders=_tenders(session, facts.currency, together),
        rounding=_rounding(sums, facts.currency),
        redeemed=_redeemed(session, facts, together, taxed) if redeemed else (),
        account_sales=_apart(session, facts, day, "account_sale"),
        debtor_payments=debtor_payments,
        paid_outs=_apart(session, facts, day, "paid_out"),
        counts=tuple(chain.from_iterable(counted)),
        uncounted_sessions=tuple(chain.from_iterable(uncounted)),
        purchases=tuple(bill for each in dates for bill in purchases_on(session, facts, each)),
        receipts=sum(each.receipts for each in sums if not each.alone),
        rounding_unlike_rule=sum(each.unlike_rule for each in sums if not each.alone),
        paid_sales=_paid_sales(session, facts, dates, debtor_payments),
        alone=_alone(session, facts, marked, redeemed=redeemed, taxed=taxed)
        if any(each.alone for each in sums)
        else (),
    )


def totals_of_receipts(
    session: Session,
    store: str,
    business_date: date,
    rows: Sequence[int],
    *,
    redeemed: bool = False,
    taxed: Taxed | None = None,
) -> DayTotals:
    """Return some receipts of a date that stand alone, and nothing else."""
    facts = get_facts(session, store)
    these = col(ReceiptRow.id).in_(rows)
    debtor_payments = _apart(session, facts, these, "debtor_payment")
    return DayTotals(
        store=facts,
        date=business_date,
        account_sales=_apart(session, facts, these, "account_sale"),
        debtor_payments=debtor_payments,
        paid_sales=_paid_sales(session, facts, (business_date,), debtor_payments),
        alone=_alone(session, facts, these, redeemed=redeemed, taxed=taxed),
    )


def takings_of(session: Session, facts: StoreFacts, dates: Sequence[date]) -> dict[date, int]:
    """Return what was tendered for the tills' own sales on each date, in minor units."""
    wanted = (
        select(col(ReceiptRow.business_date), func.sum(TenderRow.amount))
        .join(TenderRow, col(TenderRow.receipt_id) == ReceiptRow.id)
        .where(on_dates(facts.key, dates), col(ReceiptRow.section).in_(_SUMMED))
        .group_by(col(ReceiptRow.business_date))
    )
    found = {day: int(amount) for day, amount in session.execute(wanted)}
    return {day: found.get(day, 0) for day in dates}


def _alone(
    session: Session,
    facts: StoreFacts,
    which: ColumnElement[bool],
    *,
    redeemed: bool,
    taxed: Taxed | None,
) -> tuple[DayTotals, ...]:
    """Return each of these receipts that stands alone, by itself."""
    own = stream(session, facts, which, col(ReceiptRow.section).in_(_SUMMED))
    return tuple(receipt_totals(facts, receipt, redeemed=redeemed, taxed=taxed) for receipt in own)


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
    key = (col(ReceiptRow.section), col(ReceiptRow.alone))
    unlike_rule = func.sum(case((col(ReceiptRow.rounding_unlike_rule), 1), else_=0))
    wanted = (
        select(*key, func.count(), func.sum(ReceiptRow.cash_rounding), unlike_rule)
        .where(day, col(ReceiptRow.section) != "void")
        .group_by(*key)
    )
    return [_Sums(*row) for row in session.execute(wanted)]


def _rounding(sums: list[_Sums], currency: str) -> Mapping[Section, Decimal]:
    return {
        Section(each.section): from_minor(int(each.rounding), currency)
        for each in sums
        if each.section in _SUMMED and not each.alone
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
    session: Session, facts: StoreFacts, dates: Sequence[date], payments: tuple[Receipt, ...]
) -> Mapping[str, tuple[PaidSale, ...]]:
    """Return the account sales that these payments name.

    With what was paid on each of them before.
    """
    named = {payment.pays for payment in payments if payment.pays is not None}
    if not named:
        return {}
    paying = _of_kind(session, "debtor_payment", facts.key, col(ReceiptRow.pays), named)
    earlier = (col(ReceiptRow.business_date) < dates[-1], col(ReceiptRow.business_date).not_in(dates))
    before: defaultdict[str | None, list[Receipt]] = defaultdict(list)
    for payment in stream_rows(session, facts, paying, *(earlier if len(dates) > 1 else earlier[:1])):
        before[payment.pays].append(payment)
    sold = _of_kind(session, "account_sale", facts.key, col(ReceiptRow.receipt), named)
    sales = sorted(stream_rows(session, facts, sold), key=lambda sale: (sale.id, sale.register))
    numbers = first_numbers(session, facts.key, [_document_key(sale) for sale in sales])
    return {
        name: tuple(
            PaidSale(sale, paid, numbers.get(_document_key(sale)))
            for sale, paid in paid_before(each, before[name])
        )
        for name, each in _by_id(sales).items()
    }


def _by_id(sales: Iterable[Receipt]) -> dict[str, list[Receipt]]:
    found: defaultdict[str, list[Receipt]] = defaultdict(list)
    for sale in sales:
        found[sale.id].append(sale)
    return found


def _document_key(sale: Receipt) -> str:
    return f"{ACCOUNT_SALE}{sale.register}/{sale.id}"


def _of_kind(session: Session, kind: str, store: str, name: Mapped[Any], names: set[str]) -> list[int]:
    """Return the rows of what counts of a kind, by the index of that kind's `name`."""
    found = select(col(ReceiptRow.id)).where(
        # Spelled out, so that SQLite sees that the index of the kind will do.
        col(ReceiptRow.kind) == literal_column(f"'{kind}'"),
        col(ReceiptRow.store) == store,
        name.in_(names),
        col(ReceiptRow.effective),
    )
    return [number for (number,) in session.execute(found) if number is not None]
