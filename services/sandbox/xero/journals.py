"""Manual journals (XERO.md 6.8)."""

from __future__ import annotations

from decimal import Decimal

from services.sandbox.xero import account_rules as rules
from services.sandbox.xero import document_rules
from services.sandbox.xero.book import Book
from services.sandbox.xero.documents import LINE_AMOUNT_TYPES
from services.sandbox.xero.fields import DESCRIPTION_LENGTH, Findings, amount, day, entries, flag, given, text
from services.sandbox.xero.model import Journal, Line
from services.sandbox.xero.money import ZERO, cents, tax_of
from services.sandbox.xero.wire import Element

_LEAST_LINES = 2
_MOVES = {
    "DRAFT": ("DRAFT", "POSTED", "DELETED"),
    "POSTED": ("POSTED", "VOIDED"),
}


def create(book: Book, element: Element, found: Findings) -> Journal | None:
    """Create a manual journal; DRAFT and NoTax unless it says otherwise."""
    now = book.clock()
    journal = Journal(book.new_id(), "", now.date(), "DRAFT", "NoTax", [], now)
    return _write(book, journal, element, found)


def change(book: Book, journal: Journal, element: Element, found: Findings) -> Journal | None:
    """Change a manual journal, post a draft, or void a posted one."""
    status = text(element, "Status", journal.status)
    if status not in _MOVES.get(journal.status, ()):
        found.error("Manual journal not of valid status for modification")
    if journal.status == "POSTED":
        document_rules.check_locks(book.organisation, journal.day, found)
    if found.errors:
        return None
    if status in {"VOIDED", "DELETED"}:
        journal.status, journal.updated = status, book.clock()
        return book.journals.put(journal)
    copied = Journal(**{name: getattr(journal, name) for name in Journal.__slots__})
    return _write(book, copied, element, found)


def _write(book: Book, journal: Journal, element: Element, found: Findings) -> Journal | None:
    _head(journal, element, found)
    if journal.status == "POSTED":
        document_rules.check_locks(book.organisation, journal.day, found)
    if given(element, "JournalLines"):
        _lines(book, journal, element, found)
    elif not journal.lines:
        found.error("The manual journal must have at least two lines.")
    elif journal.status == "POSTED":
        _check_stored(book, journal, found)
    if found.errors:
        return None
    journal.updated = book.clock()
    return book.journals.put(journal)


def _head(journal: Journal, element: Element, found: Findings) -> None:
    journal.narration = text(element, "Narration", journal.narration)
    if not journal.narration.strip():
        found.error("The Narration field must be specified.")
    found.check_length("Narration", journal.narration, DESCRIPTION_LENGTH)
    journal.day = day(element, "Date") or journal.day
    journal.url = text(element, "Url", journal.url)
    journal.cash_basis = flag(element, "ShowOnCashBasisReports", default=journal.cash_basis)
    journal.status = text(element, "Status", journal.status)
    if journal.status not in _MOVES:
        found.error("Manual journal not of valid status for creation")
    journal.line_amount_types = text(element, "LineAmountTypes", journal.line_amount_types)
    if journal.line_amount_types not in LINE_AMOUNT_TYPES:
        found.error(f"The LineAmountTypes field must be one of {', '.join(LINE_AMOUNT_TYPES)}.")


def _lines(book: Book, journal: Journal, element: Element, found: Findings) -> None:
    """Read the lines; one whose account is not recognised is left out of a draft."""
    read = [_line(book, journal, sent, found) for sent in entries(element, "JournalLines")]
    if len(read) < _LEAST_LINES:
        found.error("The manual journal must have at least two lines.")
    _check_balance(journal, read, found)
    journal.lines = [line for line in read if line.account]


def _check_stored(book: Book, journal: Journal, found: Findings) -> None:
    for line in journal.lines:
        rules.line_account(book, {"AccountID": line.account}, found, draft=False)
    _check_balance(journal, journal.lines, found)


def _line(book: Book, journal: Journal, sent: Element, found: Findings) -> Line:
    draft = journal.status == "DRAFT"
    line = Line(book.new_id(), text(sent, "Description"))
    found.check_length("Description", line.description, DESCRIPTION_LENGTH)
    line.line_amount = cents(amount(sent, "LineAmount") or ZERO)
    account = rules.line_account(book, sent, found, draft=draft)
    line.account = account.uid if account else ""
    if not (given(sent, "AccountCode") or given(sent, "AccountID")):
        found.error("Account code '' is not a valid code for this document.")
    taxed = journal.line_amount_types != "NoTax"
    word = (
        (text(sent, "TaxType") or (account.tax_type if account else ""))
        if taxed
        else book.organisation.no_tax
    )
    rate = rules.line_tax(book, word, account, found)
    line.tax_type = rate.uid if rate else ""
    line.tax_amount = _tax(journal, line, sent, rate.rate if rate else ZERO, found)
    line.tracking = rules.line_tracking(book, sent, found, draft=draft)
    return line


def _tax(journal: Journal, line: Line, sent: Element, percent: Decimal, found: Findings) -> Decimal:
    worked_out = tax_of(line.line_amount, percent, journal.line_amount_types)
    stated = amount(sent, "TaxAmount")
    if stated is None or journal.line_amount_types == "NoTax":
        return worked_out
    if abs(stated) > abs(line.line_amount):
        found.error("The tax amount cannot be greater than the line amount")
    return cents(stated)


def _check_balance(journal: Journal, lines: list[Line], found: Findings) -> None:
    on_top = journal.line_amount_types == "Exclusive"
    amounts = [line.line_amount + (line.tax_amount if on_top else ZERO) for line in lines]
    debits = sum((a for a in amounts if a > 0), ZERO)
    credits_ = sum((a for a in amounts if a < 0), ZERO)
    if debits + credits_:
        found.error(f"The total debits ({debits}) must equal total credits ({credits_})")
