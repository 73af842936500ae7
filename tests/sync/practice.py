"""A shop whose ledger is the practice Xero, for the tests of this room."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import httpx

from services.accounting.xero.oauth import Addresses
from services.sandbox.xero import (
    NZ_TENANT,
    PKCE_CLIENT,
    PracticeXero,
)
from services.store import stores
from services.sync.links.xero_links import XeroLinks
from services.sync.office import Office
from services.sync.tools import Tools
from tests.e2e.processes import free_port
from tests.sync.fakes import MemoryVault
from tests.sync.support import ANNA, STORE, Shop

NZ_NAME = "Queen St Store (practice)"
# A port of its own: the usual one is free for one test at a time only.
REDIRECT = f"http://localhost:{free_port()}/callback"


class PracticeShop(Shop):
    """A shop whose ledger is the practice Xero."""

    xero: PracticeXero

    def use(self, xero: PracticeXero) -> PracticeShop:
        """Take the practice Xero in place of the fake ledger."""
        self.xero = xero
        self.office = self.open_practice_office()
        with self.database.write() as session:
            details = {"key": STORE, "name": NZ_NAME, "country": "NZ", "currency": "NZD"}
            stores.add_store(session, {**details, "timezone": "Pacific/Auckland"}, self.clock())
        return self

    def open_practice_office(self) -> Office:
        """Return an office on the same tables and the same Xero, started."""
        urls = Addresses(self.xero.url, self.xero.url, self.xero.url)
        links = XeroLinks(urls, self.vault, self.home, self.clock)
        self.tools = Tools(self.database, self.clock, links, self.bus, self.waiter, self.pace)
        office = Office(self.tools, self.runner, links=links, vault=self.vault, spawn=lambda work: work())
        office.start()
        return office

    def use_again(self) -> None:
        """Open the office again, as after a restart."""
        self.office.stop()
        links = XeroLinks(
            Addresses(self.xero.url, self.xero.url, self.xero.url), self.vault, self.home, self.clock
        )
        self.tools = Tools(self.database, self.clock, links, self.bus, self.waiter, self.pace)
        self.office = Office(
            self.tools, self.runner, links=links, vault=self.vault, spawn=lambda work: work()
        )
        self.office.start()

    def allow(self, address: str, tenant: str = NZ_TENANT) -> str:
        """Allow the access in a browser elsewhere; return the address it is sent to."""
        answer = httpx.get(f"{address}&auto=allow&tenant={tenant}", follow_redirects=False)
        return answer.headers["location"]

    def connect_by_paste(self, client_id: str = PKCE_CLIENT, **how: Any) -> str:  # noqa: ANN401 - begin_consent's own
        """Connect, and paste the answer; return the state of the consent."""
        consent = self.office.begin_consent(STORE, client_id=client_id, who=ANNA, **how)
        return self.office.paste(STORE, self.allow(consent["address"]), who=ANNA)["state"]

    def ready(self) -> PracticeShop:
        """Connect, choose the organisation and save the mapping."""
        assert self.connect_by_paste() == "done"
        self.office.choose_organisation(STORE, who=ANNA)
        self.map(tax_codes={"GST15": "OUTPUT2", "GST0": "NONE", "GSTIN": "INPUT2"})
        return self


def kept(practice: PracticeShop) -> dict[str, str]:
    """Return what is in the vault."""
    assert isinstance(practice.vault, MemoryVault)
    return practice.vault.kept


def days(practice: PracticeShop, count: int) -> list[date]:
    """Take in some days before today."""
    first = practice.clock().date() - timedelta(days=count + 2)
    return practice.take_days(count, first)
