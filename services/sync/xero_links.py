"""The way from a store's connection to Xero: clients, ledgers, organisations."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from services.accounting.ledger import AuthorisationLost, Ledger, Organisation
from services.accounting.xero import connections as at_xero
from services.accounting.xero.client import XeroClient
from services.accounting.xero.ledger import XeroLedger
from services.accounting.xero.oauth import Addresses, App, Flow
from services.accounting.xero.token_endpoint import IdentityClient
from services.accounting.xero.tokens import SecretVault, TokenKeeper, file_lock
from services.contract.problem import Refused
from services.store.tables import Connection

Clock = Callable[[], datetime]


class XeroLinks:
    """Gives each store's connection its Xero; implements `tools.Ledgers`.

    One keeper and one client an app and store, so that tokens are renewed by one at a time.
    """

    def __init__(self, addresses: Addresses, vault: SecretVault, home: Path, clock: Clock) -> None:
        self.addresses = addresses
        self.identity = IdentityClient(addresses)
        self._vault = vault
        self._home = home
        self._clock = clock
        self._lock = threading.Lock()
        self._keepers: dict[tuple[str, App], TokenKeeper] = {}
        self._clients: dict[tuple[str, App], XeroClient] = {}

    def keeper(self, store: str, app: App) -> TokenKeeper:
        """Return who keeps the tokens of a store's app."""
        with self._lock:
            if (store, app) not in self._keepers:
                lock = file_lock(self._home / f"xero-{store}.lock")
                self._keepers[store, app] = TokenKeeper(
                    store, app, self._vault, self.identity, clock=self._clock, lock=lock
                )
            return self._keepers[store, app]

    def client(self, store: str, app: App) -> XeroClient:
        """Return the client of a store's app."""
        keeper = self.keeper(store, app)
        with self._lock:
            if (store, app) not in self._clients:
                self._clients[store, app] = XeroClient(self.addresses, keeper)
            return self._clients[store, app]

    def ledger(self, connection: Connection) -> Ledger:
        """Return the books of the organisation a store chose."""
        return XeroLedger(self.client(connection.store, app_of(connection)), connection.tenant or "")

    def scopes(self, connection: Connection) -> frozenset[str] | None:
        """Return the rights that were granted; None when Xero did not list them."""
        return frozenset(self.keeper(connection.store, app_of(connection)).scopes) or None

    def expires(self, connection: Connection) -> datetime | None:
        """Return when the consent dies unless it is used."""
        return self.keeper(connection.store, app_of(connection)).refresh_expires

    def organisations(self, connection: Connection) -> list[Organisation]:
        """Return the organisations the consent gives access to."""
        return at_xero.organisations(self.client(connection.store, app_of(connection)))

    def disconnect(self, connection: Connection) -> None:
        """End the connection at Xero, see that calls are refused, forget the tokens."""
        client = self.client(connection.store, app_of(connection))
        with suppress(AuthorisationLost):  # what is no longer let in is ended already
            at_xero.disconnect(client, connection.connection_id or "")
        if connection.tenant and not at_xero.proves_disconnected(client, connection.tenant):
            raise Refused(
                f"Xero still lets Tillbook into {connection.tenant_name}.",
                "The connection was ended, yet a call was answered.",
                "End it in Xero: Settings, Connected apps, Disconnect.",
                code="still_connected",
            )
        self.keeper(connection.store, app_of(connection)).forget()


def app_of(connection: Connection) -> App:
    """Return the app that a connection was made with."""
    return App(connection.client_id, Flow(connection.flow), connection.redirect)
