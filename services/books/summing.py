"""Receipts into sums: sections, totals, rounding, what gift cards paid.

The day itself is summed by the store, in SQL.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal

from services.books.money import ZERO, rounded
from services.books.receipt_rules import is_on_account
from services.books.records import (
    CASH,
    GIFT_CARD,
    CashRounding,
    Line,
    Receipt,
    ReceiptKind,
    StoreFacts,
)
from services.books.totals import LineTotal, Section

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
    cards paid, shared out pro rata over them, never more than they come to. Rounding to
    cents carries over to the next line, so that the shares add up. `taxed` None: every line
    counts as taxed.
    """
    redeemed = sum((tender.amount for tender in receipt.tenders if tender.type == GIFT_CARD), ZERO)
    lines = [line for line in receipt.lines if taxed is None or taxed(line)]
    untaxed = sum((line.amount for line in receipt.lines if line not in lines), ZERO)
    tendered = sum((tender.amount for tender in receipt.tenders), ZERO)
    of_taxed = tendered - (receipt.cash_rounding or ZERO) - untaxed
    section = Section.REFUNDS if section_of(receipt) == Section.REFUNDS.value else Section.SALES
    parts = tuple(part for part in _parts(lines, redeemed, of_taxed, currency) if part.amount)
    return totals_of_lines(replace(receipt, lines=parts), section)


def _parts(lines: Iterable[Line], redeemed: Decimal, of_taxed: Decimal, currency: str) -> Iterator[Line]:
    """Yield a share of each line, rounded so that their sum is the share of the sum."""
    whole = given = ZERO
    for line in lines:
        whole += line.amount
        part = rounded(_share(whole, redeemed, of_taxed), currency) - given
        given += part
        yield replace(line, amount=part, tax=None)


def _share(whole: Decimal, redeemed: Decimal, of_taxed: Decimal) -> Decimal:
    """Return the redeemed share of an amount, between nothing and all of it."""
    if redeemed * of_taxed <= ZERO:
        return ZERO
    if abs(redeemed) >= abs(of_taxed):
        return whole
    # Divided last: a quotient that does not come out would put a tie below its half.
    return whole * redeemed / of_taxed


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
