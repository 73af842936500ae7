"""The equalities that must hold before a day is sent (ACCOUNTING.md section 3).

Each is computed in two ways: from the documents, and from the day's totals.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from services.books.alone import is_alone
from services.books.day_lines import gross, residue_bound
from services.books.documents import Check, Document, DocumentKind, Finding, LineAmounts
from services.books.money import ZERO, text_of
from services.books.postings import RECEIVABLE, TAX, credits_of, debits, ledger
from services.books.records import CASH, GIFT_CARD, GIFT_CARD_SOLD, LAYBY_APPLIED, LAYBY_DEPOSIT, ON_ACCOUNT
from services.books.resolver import Resolver
from services.books.shapes import JOURNAL_KEY, REFUNDS_KEY, SALES_KEY
from services.books.till_ledger import TillLedger
from services.books.totals import DayTotals

DAY_KEYS = frozenset({SALES_KEY, REFUNDS_KEY, JOURNAL_KEY})
"""Keys of the documents in which the tills' own takings are summed."""
_LAYBY = frozenset({LAYBY_DEPOSIT, LAYBY_APPLIED})
# The sign of a line as a sale.
_SALES_SIGN = {DocumentKind.ACCREC: 1, DocumentKind.ACCRECCREDIT: -1, DocumentKind.JOURNAL: -1}
# Payments on these bring money in.
_MONEY_IN = frozenset({DocumentKind.ACCREC, DocumentKind.PAYMENT})
_CASH_LINES = frozenset({f"Tender: {CASH}", f"Cash-out: {CASH}"})


@dataclass(frozen=True, slots=True)
class _Case:
    """Both sides: what the documents post, and what the totals must."""

    resolver: Resolver
    totals: DayTotals
    documents: Sequence[Document]
    posted: Mapping[str, Decimal]
    till: TillLedger

    @property
    def of_the_day(self) -> list[Document]:
        """The documents of the tills' own sales, not a customer's or a supplier's."""
        return [each for each in self.documents if each.key in DAY_KEYS or is_alone(each.key)]

    def check(self, words: str, left: Decimal, right: Decimal) -> Check:
        currency = self.totals.store.currency
        return Check(words, text_of(left, currency), text_of(right, currency), left == right)

    def account(self, words: str, account: str, *, sign: int = 1) -> Check:
        """Check the movement of one account."""
        return self.check(words, sign * self.posted.get(account, ZERO), sign * self.till.moved(account))

    def within(self, words: str, left: Decimal, right: Decimal, bound: Decimal) -> Check:
        currency = self.totals.store.currency
        words = f"{words}, within {bound.normalize():f}"
        return Check(words, text_of(left, currency), text_of(right, currency), abs(left - right) <= bound)


def prove(resolver: Resolver, totals: DayTotals, documents: Sequence[Document]) -> tuple[Check, ...]:
    """Return equalities 1 to 9, each with both numbers; 10 follows after sending.

    `totals` are the day's as the tills gave them. Nothing to prove without documents.
    """
    if not documents:
        return ()
    case = _Case(resolver, totals, documents, ledger(documents), TillLedger(resolver, totals))
    return tuple(check for checks in _CHECKS for check in checks(case))


def failures(checks: Iterable[Check]) -> list[Finding]:
    """Return what blocks the day: each check that does not hold, with both numbers."""
    return [
        Finding(
            "proof_fails",
            f"The day does not prove: {check.check}.",
            f"One side is {check.left}, the other {check.right}.",
            "Nothing is sent. Compare the day's receipts with the till's report of that day.",
        )
        for check in checks
        if check.stops and not check.holds
    ]


def remarks(checks: Iterable[Check]) -> list[str]:
    """Return a warning where the tills' printed tax is far from the documents'."""
    return [
        f"The tills printed {check.right} of tax, the documents hold {check.left}: more apart than"
        " rounding explains. Nothing that is sent changes by it; see whether the tax codes are mapped right."
        for check in checks
        if not check.stops and not check.holds
    ]


def remote_check(
    document: Document, total: Decimal | None, tax: Decimal | None, due: Decimal | None
) -> Check:
    """Return equality 10: the ledger's total, tax and amount due are ours.

    What the ledger does not tell (None) is not compared; a journal has nothing due.
    """
    paid = sum((payment.amount for payment in document.payments), ZERO)
    ours = (document.total, document.total_tax, document.total - paid)
    theirs = (total, tax, due)
    told = [(left, right) for left, right in zip(theirs, ours, strict=True) if left is not None]
    return Check(
        f"10 {document.kind} {document.number}: total, tax and due of the ledger = ours",
        " / ".join(f"{left:f}" for left, _ in told),
        " / ".join(f"{right:f}" for _, right in told),
        all(left == right for left, right in told),
    )


def _receipts_add_up(case: _Case) -> Iterator[Check]:
    totals = case.totals
    taken = sum((tender.amount for tender in totals.all_tenders), ZERO)
    lines = sum((line.amount for line in totals.all_lines), ZERO)
    rounding = sum((amount for part in totals.parts for amount in (part.rounding or {}).values()), ZERO)
    if totals.store.prices_inclusive:
        yield case.check("1 receipts: lines + cash rounding = tenders", lines + rounding, taken)
        return
    count = sum(2 * line.lines for line in totals.all_lines)
    bound = residue_bound(totals.store.currency, count)
    whole = lines + case.till.tax_on_top + rounding
    yield case.within("1 receipts: lines + tax + cash rounding = tenders", whole, taken, bound)


def _documents_balance(case: _Case) -> Iterator[Check]:
    inclusive = case.totals.store.prices_inclusive
    yield from _receipts_alone_balance(case)
    for document in case.documents:
        if is_alone(document.key) and document.kind is not DocumentKind.JOURNAL:
            continue
        name = f"2 {document.kind} {document.number}"
        paid = sum((payment.amount for payment in document.payments), ZERO)
        if document.kind is DocumentKind.JOURNAL:
            debit = gross((line for line in document.lines if line.amount > ZERO), inclusive=inclusive)
            credit = gross((line for line in document.lines if line.amount < ZERO), inclusive=inclusive)
            yield case.check(f"{name}: debits = credits", debit, -credit)
        elif document.key in DAY_KEYS:
            words = "total = its payments" if document.payments else "total = 0"
            yield case.check(f"{name}: {words}", document.total, paid)
        elif document.key in case.till.owed:
            yield case.check(f"{name}: total = the record's", document.total, case.till.owed[document.key])


def _receipts_alone_balance(case: _Case) -> Iterator[Check]:
    """Yield one check of all receipts that stand alone, or the first that fails."""
    alone = [each for each in case.documents if is_alone(each.key) and each.kind is not DocumentKind.JOURNAL]
    paid = [sum((payment.amount for payment in each.payments), ZERO) for each in alone]
    for document, amount in zip(alone, paid, strict=True):
        if document.total != amount:
            name = f"2 {document.kind} {document.number}: total = its payments"
            yield case.check(name, document.total, amount)
            return
    if alone:
        total = sum((document.total for document in alone), ZERO)
        yield case.check(f"2 {len(alone)} receipts of their own: total = payments", total, sum(paid, ZERO))


def _clearing_accounts(case: _Case) -> Iterator[Check]:
    by_account: dict[str, list[str]] = {}
    for tender in _tender_types(case.totals):
        by_account.setdefault(case.resolver.tender(tender), []).append(tender)
    for account, tenders in by_account.items():
        yield case.account(f"3 {', '.join(tenders)}: account {account} moves as at the tills", account)


def _tender_types(totals: DayTotals) -> list[str]:
    found = {tender.type for tender in totals.all_tenders} | {
        count.type for count in totals.counts if count.over_short
    }
    for receipt in (*totals.account_sales, *totals.debtor_payments, *totals.paid_outs):
        found |= {tender.type for tender in receipt.tenders}
    return sorted(found - {ON_ACCOUNT})


def _counted_cash(case: _Case) -> Iterator[Check]:
    counts = [count for count in case.totals.counts if count.type == CASH]
    if not counts:
        return
    counted = sum((count.counted - count.float_amount for count in counts), ZERO)
    elsewhere = _cash(case.totals) - sum((count.movement for count in counts), ZERO)
    registers = ", ".join(sorted({count.register for count in counts}))
    words = f"4 register {registers}: cash clearing moves by counted - float"
    if elsewhere:
        words += f" + {text_of(elsewhere, case.totals.store.currency)} of cash outside these counts"
    yield case.check(words, sum(cash_moved(case.documents), ZERO), counted + elsewhere)


def _cash(totals: DayTotals) -> Decimal:
    """Return the day's net cash at the tills."""
    own = (*totals.account_sales, *totals.debtor_payments, *totals.paid_outs)
    summed = sum((tender.amount for tender in totals.all_tenders if tender.type == CASH), ZERO)
    alone = (tender.amount for receipt in own for tender in receipt.tenders if tender.type == CASH)
    return summed + sum(alone, ZERO)


def cash_moved(documents: Iterable[Document]) -> Iterator[Decimal]:
    """Yield what each document moves in cash, by payments and by lines of the tender."""
    for document in documents:
        for payment in document.payments:
            if payment.tender == CASH:
                yield payment.amount if document.kind in _MONEY_IN else -payment.amount
        for line in document.lines:
            if line.description in _CASH_LINES and document.kind in _SALES_SIGN:
                yield -_SALES_SIGN[document.kind] * line.amount


def _liabilities(case: _Case) -> Iterator[Check]:
    mapping = case.resolver.mapping
    gift = {target.account for name in (GIFT_CARD_SOLD,) if (target := mapping.categories.get(name))}
    gift |= {account for name, account in mapping.tenders.items() if name == GIFT_CARD}
    layby = {
        target.account for name in (LAYBY_DEPOSIT, LAYBY_APPLIED) if (target := mapping.categories.get(name))
    }
    for words, accounts in (("gift cards: sold - redeemed", gift), ("laybys: deposits - applied", layby)):
        for account in sorted(accounts):
            if account in case.posted or case.till.moved(account):
                yield case.account(f"5 {words} = movement of liability {account}", account, sign=-1)


def _receivables(case: _Case) -> Iterator[Check]:
    due = sum(
        (
            document.total - sum((payment.amount for payment in document.payments), ZERO)
            for document in case.of_the_day
            if document.kind is not DocumentKind.JOURNAL
        ),
        ZERO,
    )
    yield case.check("6 due from the tills' own contact = 0", due, ZERO)
    yield case.account("6 receivables move by account sales - debtor payments", RECEIVABLE)


def _sales_by_tax_type(case: _Case) -> Iterator[Check]:
    posted = sales_with(case.documents)
    mapping = case.resolver.mapping
    # Lines that Tillbook adds itself have these types, so they say nothing of sales.
    added = {case.resolver.no_tax}
    added |= {
        target.tax_type for target in (mapping.rounding, mapping.over_short) if target and target.tax_type
    }
    for tax_type, amount in sorted(case.till.sales.items()):
        if tax_type not in added:
            yield case.check(f"7 sales with {tax_type} = till report", posted.get(tax_type, ZERO), amount)


def sales_with(documents: Iterable[Document]) -> dict[str, Decimal]:
    """Return the sales of documents with their tax, by tax type."""
    posted: dict[str, Decimal] = {}
    for document in documents:
        sign = _SALES_SIGN.get(document.kind, 0)
        inclusive = document.line_amounts is LineAmounts.INCLUSIVE
        for line in document.lines:
            whole = line.amount if inclusive else line.amount + line.tax
            posted[line.tax_type] = posted.get(line.tax_type, ZERO) + sign * whole
    return posted


def _printed_tax(case: _Case) -> Iterator[Check]:
    """Compare with the tills' tax: a control figure that informs and never stops.

    ACCOUNTING.md 1, R4.
    """
    lines = list(case.totals.all_lines)
    printed = [line.printed_tax for line in lines if line.printed_tax is not None]
    if not lines or len(printed) != len(lines) or any(x.redeemed for x in case.totals.parts):
        return
    count = sum(line.lines for line in lines) + sum(len(document.lines) for document in case.of_the_day)
    tax = -ledger(case.of_the_day).get(TAX, ZERO)
    bound = residue_bound(case.totals.store.currency, count)
    words = "8 tax of the documents = tax printed by the tills"
    yield replace(case.within(words, tax, sum(printed, ZERO), bound), stops=False)


def _ledgers(case: _Case) -> Iterator[Check]:
    due = case.till.balances
    yield case.check("9 debits = credits", debits(case.posted), credits_of(case.posted))
    words = "9 ledger of the documents = ledger of the receipts"
    for account in sorted({*case.posted, *due}):
        if case.posted.get(account, ZERO) != due.get(account, ZERO):
            yield case.account(f"{words}: account {account}", account)
            return
    yield case.check(words, debits(case.posted), debits(due))


_CHECKS = (
    _receipts_add_up,
    _documents_balance,
    _clearing_accounts,
    _counted_cash,
    _liabilities,
    _receivables,
    _sales_by_tax_type,
    _printed_tax,
    _ledgers,
)
