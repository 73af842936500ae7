"""Which lines of receipts are summed in a line of a document."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from services.books.day_lines import described
from services.books.documents import Document
from services.books.money import ZERO
from services.books.resolver import Resolver
from services.contract.problem import NotFound
from services.store.behind import LineSum
from services.store.documents import document_of
from services.store.tables import DocumentRow
from services.sync.documents.building import Builder, Built


def sums_of(
    builder: Builder, day: date, rows: Sequence[DocumentRow], key: str, place: int
) -> tuple[LineSum, ...]:
    """Return what the line at `place` of the document `key` sums.

    Empty for what Tillbook adds itself: roundings, over/short. Raises NotFound.
    """
    row = next((each for each in rows if each.key == key), None)
    built = builder.build(day, version=row.mapping_version if row else None)
    document = document_of(row) if row else built.document(key)
    if document is None or not 0 <= place < len(document.lines):
        raise NotFound(
            f"There is no line {place + 1} of {key} on {day}.",
            "The day changed since it was shown.",
            "Read it again, then open the line.",
            code="unknown_line",
        )
    return _sums(builder, built, document, place)


def _sums(builder: Builder, built: Built, document: Document, place: int) -> tuple[LineSum, ...]:
    line = document.lines[place]
    resolver = Resolver(builder.store, builder.mapping(built.mapping_version), builder.facts)
    found = []
    for total in built.totals.lines:
        goes = resolver.line(total.category, total.account, total.tax_code)
        told = described(resolver, goes, total.amount, total.section)
        if (goes.account, goes.tax_type, told) == (line.account, line.tax_type, line.description):
            negative = total.amount < ZERO
            found.append(
                LineSum(total.category, total.account, total.tax_code, total.section.value, negative)
            )
    return tuple(found)
