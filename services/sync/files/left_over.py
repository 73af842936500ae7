"""What of dates is at the ledger, and what is left to go out as files.

Of a week its sales on account go at once, of a day its receipts in real time: what is
there goes into no file, and the rest does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date

from sqlmodel import Session, col, select

from services.books import differences
from services.books.documents import Document, DocumentKind
from services.contract.states import DayState
from services.store import corrections
from services.store.corrections import Chain, base_key
from services.store.documents import payments_of
from services.store.tables import DocumentRow, PaymentRow
from services.sync.changed.tills import CannotSay, Tills
from services.sync.documents.building import Builder, Built
from services.sync.documents.filing import is_left_out
from services.sync.findings import Kept, finding
from services.sync.schedule.periods import SUMMED_KEYS

_LOST = frozenset({DayState.SENDING, DayState.UNKNOWN})
_THERE = frozenset({DayState.POSTED, DayState.DIFFERS, DayState.CHANGED})


class LeftOver:
    """The documents of dates that are handed over together, beside the ledger."""

    def __init__(self, session: Session, store: str, dates: Sequence[date]) -> None:
        self._session = session
        self._store = store
        wanted = select(DocumentRow).where(
            DocumentRow.store == store, col(DocumentRow.business_date).in_(dates)
        )
        self.rows: list[DocumentRow] = list(session.exec(wanted.order_by(col(DocumentRow.id))))
        """All of the dates, those too that are no longer part of them."""
        self._paid = payments_of(session, [row.id or 0 for row in self.rows])
        self.there: dict[str, DocumentRow] = {
            base_key(row): row for row in self.rows if not row.voided and self._is_there(row)
        }
        """What is at the ledger, by the keys of the documents."""

    def stopped(self) -> Iterator[Kept]:
        """Yield why nothing may be handed over: unknown, or there by half."""
        for row in self.rows:
            if {row.state, *(payment.state for payment in self._payments(row))} & _LOST:
                yield _unknown(row)
        for row in self.rows:
            # One that was voided to be sent anew is not there, and its number is not free.
            if base_key(row) not in self.there if row.voided else self._is_half_there(row):
                yield _half_there(row)

    def build(self, builder: Builder, dates: tuple[date, ...]) -> Built:
        """Build the dates, in the shape of those sums that are there."""
        sums = [row for key, row in self.there.items() if key in SUMMED_KEYS]
        other = bool(sums) and sums[0].shape != builder.mapping().shape
        return builder.build_dates(dates, version=sums[0].mapping_version if other else None)

    def of_day(self, whole: Built, day: date) -> list[Document]:
        """Return what of a date is not at the ledger."""
        documents = whole.documents.documents
        return [each for each in documents if each.date == day and each.key not in self.there]

    def rest_of(self, whole: Built, but: Collection[str]) -> Built:
        """Return what is not at the ledger, nor left out by a person: among them `but`."""
        known = self._chains(whole)
        left = tuple(
            document
            for document in whole.documents.documents
            if document.key not in {*self.there, *but}
            and not is_left_out(known.get((document.date, document.key)))
        )
        return replace(whole, documents=replace(whole.documents, documents=left))

    def changed(self, builder: Builder, whole: Built) -> dict[date, tuple[str, ...]]:
        """Return what the tills changed since it went: numbers, by their dates."""
        tills = Tills(builder, whole)
        found: dict[date, tuple[str, ...]] = {}
        for (day, key), chain in self._chains(whole).items():
            if key in self.there and _differs(chain, tills):
                found[day] = (*found.get(day, ()), self.there[key].number)
        return found

    def all_there(self) -> list[Kept]:
        """Return why nothing is left where all of it is at the ledger."""
        return [_at_ledger(row) for row in self.there.values()][:1]

    def _chains(self, whole: Built) -> dict[tuple[date, str], Chain]:
        return {
            (day, key): chain
            for day in whole.dates
            for key, chain in corrections.chains(self._session, self._store, day).items()
        }

    def _payments(self, row: DocumentRow) -> list[PaymentRow]:
        return self._paid[row.id or 0]

    def _is_there(self, row: DocumentRow) -> bool:
        """Whether any part of it is there; the invoice that a debtor pays is none of it."""
        if any(_is_made(payment) for payment in self._payments(row)):
            return True
        return row.kind != DocumentKind.PAYMENT and (row.remote_id is not None or row.state in _THERE)

    def _is_half_there(self, row: DocumentRow) -> bool:
        unpaid = not all(_is_made(payment) for payment in self._payments(row))
        return self._is_there(row) and (row.undoing or unpaid)


def _is_made(payment: PaymentRow) -> bool:
    return payment.remote_id is not None or payment.state in _THERE


def _differs(chain: Chain, tills: Tills) -> bool:
    try:
        return bool(differences.changes(chain.stands_for, tills.says(chain)))
    except CannotSay:
        return True


def _unknown(row: DocumentRow) -> Kept:
    return finding(
        "outcome_unknown",
        f"Nobody knows whether {row.number} is in Xero.",
        "It was being sent and the answer was lost, or it is being sent now.",
        f"Have it looked up first: `tillbook sync --date {row.business_date}` while Xero can be reached, or"
        " look in Xero for this number.",
    )


def _half_there(row: DocumentRow) -> Kept:
    return finding(
        "at_ledger_already",
        f"{row.number} is in Xero, and not all of it.",
        "It was created there, and a payment of it, or its new version, was not.",
        f"Sync {row.business_date} when Xero can be reached again; what is missing is then sent.",
    )


def _at_ledger(row: DocumentRow) -> Kept:
    return finding(
        "at_ledger_already",
        f"{row.number} is in Xero already.",
        "All of the date was sent, and would be in the books twice.",
        "Nothing is left to hand over.",
    )
