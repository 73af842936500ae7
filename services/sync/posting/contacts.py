"""Contacts: looked up once, created once, remembered."""

from __future__ import annotations

from collections.abc import Iterable

from sqlmodel import Session

from services.accounting.ledger import RemoteContact
from services.store import references
from services.sync.posting import calling
from services.sync.posting.entries import Entry, batches
from services.sync.posting.jobs import ContactsJob
from services.sync.tools import Link, Tools


def look_up(tools: Tools, link: Link, names: Iterable[str]) -> None:
    """Ask the ledger for contacts that are not known, or were archived before."""
    with tools.db.read() as session:
        known = {name: references.contact(session, link.tenant, name) for name in names if name}
    wanted = sorted(name for name, row in known.items() if row is None or not row.active)
    for start in range(0, len(wanted), tools.pace.batch):
        part = wanted[start : start + tools.pace.batch]
        found = link.ledger.find_contacts(part)
        with tools.db.write() as session:
            for name, contact in zip(part, found, strict=True):
                if contact is not None:
                    _remember(session, link, name, contact)


def _remember(session: Session, link: Link, name: str, contact: RemoteContact) -> None:
    references.save_contact(
        session, link.tenant, name, contact.remote_id, number=contact.number, active=contact.active
    )


def known(session: Session, tenant: str) -> dict[str, RemoteContact]:
    """Return the known contacts by their names in lower case."""
    return {
        row.name.casefold(): RemoteContact(row.remote_id, row.name, row.active, row.number)
        for row in references.contacts(session, tenant)
    }


def create_missing(tools: Tools, link: Link, entries: Iterable[Entry]) -> None:
    """Create the contacts that documents need and the ledger does not have."""
    needed: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.document.contact:
            needed.setdefault(entry.document.contact, []).append(entry)
    look_up(tools, link, needed)
    with tools.db.read() as session:
        missing = [name for name in needed if references.contact(session, link.tenant, name) is None]
    firsts = {name: needed[name][0] for name in missing}
    for batch in batches(firsts.values(), tools.pace.batch):
        names = [entry.document.contact for entry in batch]
        wanted = tuple((entry.document.contact, entry.document.contact_number) for entry in batch)
        calling.make(
            tools, link, ContactsJob(link, wanted, tuple(tuple(needed[n]) for n in names), tools.now())
        )
