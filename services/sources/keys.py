"""Which receipt a row belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from services.sources.choosing import Rules, chooser
from services.sources.numerals import Numerals, ValueFault
from services.sources.picking import Cells, Pick, name_in
from services.sources.profile import Profile
from services.sources.rows import Header, NumberedRow, Row

Key = tuple[str, str]
"""Register and receipt id."""

_JOINER = "/"


class KeyReader:
    """Tells the receipt of each row: its register and id by the profile."""

    def __init__(self, profile: Profile, header: Header, numerals: Numerals) -> None:
        self._width = header.width
        self._ids = profile.receipt.id
        self._ignored = Rules(profile.ignore, numerals)
        registers, self._register = chooser(profile.register, numerals, "register")
        self._id_at = len(self._ignored.columns)
        self._register_at = self._id_at + len(self._ids)
        columns = [*self._ignored.columns, *self._ids, *registers]
        self._pick = Pick([header.at(column) for column in columns], self._key)

    def keyed(self, rows: Iterable[NumberedRow]) -> Iterator[tuple[int, Row, Key | ValueFault | None]]:
        """Yield each row with its receipt: None to leave it out, or its fault."""
        cells = self._pick.cells
        last: object = None
        key: Key | ValueFault | None = None
        for line, row in rows:
            try:
                these = cells(row)
            except IndexError:
                these = cells(row + [""] * (self._width - len(row)))
            if these != last:
                last, key = these, self._pick.answer(these)
            yield line, row, key

    def _key(self, cells: Cells) -> Key | ValueFault | None:
        if self._ignored.decide(cells[: self._id_at]) is not None:
            return None
        try:
            return self._register(cells[self._register_at :]), self._id(
                cells[self._id_at : self._register_at]
            )
        except ValueFault as fault:
            return fault

    def _id(self, cells: Sequence[str]) -> str:
        parts = []
        for cell, column in zip(cells, self._ids, strict=True):
            part = name_in(cell, column, "receipt id")
            if not part:
                raise ValueFault(f"{column} is empty: the row has no receipt id")
            if _JOINER in part and len(self._ids) > 1:
                raise ValueFault(f"{column} has a slash, which parts the columns of a receipt id: {part!r}")
            parts.append(part)
        return _JOINER.join(parts)
