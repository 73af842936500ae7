"""Gathers the rows of each receipt, wherever they stand, in bounded memory.

The file is read twice. The first reading learns which receipts come back after other
rows; the second hands out receipts as their rows end, and puts the rows of those that
come back aside, in a scratch database, until the file is read.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import groupby, islice
from operator import itemgetter

from services.sources.keys import Key
from services.sources.numerals import ValueFault
from services.sources.rows import Row

KeyedRow = tuple[int, Row, Key | ValueFault | None]

MOST_ROWS = 20_000
"""Rows of one receipt; where there are more, its id does not tell receipts apart."""
_KEY = itemgetter(2)
_FILTER_BYTES = 1 << 20


@dataclass(slots=True)
class Group:
    """All rows of one receipt, in the order of the file, and the lines they begin on."""

    key: Key
    rows: list[Row] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)

    def extend(self, rows: Iterable[KeyedRow]) -> None:
        """Add rows; none beyond one more than MOST_ROWS."""
        for line, row, _key in islice(rows, MOST_ROWS + 1 - len(self.rows)):
            self.lines.append(line)
            self.rows.append(row)


@dataclass(frozen=True, slots=True)
class Stray:
    """A row that cannot be given to any receipt."""

    line: int
    reason: str


class Filter:
    """Remembers keys in fixed memory, and may think it knows others.

    It never forgets one. A wrong yes only sends a receipt the long way round; with two
    bits a key in 8 Mi, a million receipts make one in twenty a wrong yes.
    """

    def __init__(self) -> None:
        self._bits = bytearray(_FILTER_BYTES)

    def add(self, key: Key) -> bool:
        """Remember a key; return whether it seemed to be known."""
        bits, known = self._bits, True
        for at in _places(key):
            byte, bit = at >> 3, 1 << (at & 7)
            known = known and bool(bits[byte] & bit)
            bits[byte] |= bit
        return known

    def __contains__(self, key: Key) -> bool:
        return all(self._bits[at >> 3] & (1 << (at & 7)) for at in _places(key))


def _places(key: Key) -> tuple[int, int]:
    number = hash(key)
    mask = (_FILTER_BYTES << 3) - 1
    return number & mask, (number >> 32) & mask


def coming_back(rows: Iterable[KeyedRow]) -> tuple[Filter, int]:
    """Return the receipts whose rows stand apart, and how many rows there are."""
    seen, again = Filter(), Filter()
    last: Key | None = None
    count = 0
    for key, run in groupby(rows, _KEY):
        count += sum(1 for _row in run)
        if isinstance(key, tuple) and key != last:
            if seen.add(key):
                again.add(key)
            last = key
    return again, count


def grouped(rows: Iterable[KeyedRow], again: Filter) -> Iterator[Group | Stray]:
    """Yield each receipt once, whole; and each row that belongs to none."""
    with closing(_Scratch()) as scratch:
        group: Group | None = None
        for key, run in groupby(rows, _KEY):
            if isinstance(key, ValueFault):
                yield from (Stray(line, str(key)) for line, _row, _key in run)
            elif key is not None and key in again:
                scratch.put(key, run)
            elif group is not None and key == group.key:
                group.extend(run)
            elif key is not None:
                if group is not None:
                    yield group
                group = Group(key)
                group.extend(run)
        if group is not None:
            yield group
        yield from scratch.groups()


class _Scratch:
    """Rows on disk, to be had by receipt. It vanishes when it is closed."""

    def __init__(self) -> None:
        self._connection = sqlite3.connect("", isolation_level=None)
        self._connection.execute(
            "CREATE TABLE row (register, receipt, line INTEGER, cells, "
            "PRIMARY KEY (register, receipt, line)) WITHOUT ROWID"
        )
        self._connection.execute("BEGIN")

    def put(self, key: Key, rows: Iterable[KeyedRow]) -> None:
        """Keep rows of one receipt."""
        kept = ((*key, line, json.dumps(row)) for line, row, _key in rows)
        self._connection.executemany("INSERT INTO row VALUES (?, ?, ?, ?)", kept)

    def groups(self) -> Iterator[Group]:
        """Yield the receipts kept."""
        rows = self._connection.execute(
            "SELECT register, receipt, line, cells FROM row ORDER BY register, receipt, line"
        )
        for key, run in groupby(rows, itemgetter(0, 1)):
            group = Group(key)
            group.extend((line, json.loads(cells), key) for _register, _receipt, line, cells in run)
            yield group

    def close(self) -> None:
        """Let go of the rows."""
        self._connection.close()
