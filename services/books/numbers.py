"""The numbers of documents, from the templates of the mapping."""

from __future__ import annotations

import string
from collections import Counter
from collections.abc import Iterable
from datetime import date

from services.books.documents import Document, DocumentKind, Finding
from services.books.mapping import Mapping

_OURS = frozenset({DocumentKind.ACCREC, DocumentKind.ACCRECCREDIT, DocumentKind.JOURNAL})


def placeholders(template: str) -> frozenset[str]:
    """Return the names in braces of a template; raise ValueError for bad ones."""
    found = set()
    for _, name, form, conversion in string.Formatter().parse(template):
        if form or conversion:
            raise ValueError("a name in braces stands alone, such as {store}")
        if name is not None:
            found.add(name)
    return frozenset(found)


def day_number(mapping: Mapping, day: date | str) -> str:
    """Return the number of a day's document (CLI.md, The mapping file).

    `day` may be what stands for the date: `DayTotals.label` of a period or a receipt.
    """
    return mapping.number.format(store=mapping.store, date=day)


def account_number(mapping: Mapping, register: str, receipt: str) -> str:
    """Return the number of an account sale (CLI.md, The mapping file)."""
    return mapping.account_number.format(store=mapping.store, register=register, receipt=receipt)


def repeated_numbers(documents: Iterable[Document]) -> list[Finding]:
    """Return a finding for each number that two documents of the day would have.

    Numbers of bills are the suppliers' and may repeat, but not from one supplier.
    """
    names = Counter(_name(document) for document in documents if document.kind is not DocumentKind.PAYMENT)
    return [_repeats(name[0], count, ours=name[1] is None) for name, count in names.items() if count > 1]


def _name(document: Document) -> tuple[str, str | None, str | None]:
    if document.kind in _OURS:
        return document.number, None, None
    return document.number, document.contact, document.kind.value


def _repeats(number: str, count: int, *, ours: bool) -> Finding:
    if not ours:
        return Finding(
            "number_repeats",
            f"{count} bills of one supplier have the number {number}.",
            "They would be one bill posted twice.",
            "Void one of the records, or correct its number, and import it again.",
        )
    return Finding(
        "number_repeats",
        f"{count} documents of the day would have the number {number}.",
        "Two registers used the same receipt id, or both templates give the same text.",
        "Add {register} to account_number in the mapping.",
    )
