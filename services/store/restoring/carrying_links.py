"""Carrying over with which organisation a store was connected.

That is so whatever backup is put back: of one it was changed from, or disconnected from,
nothing is to be sent to it again.
"""

from __future__ import annotations

from services.store.restoring.both_books import BothBooks

_TABLE = "connection"


def carry_links(both: BothBooks) -> None:
    """Copy the connections of stores that both know to be the same."""
    alike = "SELECT b.key FROM books.store b JOIN main.store m ON m.key = b.key AND m.created = b.created"
    for (store,) in both.ask(alike) if both.columns(_TABLE) else []:
        for row in both.rows(_TABLE, "store = ?", store):
            key = {"store": store, "kind": row["kind"]}
            if both.rows(_TABLE, "store = ? AND kind = ?", store, row["kind"], of="main"):
                both.update(_TABLE, key, row)
            else:
                both.insert(_TABLE, row)
