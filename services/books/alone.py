"""Receipts that are documents of their own: real time (FEATURES.md AB5).

A sale is an invoice with its payments, a refund a credit note with its refunds. Stores
whose days are journals, or invoices of zero, have one of those a receipt.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from services.books.documents import Document, Shape
from services.books.money import ZERO
from services.books.records import Receipt, StoreFacts
from services.books.resolver import Resolver
from services.books.shapes import build_shape
from services.books.summing import Taxed, redeemed_shares, rounding_unlike_rule, section_of, totals_of_lines
from services.books.totals import DayTotals, Section, TenderTotal

RECEIPT = "receipt:"
# A net invoice holds no tender that went the other way. A receipt may, and what a count is
# over or short may when the money itself came in with receipts of their own: so it is shape A.
_ONE_BY_ONE = {Shape.NET_INVOICE: Shape.INVOICE}


def is_alone(key: str) -> bool:
    """Whether a document of this key is that of one receipt of the tills' own sales."""
    return key.startswith(RECEIPT)


def receipt_totals(
    store: StoreFacts, receipt: Receipt, *, redeemed: bool = False, taxed: Taxed | None = None
) -> DayTotals:
    """Return the totals of one receipt of the sections `sales` or `refunds`.

    `redeemed` and `taxed` as in `summing.redeemed_shares`.
    """
    section = Section(section_of(receipt))
    return DayTotals(
        store=store,
        date=receipt.business_date,
        lines=tuple(totals_of_lines(receipt, section)),
        tenders=_tenders(receipt, section),
        rounding={section: receipt.cash_rounding or ZERO},
        redeemed=tuple(redeemed_shares(receipt, store.currency, taxed)) if redeemed else (),
        receipts=1,
        rounding_unlike_rule=int(rounding_unlike_rule(receipt, store)),
        receipt=f"{receipt.register}/{receipt.id}",
    )


def shape_beside(totals: DayTotals, shape: Shape) -> Shape:
    """Return the shape of what is summed, beside receipts of their own."""
    return _ONE_BY_ONE.get(shape, shape) if totals.alone else shape


def alone_documents(resolver: Resolver, totals: DayTotals, shape: Shape) -> Iterator[Document]:
    """Yield the document of each receipt that stands alone; raise CannotHold."""
    for part in totals.alone:
        for document in build_shape(_ONE_BY_ONE.get(shape, shape), resolver, part):
            yield replace(document, key=f"{RECEIPT}{part.receipt}")


def _tenders(receipt: Receipt, section: Section) -> tuple[TenderTotal, ...]:
    """Return the tenders by type and sign, as a day sums them."""
    amounts: defaultdict[tuple[str, bool], list[Decimal]] = defaultdict(list)
    for tender in receipt.tenders:
        amounts[tender.type, tender.amount < ZERO].append(tender.amount)
    return tuple(
        TenderTotal(section, kind, sum(each, ZERO), len(each)) for (kind, _), each in sorted(amounts.items())
    )
