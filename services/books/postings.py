"""What documents post: debits and credits by account.

As the ledger will book them; `#AR`, `#AP` and `#TAX` stand for its own receivables,
payables and tax accounts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from services.books.documents import Document, DocumentKind, LineAmounts
from services.books.money import ZERO

RECEIVABLE = "#AR"
PAYABLE = "#AP"
TAX = "#TAX"

_CUSTOMER = frozenset({DocumentKind.ACCREC, DocumentKind.ACCRECCREDIT, DocumentKind.PAYMENT})
# Lines of these are credits when above zero, and their payments debits.
_CREDITED = frozenset({DocumentKind.ACCREC, DocumentKind.ACCPAYCREDIT, DocumentKind.PAYMENT})


@dataclass(frozen=True, slots=True)
class Posting:
    """One debit (above zero) or credit (below) of a document, and what it is for."""

    account: str
    amount: Decimal
    words: str


def ledger(documents: Iterable[Document]) -> dict[str, Decimal]:
    """Return the balance each account moves by: debits above zero, zeros left out."""
    balances: defaultdict[str, Decimal] = defaultdict(Decimal)
    for document in documents:
        for posting in postings(document):
            balances[posting.account] += posting.amount
    return without_zeros(balances)


def without_zeros(balances: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Return the accounts that moved, by code."""
    return {account: amount for account, amount in sorted(balances.items()) if amount}


def debits(balances: Mapping[str, Decimal]) -> Decimal:
    """Return the sum of the debit balances."""
    return sum((amount for amount in balances.values() if amount > ZERO), ZERO)


def credits_of(balances: Mapping[str, Decimal]) -> Decimal:
    """Return the sum of the credit balances, above zero."""
    return -sum((amount for amount in balances.values() if amount < ZERO), ZERO)


def postings(document: Document) -> Iterator[Posting]:
    """Yield what a document posts, line by line; together they come to nothing."""
    sign = -1 if document.kind in _CREDITED else 1
    for line in document.lines:
        inclusive = document.line_amounts is LineAmounts.INCLUSIVE
        net = line.amount - line.tax if inclusive else line.amount
        yield Posting(line.account, sign * net, line.description)
        yield Posting(TAX, sign * line.tax, f"Tax: {line.tax_type}")
    if document.kind is DocumentKind.JOURNAL:
        return
    control = RECEIVABLE if document.kind in _CUSTOMER else PAYABLE
    if document.kind is not DocumentKind.PAYMENT:
        yield Posting(control, -sign * document.total, document.contact)
    for payment in document.payments:
        yield Posting(payment.account, -sign * payment.amount, f"Tender: {payment.tender}")
        yield Posting(control, sign * payment.amount, document.contact)
