"""Cells of an import file: typed, escaped, encoded (XERO.md 7).

Text is quoted, so that codes such as 091 stay text; amounts and dates are not. A text
that a spreadsheet would take for a formula gets an apostrophe in front. Lines end in
CRLF, and the file is UTF-8 without a byte order mark: with one, the first heading would
no longer be the one Xero looks for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from services.contract.text import printable

LINE_END = "\r\n"
_FORMULA = tuple("=+-@＝＋－＠")  # noqa: RUF001 - full-width ones count as formulas in some spreadsheets


@dataclass(frozen=True, slots=True)
class Plain:
    """A cell that is not text: a date in the organisation's format."""

    text: str


Cell = str | Decimal | Plain | None
"""Text, an amount, a date, nothing."""


def safe(text: str) -> str:
    """Return text on one line that no spreadsheet takes for a formula."""
    shown = printable(text)
    return f"'{shown}" if shown.lstrip().startswith(_FORMULA) else shown


def encode(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """Return an import file: the headings as Xero writes them, then the rows."""
    lines = [",".join(headings), *(",".join(map(_encoded, row)) for row in rows)]
    return "".join(f"{line}{LINE_END}" for line in lines)


def _encoded(cell: Cell) -> str:
    if cell is None or cell == "":
        return ""
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    if isinstance(cell, Plain):
        return cell.text
    return '"' + safe(cell).replace('"', '""') + '"'
