"""Which of the documents of a part may go now, and what stays behind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from services.books.documents import Document
from services.books.records import StoreFacts
from services.store import days
from services.store.tables import DocumentRow
from services.sync.documents.building import Built
from services.sync.documents.parts import Extent, Part
from services.sync.findings import Kept, finding
from services.sync.schedule import closing
from services.sync.schedule.periods import SUMMED_KEYS, Periods

PURCHASE = "purchase:"


@dataclass(frozen=True, slots=True)
class Choice:
    """The documents of a part that may go now."""

    documents: tuple[Document, ...]
    closed: bool
    """Whether the last of the dates is over."""
    whole: bool
    """Whether everything of the dates is among the documents."""
    complete: bool
    """Whether every document that may be at the ledger already is, or should be, among them."""
    each_alone: bool = False
    """Whether every receipt of the date stands alone."""


def choose(session: Session, part: Part, built: Built, rows: list[DocumentRow], now: datetime) -> Choice:
    """Return what of a part may go now; `rows` is what was kept of it before."""
    closed = closing.is_closed(session, built.totals.store, built.date, now)
    if part.extent is Extent.RECEIPTS:
        return Choice(built.documents.documents, closed, whole=False, complete=False)
    if part.extent is Extent.OWN:
        return _own(session, built, now, closed=closed)
    day = days.get_day(session, built.totals.store.key, built.date)
    begun = day is not None and (day.whole or any(row.key in SUMMED_KEYS for row in rows))
    if closed or begun:
        sums = built.totals.lines or built.totals.tenders
        each_alone = part.real_time and not sums
        return Choice(built.documents.documents, closed, whole=True, complete=True, each_alone=each_alone)
    return Choice(_bills(built), closed, whole=False, complete=False)


def _own(session: Session, built: Built, now: datetime, *, closed: bool) -> Choice:
    """Choose what is of the date itself, whose takings wait for the end of a period."""
    if not closed:
        return Choice(_bills(built), closed, whole=False, complete=False)
    own = tuple(each for each in built.documents.documents if each.key not in SUMMED_KEYS)
    taken = Periods(session, built.totals.store.key, now).has_takings(built.dates)
    return Choice(own, closed, whole=not taken, complete=True)


def _bills(built: Built) -> tuple[Document, ...]:
    """Suppliers' bills need not wait until the day is over."""
    return tuple(each for each in built.documents.documents if each.key.startswith(PURCHASE))


def still_open(session: Session, facts: StoreFacts, day: date) -> Kept:
    """Return why nothing of a date is sent that goes on."""
    registers = closing.open_registers(session, facts, day)
    still = (
        f"Till {', '.join(registers)} has not been closed." if registers else "Its cut-off has not passed."
    )
    return finding(
        "day_open",
        f"{day} is still open.",
        still,
        "Close the tills, wait for the cut-off, or close the day with `tillbook day close`.",
    )


def nothing_to_send(day: date) -> Kept:
    """Return why a date has no documents."""
    return finding(
        "nothing_to_send",
        f"There is nothing to send of {day}.",
        "No takings came in for that date, or all of them were voided.",
        "Import them, or confirm with `tillbook day no-trade` that the shop was closed.",
    )
