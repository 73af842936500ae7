"""What documents post: debits and credits by account.

As the ledger will book them; `#AR`, `#AP` and `#TAX` stand for its own receivables,
payables and tax accounts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from services.books.documents import Document, DocumentKind, LineAmounts
from services.books.money import ZERO

RECEIVABLE = "#AR"
PAYABLE = "#AP"
TAX = "#TAX"

_CUSTOMER = frozenset({DocumentKind.ACCREC, DocumentKind.ACCRECCREDIT, DocumentKind.PAYMENT})
# Lines of these are credits when above zero, and their payments debits.
_CREDITED = frozenset({DocumentKind.ACCREC, DocumentKind.ACCPAYCREDIT, DocumentKind.PAYMENT})


def ledger(documents: Iterable[Document]) -> dict[str, Decimal]:
    """Return the balance each account moves by: debits above zero, zeros left out."""
    balances: defaultdict[str, Decimal] = defaultdict(Decimal)
    for document in documents:
        for account, amount in _postings(document):
            balances[account] += amount
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


def _postings(document: Document) -> Iterator[tuple[str, Decimal]]:
    sign = -1 if document.kind in _CREDITED else 1
    for line in document.lines:
        inclusive = document.line_amounts is LineAmounts.INCLUSIVE
        yield line.account, sign * (line.amount - line.tax if inclusive else line.amount)
        yield TAX, sign * line.tax
    if document.kind is DocumentKind.JOURNAL:
        return
    control = RECEIVABLE if document.kind in _CUSTOMER else PAYABLE
    if document.kind is not DocumentKind.PAYMENT:
        yield control, -sign * document.total
    for payment in document.payments:
        yield payment.account, -sign * payment.amount
        yield control, sign * payment.amount
