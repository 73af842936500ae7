"""The lines of invoices and credit notes: amounts and tax (XERO.md 6.4, 6.5)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from services.sandbox.xero import account_rules as rules
from services.sandbox.xero.book import Book
from services.sandbox.xero.fields import DESCRIPTION_LENGTH, Findings, amount, given, text
from services.sandbox.xero.model import Line
from services.sandbox.xero.money import ZERO, cents, quantity, tax_of, unit
from services.sandbox.xero.wire import Element

_LARGEST = Decimal("9999999999.99")
_ONE = Decimal(1)
_HUNDRED = Decimal(100)


@dataclass(frozen=True)
class LineContext:
    """What a line has to know of its document.

    `types` is LineAmountTypes, `places` the decimals of UnitAmount, `draft` whether
    unknown codes are taken off with a warning, `discounts` whether it may have one.
    """

    types: str
    places: int
    draft: bool
    discounts: bool


def read_line(book: Book, element: Element, old: Line | None, context: LineContext, found: Findings) -> Line:
    """Return the line that was sent; what it leaves out is taken from `old`.

    Adds what is wrong with it to `found`.
    """
    line = Line(old.uid if old else book.new_id())
    line.description = text(element, "Description", old.description if old else "")
    line.item_code = text(element, "ItemCode", old.item_code if old else "")
    found.check_length("Description", line.description, DESCRIPTION_LENGTH)
    _coding(book, line, element, old, context, found)
    _amounts(line, element, old, context, found)
    _tax(book, line, element, old, context, found)
    if not context.draft:
        _complete(line, found, coded=_coded(element) or bool(old and old.account))
    return line


def _coded(element: Element) -> bool:
    return given(element, "AccountCode") or given(element, "AccountID")


def _coding(
    book: Book, line: Line, element: Element, old: Line | None, context: LineContext, found: Findings
) -> None:
    before = old or Line("")
    line.tracking = before.tracking
    account = rules.line_account(
        book, element if _coded(element) else {"AccountID": before.account}, found, draft=context.draft
    )
    line.account = account.uid if account else ""
    word = text(element, "TaxType") or before.tax_type or (account.tax_type if account else "")
    if context.types == "NoTax":
        word = book.organisation.no_tax
    rate = rules.line_tax(book, word, account, found)
    line.tax_type = rate.uid if rate else ""
    if given(element, "Tracking"):
        line.tracking = rules.line_tracking(book, element, found, draft=context.draft)


def _amounts(line: Line, element: Element, old: Line | None, context: LineContext, found: Findings) -> None:
    number, price, total = (amount(element, name) for name in ("Quantity", "UnitAmount", "LineAmount"))
    if number is not None and number < 0:
        found.error(
            f"The quantity value '{quantity(number)}' is invalid. Quantity must not be less than zero."
        )
    line.quantity = _quantity(number, old, priced=price is not None or total is not None)
    sum_only = total if price is None and old is None else None
    if sum_only is not None and line.quantity:
        price = sum_only / line.quantity
    line.unit_amount = (
        unit(price, context.places) if price is not None else (old.unit_amount if old else ZERO)
    )
    _discounts(line, element, old, context, found)
    line.line_amount = cents(sum_only) if sum_only is not None else _line_amount(line)
    if total is not None and cents(total) != line.line_amount:
        found.error(
            f"The line total {cents(total)} does not match the expected line total {line.line_amount}"
        )
    if abs(line.line_amount) > _LARGEST:
        found.error(f"The line total {line.line_amount} is more than {_LARGEST}.")


def _quantity(number: Decimal | None, old: Line | None, *, priced: bool) -> Decimal:
    """Return the quantity: as sent, as before, 1 where only an amount was sent."""
    if number is not None:
        return quantity(number)
    if old is not None:
        return old.quantity
    return quantity(_ONE) if priced else ZERO


def _discounts(line: Line, element: Element, old: Line | None, context: LineContext, found: Findings) -> None:
    rate, off = amount(element, "DiscountRate"), amount(element, "DiscountAmount")
    line.discount_rate = rate if rate is not None else (old.discount_rate if old else None)
    line.discount_amount = off if off is not None else (old.discount_amount if old else None)
    if (line.discount_rate or line.discount_amount) and not context.discounts:
        found.error("Discounts can only be applied to sales invoices.")


def _line_amount(line: Line) -> Decimal:
    whole = line.quantity * line.unit_amount
    if line.discount_rate:
        return cents(whole * (_HUNDRED - line.discount_rate) / _HUNDRED)
    return cents(whole - (line.discount_amount or ZERO))


def _tax(
    book: Book, line: Line, element: Element, old: Line | None, context: LineContext, found: Findings
) -> None:
    rate = book.tax_rates.get(line.tax_type)
    line.tax_amount = tax_of(line.line_amount, rate.rate if rate else ZERO, context.types)
    if context.types == "NoTax":
        return
    sent = amount(element, "TaxAmount")
    if sent is None and old and old.tax_given and old.line_amount == line.line_amount:
        sent = old.tax_amount
    if sent is None:
        return
    if abs(sent) > abs(line.line_amount):
        found.error("The tax amount cannot be greater than the line amount")
    line.tax_given = cents(sent) != line.tax_amount
    line.tax_amount = cents(sent)


def _complete(line: Line, found: Findings, *, coded: bool) -> None:
    """Check what an approved line must have; one with a description only is a remark."""
    if not line.description:
        found.error("Description must be specified for each line item.")
    if not coded and (line.line_amount or line.quantity):
        found.error("Account code '' is not a valid code for this document.")
