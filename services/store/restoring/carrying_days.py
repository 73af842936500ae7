"""Carrying over what was decided about dates that were sent since the backup.

With which week or month a date went, whether all of it went, to which organisation it
belongs. Its records are in no case carried over: they are imported again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from services.contract.states import DayState
from services.store.restoring.both_books import BothBooks
from services.store.restoring.carrying_documents import Place

AWAITED = "records_awaited"
_KEPT = ("posted_with", "whole", "each_alone", "tenant", "closed_by", "closed_at", "no_trade_by", "amount")
_UNDER_WAY = ("state", "why", "queued", "asked", "resolution", "resolution_by", "policy_tried")
_AT_LEDGER = frozenset({DayState.POSTED, DayState.DIFFERS, DayState.CHANGED})
_RECORDS = {
    "receipt": ("register", "receipt", "digest", "effective"),
    "till_session": ("register", "session", "digest"),
    "purchase": ("kind", "purchase", "digest"),
}


class Days:
    """The business dates of both books."""

    def __init__(self, both: BothBooks) -> None:
        self._both = both

    def carry(self, places: Iterable[Place]) -> list[Place]:
        """Carry over these dates, with those summed with them.

        Return the dates whose records are not here as they were sent.
        """
        if not self._both.columns("business_day"):
            return []
        wanted = sorted({each for place in places for each in (place, *self._summed_with(place))})
        awaited = [place for place in wanted if self._carry_date(place)]
        self._carry_seals()
        return awaited

    def _awaited_before(self) -> set[Place]:
        """Return the dates whose records an earlier restore left out, and are out still."""
        kept = [json.loads(row["lost"]) for row in self._both.rows("restore", "lost IS NOT NULL")]
        return {(store, day) for lost in kept for store, day in lost.get("awaited", ())}

    def _summed_with(self, place: Place) -> list[Place]:
        if "posted_with" not in self._both.columns("business_day"):
            return []
        where = "store = ? AND posted_with = ?"
        return [
            (row["store"], row["business_date"]) for row in self._both.rows("business_day", where, *place)
        ]

    def _carry_date(self, place: Place) -> bool:
        """Carry over a date; whether its records are missing here."""
        where = "store = ? AND business_date = ?"
        row = next(iter(self._both.rows("business_day", where, *place)), None)
        if row is None:
            return False
        own = next(iter(self._both.rows("business_day", where, *place, of="main")), _new(row))
        same = place not in self._awaited_before() and self._has_same_records(place)
        values = {name: row[name] for name in _KEPT if name in row}
        values |= _as_it_was(row, own) if same else _awaiting(row)
        self._write(place, own, values)
        return not same

    def _write(self, place: Place, own: dict[str, Any], values: dict[str, Any]) -> None:
        key = {"store": place[0], "business_date": place[1]}
        if not self._both.ask(
            "SELECT 1 FROM main.business_day WHERE store = ? AND business_date = ?", *place
        ):
            self._both.insert("business_day", own)
        self._both.update("business_day", key, values)

    def _has_same_records(self, place: Place) -> bool:
        return not any(self._unlike(table, columns, place) for table, columns in _RECORDS.items())

    def _unlike(self, table: str, columns: Iterable[str], place: Place) -> bool:
        listed = ", ".join(f'"{name}"' for name in columns)
        current = " AND current" if table == "receipt" else ""
        where = f"{table} WHERE store = ? AND business_date = ?{current}"
        there, here = (f"SELECT {listed} FROM {schema}.{where}" for schema in ("books", "main"))  # noqa: S608 - our own names
        return any(
            self._both.ask(f"{one} EXCEPT {other} LIMIT 1", *place, *place)
            for one, other in ((there, here), (here, there))
        )

    def _carry_seals(self) -> None:
        """Keep every date to the organisation that it was sealed to."""
        if "tenant" not in self._both.columns("business_day"):
            return
        for row in self._both.rows("business_day", "tenant IS NOT NULL"):
            place = (row["store"], row["business_date"])
            found = self._both.rows("business_day", "store = ? AND business_date = ?", *place, of="main")
            if not found or found[0]["tenant"] is None:
                self._write(place, _new(row), {"tenant": row["tenant"]})


def _new(row: dict[str, Any]) -> dict[str, Any]:
    """Return a date of which nothing has come in yet."""
    kept = {name: row[name] for name in ("store", "business_date", "changed_at")}
    return {**kept, "state": DayState.OPEN.value, "touched": 0, "queued": False}


def _as_it_was(row: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """Return where a date stands whose records are here as they were."""
    values = {name: row[name] for name in _UNDER_WAY if name in row}
    values["built"] = own["touched"] if row["built"] == row["touched"] else None
    if row.get("policy_tried") is not None:
        values["policy_tried"] = own["touched"] if row["policy_tried"] == row["touched"] else None
    return values


def _awaiting(row: dict[str, Any]) -> dict[str, Any]:
    """Return where a date stands until its records are imported again."""
    state = DayState(row["state"])
    if state in _AT_LEDGER:
        state = DayState.CHANGED
    elif state is DayState.SENDING:
        state = DayState.UNKNOWN
    why = None if state is DayState.BY_FILE else json.dumps([_awaited(row["business_date"])])
    return {"state": state.value, "why": why, "built": None, "queued": False, "asked": False}


def _awaited(day: str) -> dict[str, str]:
    return {
        "code": AWAITED,
        "what": f"{day} was sent before a backup was put back, and its receipts are not here.",
        "why": "They came in after the backup was made. What Xero has of the date is known here.",
        "next": "Import them again: when they are as they were sent, the day is settled by itself. Else"
        f" `tillbook sync --date {day}` shows what differs.",
        "class": "person",
    }
