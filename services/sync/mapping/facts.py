"""What an editor of a mapping chooses from: Xero's chart, else one from a file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from services.accounting.xero.chart_file import account_from_json
from services.accounting.xero.chart_words import chart_address
from services.books import countries
from services.books.ledger_facts import LedgerFacts
from services.contract.mapping_editor import ChartAnswer
from services.store import connections, mapping_work, references, stores
from services.sync import reference


@dataclass(frozen=True, slots=True)
class Chart:
    """The facts to choose from, and where they are from."""

    facts: LedgerFacts
    source: str
    """`xero`, `file` or `none`."""
    name: str = ""
    read: datetime | None = None
    address: str | None = None

    def answer(self) -> ChartAnswer:
        """Return where the chart is from, as it crosses the socket."""
        return {
            "source": self.source,
            "name": self.name,
            "read": self.read.isoformat() if self.read else None,
            "accounts": len(self.facts.accounts),
            "address": self.address,
        }


def chart_of(session: Session, store: str) -> Chart:
    """Return what Xero last told, else what a file told, else built-in rates.

    A file feeds these choices only: no day is ever built from it.
    """
    country = stores.get_facts(session, store).country
    connection = connections.get_connection(session, store)
    tenant = connection.tenant if connection else None
    facts = reference.facts(session, tenant, country)
    if tenant is not None and facts.connected:
        read = references.reference(session, tenant, reference.ACCOUNTS)
        organisation = reference.organisation(session, tenant)
        address = chart_address(str(organisation.get("ShortCode") or ""))
        return Chart(facts, "xero", facts.organisation or "", read.read if read else None, address)
    file = mapping_work.chart_file(session, store)
    if file is None:
        return Chart(facts, "none")
    accounts = {account.code: account for account in map(account_from_json, file.accounts)}
    built_in = replace(countries.built_in(country), accounts=accounts)
    return Chart(built_in, "file", file.name, file.loaded)
