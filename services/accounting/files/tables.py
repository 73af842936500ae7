"""The rows of Xero's import templates (XERO.md 7), from documents.

Pure. A credit note is an invoice, or a bill, with negative unit amounts: that is how
Xero's own help says it is imported, and the template has no column that could say it.
Total and TaxAmount stay empty: Xero works them out from the lines, as it does for
documents that are sent (ACCOUNTING.md 1, R4).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal

from services.accounting.files.about import About
from services.accounting.files.cells import Cell, Plain
from services.accounting.files.settling import SALES, Settled
from services.accounting.narration import narration
from services.books.documents import DocumentLine
from services.books.pricing import priced

_ADDRESS = (
    "EmailAddress", "POAddressLine1", "POAddressLine2", "POAddressLine3", "POAddressLine4", "POCity",
    "PORegion", "POPostalCode", "POCountry",
)  # fmt: skip
_TRACKING = ("TrackingName1", "TrackingOption1", "TrackingName2", "TrackingOption2")
SALES_COLUMNS = (
    "*ContactName", *_ADDRESS, "*InvoiceNumber", "Reference", "*InvoiceDate", "*DueDate", "Total",
    "InventoryItemCode", "*Description", "*Quantity", "*UnitAmount", "Discount", "*AccountCode", "*TaxType",
    "TaxAmount", *_TRACKING, "Currency", "BrandingTheme",
)  # fmt: skip
BILL_COLUMNS = (
    "*ContactName", *_ADDRESS, "*InvoiceNumber", "*InvoiceDate", "*DueDate", "Total", "InventoryItemCode",
    "Description", "*Quantity", "*UnitAmount", "*AccountCode", "*TaxType", "TaxAmount", *_TRACKING,
    "Currency",
)  # fmt: skip
JOURNAL_COLUMNS = (
    "*Narration", "*Date", "Description", "*AccountCode", "*TaxRate", "*Amount", *_TRACKING,
)  # fmt: skip
MOST_INVOICES = 500
MOST_JOURNAL_LINES = 300
MOST_STATEMENT_LINES = 1000
_MOST_TRACKING = 2

Row = Sequence[Cell]


def invoice_rows(each: Settled, about: About) -> list[Row]:
    """Return the rows of one sales invoice, or of a bill; one row a line."""
    columns = SALES_COLUMNS if each.document.kind in SALES else BILL_COLUMNS
    heading = _heading(each, about)
    return [_in_order(columns, heading | _line(line, about)) for line in each.lines]


def journal_rows(each: Settled, about: About) -> list[Row]:
    """Return the rows of one manual journal: debits above zero."""
    said: dict[str, Cell] = {
        "*Narration": narration(each.document),
        "*Date": Plain(about.day(each.document.date)),
    }
    return [_in_order(JOURNAL_COLUMNS, said | _journal_line(line, about)) for line in each.lines]


def statement_columns(about: About) -> tuple[str, ...]:
    """Return the headings of a bank statement: Americans write checks."""
    cheque = "Check Number" if about.month_first else "Cheque Number"
    return ("*Date", "*Amount", "Payee", "Description", "Reference", cheque)


def statement_rows(account: str, settled_ones: Iterable[Settled], about: About) -> list[Row]:
    """Return what clears through one bank account: money in above zero."""
    return [
        (
            Plain(about.day(each.document.date)),
            _money_in(each) * payment.amount,
            each.document.contact,
            f"{each.document.number} {payment.tender}",
            each.number,
            None,
        )
        for each in settled_ones
        for payment in each.by_bank
        if payment.account == account
    ]


def parted(
    wholes: Iterable[Sequence[Row]], most: int, size: Callable[[Sequence[Row]], int] = len
) -> Iterator[list[Row]]:
    """Yield the rows of files that hold `most` at the most.

    Nothing whole is ever parted: a document larger than a file may be gets a file of its own.
    """
    rows: list[Row] = []
    held = 0
    for whole in wholes:
        if rows and held + size(whole) > most:
            yield rows
            rows, held = [], 0
        rows += whole
        held += size(whole)
    if rows:
        yield rows


def _money_in(each: Settled) -> int:
    return 1 if each.document.kind.value in {"ACCREC", "PAYMENT", "ACCPAYCREDIT"} else -1


def _heading(each: Settled, about: About) -> dict[str, Cell]:
    document = each.document
    base = about.facts.currency
    return {
        "*ContactName": document.contact,
        "*InvoiceNumber": each.number,
        "Reference": document.reference,
        "*InvoiceDate": Plain(about.day(document.date)),
        "*DueDate": Plain(about.day(document.due_date or document.date)),
        # An organisation of one currency wants the column empty.
        "Currency": None if document.currency == base else document.currency,
    }


def _line(line: DocumentLine, about: About) -> dict[str, Cell]:
    quantity, unit = priced(line, about.currency)
    name = about.tax_name(line.tax_type)
    return {
        "*Description": line.description,
        "Description": line.description,
        "*Quantity": _shortest(quantity),
        "*UnitAmount": unit,
        "*AccountCode": line.account,
        "*TaxType": name,
        **_tracking(line),
    }


def _journal_line(line: DocumentLine, about: About) -> dict[str, Cell]:
    return {
        "Description": line.description,
        "*AccountCode": line.account,
        "*TaxRate": about.tax_name(line.tax_type),
        "*Amount": line.amount,
        **_tracking(line),
    }


def _tracking(line: DocumentLine) -> dict[str, Cell]:
    cells: dict[str, Cell] = {}
    for number, (name, option) in enumerate(line.tracking[:_MOST_TRACKING], start=1):
        cells |= {f"TrackingName{number}": name, f"TrackingOption{number}": option}
    return cells


def _shortest(quantity: Decimal) -> Decimal:
    return Decimal(f"{quantity.normalize():f}")


def _in_order(columns: Iterable[str], cells: dict[str, Cell]) -> Row:
    return [cells.get(column) for column in columns]
