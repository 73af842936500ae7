"""What the organisation last told us: read, kept, read again when old."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from services.accounting.xero.facts import actions_from, facts_from
from services.books import countries
from services.books.ledger_facts import LedgerFacts
from services.store import references
from services.store.tables import Reference
from services.sync.tools import Link, Tools

ORGANISATION = "organisation"
ACTIONS = "actions"
ACCOUNTS = "accounts"
TAX_RATES = "tax_rates"
TRACKING = "tracking"
CONTACTS = "contacts"
NEEDED = (ORGANISATION, ACTIONS, ACCOUNTS, TAX_RATES, TRACKING)
"""What a day's documents depend on."""
KINDS = (*NEEDED, CONTACTS)

Row = dict[str, Any]


def refresh(tools: Tools, link: Link, kinds: tuple[str, ...] = KINDS) -> dict[str, int]:
    """Read reference data and keep them; return how many rows of each kind.

    Progress is published after each kind. Raises CallFailed; what was read is kept.
    """
    counts: dict[str, int] = {}
    for kind in kinds:
        rows = link.ledger.reference(kind)
        with tools.db.write() as session:
            references.save_reference(session, link.tenant, kind, rows, tools.now())
            if kind == CONTACTS:
                _keep_contacts(session, link.tenant, rows)
        counts[kind] = len(rows)
        tools.tell_progress("reference", link.store, counts)
    return counts


def _keep_contacts(session: Session, tenant: str, rows: list[Row]) -> None:
    """Renew what is known of contacts that documents are addressed to."""
    by_name = {str(row.get("Name", "")).casefold(): row for row in rows}
    for known in references.contacts(session, tenant):
        if row := by_name.get(known.name.casefold()):
            active = row.get("ContactStatus", "ACTIVE") == "ACTIVE"
            references.save_contact(
                session, tenant, known.name, str(row["ContactID"]), number=known.number, active=active
            )


def age(session: Session, tenant: str, now: datetime) -> timedelta | None:
    """Return the age of the oldest kind that documents depend on; None: never read."""
    read = [references.reference(session, tenant, kind) for kind in NEEDED]
    known = [row.read for row in read if row is not None]
    return now - min(known) if len(known) == len(NEEDED) else None


def facts(session: Session, tenant: str | None, country: str) -> LedgerFacts:
    """Return the organisation as last read; before that, the country's rates."""
    rows = _rows(session, tenant) if tenant else None
    if rows is None:
        return countries.built_in(country)
    organisation = rows[ORGANISATION][0] if rows[ORGANISATION] else {}
    return facts_from(organisation, rows[ACCOUNTS], rows[TAX_RATES], rows[TRACKING])


def organisation(session: Session, tenant: str | None) -> Mapping[str, Any]:
    """Return the organisation's own row; empty before the first read."""
    row = references.reference(session, tenant, ORGANISATION) if tenant else None
    return row.body[0] if row and row.body else {}


def actions(session: Session, tenant: str) -> dict[str, bool]:
    """Return what this connection may do, by Xero's names of actions."""
    row = references.reference(session, tenant, ACTIONS)
    return actions_from(row.body) if row else {}


def _rows(session: Session, tenant: str) -> dict[str, list[Row]] | None:
    found: dict[str, list[Row]] = {}
    for kind in NEEDED:
        row: Reference | None = references.reference(session, tenant, kind)
        if row is None:
            return None
        found[kind] = row.body
    return found
