"""Suppliers' bills and credits, always sent unpaid (RECEIPTS.md, Purchases)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from services.books.contact_names import contact_name
from services.books.day_lines import gross
from services.books.documents import Document, DocumentKind, DocumentLine, Finding
from services.books.making import Heading, document
from services.books.money import rounded, text_of
from services.books.purchase_rules import tolerance
from services.books.records import Purchase, PurchaseKind, PurchaseLine
from services.books.resolver import Resolver


def purchase(resolver: Resolver, bill: Purchase) -> Document:
    """Return a supplier's bill or credit, made to come to the supplier's own total."""
    lines = [_line(resolver, line, inclusive=bill.inclusive) for line in bill.lines]
    lines += _rounding(resolver, bill, gross(lines, inclusive=bill.inclusive))
    credit = bill.kind is PurchaseKind.PURCHASE_CREDIT
    heading = Heading(
        DocumentKind.ACCPAYCREDIT if credit else DocumentKind.ACCPAY,
        f"{bill.kind.value}:{bill.id}",
        bill.number,
        contact_name(bill.supplier),
        due_date=bill.due_date,
        inclusive=bill.inclusive,
        contact_number=bill.supplier_number,
    )
    return document(resolver, bill.date, heading, lines)


def _line(resolver: Resolver, line: PurchaseLine, *, inclusive: bool) -> DocumentLine:
    place = resolver.line(line.category, line.account, line.tax_code)
    words = line.description or f"{place.label} - {resolver.tax_name(place.tax_type)}"
    made = resolver.document_line(words, place.account, place.tax_type, line.amount, inclusive=inclusive)
    return replace(made, quantity=_exact_quantity(line, resolver.store.currency))


def _exact_quantity(line: PurchaseLine, currency: str) -> Decimal:
    """Return the quantity where it divides the amount exactly, else one."""
    quantity = line.quantity
    if quantity is None or quantity <= 0:
        return Decimal(1)
    unit = rounded(line.amount / quantity, currency)
    return quantity if unit * quantity == line.amount else Decimal(1)


def _rounding(resolver: Resolver, bill: Purchase, computed: Decimal) -> list[DocumentLine]:
    """Return the line that makes the bill come to what the paper says."""
    difference = bill.total - computed
    if not difference or not _taxes_known(resolver, bill):
        return []
    if abs(difference) > tolerance(len(bill.lines), resolver.store.currency):
        resolver.miss(_differs(bill, computed, resolver.store.currency), f"{bill.kind.value}:{bill.id}")
        return []
    return [resolver.rounding("Rounding to supplier's total", difference, inclusive=bill.inclusive)]


def _taxes_known(resolver: Resolver, bill: Purchase) -> bool:
    """Return whether every tax type is known: else another finding names it."""
    places = [resolver.line(line.category, line.account, line.tax_code) for line in bill.lines]
    return all(place.tax_type in {*resolver.facts.tax_rates, resolver.no_tax} for place in places)


def _differs(bill: Purchase, computed: Decimal, currency: str) -> Finding:
    return Finding(
        "supplier_total_differs",
        f"The bill {bill.number} of {bill.supplier} does not come to its total.",
        f"Its lines with tax come to {text_of(computed, currency)},"
        f" the paper says {text_of(bill.total, currency)}.",
        "Compare the lines and their tax codes with the paper, correct the record and import it again.",
    )
