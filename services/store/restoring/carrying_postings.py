"""Carrying over dates that were posted by file: they must never be sent."""

from __future__ import annotations

from services.store.restoring.both_books import BothBooks

_DAYS = "file_posting_day"


def carry_postings(both: BothBooks) -> list[tuple[str, str]]:
    """Copy the postings by file that are not here; return their stores and dates."""
    if not both.columns(_DAYS):
        return []
    rows = both.ask(
        f"SELECT posting_id, store, business_date FROM books.{_DAYS} b WHERE NOT EXISTS"  # noqa: S608 - our own names
        f" (SELECT 1 FROM main.{_DAYS} m WHERE m.store = b.store AND m.business_date = b.business_date)"
    )
    numbers = {posting: _copied(both, posting) for posting in sorted({row[0] for row in rows})}
    for posting, store, day in rows:
        values = {"store": store, "business_date": day, "posting_id": numbers[posting]}
        both.insert(_DAYS, values)
    return [(store, day) for _, store, day in rows]


def _copied(both: BothBooks, posting: int) -> int:
    """Copy a posting with its files; return its number among the restored ones."""
    (row,) = both.rows("file_posting", "id = ?", posting)
    number = both.insert("file_posting", _without_id(row))
    for file in both.rows("posted_file", "posting_id = ? ORDER BY position", posting):
        both.insert("posted_file", {**_without_id(file), "posting_id": number})
    return number


def _without_id(row: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in row.items() if name != "id"}
