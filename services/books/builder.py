"""A day's totals into documents with their proof: the heart of the books.

The same totals, mapping and facts give the same documents, line by line.
"""

from __future__ import annotations

from collections.abc import Iterator

from services.books import countries
from services.books.account_sales import account_sale
from services.books.alone import alone_documents, shape_beside
from services.books.debtor_payments import debtor_payment, unpayable, with_debtor_rounding
from services.books.documents import DayDocuments, Document, Finding, Shape
from services.books.ledger_facts import LedgerFacts
from services.books.mapping import Mapping
from services.books.numbers import repeated_numbers
from services.books.paid_outs import paid_out
from services.books.proof import failures, prove, remarks
from services.books.purchases import purchase
from services.books.records import StoreFacts
from services.books.resolver import Resolver
from services.books.shapes import CannotHold, build_shape
from services.books.summing import Taxed
from services.books.tax_return import tax_boxes
from services.books.totals import DayTotals
from services.books.warnings import warnings_of

_SHAPES = {
    Shape.INVOICE: "invoice",
    Shape.ZERO_INVOICE: "zero_invoice",
    Shape.JOURNAL: "journal",
    Shape.NET_INVOICE: "net_invoice",
}
"""In the order in which they are offered."""


def build_day(
    totals: DayTotals, mapping: Mapping, facts: LedgerFacts, shape: Shape | None = None
) -> DayDocuments:
    """Return the documents of a date or a period, with proof and obstacles.

    Without a shape the mapping's is taken. Documents are empty when something is unmapped
    or the shape cannot hold the day (CLI.md, preview), and when nothing happened.
    """
    wanted = shape or mapping.shape
    resolver = Resolver(totals.store, mapping, facts)
    documents, stopped = _made(resolver, totals, wanted)
    checks = prove(resolver, totals, documents)
    blocked = [*stopped, *repeated_numbers(documents), *failures(checks), *unpayable(resolver, totals)]
    if not facts.connected and (documents or blocked):
        blocked.append(_not_connected(totals.store))
    return DayDocuments(
        store=totals.store.key,
        date=totals.date,
        shape=wanted,
        documents=documents,
        proof=checks,
        blocked=tuple(blocked),
        warnings=(*warnings_of(totals, mapping, facts), *remarks(checks)),
        tax_return=tax_boxes(totals.store.country, documents, facts.tax_rates),
    )


def documents_of(
    totals: DayTotals, mapping: Mapping, facts: LedgerFacts, shape: Shape | None = None
) -> tuple[tuple[Document, ...], list[Finding]]:
    """Return the documents of `build_day` without proof, and what stops them."""
    return _made(Resolver(totals.store, mapping, facts), totals, shape or mapping.shape)


def taxed_lines(store: StoreFacts, mapping: Mapping, facts: LedgerFacts) -> Taxed:
    """Return what tells whether a line is taxed by this mapping (`redeemed_shares`)."""
    return Resolver(store, mapping, facts).is_taxed


def _made(resolver: Resolver, totals: DayTotals, wanted: Shape) -> tuple[tuple[Document, ...], list[Finding]]:
    documents: tuple[Document, ...] = ()
    stopped: list[Finding] = []
    try:
        documents = _documents(resolver, totals, wanted)
    except CannotHold as error:
        stopped = [_cannot_hold(resolver, totals, wanted, str(error))]
    stopped += resolver.findings
    return () if stopped else documents, stopped


def _documents(resolver: Resolver, totals: DayTotals, shape: Shape) -> tuple[Document, ...]:
    """Return the documents in sending order: payments last."""
    return (
        *build_shape(shape_beside(totals, shape), resolver, with_debtor_rounding(totals)),
        *alone_documents(resolver, totals, shape),
        *_own_documents(resolver, totals),
        *(debtor_payment(resolver, totals, receipt) for receipt in totals.debtor_payments),
    )


def _own_documents(resolver: Resolver, totals: DayTotals) -> Iterator[Document]:
    for receipt in totals.account_sales:
        yield account_sale(resolver, receipt)
    for receipt in totals.paid_outs:
        yield paid_out(resolver, receipt)
    for bill in totals.purchases:
        yield purchase(resolver, bill)


def _cannot_hold(resolver: Resolver, totals: DayTotals, wanted: Shape, reason: str) -> Finding:
    others = [
        word for other, word in _SHAPES.items() if other is not wanted and _holds(resolver, totals, other)
    ]
    return Finding(
        "shape_cannot_hold",
        f"The shape {_SHAPES[wanted]} cannot hold {totals.words}.",
        f"{reason[:1].upper()}{reason[1:]}.",
        f"Choose a shape that can: {', '.join(others)}."
        if others
        else "No shape can: map the tender to a clearing account of the type current asset.",
    )


def _holds(resolver: Resolver, totals: DayTotals, shape: Shape) -> bool:
    own = Resolver(resolver.store, resolver.mapping, resolver.facts)
    try:
        build_shape(shape_beside(totals, shape), own, with_debtor_rounding(totals))
        list(alone_documents(own, totals, shape))
    except CannotHold:
        return False
    return True


def _not_connected(store: StoreFacts) -> Finding:
    return Finding(
        "not_connected",
        f"The store {store.key} is not connected to an organisation.",
        f"The documents were made with the tax rates usual in {store.country}."
        if countries.has_rates(store.country)
        else f"No tax rates of {store.country} are built in: only lines without tax can be shown.",
        f"Connect it: tillbook connect xero --store {store.key} --client-id ID",
    )
