"""What a restore carries over from the books it replaces: dates posted by file.

A date that was handed over as files must never be sent, whatever backup is put back.
"""

from __future__ import annotations

from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

from services.store import sqlite

_POSTING = (
    "store", "tenant", "made", "made_by", "dates", "documents", "mapping_version", "taken_back",
    "taken_back_by", "reason",
)  # fmt: skip
_FILE = ("position", "name", "content", "sha256")
_DAYS = "file_posting_day"


def carry_over(books: Path, into: Path) -> list[tuple[str, date]]:
    """Copy the postings by file that `into` has not; return their stores and dates.

    Nothing is copied where the books cannot be read. Nobody may write to either file.
    """
    if not books.exists():
        return []
    module = sqlite.driver()
    with closing(module.connect(str(into), isolation_level=None)) as connection:
        try:
            connection.execute("ATTACH ? AS books", (str(books),))
            known = connection.execute("SELECT name FROM books.sqlite_master").fetchall()
        except module.DatabaseError:
            return []
        if (_DAYS,) not in known:
            return []
        connection.execute("BEGIN IMMEDIATE")
        carried = _carried(connection)
        connection.execute("COMMIT")
    return carried


def _carried(connection: Any) -> list[tuple[str, date]]:  # noqa: ANN401 - of either SQLite module
    rows = connection.execute(
        f"SELECT posting_id, store, business_date FROM books.{_DAYS} b WHERE NOT EXISTS"  # noqa: S608 - our own names
        f" (SELECT 1 FROM main.{_DAYS} m WHERE m.store = b.store AND m.business_date = b.business_date)"
    ).fetchall()
    numbers = {posting: _copied(connection, posting) for posting in sorted({row[0] for row in rows})}
    for posting, store, day in rows:
        connection.execute(
            f"INSERT INTO main.{_DAYS} (store, business_date, posting_id) VALUES (?, ?, ?)",  # noqa: S608 - as above
            (store, day, numbers[posting]),
        )
    return [(store, date.fromisoformat(day)) for _, store, day in rows]


def _copied(connection: Any, posting: int) -> int:  # noqa: ANN401 - as above
    """Copy a posting with its files; return its number among the restored ones."""
    columns = ", ".join(_POSTING)
    cursor = connection.execute(
        f"INSERT INTO main.file_posting ({columns}) SELECT {columns} FROM books.file_posting WHERE id = ?",  # noqa: S608 - as above
        (posting,),
    )
    number = int(cursor.lastrowid)
    columns = ", ".join(_FILE)
    connection.execute(
        f"INSERT INTO main.posted_file (posting_id, {columns}) SELECT ?, {columns} FROM books.posted_file"  # noqa: S608 - as above
        " WHERE posting_id = ? ORDER BY position",
        (number, posting),
    )
    return number
