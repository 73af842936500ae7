"""What a row's cells decide, worked out once for cells that repeat.

A row's answer depends on a few cells only, and those come again and again: answers are
remembered by them, within bounds, so that a line costs a look-up.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from itertools import repeat
from operator import itemgetter
from typing import Generic, TypeVar

from services.books.fields import KEY_LENGTH
from services.sources.numerals import ValueFault
from services.sources.rows import Row

_REMEMBERED = 16_384

Cells = tuple[str, ...]
Answer = TypeVar("Answer")


class Memory(dict[Hashable, Answer], Generic[Answer]):
    """Answers by the cells they depend on: one cell as it is, several as a tuple.

    It forgets all of them when it grows too large.
    """

    def __init__(self, work_out: Callable[[Cells], Answer]) -> None:
        super().__init__()
        self._work_out = work_out

    def __missing__(self, cells: Hashable) -> Answer:
        """Work the answer out; a ValueFault is not remembered."""
        if len(self) >= _REMEMBERED:
            self.clear()
        answer = self[cells] = self._work_out(cells if isinstance(cells, tuple) else (str(cells),))
        return answer


class Pick(Generic[Answer]):
    """One answer per row, from the cells at `positions`."""

    def __init__(self, positions: Sequence[int], work_out: Callable[[Cells], Answer]) -> None:
        self.cells: Callable[[Row], Hashable] = itemgetter(*positions) if positions else _no_cells
        """The cells of a row that decide; IndexError for a row that is too short."""
        self.varies = bool(positions)
        """Whether rows can differ in it at all."""
        self._memory = Memory(work_out)

    def of(self, row: Row) -> Answer:
        """Return the row's answer; raise ValueFault."""
        return self._memory[self.cells(row)]

    def answer(self, cells: Hashable) -> Answer:
        """Return the answer for what `cells` gave."""
        return self._memory[cells]

    def column(self, rows: Sequence[Row]) -> Iterator[Answer]:
        """Return the answers of many rows, without a step of Python for those known."""
        if not self.varies:
            return repeat(self._memory[()], len(rows))
        return map(self._memory.__getitem__, map(self.cells, rows))


def _no_cells(_row: Row) -> Hashable:
    return ()


def name_in(cell: str, column: str, what: str) -> str:
    """Return the name a cell holds, "" for none; raise ValueFault if damaged."""
    text = cell.strip()
    if len(text) > KEY_LENGTH:
        raise ValueFault(f"{column} has {len(text)} characters; a {what} has at most {KEY_LENGTH}")
    if not text.isprintable():
        raise ValueFault(f"{column} has characters that no {what} can have: {text!r}")
    if _is_damaged(text):
        raise ValueFault(f"{column} was damaged by a spreadsheet: {text!r} stands in place of the {what}")
    return text


def _is_damaged(text: str) -> bool:
    if text.startswith("#"):
        return text.rstrip("!?") in _SPREADSHEET_ERRORS or not text.strip("#")
    mantissa, exponent, power = text.upper().partition("E+")
    return (
        bool(exponent) and power.isdecimal() and mantissa.replace(".", "", 1).replace(",", "", 1).isdecimal()
    )


_SPREADSHEET_ERRORS = frozenset({"#REF", "#VALUE", "#NAME", "#DIV/0", "#N/A", "#NUM", "#NULL"})
