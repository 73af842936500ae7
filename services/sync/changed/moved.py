"""Sales on account that were moved to another date after they were sent.

The invoice of the old date is still in the ledger, under the customer's name. That of the
new date is sent once a person, or the store's policy, has dealt with the old one, under a
number of its own; where the old one is kept, it stands for both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from sqlmodel import Session

from services.books.documents import Document
from services.contract.problem import Refused
from services.contract.states import DayState
from services.store import corrections, days, stores
from services.store.corrections import Chain
from services.store.documents import ACCOUNT_SALE, dates_sent_on, in_state, sent_ids, set_document
from services.store.tables import DocumentRow, KeptChange
from services.sync.findings import Kept, finding, kept
from services.sync.tools import Tools

MOVED = "moved_date"


class MovedSales:
    """The documents of a date of which the ledger has one of another date."""

    def __init__(self, session: Session, store: str, day: date, documents: Iterable[Document]) -> None:
        self._session = session
        self._place = (store, day)
        self._documents = {each.key: each for each in documents if each.key.startswith(ACCOUNT_SALE)}
        sent = dates_sent_on(session, store, self._documents) if self._documents else {}
        self._old = {
            key: found
            for key, dates in sent.items()
            if day not in dates and (found := _unsettled(session, store, key, dates))
        }

    def keep_with_the_old(self, now: datetime) -> None:
        """Leave out what a person kept as the ledger has it: under the old date."""
        for key, (_, chain) in self._old.items():
            own = corrections.chains(self._session, *self._place).get(key)
            left = _kept_as_it_is(chain)
            if left is None or (own is not None and own.kept is not None):
                continue
            corrections.keep(
                self._session,
                own or corrections.nothing(key),
                self._place,
                self._documents[key],
                by=left.by,
                note=left.note,
                now=now,
            )

    def hold_back(self, rows: Iterable[DocumentRow], now: datetime) -> None:
        """Refuse to send what is in the ledger of another date, and say what comes first."""
        for row in rows:
            old = self._old.get(row.key)
            if old is not None and row.id not in sent_ids(self._session, [row]):
                problem = _moved(row, *old)
                set_document(self._session, row, DayState.REFUSED, now, problem=kept(problem))

    @property
    def kept(self) -> frozenset[str]:
        """Keys of the documents that a person kept under the old date."""
        return frozenset(key for key, (_, chain) in self._old.items() if _kept_as_it_is(chain))

    def stopped(self) -> Iterator[Kept]:
        """Yield why the date may not go by file: the customer would have two invoices."""
        for key, (day, chain) in self._old.items():
            if key not in self.kept:
                yield _not_by_file(self._place, day, chain, self._documents[key].number)


def release(tools: Tools) -> None:
    """Queue the dates whose sales may go, as those of the old dates are settled."""
    with tools.db.read() as session:
        # Store by store, as the index of states begins with it.
        refused = (in_state(session, [DayState.REFUSED], each.key) for each in stores.list_stores(session))
        held = [row for rows in refused for row in rows if _is_held(session, row)]
        free = [(row.store, row.business_date) for row in held if not _still(session, row)]
    for store, day in free:
        with tools.db.write() as session:
            days.queue(session, store, [day], tools.now())


def _is_held(session: Session, row: DocumentRow) -> bool:
    """Whether a date waits for another one alone: it is not built in vain."""
    if (row.problem or {}).get("code") != MOVED:
        return False
    day = days.get_day(session, row.store, row.business_date)
    return day is not None and day.state == DayState.REFUSED and not day.queued


def _still(session: Session, row: DocumentRow) -> bool:
    dates = dates_sent_on(session, row.store, [row.key]).get(row.key, set())
    found = _unsettled(session, row.store, row.key, dates - {row.business_date})
    return found is not None and _kept_as_it_is(found[1]) is None


def _kept_as_it_is(chain: Chain) -> KeptChange | None:
    """Return how a person kept the old invoice, which the tills have no more."""
    return chain.kept if chain.stands_for is None else None


def _unsettled(session: Session, store: str, key: str, dates: Iterable[date]) -> tuple[date, Chain] | None:
    """Return the old date, with its documents, if that still stands in the ledger."""
    for day in sorted(dates):
        chain = corrections.chains(session, store, day)[key]
        corrected = any(row.delta for row in chain.at_ledger) and chain.stands_for is None
        if chain.at_ledger and not corrected:
            return day, chain
    return None


def _moved(row: DocumentRow, day: date, chain: Chain) -> Refused:
    number = chain.original.number if chain.original is not None else row.number
    return Refused(
        f"{row.number} was not sent: the tills moved this sale on account from {day}.",
        f"Its invoice of {day} is in Xero as {number}; the customer would have two.",
        f"Decide about {day} first: tillbook changes resolve --store {row.store} --date {day} --by resend"
        f" voids it there. {row.business_date} then follows by itself.",
        code=MOVED,
    )


def _not_by_file(place: tuple[str, date], day: date, chain: Chain, number: str) -> Kept:
    store, new = place
    known = chain.original.number if chain.original is not None else number
    return finding(
        MOVED,
        f"{new} was not handed over: the tills moved the sale on account {known} to it from {day}.",
        f"Its invoice of {day} is in Xero; with the files the customer would have two.",
        f"Decide about {day} first: tillbook changes resolve --store {store} --date {day} --by keep leaves"
        f" the invoice as it is, and {new} goes without it.",
    )
