"""The fast way in: receipts, sessions and purchases, in whole chunks.

Each chunk is one transaction that holds whole receipts and touches their days, so an
import that is broken off leaves nothing half done and the next one completes it. What is
there already and has not changed is left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Connection

from services.books.records import Purchase, Receipt, Record, StoreFacts, TillSession
from services.store.database import Database
from services.store.days import touch
from services.store.incoming import Incoming, incoming
from services.store.intake.gone import Gone, WholeDays
from services.store.intake.keys import Key
from services.store.intake.others import Others
from services.store.intake.receipts import write_receipts

_CHUNK_LINES = 10_000
_CHUNK_RECORDS = 500


@dataclass(slots=True)
class Counts:
    """What became of the records; `dates` are those on which something changed."""

    new: int = 0
    revised: int = 0
    unchanged: int = 0
    dates: set[date] = field(default_factory=set)

    @property
    def records(self) -> int:
        """How many records were taken in."""
        return self.new + self.revised + self.unchanged


class Intake:
    """One import into the store. Call `finish` at the end: it writes the last chunk."""

    def __init__(
        self, database: Database, clock: Callable[[], datetime], source: str, *, dry_run: bool = False
    ) -> None:
        self._database = database
        self._clock = clock
        self._source = source
        self._dry_run = dry_run
        self._receipts: dict[Key, Incoming] = {}
        self._others = Others()
        self._lines = 0
        self._whole: WholeDays | None = None
        self.counts = Counts()

    def hold_whole_days(self) -> None:
        """Take what comes in for all there is of its business dates, from this source."""
        self._whole = WholeDays(self._source)

    def add(self, record: Record, store: StoreFacts, body: Mapping[str, object]) -> None:
        """Take in a record of the contract; `body` is the record as it was received."""
        match record:
            case Receipt():
                self.add_receipt(incoming(record, store))
            case TillSession():
                self._room(self._others.has_session(record))
                self._others.add_session(record, store)
            case Purchase():
                self._room(self._others.has_purchase(record))
                self._others.add_purchase(record, store, body)

    def add_receipt(self, receipt: Incoming) -> None:
        """Take in a receipt that is in the store's own form already."""
        if self._whole is not None:
            self._whole.see(receipt)
        # The same receipt twice in one import is two revisions, in the order they came.
        self._room(receipt.key in self._receipts)
        self._receipts[receipt.key] = receipt
        self._lines += receipt.line_count

    def finish(self) -> Counts:
        """Write what is left; return what became of everything."""
        self._flush()
        return self.counts

    def take_out_the_gone(self) -> list[Gone]:
        """Mark what its source no longer has of the whole dates; to be called at the end."""
        if self._whole is None:
            return []
        self._flush()
        now = self._clock()
        with self._transaction() as connection:
            gone, changed = self._whole.take_out(connection)
            for store in {store for store, _day in changed}:
                touch(connection, store, {day for at, day in changed if at == store}, now)
        self.counts.dates |= {day for _store, day in changed}
        return gone

    def _room(self, repeated: bool) -> None:  # noqa: FBT001 - one private switch
        full = len(self._receipts) + len(self._others) >= _CHUNK_RECORDS or self._lines >= _CHUNK_LINES
        if repeated or full:
            self._flush()

    def _flush(self) -> None:
        if not self._receipts and not len(self._others):
            return
        now = self._clock()
        with self._transaction() as connection:
            changed = write_receipts(connection, self._receipts, self._source, now, self.counts)
            changed |= self._others.write(connection, self.counts)
            for store in {store for store, _day in changed}:
                touch(connection, store, {day for at, day in changed if at == store}, now)
        self.counts.dates |= {day for _store, day in changed}
        self._receipts, self._others, self._lines = {}, Others(), 0

    def _transaction(self) -> AbstractContextManager[Connection]:
        return _undone(self._database) if self._dry_run else self._database.bulk()


class _Undo(Exception):
    """Ends a transaction of a dry run."""


@contextmanager
def _undone(database: Database) -> Iterator[Connection]:
    """Yield a connection whose every change is taken back at the end."""
    with suppress(_Undo), database.bulk() as connection:
        yield connection
        raise _Undo
