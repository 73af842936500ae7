"""A mapping as one person edits it: what is in force, with the changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from services.books import countries
from services.books.mapping_file import mapping_from, mapping_to
from services.contract.people import Person
from services.store import mapping_work, mappings, stores
from services.sync.mapping.changes import Body, merged, with_changes
from services.sync.mapping.facts import Chart, chart_of
from services.sync.mapping.needs import needs
from services.sync.mapping.settings import Edited
from services.sync.mapping.usage import usage


def edited_of(session: Session, store: str, who: Person) -> tuple[Edited, Chart]:
    """Return a mapping with a person's changes, and the chart to judge it by."""
    saved = body_of(session, store)
    draft = mapping_work.draft_of(session, store, who.name)
    changes = merged(saved, draft.changes, ()) if draft else []
    chart = chart_of(session, store)
    edited = Edited(
        saved=saved,
        body=with_changes(saved, changes),
        changes=changes,
        needed=needs(session, store),
        facts=chart.facts,
        usage=usage(session, store),
        currency=stores.get_store(session, store).currency,
    )
    return edited, chart


def body_of(session: Session, store: str) -> Body:
    """Return the mapping in force, complete; before the first, one that maps nothing."""
    row = mappings.latest(session, store)
    if row is not None:
        return plain(mapping_to(mappings.mapping_of(row)))
    facts = stores.get_facts(session, store)
    nothing = {"store": store, "contact": f"POS Sales - {facts.name}"}
    return plain(mapping_to(mapping_from(nothing, countries.no_tax(facts.country))))


def plain(body: Mapping[str, Any]) -> Body:
    """Return a mapping's content without its version."""
    return {key: value for key, value in body.items() if key != "version"}
