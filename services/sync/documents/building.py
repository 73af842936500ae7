"""Building a day's documents from what the store, its mapping and the ledger say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from services.books import countries
from services.books.builder import build_day, documents_of, taxed_lines
from services.books.documents import DayDocuments, Document, Finding, Shape
from services.books.ledger_facts import LedgerFacts
from services.books.mapping import Mapping as BooksMapping
from services.books.records import StoreFacts
from services.books.totals import DayTotals
from services.store import days, mappings, stores, takings
from services.sync import reference
from services.sync.backups import restored
from services.sync.findings import Kept


@dataclass(frozen=True, slots=True)
class Built:
    """The documents of a date or a period, and of which moment and mapping they are."""

    date: dt.date
    """The date that the summed documents bear: the last of several."""
    dates: tuple[dt.date, ...]
    touched: Mapping[dt.date, int]
    """How often each date had changed when it was read."""
    takings: Mapping[dt.date, int]
    """What was tendered on each date, in minor units."""
    totals: DayTotals
    documents: DayDocuments
    mapping_version: int

    def document(self, key: str) -> Document | None:
        """Return the document of that key, if there is one."""
        return next((document for document in self.documents.documents if document.key == key), None)


class Builder:
    """Builds the days of one store; reads within the session it is given."""

    def __init__(
        self, session: Session, store: str, tenant: str | None, facts: LedgerFacts | None = None
    ) -> None:
        """Take the ledger's `facts` as they are known already, else read them."""
        self._session = session
        self.store: StoreFacts = stores.get_facts(session, store)
        self.facts: LedgerFacts = facts or reference.facts(session, tenant, self.store.country)
        self._tenant = tenant

    def unread(self, day: date) -> Kept | None:
        """Return why a date must not be corrected yet, after a restore.

        `restored.unread`.
        """
        return restored.unread(self._session, self._tenant, day)

    def build(self, day: date, *, shape: Shape | None = None, version: int | None = None) -> Built:
        """Build a day, or the whole week or month it was put into.

        With the mapping in force, or with the one of `version`.
        """
        dates = days.dates_of(self._session, self.store.key, day)
        return self.build_dates(dates, shape=shape, version=version)

    def build_dates(
        self,
        dates: tuple[date, ...],
        *,
        shape: Shape | None = None,
        version: int | None = None,
        one_by_one: bool = False,
    ) -> Built:
        """Build dates as if they were one period; the summed documents bear the last.

        With `one_by_one` as if every receipt stood alone.
        """
        mapping, touched = self.mapping(version), self._touched(dates)
        return self._built(touched, self._totals(dates, mapping, one_by_one=one_by_one), mapping, shape)

    def taken_apart(
        self, dates: tuple[date, ...], *, shape: Shape | None = None, version: int | None = None
    ) -> tuple[tuple[Document, ...], list[Finding]]:
        """Return the documents that every receipt of the dates makes by itself.

        Without their proof, which costs as much again; with what stops them.
        """
        mapping = self.mapping(version)
        return documents_of(self._totals(dates, mapping, one_by_one=True), mapping, self.facts, shape)

    def _totals(self, dates: tuple[date, ...], mapping: BooksMapping, *, one_by_one: bool) -> DayTotals:
        return takings.totals_of_dates(
            self._session,
            self.store.key,
            dates,
            redeemed=mapping.taxed_at_sale,
            taxed=taxed_lines(self.store, mapping, self.facts),
            one_by_one=one_by_one,
        )

    def build_receipts(self, day: date, rows: Sequence[int], *, version: int | None = None) -> Built:
        """Build receipts of a date that stand alone, by their rows, and nothing else."""
        mapping, touched = self.mapping(version), self._touched((day,))
        totals = takings.totals_of_receipts(
            self._session,
            self.store.key,
            day,
            rows,
            redeemed=mapping.taxed_at_sale,
            taxed=taxed_lines(self.store, mapping, self.facts),
        )
        return self._built(touched, totals, mapping, None)

    def _touched(self, dates: tuple[date, ...]) -> dict[date, int]:
        """Read the counters before the records: what comes in between is seen later."""
        known = {day: days.get_day(self._session, self.store.key, day) for day in dates}
        return {day: row.touched if row else 0 for day, row in known.items()}

    def _built(
        self, touched: dict[date, int], totals: DayTotals, mapping: BooksMapping, shape: Shape | None
    ) -> Built:
        dates = tuple(touched)
        return Built(
            date=dates[-1],
            dates=dates,
            touched=touched,
            takings=takings.takings_of(self._session, self.store, dates),
            totals=totals,
            documents=build_day(totals, mapping, self.facts, shape),
            mapping_version=mapping.version,
        )

    def mapping(self, version: int | None = None) -> BooksMapping:
        """Return a mapping; one that maps nothing when none was ever saved."""
        if version:
            return mappings.mapping_of(mappings.version(self._session, self.store.key, version))
        row = mappings.latest(self._session, self.store.key)
        return mappings.mapping_of(row) if row else unmapped(self.store)


def unmapped(store: StoreFacts) -> BooksMapping:
    """Return the mapping of a store that has none yet: everything in it is missing."""
    return BooksMapping(
        store=store.key,
        contact=f"POS Sales - {store.name}",
        categories={},
        tax_codes={},
        tenders={},
        no_tax=countries.no_tax(store.country),
    )
