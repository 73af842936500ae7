"""Building a day's documents from what the store, its mapping and the ledger say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlmodel import Session

from services.books import countries
from services.books.builder import build_day, taxed_lines
from services.books.documents import DayDocuments, Document, Shape
from services.books.ledger_facts import LedgerFacts
from services.books.mapping import Mapping
from services.books.money import to_minor
from services.books.records import StoreFacts
from services.books.totals import DayTotals
from services.store import days, mappings, stores, takings
from services.sync import reference


@dataclass(frozen=True, slots=True)
class Built:
    """A day's documents, and of which moment and mapping they are."""

    date: date
    touched: int
    totals: DayTotals
    documents: DayDocuments
    mapping_version: int

    @property
    def takings(self) -> int:
        """What was tendered on the day, in minor units."""
        tendered = sum((tender.amount for tender in self.totals.tenders), Decimal(0))
        return to_minor(tendered, self.totals.store.currency)

    def document(self, key: str) -> Document | None:
        """Return the document of that key, if the day has it."""
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

    def build(self, day: date, *, shape: Shape | None = None, version: int | None = None) -> Built:
        """Build a day with the mapping in force, or with the one of `version`."""
        mapping = self.mapping(version)
        row = days.get_day(self._session, self.store.key, day)
        totals = takings.day_totals(
            self._session,
            self.store.key,
            day,
            redeemed=mapping.taxed_at_sale,
            taxed=taxed_lines(self.store, mapping, self.facts),
        )
        return Built(
            day,
            row.touched if row else 0,
            totals,
            build_day(totals, mapping, self.facts, shape),
            mapping.version,
        )

    def mapping(self, version: int | None = None) -> Mapping:
        """Return a mapping; one that maps nothing when none was ever saved."""
        if version:
            return mappings.mapping_of(mappings.version(self._session, self.store.key, version))
        row = mappings.latest(self._session, self.store.key)
        return mappings.mapping_of(row) if row else unmapped(self.store)


def unmapped(store: StoreFacts) -> Mapping:
    """Return the mapping of a store that has none yet: everything in it is missing."""
    return Mapping(
        store=store.key,
        contact=f"POS Sales - {store.name}",
        categories={},
        tax_codes={},
        tenders={},
        no_tax=countries.no_tax(store.country),
    )
