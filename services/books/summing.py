"""Receipts into sums: sections, totals, rounding, what gift cards paid.

The store's SQL sums a day the same way; `totals_of` does it in memory for small days.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal

from services.books.money import ZERO, rounded
from services.books.receipt_rules import is_on_account
from services.books.records import (
    CASH,
    GIFT_CARD,
    CashRounding,
    Line,
    Purchase,
    Receipt,
    ReceiptKind,
    StoreFacts,
    TillSession,
)
from services.books.totals import DayTotals, LineTotal, Section, TenderCount, TenderTotal

ACCOUNT_SALE = "account_sale"
DEBTOR_PAYMENT = "debtor_payment"
PAID_OUT = "paid_out"
VOID = "void"

Taxed = Callable[[Line], bool]
"""Whether a line is taxed, by the mapping of the day."""

_ONE = Decimal(1)
_OF_THEIR_OWN = {
    ReceiptKind.VOID: VOID,
    ReceiptKind.DEBTOR_PAYMENT: DEBTOR_PAYMENT,
    ReceiptKind.PAID_OUT: PAID_OUT,
}
_MAY_GIVE_BACK = frozenset({ReceiptKind.SALE, ReceiptKind.LAYBY_CANCELLATION, ReceiptKind.LAYBY_PAYMENT})


def section_of(receipt: Receipt) -> str:
    """Return which part of the day a receipt belongs to (ACCOUNTING.md 1, R3).

    `sales` and `refunds` are summed into the day's documents; `account_sale` (with refunds
    on account), `debtor_payment` and `paid_out` are documents of their own; `void` counts
    nowhere. A sale, layby payment or layby cancellation that gives money back is a refund.
    """
    if own := _OF_THEIR_OWN.get(receipt.kind):
        return own
    if is_on_account(receipt):
        return ACCOUNT_SALE
    net = sum((line.amount for line in receipt.lines), ZERO)
    gives_back = receipt.kind in _MAY_GIVE_BACK and net < ZERO
    if receipt.kind is ReceiptKind.REFUND or gives_back:
        return Section.REFUNDS.value
    return Section.SALES.value


def rounding_unlike_rule(receipt: Receipt, store: StoreFacts) -> bool:
    """Return whether a receipt was rounded otherwise than the store's rule (R5).

    Only the part paid in cash is rounded; a store without a rule rounds nothing.
    """
    rounding = receipt.cash_rounding or ZERO
    cash = [tender.amount for tender in receipt.tenders if tender.type == CASH]
    if store.cash_rounding is None or not cash:
        return rounding != ZERO
    paid = sum(cash, ZERO)
    return _to_step(paid - rounding, store.cash_rounding) != paid


def _to_step(amount: Decimal, rule: CashRounding) -> Decimal:
    tie = ROUND_HALF_DOWN if rule.tie == "down" else ROUND_HALF_UP
    return (amount / rule.step).quantize(_ONE, rounding=tie) * rule.step


def line_totals(totals: Iterable[LineTotal]) -> list[LineTotal]:
    """Return totals merged where all but the amount is the same, in order.

    The same: section, category or account, tax code and sign.
    """
    merged: dict[tuple[object, ...], LineTotal] = {}
    for total in totals:
        key = (total.section, total.category, total.account, total.tax_code, total.amount < ZERO)
        known = merged.get(key)
        merged[key] = total if known is None else _merged(known, total)
    return sorted(merged.values(), key=_line_order)


def totals_of_lines(receipt: Receipt, section: Section) -> list[LineTotal]:
    """Return one receipt's lines as totals of a section."""
    return line_totals(_each_line(receipt, section))


def redeemed_shares(receipt: Receipt, currency: str, taxed: Taxed | None = None) -> list[LineTotal]:
    """Return what gift cards paid of each taxed line, signed as the line is (CLI.md).

    For stores whose gift cards are taxed when sold: the part of the taxed lines that the
    cards paid, shared out pro rata over them and rounded to cents, never more than they
    come to. `taxed` None: every line counts as taxed.
    """
    redeemed = sum((tender.amount for tender in receipt.tenders if tender.type == GIFT_CARD), ZERO)
    lines = [line for line in receipt.lines if taxed is None or taxed(line)]
    untaxed = sum((line.amount for line in receipt.lines if line not in lines), ZERO)
    tendered = sum((tender.amount for tender in receipt.tenders), ZERO)
    share = _share(redeemed, tendered - (receipt.cash_rounding or ZERO) - untaxed)
    section = Section.REFUNDS if section_of(receipt) == Section.REFUNDS.value else Section.SALES
    parts = [replace(line, amount=rounded(line.amount * share, currency), tax=None) for line in lines]
    kept = replace(receipt, lines=tuple(line for line in parts if line.amount))
    return totals_of_lines(kept, section)


def _share(redeemed: Decimal, of_taxed: Decimal) -> Decimal:
    """Return the redeemed share of the taxed lines, between nothing and all of them."""
    if redeemed * of_taxed <= ZERO:
        return ZERO
    return min(redeemed / of_taxed, _ONE)


def totals_of(
    store: StoreFacts,
    business_date: date,
    receipts: Iterable[Receipt],
    *,
    sessions: Iterable[TillSession] = (),
    purchases: Iterable[Purchase] = (),
    redeemed: bool = False,
    taxed: Taxed | None = None,
) -> DayTotals:
    """Return a day's totals from its records in memory.

    `receipts` may hold other dates too: they matter for what till sessions expect. With
    `redeemed` the goods paid by gift card are shared out over the `taxed` lines.
    """
    effective, known = _effective(receipts), list(sessions)
    day = [receipt for receipt in effective if receipt.business_date == business_date]
    summed = [receipt for receipt in day if section_of(receipt) in set(Section)]
    opened = [session for session in known if session.business_date == business_date]
    apart = {name: tuple(_of(day, name)) for name in (ACCOUNT_SALE, DEBTOR_PAYMENT, PAID_OUT)}
    shares = (
        share for receipt in summed if redeemed for share in redeemed_shares(receipt, store.currency, taxed)
    )
    return DayTotals(
        store=store,
        date=business_date,
        lines=tuple(line_totals(line for each in summed for line in _each_line(each, _section(each)))),
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
        receipts=len(day),
        rounding_unlike_rule=sum(rounding_unlike_rule(receipt, store) for receipt in day),
        paid_invoices=_paid_invoices(apart[DEBTOR_PAYMENT], effective),
    )


def _merged(one: LineTotal, other: LineTotal) -> LineTotal:
    both = one.printed_tax is not None and other.printed_tax is not None
    return replace(
        one,
        amount=one.amount + other.amount,
        lines=one.lines + other.lines,
        printed_tax=(one.printed_tax or ZERO) + (other.printed_tax or ZERO) if both else None,
    )


def _line_order(total: LineTotal) -> tuple[bool, str, str, str, bool]:
    return (
        total.section is Section.REFUNDS,
        total.category or "",
        total.account or "",
        total.tax_code,
        total.amount < ZERO,
    )


def _each_line(receipt: Receipt, section: Section) -> Iterator[LineTotal]:
    for line in receipt.lines:
        yield LineTotal(section, line.category, line.account, line.tax_code, line.amount, 1, line.tax)


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


def _paid_invoices(payments: Iterable[Receipt], receipts: Iterable[Receipt]) -> Mapping[str, str]:
    named = {payment.pays for payment in payments}
    return {
        each.id: each.register
        for each in receipts
        if each.kind is ReceiptKind.ACCOUNT_SALE and each.id in named
    }
