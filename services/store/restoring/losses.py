"""What the books have that a backup has not: shown before it is put back.

What is carried over (`carrying`), and what is lost.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from services.store import sqlite
from services.store.restoring.both_books import BothBooks
from services.store.restoring.carrying_settings import unlike

_MOST_SHOWN = 50
# What makes a row the same in both; numbers that the database gives may have come again.
_IDENTITY = {
    "receipt": ("store", "register", "receipt", "revision"),
    "document": ("store", "business_date", "key", "revision"),
    "mapping": ("store", "version"),
    "audit": ("at", "who", "action", "subject"),
    "file_posting_day": ("store", "business_date"),
}


@dataclass(frozen=True, slots=True)
class Losses:
    """What the books have and the backup has not. Counts are of rows."""

    known: bool = True
    """False: the books cannot be read, so nobody knows."""
    receipts: int = 0
    documents: int = 0
    mappings: int = 0
    audit: int = 0
    days: tuple[tuple[str, str], ...] = ()
    """Store and business date of everything above that has one."""
    posted: tuple[tuple[str, str, str, str], ...] = ()
    """Store, date, kind and number of documents that are at the ledger since the backup."""
    by_file: tuple[tuple[str, str], ...] = ()
    """Store and date of what was posted by file since. Carried over, as what follows is."""
    settings: tuple[tuple[str, str, str, str], ...] = ()
    """Store, setting, its value in the backup and its value now."""
    card_payments: int = 0
    """Payments at card terminals that the backup does not know, or knows otherwise. Carried over."""
    latest: date | None = None
    """The last business date that has a document."""

    def told(self) -> dict[str, Any]:
        """Return it as plain JSON values, long lists cut short."""
        return {
            "known": self.known,
            "receipts": self.receipts,
            "documents": self.documents,
            "mappings": self.mappings,
            "audit": self.audit,
            "days": [f"{store} {day}" for store, day in self.days[:_MOST_SHOWN]],
            "day_count": len(self.days),
            "posted": [" ".join(each) for each in self.posted[:_MOST_SHOWN]],
            "posted_count": len(self.posted),
            "by_file": [f"{store} {day}" for store, day in self.by_file],
            "settings": [" ".join(each) for each in self.settings],
            "carried": {
                "documents": len(self.posted),
                "mappings": self.mappings,
                "settings": len(self.settings),
                "by_file": len(self.by_file),
                "card_payments": self.card_payments,
            },
        }


def compare(books: Path, backup: Path) -> Losses:
    """Return what `books` have and `backup` has not; nobody may write to either."""
    if not books.exists():
        return Losses()
    module = sqlite.driver()
    try:
        with closing(module.connect(str(books), uri=True)) as connection:
            address = f"{backup.absolute().as_uri()}?mode=ro&immutable=1"
            connection.execute("ATTACH ? AS backup", (address,))
            found = _Comparison(connection).losses()
        with closing(module.connect(address, uri=True)) as connection:
            connection.execute("ATTACH ? AS books", (str(books),))
            return replace(found, settings=tuple(unlike(BothBooks(connection))))
    except module.DatabaseError:
        return Losses(known=False)


class _Comparison:
    """The books, with the backup attached under the name `backup`."""

    def __init__(self, connection: Any) -> None:  # noqa: ANN401 - of either SQLite module
        self._connection = connection
        self._tables = {schema: self._names(schema) for schema in ("main", "backup")}

    def losses(self) -> Losses:
        receipts = self._days_of("receipt")
        documents = self._days_of("document")
        posted = self._posted()
        days = {*receipts, *documents, *((store, day) for store, day, _, _ in posted)}
        return Losses(
            receipts=self._count("receipt"),
            documents=self._count("document"),
            mappings=self._count("mapping"),
            audit=self._count("audit"),
            days=tuple(sorted(days)),
            posted=tuple(posted),
            by_file=tuple(self._new_rows("file_posting_day", "store, business_date")),
            card_payments=self._card_payments(),
            latest=self._latest(),
        )

    def _names(self, schema: str) -> frozenset[str]:
        rows = self._ask(f"SELECT name FROM {schema}.sqlite_master WHERE type = 'table'")  # noqa: S608 - our own names
        return frozenset(name for (name,) in rows)

    def _ask(self, statement: str) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = self._connection.execute(statement).fetchall()
        return rows

    def _new_rows(self, table: str, columns: str) -> list[tuple[Any, ...]]:
        """Return columns of the rows that the backup has not, in order."""
        if table not in self._tables["main"]:
            return []
        alike = " AND ".join(f'b."{name}" = m."{name}"' for name in _IDENTITY[table])
        lacking = f"WHERE NOT EXISTS (SELECT 1 FROM backup.{table} b WHERE {alike})"  # noqa: S608 - as above
        condition = lacking if table in self._tables["backup"] else ""
        return self._ask(f"SELECT DISTINCT {columns} FROM main.{table} m {condition} ORDER BY {columns}")  # noqa: S608 - as above

    def _count(self, table: str) -> int:
        columns = ", ".join(f'm."{name}"' for name in _IDENTITY[table])
        return len(self._new_rows(table, columns))

    def _days_of(self, table: str) -> set[tuple[str, str]]:
        return {(store, day) for store, day in self._new_rows(table, "m.store, m.business_date")}

    def _posted(self) -> list[tuple[str, str, str, str]]:
        """Return the documents that went to the ledger after the backup."""
        if "document" not in self._tables["main"]:
            return []
        alike = " AND ".join(f'b."{name}" = m."{name}"' for name in _IDENTITY["document"])
        return [
            (store, day, kind, number)
            for store, day, kind, number in self._ask(
                "SELECT m.store, m.business_date, m.kind, m.number FROM main.document m"  # noqa: S608 - as above
                " WHERE m.remote_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM backup.document b"
                f" WHERE {alike} AND b.remote_id IS NOT NULL) ORDER BY 1, 2, 4"
            )
        ]

    def _card_payments(self) -> int:
        if "terminal_attempt" not in self._tables["main"]:
            return 0
        known = (
            " WHERE NOT EXISTS (SELECT 1 FROM backup.terminal_attempt b WHERE b.reference = m.reference"
            " AND b.state = m.state AND b.approved IS m.approved)"
        )
        condition = known if "terminal_attempt" in self._tables["backup"] else ""
        ((count,),) = self._ask(f"SELECT count(*) FROM main.terminal_attempt m{condition}")  # noqa: S608 - as above
        return int(count)

    def _latest(self) -> date | None:
        if "document" not in self._tables["main"]:
            return None
        ((latest,),) = self._ask("SELECT max(business_date) FROM main.document")
        return date.fromisoformat(latest) if latest else None
