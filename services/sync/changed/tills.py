"""What the tills say now of what was sent, by the mapping it was sent with."""

from __future__ import annotations

from services.books.deltas import Terms
from services.books.documents import DayDocuments, Document
from services.books.ledger_facts import LedgerFacts
from services.books.resolver import Resolver
from services.store.corrections import Chain
from services.sync.documents.building import Builder, Built

NOT_CONNECTED = "not_connected"


class CannotSay(Exception):
    """The day cannot be built at present, so nothing can be said of it."""


class Tills:
    """Says what a day's documents would be now, each by the mapping it was made with."""

    def __init__(self, builder: Builder, built: Built) -> None:
        self._builder = builder
        self._built = built
        self._versions: dict[int, Built] = {built.mapping_version: built}

    def says(self, chain: Chain) -> Document | None:
        """Return a document as the tills have it now; None: they have none of it.

        Where the mapping of then cannot hold the day any more, the one in force is taken.
        Raises CannotSay when neither can.
        """
        for version in dict.fromkeys([self.version_of(chain), self._built.mapping_version]):
            built = self._of(version)
            if not is_stopped(built.documents):
                return built.document(chain.key)
        raise CannotSay

    @property
    def facts(self) -> LedgerFacts:
        """What the ledger last told."""
        return self._builder.facts

    def terms(self) -> Terms:
        """Return what a correction is made with."""
        mapping = self._builder.mapping(self._built.mapping_version)
        return Terms(self.facts, Resolver(self._builder.store, mapping, self.facts).no_tax)

    def version_of(self, chain: Chain) -> int:
        """Return the mapping version that a document was made with."""
        return chain.at_ledger[-1].mapping_version if chain.at_ledger else self._built.mapping_version

    def _of(self, version: int) -> Built:
        if version not in self._versions:
            self._versions[version] = self._builder.build_dates(self._built.dates, version=version)
        return self._versions[version]


def is_stopped(documents: DayDocuments) -> bool:
    """Whether something keeps the day from being built at all."""
    return any(each.stops_day and each.code != NOT_CONNECTED for each in documents.blocked)
