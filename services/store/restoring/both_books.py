"""The restored books, with those of before beside them: one connection to both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from services.store import sqlite

Values = Mapping[str, Any]


class BothBooks:
    """The restored books as `main`, the ones that they replace as `books`.

    Those may be of an older Tillbook: only the columns that both have are known here.
    Rows are plain values, as the tables hold them.
    """

    def __init__(self, connection: Any) -> None:  # noqa: ANN401 - of either SQLite module
        self._connection = connection
        self.columns = cache(self._columns)

    def ask(self, statement: str, *given: object) -> list[tuple[Any, ...]]:
        """Return what a statement finds; tables are named with `main` or `books`."""
        rows: list[tuple[Any, ...]] = self._connection.execute(statement, given).fetchall()
        return rows

    def rows(self, table: str, where: str, *given: object, of: str = "books") -> list[dict[str, Any]]:
        """Return rows by the names of their columns; none where a table is lacking."""
        names = self.columns(table)
        if not names:
            return []
        listed = ", ".join(f'"{name}"' for name in names)
        found = self.ask(f"SELECT {listed} FROM {of}.{table} WHERE {where}", *given)  # noqa: S608 - our own names
        return [dict(zip(names, row, strict=True)) for row in found]

    def insert(self, table: str, values: Values) -> int:
        """Add a row to the restored books; return its number."""
        listed, places = ", ".join(f'"{name}"' for name in values), ", ".join("?" * len(values))
        statement = f"INSERT INTO main.{table} ({listed}) VALUES ({places})"  # noqa: S608 - our own names
        return int(self._connection.execute(statement, tuple(values.values())).lastrowid)

    def update(self, table: str, key: Values, values: Values) -> None:
        """Change the rows of the restored books that have the values of `key`."""
        changed = ", ".join(f'"{name}" = ?' for name in values)
        alike = " AND ".join(f'"{name}" = ?' for name in key)
        statement = f"UPDATE main.{table} SET {changed} WHERE {alike}"  # noqa: S608 - our own names
        self._connection.execute(statement, (*values.values(), *key.values()))

    def _columns(self, table: str) -> tuple[str, ...]:
        """Return the columns that a table has in both, in order."""
        books, main = (
            [name for (name,) in self.ask(f"SELECT name FROM pragma_table_info('{table}', '{schema}')")]  # noqa: S608 - our own names
            for schema in ("books", "main")
        )
        return tuple(name for name in main if name in books)


@contextmanager
def opened(books: Path, into: Path) -> Iterator[BothBooks | None]:
    """Open both in one transaction on `into`; None where `books` cannot be read.

    Nobody may write to either file.
    """
    module = sqlite.driver()
    with closing(module.connect(str(into), isolation_level=None)) as connection:
        if not _attached(connection, books):
            yield None
            return
        connection.execute("BEGIN IMMEDIATE")
        yield BothBooks(connection)
        connection.execute("COMMIT")


def _attached(connection: Any, books: Path) -> bool:  # noqa: ANN401 - of either SQLite module
    if not books.exists():
        return False
    try:
        connection.execute("ATTACH ? AS books", (str(books),))
        connection.execute("SELECT count(*) FROM books.sqlite_master").fetchone()
    except sqlite.driver().DatabaseError:
        return False
    return True
