"""What each receipt and each bill adds to a number of a day's documents."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, TypeAlias

from sqlmodel import Session

from services.books import apart, postings
from services.books.apart import Measure
from services.books.day_lines import residue_bound
from services.books.documents import DayDocuments, Document, Finding, Shape
from services.books.money import ZERO
from services.contract.problem import NotFound, Refused
from services.store.behind import Number, receipts_behind
from services.store.documents import document_of, documents_on
from services.sync.documents.building import Builder, Built

Side = Literal["debit", "credit"]

DIFFERENCE = "difference"
ADDED = "added"
_HELD = 2
"""Days kept taken apart: that looked at, and one to compare it with."""
_MOST_HELD = 20_000
"""Documents of a date, or its period, beyond which it is not kept: some 50 MB of memory."""
_PURCHASES = frozenset({"purchase", "purchase_credit"})
_TAX = "Tax is computed on the day's sums, not per receipt"
_EVEN = "Debits and credits of one account made even"
_ELSEWHERE = "In the day's documents, and in none of the receipts as they are now"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A number of a day's documents: one of an account, an equality, or a document."""

    account: str | None = None
    """A code, or AR, AP or TAX; with `side` as what its movement counts."""
    side: Side = "debit"
    check: str | None = None
    """An equality, in the words of the proof."""
    document: str | None = None
    """The key of a document: its total, or the line at `line`."""
    line: int | None = None
    shape: Shape | None = None
    """As if the day were built in it now."""

    @property
    def of_tenders(self) -> bool:
        """Whether it is the first equality: what was tendered, as the tills say."""
        return self.check is not None and self.check.startswith("1 ")


@dataclass(frozen=True, slots=True)
class Part:
    """What one receipt, one bill, or a rounding adds to a number."""

    kind: str
    amount: Decimal
    register: str = ""
    name: str = ""
    """The receipt's or bill's id; words for what no record adds."""
    time: str = ""
    """Empty where there is none."""


Alone: TypeAlias = tuple[Document, ...]
"""What every receipt and every bill of a date makes by itself."""


class LastApart:
    """The days taken apart last, so that another number of one costs little.

    A day of 5,000 receipts is 5,000 documents: a second of work, the same for each of its
    numbers and for each page of what is behind one. It is done again when anything that
    the documents are made of has changed.
    """

    def __init__(self) -> None:
        self._held: list[tuple[object, Alone]] = []
        self._lock = threading.Lock()

    def documents(
        self, builder: Builder, built: Built, wanted: Wanted, version: int | None, day: date
    ) -> Alone:
        """Return the documents of each record; raise Refused where it makes none."""
        made_of = (built.totals, built.touched, builder.mapping(version), builder.facts, wanted.shape)
        with self._lock:
            held = next((alone for known, alone in self._held if known == made_of), None)
        if held is not None:
            return held
        alone, stopped = builder.taken_apart(built.dates, shape=wanted.shape, version=version)
        if not alone:
            raise _not_apart(day, stopped)
        if len(alone) <= _MOST_HELD:
            with self._lock:
                self._held = [(made_of, alone), *self._held[: _HELD - 1]]
        return alone


def parts_of(session: Session, builder: Builder, day: date, wanted: Wanted, last: LastApart) -> list[Part]:
    """Return what makes up a number, oldest first; last what no record adds.

    Raises NotFound where the day has no such number, Refused where it has no documents.
    """
    rows = documents_on(session, builder.store.key, day) if wanted.shape is None else []
    version = rows[0].mapping_version if rows else None
    built = builder.build(day, shape=wanted.shape, version=version)
    documents = [document_of(row) for row in rows] or list(built.documents.documents)
    measure = _measure(wanted, documents, built.documents, day)
    alone = last.documents(builder, built, wanted, version, day) if documents else ()
    adding = apart.taken_apart(measure, alone)
    # One account's debits and credits are made even over the whole day, so receipts' sum to more.
    evens = measure is apart.debits_of
    number = _together(measure, documents, evens=evens)
    found = _named(session, builder.store.key, built.dates, adding)
    rest = number - sum((part.amount for part in found), ZERO)
    bound = residue_bound(builder.store.currency, sum(len(document.lines) + 1 for document in alone))
    words = _EVEN if evens else (_TAX if abs(rest) <= bound else _ELSEWHERE)
    return [*found, Part(DIFFERENCE, rest, name=words)] if rest else found


def _measure(wanted: Wanted, documents: Sequence[Document], built: DayDocuments, day: date) -> Measure:
    if wanted.account is not None:
        return apart.of_account(wanted.account, debit=wanted.side == "debit")
    if wanted.check is not None:
        measure = apart.of_check(wanted.check, documents, built.shape)
        if measure is None:
            raise _gone(f"no such equality of {day}: {wanted.check}")
        return measure
    target = next((each for each in documents if each.key == wanted.document), None)
    if target is None:
        raise _gone(f"no document {wanted.document} on {day}")
    if wanted.line is None:
        return apart.of_document(target, built.shape)
    if not 0 <= wanted.line < len(target.lines):
        raise _gone(f"no line {wanted.line + 1} of {target.key} on {day}")
    return apart.of_line(target, wanted.line, built.shape)


def _together(measure: Measure, documents: Sequence[Document], *, evens: bool) -> Decimal:
    if evens:
        return postings.debits(postings.ledger(documents))
    return sum((measure(document) for document in documents), ZERO)


def _named(
    session: Session, store: str, dates: Sequence[date], adding: Sequence[tuple[Document, Decimal]]
) -> list[Part]:
    """Return what each document adds, by receipt or bill; receipts first."""
    receipts = {
        f"{each.register}/{each.receipt}": each
        for day in dates
        for each in receipts_behind(session, store, day, Number())
    }
    order = {name: place for place, name in enumerate(receipts)}
    found: list[tuple[int, Part]] = []
    for document, amount in adding:
        kind, _, name = document.key.partition(":")
        if (receipt := receipts.get(name)) is not None and kind not in _PURCHASES:
            at = receipt.time.isoformat()
            part = Part(receipt.kind, amount, receipt.register, receipt.receipt, at)
        elif kind in _PURCHASES:
            part = Part(kind, amount, name=name)
        else:
            part = Part(ADDED, amount, name=", ".join(line.description for line in document.lines))
        found.append((order.get(name, len(order)), part))
    return [part for _, part in sorted(found, key=lambda each: each[0])]


def _gone(what: str) -> NotFound:
    return NotFound(
        f"There is {what}.",
        "The day changed since it was shown.",
        "Read it again, then open the number.",
        code="unknown_line",
    )


def _not_apart(day: date, stopped: Sequence[Finding]) -> Refused:
    why = stopped[0].what if stopped else "Its receipts make no documents by themselves."
    return Refused(
        f"The number cannot be taken apart by the receipts of {day}.",
        why,
        "Open a tender or a category of the tills instead.",
        code="not_apart",
    )
