"""A day's totals from its records in memory.

What the store's SQL must come to as well.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal

from services.books.alone import receipt_totals
from services.books.debtor_payments import paid_before
from services.books.money import ZERO
from services.books.records import CASH, Purchase, Receipt, ReceiptKind, StoreFacts, TillSession
from services.books.summing import (
    ACCOUNT_SALE,
    DEBTOR_PAYMENT,
    PAID_OUT,
    Taxed,
    line_totals,
    redeemed_shares,
    rounding_unlike_rule,
    section_of,
    totals_of_lines,
)
from services.books.totals import DayTotals, PaidSale, Section, TenderCount, TenderTotal


def totals_of(
    store: StoreFacts,
    business_date: date,
    receipts: Iterable[Receipt],
    *,
    sessions: Iterable[TillSession] = (),
    purchases: Iterable[Purchase] = (),
    redeemed: bool = False,
    taxed: Taxed | None = None,
    alone: Container[str] = (),
) -> DayTotals:
    """Return a day's totals from its records in memory.

    `receipts` may hold other dates too: they matter for what till sessions expect. With
    `redeemed` the goods paid by gift card are shared out over the `taxed` lines. The receipts
    whose ids are in `alone` are documents of their own.
    """
    effective, known = _effective(receipts), list(sessions)
    day = [receipt for receipt in effective if receipt.business_date == business_date]
    sections = [receipt for receipt in day if section_of(receipt) in set(Section)]
    summed = [receipt for receipt in sections if receipt.id not in alone]
    own = [receipt for receipt in sections if receipt.id in alone]
    opened = [session for session in known if session.business_date == business_date]
    apart = {name: tuple(_of(day, name)) for name in (ACCOUNT_SALE, DEBTOR_PAYMENT, PAID_OUT)}
    shares = (
        share for receipt in summed if redeemed for share in redeemed_shares(receipt, store.currency, taxed)
    )
    return DayTotals(
        store=store,
        date=business_date,
        lines=tuple(line_totals(line for each in summed for line in totals_of_lines(each, _section(each)))),
        tenders=_tender_totals(summed),
        rounding=_rounding(summed),
        redeemed=tuple(line_totals(shares)),
        account_sales=apart[ACCOUNT_SALE],
        debtor_payments=apart[DEBTOR_PAYMENT],
        paid_outs=apart[PAID_OUT],
        counts=tuple(_counts(opened, known, effective)),
        uncounted_sessions=tuple(
            f"{each.register}/{each.id}" for each in opened if each.closed and not each.counted
        ),
        purchases=tuple(purchase for purchase in purchases if purchase.date == business_date),
        receipts=len(day) - len(own),
        rounding_unlike_rule=sum(rounding_unlike_rule(each, store) for each in day if each not in own),
        paid_sales=_paid_sales(apart[DEBTOR_PAYMENT], business_date, effective),
        alone=tuple(receipt_totals(store, each, redeemed=redeemed, taxed=taxed) for each in own),
    )


def _section(receipt: Receipt) -> Section:
    return Section(section_of(receipt))


def _effective(receipts: Iterable[Receipt]) -> list[Receipt]:
    """Return the receipts that count: neither voids nor what they take back."""
    known = list(receipts)
    voided = {(each.register, each.original) for each in known if each.kind is ReceiptKind.VOID}
    return [
        each for each in known if each.kind is not ReceiptKind.VOID and (each.register, each.id) not in voided
    ]


def _of(day: Iterable[Receipt], section: str) -> list[Receipt]:
    found = [receipt for receipt in day if section_of(receipt) == section]
    return sorted(found, key=lambda receipt: (receipt.time, receipt.register, receipt.id))


def _tender_totals(receipts: Iterable[Receipt]) -> tuple[TenderTotal, ...]:
    sums: dict[tuple[Section, str, bool], tuple[Decimal, int]] = {}
    for receipt in receipts:
        for tender in receipt.tenders:
            key = (_section(receipt), tender.type, tender.amount < ZERO)
            amount, count = sums.get(key, (ZERO, 0))
            sums[key] = (amount + tender.amount, count + 1)
    ordered = sorted(sums.items(), key=lambda each: (each[0][0] is Section.REFUNDS, each[0][1], each[0][2]))
    return tuple(
        TenderTotal(section, tender, amount, count) for (section, tender, _), (amount, count) in ordered
    )


def _rounding(receipts: Iterable[Receipt]) -> Mapping[Section, Decimal]:
    sums: dict[Section, Decimal] = {}
    for receipt in receipts:
        section = _section(receipt)
        sums[section] = sums.get(section, ZERO) + (receipt.cash_rounding or ZERO)
    return sums


def _counts(
    opened: Iterable[TillSession], sessions: list[TillSession], receipts: list[Receipt]
) -> Iterator[TenderCount]:
    for session in opened:
        if session.closed is None or not session.counted:
            continue
        moved = _movements(session, session.closed, sessions, receipts)
        for tender, counted in sorted(session.counted.items()):
            yield TenderCount(
                register=session.register,
                session=session.id,
                type=tender,
                float_amount=session.float_amount if tender == CASH else ZERO,
                movement=moved.get(tender, ZERO),
                counted=counted,
                stated=(session.expected or {}).get(tender),
            )


def _movements(
    session: TillSession, closed: datetime, sessions: list[TillSession], receipts: list[Receipt]
) -> dict[str, Decimal]:
    """Return the net of each tender since the register's previous close."""
    closes = [
        each.closed
        for each in sessions
        if each.register == session.register and each.closed is not None and each.closed < closed
    ]
    since = max(closes, default=None)
    moved: dict[str, Decimal] = {}
    for receipt in receipts:
        after = receipt.time >= session.opened if since is None else receipt.time > since
        if receipt.register == session.register and after and receipt.time <= closed:
            for tender in receipt.tenders:
                moved[tender.type] = moved.get(tender.type, ZERO) + tender.amount
    return moved


def _paid_sales(
    payments: Iterable[Receipt], business_date: date, receipts: Iterable[Receipt]
) -> Mapping[str, tuple[PaidSale, ...]]:
    named = {payment.pays for payment in payments}
    sold = [each for each in receipts if each.id in named and each.kind is ReceiptKind.ACCOUNT_SALE]
    found = sorted(sold, key=lambda each: each.register)
    earlier = [
        each
        for each in receipts
        if each.kind is ReceiptKind.DEBTOR_PAYMENT and each.business_date < business_date
    ]
    return {
        name: tuple(
            PaidSale(sale, paid)
            for sale, paid in paid_before([each for each in found if each.id == name], earlier)
        )
        for name in {sale.id for sale in found}
    }
