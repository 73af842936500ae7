"""The rules of one document, its lines and its payments (XERO.md 6.1 to 6.13)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from services.accounting.xero.outgoing import LARGEST
from services.books.documents import (
    Document,
    DocumentKind,
    DocumentLine,
    DocumentPayment,
    Finding,
    LineAmounts,
)
from services.books.ledger_facts import Account, LedgerFacts
from services.books.money import ZERO, decimals, rounded_to

NUMBER_LENGTH = 255
REFERENCE_LENGTH = 255
DESCRIPTION_LENGTH = 4000
CONTACT_LENGTH = 255
CONTACT_NUMBER_LENGTH = 50
MOST_TRACKING = 2
_LEAST_JOURNAL_LINES = 2
_DECIMALS = 2
_CENT = Decimal("0.01")
_UGLY_NAME = re.compile(r"[<>]|^\s|\s$|\s\s")
_INVOICES = frozenset({DocumentKind.ACCREC, DocumentKind.ACCPAY})
_OPEN_SYSTEM = frozenset({None, "ROUNDING"})
_MAPPING = "Choose another one in the mapping, then run the preview again."
ENABLE_PAYMENTS = (
    "In Xero: Accounting, Chart of accounts, open the account, tick Enable payments to this account, Save."
    " Then refresh the reference data here."
)


def document_findings(document: Document, facts: LedgerFacts) -> Iterator[Finding]:
    """Yield what Xero would refuse of one document."""
    yield from _texts(document)
    yield from _dates(document)
    yield from _totals(document)
    for line in document.lines:
        yield from _line(document, line, facts)
    for payment in document.payments:
        yield from _payment(document, payment, facts)
    if decimals(document.currency) != _DECIMALS:
        yield from _decimals(document, facts)


def _decimals(document: Document, facts: LedgerFacts) -> Iterator[Finding]:
    """Yield why Xero, which reckons to two decimals, would not come to our figures.

    XERO.md 6.4: it works out the tax of each line to two decimals, whatever the currency.
    """
    amounts = [line.amount for line in document.lines]
    amounts += [payment.amount for payment in document.payments]
    if any(rounded_to(_CENT, amount) != amount for amount in amounts):
        yield Finding(
            "amount_too_fine",
            f"{document.number} has amounts of {document.currency} with a third decimal.",
            "Xero keeps two decimals of every currency, so it would come to another total.",
            "Post this day by hand, from the figures of the preview.",
        )
    elif any(_tax_at_xero(document, line, facts) != line.tax for line in document.lines):
        yield Finding(
            "tax_decimals",
            f"Xero would come to another tax on {document.number}.",
            f"It works out tax to two decimals, and {document.currency} has {decimals(document.currency)}.",
            "Post this day by hand, from the figures of the preview.",
        )


def _tax_at_xero(document: Document, line: DocumentLine, facts: LedgerFacts) -> Decimal:
    rate = facts.tax_rates.get(line.tax_type)
    if rate is None or document.line_amounts is LineAmounts.NO_TAX:
        return line.tax
    on_top = document.line_amounts is LineAmounts.EXCLUSIVE
    return rounded_to(_CENT, line.amount * rate.rate / (1 if on_top else 1 + rate.rate))


def _texts(document: Document) -> Iterator[Finding]:
    # A payment is made on an invoice, whose contact it is; the till need not name one.
    nameless = document.kind is DocumentKind.PAYMENT and not document.contact
    if document.kind is not DocumentKind.JOURNAL and not nameless:
        yield from contact_name(document.contact)
    limits = (
        ("number", document.number, NUMBER_LENGTH),
        ("reference", document.reference, REFERENCE_LENGTH),
        ("contact's number", document.contact_number or "", CONTACT_NUMBER_LENGTH),
    )
    for name, text, limit in limits:
        if len(text) > limit:
            yield Finding(
                "too_long",
                f"The {name} of {document.number[:40]} has {len(text)} characters.",
                f"Xero keeps {limit}.",
                "Shorten it at the till or in the mapping.",
            )


def contact_name(name: str) -> Iterator[Finding]:
    """Yield why Xero would not take the name of a contact (XERO.md 6.12)."""
    if name and len(name) <= CONTACT_LENGTH and not _UGLY_NAME.search(name):
        return
    yield Finding(
        "contact_name_invalid",
        f"Xero does not take the contact name {name[:60]!r}.",
        f"It is empty, longer than {CONTACT_LENGTH} characters, or has <, > or stray spaces.",
        "Correct the name in the mapping or at the till.",
    )


def _dates(document: Document) -> Iterator[Finding]:
    if document.kind in _INVOICES and document.status != "DRAFT" and document.due_date is None:
        yield Finding(
            "due_date_missing",
            f"{document.number} has no due date.",
            "Xero approves no invoice or bill without one.",
            "Set due_days in the mapping.",
        )


def _totals(document: Document) -> Iterator[Finding]:
    if document.total < ZERO:
        yield Finding(
            "negative_total",
            f"{document.number} comes to {document.total}.",
            "Xero takes no document with a total below zero.",
            "Choose the shape 'invoice': refunds then go into a credit note of their own.",
        )
    if document.kind is DocumentKind.JOURNAL:
        yield from _journal(document)
        return
    paid = sum((payment.amount for payment in document.payments), ZERO)
    if document.kind is not DocumentKind.PAYMENT and paid > max(document.total, ZERO):
        yield Finding(
            "payment_exceeds_due",
            f"The payments of {document.number} come to {paid}, the document to {document.total}.",
            "Xero takes no payment larger than what is due.",
            "Look at the proof in the preview: the till's figures of that day do not fit together.",
        )


def _journal(document: Document) -> Iterator[Finding]:
    if len(document.lines) < _LEAST_JOURNAL_LINES:
        yield Finding(
            "journal_too_short",
            f"The journal {document.number} has fewer than two lines.",
            "A journal needs a debit and a credit.",
            "Choose another shape for this day.",
        )
    on_top = document.line_amounts is LineAmounts.EXCLUSIVE
    balance = sum((line.amount + (line.tax if on_top else ZERO) for line in document.lines), ZERO)
    if balance != ZERO:
        yield Finding(
            "journal_unbalanced",
            f"The journal {document.number} does not balance: {balance} too much debit.",
            "Xero posts a journal only when debits equal credits.",
            "Run the preview: its proof shows the difference.",
        )


def _line(document: Document, line: DocumentLine, facts: LedgerFacts) -> Iterator[Finding]:
    yield from line_account(line.account, facts)
    if document.line_amounts is not LineAmounts.NO_TAX:
        yield from line_tax(line.tax_type, line.account, facts)
    yield from _line_tracking(line, facts)
    if not line.description.strip() or len(line.description) > DESCRIPTION_LENGTH:
        yield Finding(
            "description_invalid",
            f"A line of {document.number} has {len(line.description)} characters of text.",
            f"Xero wants 1 to {DESCRIPTION_LENGTH}.",
            "Correct the description at the till or in the mapping.",
        )
    yield from _amount(line.amount, f"A line of {document.number} on account {line.account}")


def line_account(code: str, facts: LedgerFacts) -> Iterator[Finding]:
    """Yield why a line of a document cannot go to an account (XERO.md 6.9)."""
    account = facts.accounts.get(code)
    if account is None or not account.active:
        yield _unusable(code, account)
    elif account.type == "BANK":
        yield Finding(
            "account_is_bank",
            f"{_named(account)} is a bank account.",
            "Lines of documents cannot go to bank accounts, only payments can.",
            "Use a clearing account (type Current asset) instead, in the mapping.",
        )
    elif account.system not in _OPEN_SYSTEM:
        yield Finding(
            "account_is_system",
            f"{_named(account)} is one of Xero's own accounts ({account.system}).",
            "Xero alone posts to it.",
            _MAPPING,
        )


def _unusable(code: str, account: Account | None) -> Finding:
    if account is None:
        return Finding(
            "account_unknown",
            f"Account {code} is not in Xero's chart of accounts.",
            "It was never there, or was deleted.",
            f"Create it in Xero and refresh the reference data. Or: {_MAPPING}",
        )
    return Finding(
        "account_archived",
        f"{_named(account)} is archived in Xero.",
        "Nothing can be posted to an archived account.",
        f"Restore it in Xero's chart of accounts and refresh the reference data. Or: {_MAPPING}",
    )


def line_tax(tax_type: str, code: str, facts: LedgerFacts) -> Iterator[Finding]:
    """Yield why a tax type cannot stand on a line of an account (XERO.md 6.9)."""
    rate = facts.tax_rates.get(tax_type)
    account = facts.accounts.get(code)
    if rate is None or not rate.active:
        yield Finding(
            "tax_unknown",
            f"Tax type {tax_type} is not in Xero{', it was deleted there' if rate else ''}.",
            "The mapping names a tax type that this organisation does not have.",
            _MAPPING,
        )
    elif account is not None and rate.applies_to is not None and account.klass not in rate.applies_to:
        yield Finding(
            "tax_not_for_account",
            f"Tax type {tax_type} ({rate.name}) cannot be used with {_named(account)}.",
            f"In Xero that rate is not for accounts of the class {account.klass.lower()}.",
            "Choose another tax type or another account in the mapping, then run the preview again.",
        )


def _line_tracking(line: DocumentLine, facts: LedgerFacts) -> Iterator[Finding]:
    if len(line.tracking) > MOST_TRACKING:
        yield Finding(
            "tracking_too_many",
            f"A line has {len(line.tracking)} tracking categories.",
            f"Xero takes {MOST_TRACKING} at most.",
            "Take some out of the mapping.",
        )
    for name, option in line.tracking if facts.tracking is not None else ():
        if option not in (facts.tracking or {}).get(name, frozenset()):
            yield Finding(
                "tracking_invalid",
                f"The tracking {name}: {option} is not active in Xero.",
                "The category or the option was renamed, archived or deleted there.",
                "Refresh the reference data and correct the tracking in the mapping.",
            )


def payment_account(code: str, tender: str, facts: LedgerFacts) -> Iterator[Finding]:
    """Yield why a tender cannot be paid to an account (XERO.md 6.6)."""
    account = facts.accounts.get(code)
    if account is None or not account.active:
        yield _unusable(code, account)
    elif not account.takes_payments or account.system is not None:
        yield Finding(
            "account_takes_no_payments",
            f"{_named(account)} takes no payments, and {tender} is mapped to it.",
            "It is one of Xero's own accounts."
            if account.system
            else "'Enable payments to this account' is not ticked in Xero.",
            _MAPPING if account.system else ENABLE_PAYMENTS,
        )


def _payment(document: Document, payment: DocumentPayment, facts: LedgerFacts) -> Iterator[Finding]:
    yield from payment_account(payment.account, payment.tender, facts)
    if payment.amount <= ZERO:
        yield Finding(
            "payment_not_positive",
            f"{payment.tender} of {document.number} comes to {payment.amount}.",
            "Xero takes payments above zero only.",
            "Choose the shape 'zero_invoice' or 'journal' for this day.",
        )
    yield from _amount(payment.amount, f"The payment by {payment.tender} of {document.number}")


def _amount(amount: Decimal, subject: str) -> Iterator[Finding]:
    if abs(amount) > LARGEST:
        yield Finding(
            "amount_too_large",
            f"{subject} comes to {amount}.",
            f"Xero keeps amounts up to {LARGEST}.",
            "Look for a typing error at the till.",
        )


def _named(account: Account) -> str:
    return f"Account {account.code} {account.name}".rstrip()
