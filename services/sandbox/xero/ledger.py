"""The practice ledger: every document as double entry, and the trial balance.

Worked out from the documents each time, so it can never differ from them. Debits are
positive. ACCOUNTING.md 2 says where each document posts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.sandbox.xero.book import Book
from services.sandbox.xero.model import POSTING_STATUSES, SALES_TYPES, Document, Journal, Line, Payment
from services.sandbox.xero.money import ZERO


@dataclass(frozen=True)
class Posting:
    """One side of an entry: an account's id, the day, an amount (debit positive)."""

    account: str
    day: date
    amount: Decimal


class PracticeLedger:
    """The trial balances of the organisations of a practice Xero."""

    def __init__(self, book_of: Callable[[str], Book]) -> None:
        self._book_of = book_of

    def trial_balance(self, tenant: str, on: date | None = None) -> dict[str, Decimal]:
        """Return the balance of each account that has one, by account code.

        Debits positive; `on` leaves out what is dated later. GST or VAT is at 820,
        receivables at 610, payables at 800 in the built-in charts.
        """
        return trial_balance(self._book_of(tenant), on)


def trial_balance(book: Book, on: date | None = None) -> dict[str, Decimal]:
    """Return the balances of one organisation, by account code, in order of code."""
    balances: dict[str, Decimal] = {}
    for posting in postings(book):
        if on is None or posting.day <= on:
            account = book.accounts[posting.account]
            name = account.code or account.name
            balances[name] = balances.get(name, ZERO) + posting.amount
    return {code: balances[code] for code in sorted(balances) if balances[code]}


def postings(book: Book) -> Iterator[Posting]:
    """Yield every posting of an organisation."""
    for document in book.documents.values():
        if document.status in POSTING_STATUSES:
            yield from _document(book, document)
    for payment in book.payments.values():
        if payment.status != "DELETED":
            yield from _payment(book, payment)
    for journal in book.journals.values():
        if journal.status == "POSTED":
            yield from _journal(book, journal)


def _document(book: Book, document: Document) -> Iterator[Posting]:
    yield Posting(_control(book, document), document.day, document.sign * document.total)
    inclusive = document.line_amount_types == "Inclusive"
    for line in document.lines:
        yield from _line(book, line, document.day, -document.sign, inclusive=inclusive)


def _payment(book: Book, payment: Payment) -> Iterator[Posting]:
    document = book.documents[payment.document]
    yield Posting(payment.account, payment.day, document.sign * payment.amount)
    yield Posting(_control(book, document), payment.day, -document.sign * payment.amount)


def _journal(book: Book, journal: Journal) -> Iterator[Posting]:
    inclusive = journal.line_amount_types == "Inclusive"
    for line in journal.lines:
        yield from _line(book, line, journal.day, 1, inclusive=inclusive)


def _line(book: Book, line: Line, day: date, sign: int, *, inclusive: bool) -> Iterator[Posting]:
    net = line.line_amount - line.tax_amount if inclusive else line.line_amount
    if line.account:
        yield Posting(line.account, day, sign * net)
    if line.tax_amount:
        yield Posting(book.system_account("GST").uid, day, sign * line.tax_amount)


def _control(book: Book, document: Document) -> str:
    return book.system_account("DEBTORS" if document.type in SALES_TYPES else "CREDITORS").uid
