"""The cells of a row that no rule chooses: amounts, quantities, texts."""

from __future__ import annotations

from decimal import Decimal

from services.books.money import ZERO
from services.contract.text import printable
from services.sources.numerals import Numerals
from services.sources.picking import Cells, Pick
from services.sources.profile import AmountForm
from services.sources.rows import Header
from services.store.incoming import quantity_text


def pick_amount(form: AmountForm, header: Header, numerals: Numerals) -> Pick[int]:
    """Return the whole line's amount in minor units, rounded once, at the end."""
    if form.quantity is not None and form.price is not None:
        return _pick_product(form.quantity, form.price, header, numerals)
    what = " + ".join(form.columns)

    def work_out(cells: Cells) -> int:
        parts = (numerals.money(cell, column) for cell, column in zip(cells, form.columns, strict=True))
        return numerals.minor(sum(parts, ZERO), what)

    return Pick([header.at(column) for column in form.columns], work_out)


def _pick_product(quantity: str, price: str, header: Header, numerals: Numerals) -> Pick[int]:
    def work_out(cells: Cells) -> int:
        amount = numerals.number(cells[0], quantity) * numerals.money(cells[1], price)
        return numerals.minor(amount, f"{quantity} x {price}")

    return Pick([header.at(quantity), header.at(price)], work_out)


def pick_tax(column: str | None, header: Header, numerals: Numerals) -> Pick[int | None]:
    """Return the tax a line was printed with, in minor units; None for none."""

    def work_out(cells: Cells) -> int | None:
        if column is None or not cells[0].strip():
            return None
        return numerals.minor(numerals.money(cells[0], column), column)

    return Pick(_position(column, header), work_out)


def pick_quantity(column: str | None, header: Header, numerals: Numerals) -> Pick[str | None]:
    """Return a quantity as it is shown; None for an empty cell."""

    def work_out(cells: Cells) -> str | None:
        if column is None or not cells[0].strip():
            return None
        quantity: Decimal = numerals.number(cells[0], column)
        return quantity_text(quantity)

    return Pick(_position(column, header), work_out)


def pick_text(column: str | None, header: Header) -> Pick[str | None]:
    """Return a text made safe to show; None for an empty cell."""

    def work_out(cells: Cells) -> str | None:
        return printable(cells[0]).strip() or None if cells else None

    return Pick(_position(column, header), work_out)


def _position(column: str | None, header: Header) -> list[int]:
    return [] if column is None else [header.at(column)]
