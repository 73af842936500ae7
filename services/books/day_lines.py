"""The lines of a day's documents, signed as the till sees them.

What the till takes is above zero. Each shape then turns the same lines into documents of
its own (ACCOUNTING.md 2).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from services.books.documents import DocumentLine
from services.books.money import HALF, ZERO, minor_unit
from services.books.records import DISCOUNTS, GIFT_CARD, LAYBY_APPLIED, LAYBY_DEPOSIT, Receipt
from services.books.resolver import Place, Resolver
from services.books.summing import redeemed_shares, totals_of_lines
from services.books.totals import DayTotals, LineTotal, Section

_OFTEN_NEGATIVE = frozenset({DISCOUNTS, LAYBY_APPLIED, LAYBY_DEPOSIT})
_CASH_ROUNDING = "Cash rounding"
_TAX_ROUNDING = "Rounding of the tills' tax"

Roundings = Mapping[str, Decimal]
"""By what was rounded, in words; signed as the till sees it."""


def section_goods(resolver: Resolver, totals: DayTotals, section: Section) -> list[DocumentLine]:
    """Return the goods of a section, and what gift cards paid of them."""
    goods = (line for line in totals.lines if line.section is section)
    redeemed = (line for line in totals.redeemed if line.section is section)
    return [*goods_lines(resolver, goods, section), *redeemed_lines(resolver, redeemed)]


def section_rounding(
    resolver: Resolver, totals: DayTotals, section: Section, goods: Sequence[DocumentLine]
) -> Roundings:
    """Return what was rounded in a section, where `goods` are its other lines."""
    taken = sum((tender.amount for tender in totals.tenders if tender.section is section), ZERO)
    count = sum(line.lines for line in totals.lines if line.section is section)
    return roundings(resolver, goods, (totals.rounding or {}).get(section, ZERO), taken, count)


def receipt_goods(resolver: Resolver, receipt: Receipt, section: Section) -> list[DocumentLine]:
    """Return the goods of a receipt of its own, as `section_goods` does."""
    lines = goods_lines(resolver, totals_of_lines(receipt, section), section)
    if not resolver.mapping.taxed_at_sale:
        return lines
    shares = redeemed_shares(receipt, resolver.store.currency, resolver.is_taxed)
    return [*lines, *redeemed_lines(resolver, shares)]


def goods_lines(resolver: Resolver, totals: Iterable[LineTotal], section: Section) -> list[DocumentLine]:
    """Return a line per category or account, tax type and sign (R3)."""
    return [
        resolver.document_line(
            described(resolver, place, amount, section), place.account, place.tax_type, amount
        )
        for place, amount in _summed(resolver, totals)
    ]


def redeemed_lines(resolver: Resolver, shares: Iterable[LineTotal]) -> list[DocumentLine]:
    """Take the tax off what gift cards paid that were taxed when sold (CLI.md).

    The redeemed part is taken back with its tax types, and put back outside the tax; together
    that comes to nothing. Both are on the gift cards' account: selling a card put its amount
    without tax there and the card pays with tax, so it is left with what is not redeemed yet,
    and the goods stay whole (ACCOUNTING.md 3, 5).
    """
    if not resolver.mapping.taxed_at_sale:
        return []
    taken_back = [
        resolver.document_line(
            f"Paid by gift card: {place.label} - {resolver.tax_name(place.tax_type)}",
            resolver.tender(GIFT_CARD),
            place.tax_type,
            -amount,
        )
        for place, amount in _summed(resolver, shares)
        if resolver.rate(place.tax_type)
    ]
    whole = -gross(taken_back, inclusive=resolver.store.prices_inclusive)
    if not whole:
        return taken_back
    words = "Paid by gift card: taxed when the card was sold"
    return [*taken_back, resolver.untaxed_line(words, resolver.tender(GIFT_CARD), whole)]


def roundings(
    resolver: Resolver,
    goods: Sequence[DocumentLine],
    cash_rounding: Decimal,
    taken: Decimal,
    receipt_lines: int,
) -> Roundings:
    """Return the cash rounding, and what tax on top of the prices differs by.

    The till rounds its tax per line or receipt, the ledger per document line: at most half
    a minor unit apart for each of both. A larger difference is left out, and the proof
    names it.
    """
    if resolver.store.prices_inclusive:
        return {_CASH_ROUNDING: cash_rounding}
    difference = taken - cash_rounding - gross(goods, inclusive=False)
    bound = residue_bound(resolver.store.currency, receipt_lines + len(goods))
    return {_CASH_ROUNDING: cash_rounding, _TAX_ROUNDING: difference if abs(difference) <= bound else ZERO}


def rounding_lines(resolver: Resolver, *amounts: Roundings) -> list[DocumentLine]:
    """Return the lines on the rounding account, none for zero (ACCOUNTING.md 1, R5)."""
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for each in amounts:
        for words, amount in each.items():
            sums[words] += amount
    return [resolver.rounding(words, amount) for words, amount in sums.items() if amount]


def over_short(totals: DayTotals) -> dict[str, Decimal]:
    """Return counted less expected by tender, zeros left out."""
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for count in totals.counts:
        sums[count.type] += count.over_short
    return {tender: amount for tender, amount in sorted(sums.items()) if amount}


def over_short_lines(resolver: Resolver, amounts: Mapping[str, Decimal]) -> list[DocumentLine]:
    """Return a line of what each tender was over or short (ACCOUNTING.md 1, R6)."""
    return [resolver.over_short(f"Cash over/short: {tender}", amount) for tender, amount in amounts.items()]


def gross(lines: Iterable[DocumentLine], *, inclusive: bool) -> Decimal:
    """Return what the lines come to with their tax."""
    return sum((line.amount if inclusive else line.amount + line.tax for line in lines), ZERO)


def residue_bound(currency: str, lines: int) -> Decimal:
    """Return how far two ways of rounding tax can be apart: half a minor unit a line."""
    return minor_unit(currency) * HALF * lines


def _summed(resolver: Resolver, totals: Iterable[LineTotal]) -> list[tuple[Place, Decimal]]:
    sums: defaultdict[tuple[str, str, bool], Decimal] = defaultdict(Decimal)
    places: dict[tuple[str, str, bool], Place] = {}
    for total in totals:
        if total.amount:
            place = resolver.line(total.category, total.account, total.tax_code)
            key = (place.order, place.tax_type, total.amount < ZERO)
            places[key] = place
            sums[key] += total.amount
    return [(places[key], sums[key]) for key in sorted(sums)]


def described(resolver: Resolver, place: Place, amount: Decimal, section: Section) -> str:
    """Return the description of the line that lines of a place are summed in."""
    words = f"{place.label} - {resolver.tax_name(place.tax_type)}"
    if amount > ZERO:
        return words
    if section is Section.REFUNDS:
        return f"Refunds: {words}"
    return words if place.order in _OFTEN_NEGATIVE else f"Returns: {words}"
