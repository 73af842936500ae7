"""What a restore carries over from the books that it replaces.

Everything that decides where, under which number, and in which document takings are
sent: the stores' organisations, settings and schedules, their mappings, what went to the
ledger or out as files since the backup was made. So nothing is sent twice, whatever backup is put back.
And the journal of the card terminals, so that nothing is charged twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from services.store.restoring import both_books
from services.store.restoring.carrying_card_money import carry_card_money
from services.store.restoring.carrying_days import Days
from services.store.restoring.carrying_documents import Documents, Place
from services.store.restoring.carrying_links import carry_links
from services.store.restoring.carrying_postings import carry_postings
from services.store.restoring.carrying_settings import carry_mappings, carry_settings


@dataclass(frozen=True, slots=True)
class Carried:
    """What was carried over."""

    by_file: tuple[Place, ...] = ()
    """Stores and business dates that were posted by file since."""
    awaited: tuple[Place, ...] = ()
    """Stores and business dates that were sent since, and whose records are not here."""


def carry_over(books: Path, into: Path) -> Carried:
    """Copy what `into` lacks, or has as it was; nothing of books past reading."""
    with both_books.opened(books, into) as both:
        if both is None:
            return Carried()
        versions = carry_mappings(both)
        carry_settings(both)
        carry_links(both)
        by_file = carry_postings(both)
        places = Documents(both, versions).carry()
        awaited = Days(both).carry(places)
        carry_card_money(both)
    return Carried(tuple(by_file), tuple(awaited))
