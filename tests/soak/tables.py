"""What our own tables say after the soak, read with plain SQL once nobody writes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, text

from services.store.database import open_database

_EFFECTIVE = "from document where not withdrawn"


class Tables:
    """Answers the questions of the checks."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def states(self) -> Counter[str]:
        """Return how many business dates are in each state."""
        return Counter(dict(self._rows("select state, count(*) from business_day group by state")))

    def queued(self) -> int:
        """Return how many business dates are asked to be sent still."""
        return self._number("select count(*) from business_day where queued")

    def documents(self) -> list[tuple[str, str, str]]:
        """Return kind, number and state of every document that counts.

        Debtor payments apart.
        """
        return self._rows(f"select kind, number, state {_EFFECTIVE} and kind <> 'PAYMENT'")

    def payment_states(self) -> Counter[str]:
        """Return how many payments of documents that count are in each state."""
        query = "select p.state, count(*) from document_payment p join document d on d.id = p.document_id"
        return Counter(dict(self._rows(f"{query} where not d.withdrawn group by p.state")))

    def attempts(self) -> dict[str, str]:
        """Return the outcome of every attempt by its idempotency key."""
        return dict(self._rows("select idempotency_key, outcome from attempt"))

    def journal_voids(self) -> set[str]:
        """Return the keys of attempts to void a journal.

        It is read first, which may be refused.
        """
        return {
            row[0]
            for row in self._rows("select idempotency_key from attempt where call = 'POST ManualJournals'")
        }

    def audit(self) -> Counter[tuple[str, str]]:
        """Return how many audit rows there are for each action and subject."""
        return Counter((row[0], row[1]) for row in self._rows("select action, subject from audit"))

    def _rows(self, query: str) -> list[Any]:
        return [tuple(row) for row in self._connection.execute(text(query))]

    def _number(self, query: str) -> int:
        found: int = self._connection.execute(text(query)).scalar_one()
        return found


@contextmanager
def tables_of(url: str) -> Iterator[Tables]:
    """Open the database at `url` for reading."""
    database = open_database(url)
    try:
        with database.engine.connect() as connection:
            yield Tables(connection)
    finally:
        database.close()
