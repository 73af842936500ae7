"""A number of the day's documents, taken apart by what it is made of.

A `Measure` reads the number off one document. The same measure on the document that each
receipt makes by itself gives what that receipt adds to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from services.books.alone import is_alone
from services.books.documents import Document, DocumentKind, LineAmounts, Shape
from services.books.money import ZERO
from services.books.postings import PAYABLE, RECEIVABLE, TAX, debits, ledger
from services.books.proof import DAY_KEYS, cash_moved, sales_with

Measure = Callable[[Document], Decimal]

_OF_THE_LEDGER = {each.removeprefix("#"): each for each in (RECEIVABLE, PAYABLE, TAX)}
_TAKEN_BACK = frozenset({DocumentKind.ACCRECCREDIT, DocumentKind.JOURNAL})
_ACCOUNT = re.compile(r"^3 .*: account (\S+) moves as at the tills$|^5 .* = movement of liability (\S+)$")
_TAX_TYPE = re.compile(r"^7 sales with (.+) = till report$")


def of_account(account: str, *, debit: bool) -> Measure:
    """Return what measures an account's movement, above zero on the side named.

    `account`: a code, or AR, AP or TAX as the ledger's own are shown.
    """
    name, sign = _OF_THE_LEDGER.get(account, account), 1 if debit else -1
    return lambda document: sign * ledger([document]).get(name, ZERO)


def of_line(target: Document, place: int, shape: Shape) -> Measure:
    """Return what measures the lines that are summed in one line of a day's document."""
    line = target.lines[place]
    wanted = (line.description, line.account, line.tax_type)

    def measure(document: Document) -> Decimal:
        sums = (
            each.amount
            for each in document.lines
            if (each.description, each.account, each.tax_type) == wanted
        )
        return _sign(document, target, shape) * sum(sums, ZERO)

    return measure


def of_document(target: Document, shape: Shape) -> Measure:
    """Return what measures a document's total; a journal's debits."""
    if target.kind is DocumentKind.JOURNAL:
        return lambda document: _journal_debits(document) if _sign(document, target, shape) else ZERO
    return lambda document: _sign(document, target, shape) * document.total


def of_check(words: str, documents: Sequence[Document], shape: Shape) -> Measure | None:
    """Return what measures the documents' side of an equality; None: it has none."""
    for document in documents:
        if words.startswith(tuple(f"{number} {document.kind} {document.number}: " for number in (2, 10))):
            return of_document(document, shape)
    if found := _ACCOUNT.match(words):
        return of_account(found[1] or found[2], debit=bool(found[1]))
    if found := _TAX_TYPE.match(words):
        tax_type = found[1]
        return lambda document: sales_with([document]).get(tax_type, ZERO)
    if words.startswith("2 "):
        return lambda document: document.total if is_alone(document.key) else ZERO
    return next((measure for start, measure in _CHECKS.items() if words.startswith(start)), None)


def _sign(document: Document, target: Document, shape: Shape) -> int:
    """Return how a document goes into another: 0 not at all, -1 the other way round."""
    if not _of_the_day(target) or is_alone(target.key):
        return int(document.key == target.key)
    if not _of_the_day(document) or (shape is Shape.INVOICE and document.kind is not target.kind):
        return 0
    return -1 if (document.kind in _TAKEN_BACK) != (target.kind in _TAKEN_BACK) else 1


def _of_the_day(document: Document) -> bool:
    return document.key in DAY_KEYS or is_alone(document.key)


def _journal_debits(document: Document) -> Decimal:
    inclusive = document.line_amounts is LineAmounts.INCLUSIVE
    amounts = (each.amount if inclusive else each.amount + each.tax for each in document.lines)
    return sum((amount for amount in amounts if amount > ZERO), ZERO)


def debits_of(document: Document) -> Decimal:
    """Measure what a document debits, made even within each account."""
    return debits(ledger([document]))


def _cash(document: Document) -> Decimal:
    return sum(cash_moved([document]), ZERO)


def _day_tax(document: Document) -> Decimal:
    return -ledger([document]).get(TAX, ZERO) if _of_the_day(document) else ZERO


_CHECKS: dict[str, Measure] = {
    "4 ": _cash,
    "6 receivables": of_account("AR", debit=True),
    "8 ": _day_tax,
    "9 ": debits_of,
}


def taken_apart(measure: Measure, documents: Iterable[Document]) -> list[tuple[Document, Decimal]]:
    """Return the documents that add to a number, and what each adds."""
    return [(document, amount) for document in documents if (amount := measure(document))]
