"""Carrying over mappings, schedules and settings of stores.

A store is the same one in both when it was added at the same time: one that was set up
anew under the same key keeps nothing of its settings.
"""

from __future__ import annotations

import json
from typing import Any

from services.store.restoring.both_books import BothBooks

_SETTING = ("add_store", "set_store", "set_schedule", "backfill")
_FIXED = frozenset({"key", "created"})

Versions = dict[tuple[str, int], int]


def carry_mappings(both: BothBooks) -> Versions:
    """Copy versions of mappings that are not here; return the number each has here.

    By store and number. The newest of before is in force, unless the store is another one.
    """
    numbers: Versions = {}
    for store in _keys(both, "mapping", "store"):
        own = {row["version"]: row for row in both.rows("mapping", "store = ?", store, of="main")}
        last = own[max(own)] if own else None
        for row in both.rows("mapping", "store = ? ORDER BY version", store):
            numbers[store, row["version"]] = _carried(both, own, row)
        if last is not None and max(own) != last["version"] and not _is_same(both, store):
            _add(both, own, last)
    return numbers


def _carried(both: BothBooks, own: dict[int, dict[str, Any]], row: dict[str, Any]) -> int:
    known = own.get(row["version"])
    if known is not None and json.loads(known["body"]) == json.loads(row["body"]):
        return int(row["version"])
    return _add(both, own, row)


def _add(both: BothBooks, own: dict[int, dict[str, Any]], row: dict[str, Any]) -> int:
    version = int(row["version"])
    if version in own:
        version = max(own) + 1
    own[version] = {**row, "version": version}
    both.insert("mapping", own[version])
    return version


def carry_settings(both: BothBooks) -> None:
    """Copy settings and schedules of stores that were changed since, and new stores."""
    for key in newer_stores(both):
        (row,) = both.rows("store", "key = ?", key)
        if _is_same(both, key):
            changed = {name: value for name, value in row.items() if name not in _FIXED}
            both.update("store", {"key": key}, changed)
        else:
            both.insert("store", row)
        both.ask("DELETE FROM main.schedule_change WHERE store = ?", key)
        for change in both.rows("schedule_change", "store = ?", key):
            both.insert("schedule_change", change)


def newer_stores(both: BothBooks) -> list[str]:
    """Return the stores whose settings were changed since, and those added since."""
    changed = []
    for key in _keys(both, "store", "key"):
        missing = not both.ask("SELECT 1 FROM main.store WHERE key = ?", key)
        if missing or (_is_same(both, key) and _last_set(both, "books", key) > _last_set(both, "main", key)):
            changed.append(key)
    return changed


def unlike(both: BothBooks) -> list[tuple[str, str, str, str]]:
    """Return what was set since: store, setting, its value in the backup and now."""
    found = []
    for key in newer_stores(both):
        (row,) = both.rows("store", "key = ?", key)
        known = next(iter(both.rows("store", "key = ?", key, of="main")), {})
        found += [
            (key, name, _word(known.get(name)), _word(value))
            for name, value in row.items()
            if name not in _FIXED and (not known or known[name] != value)
        ]
        was, now = (_schedule(both, key, schema) for schema in ("main", "books"))
        found += [(key, "schedule", was, now)] if was != now else []
    return found


def _schedule(both: BothBooks, key: str, schema: str) -> str:
    rows = both.rows("schedule_change", "store = ? ORDER BY since", key, of=schema)
    return ", ".join(f"{row['frequency']} from {row['since']}" for row in rows) or "none"


def _word(value: object) -> str:
    return "none" if value is None else str(value)


def _keys(both: BothBooks, table: str, column: str) -> list[str]:
    if not both.columns(table):
        return []
    return [key for (key,) in both.ask(f"SELECT DISTINCT {column} FROM books.{table} ORDER BY 1")]  # noqa: S608 - our own names


def _is_same(both: BothBooks, key: str) -> bool:
    """Whether both know a store, and it is the same one."""
    alike = "SELECT 1 FROM books.store b JOIN main.store m ON m.key = b.key AND m.created = b.created"
    return bool(both.ask(f"{alike} WHERE b.key = ?", key))


def _last_set(both: BothBooks, schema: str, key: str) -> str:
    """Return when settings of a store were changed last; empty when never."""
    places = ", ".join("?" * len(_SETTING))
    ((last,),) = both.ask(
        f"SELECT max(at) FROM {schema}.audit WHERE subject = ? AND action IN ({places})",  # noqa: S608 - our own names
        key,
        *_SETTING,
    )
    return str(last or "")
