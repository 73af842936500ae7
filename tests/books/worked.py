"""One worked day: its records, and what its documents must post in every shape.

What the documents post is computed here from their JSON (CLI.md, preview), by the rules of
bookkeeping and of the returns alone, so that nothing of `services.books` judges itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from services.books import wire
from services.books.countries import built_in
from services.books.documents import DayDocuments, Shape
from services.books.records import StoreFacts
from tests.books.days import NZ, Body, build, mapping

ALL = frozenset(Shape)
WITHOUT_NET = ALL - {Shape.NET_INVOICE}
Amounts = dict[str, str]

_CREDITED = {"ACCREC", "ACCPAYCREDIT"}
_MONEY_IN = {"ACCREC", "ACCPAYCREDIT", "PAYMENT"}
_CONTROL = {"ACCPAY": "#AP", "ACCPAYCREDIT": "#AP", "JOURNAL": "#JOURNAL"}


@dataclass(frozen=True)
class Day:
    """The records of a day and what they come to; balances are debits above zero."""

    name: str
    records: list[Body]
    ledger: Amounts
    boxes: Amounts = field(default_factory=dict)
    """By the names of the country's return; boxes at zero are left out."""
    store: StoreFacts = NZ
    shapes: frozenset[Shape] = ALL
    books: dict[str, object] = field(default_factory=dict)


def check(day: Day) -> None:
    """Compare a day with its expectation in every shape, before any connection."""
    for shape in Shape:
        built = build(
            *day.records,
            store=day.store,
            shape=shape,
            books=mapping(day.store, **day.books),
            organisation=built_in(day.store.country),
        )
        _check_shape(day, shape, built)


def _check_shape(day: Day, shape: Shape, built: DayDocuments) -> None:
    stopped = {finding.code for finding in built.blocked} - {"not_connected"}
    if shape not in day.shapes:
        assert (stopped, built.documents) == ({"shape_cannot_hold"}, ()), shape
        return
    documents = [wire.answer(each, "blocked", None) for each in built.documents]
    assert stopped == set(), shape
    assert [each.check for each in built.proof if not each.holds] == [], shape
    assert built.warnings == (), shape
    assert _sums(_ledger(documents)) == day.ledger, shape
    assert _sums(_boxes(day.store, documents)) == day.boxes, shape
    for document in documents:
        _check_document(day.store, document)


def _sums(entries: Iterator[tuple[str, Decimal]]) -> Amounts:
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for name, amount in entries:
        sums[name] += amount
    return {name: f"{amount:.2f}" for name, amount in sorted(sums.items()) if amount}


def _ledger(documents: list[Body]) -> Iterator[tuple[str, Decimal]]:
    for document in documents:
        kind, control = document["kind"], _CONTROL.get(document["kind"], "#AR")
        sign = -1 if kind in _CREDITED else 1
        for net, tax, line in _lines(document):
            yield line["account"], sign * net
            yield "#TAX", sign * tax
            yield control, -sign * (net + tax)
        sign = 1 if kind in _MONEY_IN else -1
        for payment in document["payments"]:
            yield payment["account"], sign * Decimal(payment["amount"])
            yield control, -sign * Decimal(payment["amount"])


def _lines(document: Body) -> Iterator[tuple[Decimal, Decimal, Body]]:
    for line in document["lines"]:
        amount, tax = Decimal(line["amount"]), Decimal(line["tax"])
        yield amount - tax if document["line_amounts"] == "Inclusive" else amount, tax, line


def _boxes(store: StoreFacts, documents: list[Body]) -> Iterator[tuple[str, Decimal]]:
    for document in documents:
        sign = 1 if document["kind"] in _CREDITED else -1
        for net, tax, line in _lines(document):
            yield from _feeds(store.country, line["tax_type"], sign * net, sign * tax)


def _feeds(country: str, tax_type: str, net: Decimal, tax: Decimal) -> Iterator[tuple[str, Decimal]]:
    """Yield what a line adds to the boxes: GST101A, BAS and VAT 100."""
    if tax_type in {"NONE", "BASEXCLUDED"}:
        return
    bought = "INPUT" in tax_type
    if country == "GB":
        yield from ((("4", -tax), ("7", -net)) if bought else (("1", tax), ("6", net)))
    elif country == "AU":
        yield from ((("1B", -tax), ("G11", -net - tax)) if bought else (("1A", tax), ("G1", net + tax)))
    else:
        yield from ((("11", -net - tax), ("13", -tax)) if bought else (("5", net + tax), ("8", tax)))
        if tax_type == "ZERORATED":
            yield "6", net


def _check_document(store: StoreFacts, document: Body) -> None:
    """Check what the ledger itself would refuse (XERO.md 6.4 to 6.8)."""
    total, paid = Decimal(document["total"]), Decimal(0)
    assert total >= 0
    for payment in document["payments"]:
        assert Decimal(payment["amount"]) > 0
        paid += Decimal(payment["amount"])
    assert paid <= total
    rates = built_in(store.country).tax_rates
    whole = Decimal(0)
    for net, tax, line in _lines(document):
        assert line["account"]
        exact = net * rates[line["tax_type"]].rate
        if document["line_amounts"] == "Inclusive":
            rate = rates[line["tax_type"]].rate
            exact = (net + tax) * rate / (1 + rate)
        assert tax == exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
        whole += net + tax
    if document["kind"] == "JOURNAL":
        assert whole == 0
    elif document["kind"] != "PAYMENT":
        assert whole == total == Decimal(document["sub_total"]) + Decimal(document["total_tax"])
