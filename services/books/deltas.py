"""The document that corrects the difference between two others.

Amounts are signed as on the plain document of a kind: a sale or a bill above zero, its
credit note below. What was sent and its correction together post what is right, by
account, tax type and tender, to the cent (ACCOUNTING.md 3).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from services.books.day_lines import gross
from services.books.differences import PaymentChange, by_place, field_changes, payment_changes, sum_of
from services.books.documents import Document, DocumentKind, DocumentLine, DocumentPayment, LineAmounts
from services.books.ledger_facts import LedgerFacts
from services.books.making import flipped
from services.books.money import ZERO, tax_inside, tax_on_top
from services.books.postings import ledger

_PAIRS = {
    DocumentKind.ACCREC: (DocumentKind.ACCREC, DocumentKind.ACCRECCREDIT),
    DocumentKind.ACCRECCREDIT: (DocumentKind.ACCREC, DocumentKind.ACCRECCREDIT),
    DocumentKind.ACCPAY: (DocumentKind.ACCPAY, DocumentKind.ACCPAYCREDIT),
    DocumentKind.ACCPAYCREDIT: (DocumentKind.ACCPAY, DocumentKind.ACCPAYCREDIT),
}
_BANK = "BANK"


class CannotCorrect(Exception):
    """No document can correct the difference; the message says why, in words."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a correction is made with: the ledger's rates and accounts."""

    facts: LedgerFacts
    no_tax: str
    """Tax type of lines outside the tax."""

    def tax(self, line: DocumentLine, amount: Decimal, document: Document) -> Decimal:
        """Return the tax of another amount on a line, as the ledger computes it."""
        if document.line_amounts is LineAmounts.NO_TAX:
            return ZERO
        known = self.facts.tax_rates.get(line.tax_type)
        if known is None and line.tax:
            raise CannotCorrect(f"the tax type {line.tax_type} is no longer known")
        compute = tax_inside if document.line_amounts is LineAmounts.INCLUSIVE else tax_on_top
        return compute(amount, known.rate if known else ZERO, document.currency)

    def is_bank(self, account: str) -> bool:
        """Whether lines may not go to an account because it is a bank account."""
        known = self.facts.accounts.get(account)
        return known is not None and known.type == _BANK


def correction(
    sent: Document | None, now: Document | None, *, number: str, key: str, terms: Terms
) -> Document:
    """Return the document that brings what was sent to what is right now.

    An invoice for what is missing, a credit note for what is too much, a journal for a
    journal; paid, or refunded, by the difference of each tender. Raises CannotCorrect.
    """
    pattern = now or sent
    assert pattern is not None  # noqa: S101 - nothing and nothing do not differ
    _refuse_kinds(sent, now, pattern)
    made = _made(sent, now, _Heading(pattern, number, key), terms)
    _prove(sent, now, made)
    return made


@dataclass(frozen=True, slots=True)
class _Heading:
    pattern: Document
    number: str
    key: str


def _prove(sent: Document | None, now: Document | None, made: Document) -> None:
    """Check that original and correction post what is right, by account."""
    posted = ledger([document for document in (sent, made) if document is not None])
    due = ledger([now] if now is not None else [])
    wrong = sorted(
        account for account in {*posted, *due} if posted.get(account, ZERO) != due.get(account, ZERO)
    )
    if wrong:
        raise CannotCorrect(f"the accounts {', '.join(wrong)} would not come out right")


def _made(sent: Document | None, now: Document | None, heading: _Heading, terms: Terms) -> Document:
    pattern, number, key = heading.pattern, heading.number, heading.key
    lines = _corrected_lines(sent, now, pattern, terms)
    tenders = payment_changes(sent, now)
    if pattern.kind is DocumentKind.JOURNAL:
        return _finished(pattern, DocumentKind.JOURNAL, number, key, lines, ())
    plain, credit = _PAIRS[pattern.kind]
    inclusive = pattern.line_amounts is not LineAmounts.EXCLUSIVE
    other_way = gross(lines, inclusive=inclusive) < ZERO
    sign = -1 if other_way else 1
    moved = {each: sign * (each.now - each.sent) for each in tenders}
    own = flipped(lines) if other_way else lines
    own += [_tender_line(each, -amount, pattern, terms) for each, amount in moved.items() if amount < ZERO]
    paid = [
        DocumentPayment(each.tender, each.account, amount, f"{number} {each.tender}")
        for each, amount in moved.items()
        if amount > ZERO
    ]
    return _finished(pattern, credit if other_way else plain, number, key, own, paid)


def _refuse_kinds(sent: Document | None, now: Document | None, pattern: Document) -> None:
    if pattern.kind is DocumentKind.PAYMENT:
        raise CannotCorrect("a payment of an invoice can only be removed and made anew")
    for change in field_changes(sent, now):
        raise CannotCorrect(f"its {change.name.replace('_', ' ')} changed from {change.sent} to {change.now}")


def _corrected_lines(
    sent: Document | None, now: Document | None, pattern: Document, terms: Terms
) -> list[DocumentLine]:
    old, new = by_place(sent), by_place(now)
    found: list[DocumentLine] = []
    for place in dict.fromkeys([*new, *old]):
        found += _corrected_place(old.get(place, []), new.get(place, []), pattern, terms)
    return found


def _corrected_place(
    old: Sequence[DocumentLine], new: Sequence[DocumentLine], pattern: Document, terms: Terms
) -> Iterator[DocumentLine]:
    """Yield one line of the difference, where its tax comes out right.

    Else what was sent is taken back and what is right is put in its place: the ledger
    rounds the tax of each line, and a cent would be left.
    """
    amount = sum_of(line.amount for line in new) - sum_of(line.amount for line in old)
    tax = sum_of(line.tax for line in new) - sum_of(line.tax for line in old)
    if not amount and not tax:
        return
    line = replace((*new, *old)[0], amount=amount, tax=tax, quantity=Decimal(1))
    if terms.tax(line, amount, pattern) == tax:
        yield line
        return
    for each in _left_over(old, new):
        if terms.tax(each, each.amount, pattern) != each.tax:
            raise CannotCorrect(f"the rate of the tax type {each.tax_type} is another than when it was sent")
        yield each


def _left_over(old: Sequence[DocumentLine], new: Sequence[DocumentLine]) -> Iterator[DocumentLine]:
    """Yield the old lines turned round and the new ones, without what is in both."""
    both = Counter((line.amount, line.tax) for line in old) & Counter((line.amount, line.tax) for line in new)
    yield from flipped(_without(old, both.copy(), "as sent"))
    yield from _without(new, both, "corrected")


def _without(
    lines: Iterable[DocumentLine], both: Counter[tuple[Decimal, Decimal]], words: str
) -> Iterator[DocumentLine]:
    for line in lines:
        if both[line.amount, line.tax]:
            both[line.amount, line.tax] -= 1
        else:
            yield replace(line, description=f"{line.description} ({words})", quantity=Decimal(1))


def _tender_line(change: PaymentChange, amount: Decimal, pattern: Document, terms: Terms) -> DocumentLine:
    """Return money that went the other way, on its clearing account."""
    if terms.is_bank(change.account):
        raise CannotCorrect(f"{change.tender} clears through the bank account {change.account}")
    tracking = pattern.lines[0].tracking if pattern.lines else ()
    return DocumentLine(f"Tender: {change.tender}", change.account, terms.no_tax, amount, ZERO, tracking)


def _finished(
    pattern: Document,
    kind: DocumentKind,
    number: str,
    key: str,
    lines: Sequence[DocumentLine],
    payments: Sequence[DocumentPayment],
) -> Document:
    if not lines:
        raise CannotCorrect("no amount of it changed")
    inclusive = pattern.line_amounts is not LineAmounts.EXCLUSIVE
    journal = kind is DocumentKind.JOURNAL
    counted = [line for line in lines if line.amount > ZERO] if journal else lines
    total = gross(counted, inclusive=inclusive)
    paid = sum_of(payment.amount for payment in payments)
    if paid > total:
        raise CannotCorrect("more was paid on it than it comes to, so the payment belongs on the original")
    return replace(
        pattern,
        kind=kind,
        key=key,
        number=number,
        lines=tuple(lines),
        payments=tuple(payments),
        sub_total=total - sum_of(line.tax for line in counted),
        total_tax=sum_of(line.tax for line in lines),
        total=total,
        reference=f"{pattern.reference} correction".strip(),
    )
