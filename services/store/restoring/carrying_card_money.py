"""Carrying over what the card terminals did: money taken is never forgotten.

Terminals, the keys of tills, the journal of payments with ends of day, which receipt each
payment belongs to, and what acquirers paid out. A payment that these books did not know
could be charged again under the till's same reference (TERMINALS.md 6).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session, col, update

from services.contract.problem import Refused
from services.contract.terminals import PaymentState
from services.store.restoring.both_books import BothBooks
from services.store.tables import TerminalAttempt

_ATTEMPTS, _SETTLEMENTS, _TOTALS = "terminal_attempt", "terminal_settlement", "terminal_total"
_OF_STORES = ("card_match", "card_apart", "card_payout")
_OPEN = ("pending", "sent", "acked", "unknown")
_SETTLEMENT = ("terminal", "started")

Numbers = dict[int, int]
"""Of rows of the books of before: the row each is here."""


def doubt(session: Session) -> None:
    """Take what had not left for a terminal when the backup was made for sent.

    It may have left a moment later: the terminal is asked, where else it would be cancelled.
    """
    pending = col(TerminalAttempt.state) == PaymentState.PENDING.value
    session.exec(update(TerminalAttempt).where(pending).values(state=PaymentState.SENT.value))


def carry_card_money(both: BothBooks) -> int:
    """Copy it; return how many payments are not here, or stand otherwise.

    Raises Refused when the two cannot be one journal.
    """
    if not both.columns(_ATTEMPTS):
        return 0
    for table, key in (("terminal", "key"), ("till_key", "digest")):
        for row in both.rows(table, "1 ORDER BY 1"):
            _put(both, table, (key,), row)
    known = {row["reference"]: row for row in both.rows(_ATTEMPTS, "1", of="main")}
    rows = both.rows(_ATTEMPTS, "1 ORDER BY id")
    _refuse_two_open(rows, list(known.values()))
    _refuse_one_word_for_two(rows, list(known.values()))
    news = [row for row in rows if not _is_same(row, known.get(row["reference"]))]
    # Those that are here first: one that was settled since makes room for the next.
    for row in sorted(news, key=lambda row: row["reference"] not in known):
        _put(both, _ATTEMPTS, ("reference",), row)
    _carry_settlements(both)
    _carry_of_stores(both, _numbers(both))
    return len(news)


def _carry_settlements(both: BothBooks) -> None:
    for row in both.rows(_SETTLEMENTS, "1 ORDER BY id"):
        number = _put(both, _SETTLEMENTS, _SETTLEMENT, row)
        both.ask(f"DELETE FROM main.{_TOTALS} WHERE settlement_id = ?", number)  # noqa: S608 - our own names
        for total in both.rows(_TOTALS, "settlement_id = ? ORDER BY position", row["id"]):
            both.insert(_TOTALS, total | {"settlement_id": number})


def _carry_of_stores(both: BothBooks, attempts: Numbers) -> None:
    """Have matches and payouts as they were; what was taken apart stays so."""
    for table in _OF_STORES:
        for (store,) in both.ask("SELECT key FROM books.store") if both.columns(table) else []:
            both.ask(f"DELETE FROM main.{table} WHERE store = ?", store)  # noqa: S608 - our own names
            for row in both.rows(table, "store = ? ORDER BY 1", store):
                values = _without_id(row)
                if values.get("attempt_id") is not None:
                    values["attempt_id"] = attempts[values["attempt_id"]]
                both.insert(table, values)


def _numbers(both: BothBooks) -> Numbers:
    return dict(
        both.ask(
            f"SELECT b.id, m.id FROM books.{_ATTEMPTS} b"  # noqa: S608 - our own names
            f" JOIN main.{_ATTEMPTS} m ON m.reference = b.reference"
        )
    )


def _put(both: BothBooks, table: str, key: Sequence[str], row: dict[str, Any]) -> int:
    """Add a row, or renew the one of the same key; return its number."""
    named = {name: row[name] for name in key}
    alike = " AND ".join(f'"{name}" = ?' for name in key)
    values = _without_id(row)
    found = both.ask(f"SELECT rowid FROM main.{table} WHERE {alike}", *named.values())  # noqa: S608 - our own names
    if not found:
        return both.insert(table, values)
    both.update(table, named, values)
    return int(found[0][0])


def _is_same(row: dict[str, Any], own: dict[str, Any] | None) -> bool:
    return own is not None and _without_id(row) == _without_id(own)


def _without_id(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "id"}


def _refuse_two_open(rows: Sequence[dict[str, Any]], own: Sequence[dict[str, Any]]) -> None:
    """Refuse books of two shops: a terminal has one payment under way, never two."""
    known = {row["reference"] for row in rows}
    of_books = {row["terminal"] for row in rows if row["state"] in _OPEN}
    for row in own:
        if row["state"] in _OPEN and row["reference"] not in known and row["terminal"] in of_books:
            raise Refused(
                f"The backup is not put back: a payment at {row['terminal']} is open in it, another here.",
                "Neither knows the other's, so one of the two was not made of the other's books.",
                "Have both settled first (`tillbook terminal resolve`), or restore into a home of its own.",
                f"references {row['reference']}",
                code="two_open_payments",
            )


def _refuse_one_word_for_two(rows: Sequence[dict[str, Any]], own: Sequence[dict[str, Any]]) -> None:
    """Refuse books of two shops: a till's word names one payment, never two."""
    of_books = {_word(row): row["reference"] for row in rows}
    for row in own:
        there = of_books.get(_word(row), row["reference"])
        if there != row["reference"]:
            _, till, word = _word(row)
            raise Refused(
                f"The backup is not put back: {word} of till {till} is one payment in it, another here.",
                "A till's reference names one payment, so one of the two was not made of the other's books.",
                "Restore into a home of its own.",
                f"references {row['reference']}, {there}",
                code="two_payments_of_one_reference",
            )


def _word(row: dict[str, Any]) -> tuple[str, str, str]:
    return row["store"], row["till"], row["till_reference"]
