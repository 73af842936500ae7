"""Carrying over documents: what may have gone out since the backup.

Of a business date with such a document all of them are carried over, with payments, what
was decided about them, and the calls that carried them, so that each is known by the
number it has in the ledger.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from services.contract.states import DayState
from services.store.restoring.both_books import BothBooks
from services.store.restoring.carrying_settings import Versions

Place = tuple[str, str]
"""A store and a business date, as text."""

_OUT = ("sending", "unknown", "posted", "differs", "changed", "by_file")
_IDENTITY = ("store", "business_date", "key", "revision")
_TELLING = ("kind", "number", "tenant", "state", "withdrawn", "voided", "undoing", "remote_id", "digest")
_PAYMENT = ("position", "account", "amount", "state", "remote_id")
_KEPT = ("store", "business_date", "key", "by", "at", "over")


class Documents:
    """The documents of both books.

    `versions`: the number that a version of a mapping has in the restored ones.
    """

    def __init__(self, both: BothBooks, versions: Versions) -> None:
        self._both = both
        self._versions = versions
        self._numbers: dict[int, int] = {}
        """Of each document of the books of before: the row it has in the restored ones."""
        self._payments: dict[int, int] = {}

    def carry(self) -> list[Place]:
        """Carry over what the restored books do not know; return its stores and dates."""
        if not self._both.columns("document"):
            return []
        places = self.places()
        for place in places:
            self._carry_date(place)
        self._carry_attempts()
        return places

    def places(self) -> list[Place]:
        """Return the stores and dates with something sent, or decided, since."""
        found = {*self._unlike_documents(), *self._unlike_payments(), *self._unlike_kept()}
        return sorted(found)

    def _unlike_documents(self) -> list[Place]:
        names = [name for name in (*_IDENTITY, *_TELLING) if name in self._both.columns("document")]
        listed = ", ".join(f'"{name}"' for name in names)
        return self._unlike(
            f"SELECT {listed} FROM books.document WHERE {_is_out('')}",  # noqa: S608 - our own names
            f"SELECT {listed} FROM main.document",  # noqa: S608 - our own names
        )

    def _unlike_payments(self) -> list[Place]:
        listed = ", ".join([f"d.{name}" for name in _IDENTITY] + [f"p.{name}" for name in _PAYMENT])
        source = "{0}.document_payment p JOIN {0}.document d ON d.id = p.document_id"
        return self._unlike(
            f"SELECT {listed} FROM {source.format('books')} WHERE {_is_out('p.')}",  # noqa: S608 - our own names
            f"SELECT {listed} FROM {source.format('main')}",  # noqa: S608 - our own names
        )

    def _unlike_kept(self) -> list[Place]:
        if not self._both.columns("kept_change"):
            return []
        listed = ", ".join(f'"{name}"' for name in _KEPT)
        return self._unlike(
            f"SELECT {listed} FROM books.kept_change",  # noqa: S608 - our own names
            f"SELECT {listed} FROM main.kept_change",  # noqa: S608 - our own names
        )

    def _unlike(self, there: str, here: str) -> list[Place]:
        found = self._both.ask(f"SELECT DISTINCT store, business_date FROM ({there} EXCEPT {here})")  # noqa: S608 - our own names
        return [(store, day) for store, day in found]

    def _carry_date(self, place: Place) -> None:
        where = "store = ? AND business_date = ?"
        own = self._both.rows("document", where, *place, of="main")
        known = {(row["key"], row["revision"]): row["id"] for row in own}
        rows = self._both.rows("document", f"{where} ORDER BY id", *place)
        for row in rows:
            self._carry_document(row, known.pop((row["key"], row["revision"]), None))
        for row in rows:
            self._point(row)
        for number in known.values():
            self._both.ask(
                "UPDATE main.document SET withdrawn = 1 WHERE id = ? AND remote_id IS NULL", number
            )
        self._carry_kept(place)
        _stand_alone(self._both, place)

    def _carry_document(self, row: dict[str, Any], known: int | None) -> None:
        values = {name: value for name, value in row.items() if name != "id"}
        values["mapping_version"] = self._versions.get(
            (row["store"], row["mapping_version"]), row["mapping_version"]
        )
        if known is None:
            known = self._both.insert("document", values)
        else:
            self._both.update("document", {"id": known}, values)
        self._numbers[row["id"]] = known
        self._carry_payments(row["id"], known)

    def _carry_payments(self, there: int, here: int) -> None:
        both = self._both
        own = both.rows("document_payment", "document_id = ?", here, of="main")
        known = {row["position"]: row["id"] for row in own}
        for row in both.rows("document_payment", "document_id = ? ORDER BY position", there):
            values = {name: value for name, value in row.items() if name != "id"} | {"document_id": here}
            number = known.pop(row["position"], None)
            if number is None:
                number = both.insert("document_payment", values)
            else:
                both.update("document_payment", {"id": number}, values)
            self._payments[row["id"]] = number
        for number in known.values():
            both.update("attempt_item", {"payment_id": number}, {"payment_id": None})
            both.ask("DELETE FROM main.document_payment WHERE id = ?", number)

    def _point(self, row: dict[str, Any]) -> None:
        """Have a document name the others by their rows here."""
        named = {name: self._numbers.get(row[name]) for name in ("corrects", "replaced_by") if row.get(name)}
        if named:
            self._both.update("document", {"id": self._numbers[row["id"]]}, named)

    def _carry_kept(self, place: Place) -> None:
        where = "store = ? AND business_date = ?"
        own = self._both.rows("kept_change", where, *place, of="main")
        known = {(row["key"], row["at"], row["by"]): row["id"] for row in own}
        for row in self._both.rows("kept_change", f"{where} ORDER BY id", *place):
            values = {name: value for name, value in row.items() if name != "id"}
            values["after_document"] = self._numbers.get(row["after_document"], 0)
            number = known.get((row["key"], row["at"], row["by"]))
            if number is None:
                self._both.insert("kept_change", values)
            else:
                self._both.update("kept_change", {"id": number}, values)

    def _carry_attempts(self) -> None:
        """Carry over the calls that carried these documents."""
        carried = {attempt for number in self._numbers for attempt in self._attempts_of(number)}
        for attempt in sorted(carried):
            (row,) = self._both.rows("attempt", "id = ?", attempt)
            self._carry_attempt(row)

    def _attempts_of(self, document: int) -> Iterable[int]:
        found = self._both.ask("SELECT attempt_id FROM books.attempt_item WHERE document_id = ?", document)
        return (attempt for (attempt,) in found)

    def _carry_attempt(self, row: dict[str, Any]) -> None:
        both = self._both
        values = {name: value for name, value in row.items() if name != "id"}
        known = both.ask("SELECT id FROM main.attempt WHERE idempotency_key = ?", row["idempotency_key"])
        number = known[0][0] if known else both.insert("attempt", values)
        both.update("attempt", {"id": number}, values)
        both.ask("DELETE FROM main.attempt_item WHERE attempt_id = ?", number)
        for item in both.rows("attempt_item", "attempt_id = ? ORDER BY position", row["id"]):
            document = self._here(item["document_id"])
            if document is not None:
                payment = self._payments.get(item["payment_id"])
                here = {"attempt_id": number, "document_id": document, "payment_id": payment}
                both.insert("attempt_item", {**item, **here})

    def _here(self, document: int) -> int | None:
        """Return the row that a document of the books of before has here."""
        if document not in self._numbers:
            alike = " AND ".join(f"m.{name} = b.{name}" for name in _IDENTITY)
            found = self._both.ask(
                f"SELECT m.id FROM main.document m JOIN books.document b ON {alike} WHERE b.id = ?",  # noqa: S608 - our own names
                document,
            )
            return int(found[0][0]) if found else None
        return self._numbers[document]


def _is_out(prefix: str) -> str:
    """Return the condition that a row is, or may be, at the ledger, or went by file."""
    states = ", ".join(f"'{DayState(word)}'" for word in _OUT)
    return f"({prefix}remote_id IS NOT NULL OR {prefix}state IN ({states}))"


def _stand_alone(both: BothBooks, place: Place) -> None:
    """Have the receipts of a date stand alone that went to the ledger by themselves."""
    both.ask(
        "UPDATE main.receipt SET alone = 1 WHERE store = ? AND business_date = ? AND EXISTS"
        " (SELECT 1 FROM main.document d WHERE d.store = receipt.store"
        " AND d.business_date = receipt.business_date AND NOT d.withdrawn"
        " AND d.key = 'receipt:' || receipt.register || '/' || receipt.receipt)",
        *place,
    )
