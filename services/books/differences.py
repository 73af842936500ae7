"""In what two documents differ, place by place of the ledger. Pure.

Amounts are signed as on the plain document of a kind: a sale or a bill above zero, its
credit note below.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from services.books.contact_names import contact_name
from services.books.documents import Document, DocumentKind, DocumentLine
from services.books.making import flipped
from services.books.money import ZERO

CREDITS = frozenset({DocumentKind.ACCRECCREDIT, DocumentKind.ACCPAYCREDIT})
_FIELDS = ("contact", "date", "line_amounts", "currency")

Place = tuple[str, str, tuple[tuple[str, str], ...]]
"""Account, tax type and tracking of a line."""


@dataclass(frozen=True, slots=True)
class LineChange:
    """What a place of the ledger got, and what it should have got; signed."""

    description: str
    place: Place
    sent: Decimal
    now: Decimal
    sent_tax: Decimal
    now_tax: Decimal


@dataclass(frozen=True, slots=True)
class PaymentChange:
    """What a tender paid on its account, and what it should have; signed."""

    tender: str
    account: str
    sent: Decimal
    now: Decimal


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A word at the head of the document that is another now."""

    name: str
    sent: str
    now: str


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything in which two documents differ."""

    lines: tuple[LineChange, ...]
    payments: tuple[PaymentChange, ...]
    fields: tuple[FieldChange, ...]

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.lines or self.payments or self.fields)


def changes(sent: Document | None, now: Document | None) -> Changes:
    """Return how what is so `now` differs from what was sent; None is nothing.

    Descriptions do not count: they hold the names of accounts, which a person may change.
    """
    return Changes(
        tuple(_line_changes(sent, now)), tuple(payment_changes(sent, now)), tuple(field_changes(sent, now))
    )


def total_of(document: Document | None) -> Decimal:
    """Return a document's total, signed."""
    return ZERO if document is None else sign_of(document) * document.total


def _line_changes(sent: Document | None, now: Document | None) -> Iterator[LineChange]:
    old, new = by_place(sent), by_place(now)
    for place in dict.fromkeys([*new, *old]):
        before, after = old.get(place, []), new.get(place, [])
        change = LineChange(
            (*after, *before)[0].description,
            place,
            sum_of(line.amount for line in before),
            sum_of(line.amount for line in after),
            sum_of(line.tax for line in before),
            sum_of(line.tax for line in after),
        )
        if change.sent != change.now or _parted_anew(before, after):
            yield change


def _parted_anew(before: Sequence[DocumentLine], after: Sequence[DocumentLine]) -> bool:
    """Whether the same amount is other lines now, and its tax rounds to another sum."""
    if sum_of(line.tax for line in before) == sum_of(line.tax for line in after):
        return False
    return Counter(line.amount for line in before) != Counter(line.amount for line in after)


def payment_changes(sent: Document | None, now: Document | None) -> list[PaymentChange]:
    """Return the tenders that paid another amount."""
    old, new = _paid(sent), _paid(now)
    names = sorted({*old, *new})
    every = [PaymentChange(*name, old.get(name, ZERO), new.get(name, ZERO)) for name in names]
    return [change for change in every if change.sent != change.now]


def field_changes(sent: Document | None, now: Document | None) -> Iterator[FieldChange]:
    """Yield the words at the head that are other ones."""
    if sent is None or now is None:
        return
    for name in _FIELDS:
        before, after = str(getattr(sent, name)), str(getattr(now, name))
        # Documents of before may have stray spaces; in the other fields there are none.
        if contact_name(before).casefold() != contact_name(after).casefold():
            yield FieldChange(name, before, after)


def by_place(document: Document | None) -> dict[Place, list[DocumentLine]]:
    """Return a document's lines, signed, by where they go in the ledger."""
    places: dict[Place, list[DocumentLine]] = {}
    if document is not None:
        lines = flipped(document.lines) if sign_of(document) < 0 else document.lines
        for line in lines:
            places.setdefault((line.account, line.tax_type, line.tracking), []).append(line)
    return places


def _paid(document: Document | None) -> dict[tuple[str, str], Decimal]:
    sums: dict[tuple[str, str], Decimal] = {}
    if document is not None:
        for payment in document.payments:
            name = (payment.tender, payment.account)
            sums[name] = sums.get(name, ZERO) + sign_of(document) * payment.amount
    return sums


def sign_of(document: Document) -> int:
    """Return what a document's amounts count with: -1 for credit notes."""
    return -1 if document.kind in CREDITS else 1


def sum_of(amounts: Iterable[Decimal]) -> Decimal:
    """Return the sum; zero of nothing."""
    return sum(amounts, ZERO)
