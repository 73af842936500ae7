"""What identifies a receipt, and how many are looked up at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import Row

Key = tuple[str, str, str]
"""Store, register and receipt id: unique per receipt (RECEIPTS.md)."""
Change = tuple[str, date]
"""A store and a business date on which something changed."""
Found = Row[*tuple[Any, ...]]
"""A row that a query picked; its columns are read by name."""


def by_register(keys: Iterable[Key]) -> Iterator[tuple[str, str, list[str]]]:
    """Group receipt ids by store and register: a question to the database for each."""
    for (store, register), group in groupby(sorted(keys), key=lambda key: key[:2]):
        yield store, register, [receipt for _store, _register, receipt in group]
