"""The way from a store's connection to Xero: clients, ledgers, organisations."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from services.accounting.ledger import AuthorisationLost, Ledger, Organisation
from services.accounting.xero import connections as at_xero
from services.accounting.xero.client import XeroClient
from services.accounting.xero.ledger import XeroLedger
from services.accounting.xero.oauth import Addresses, App, Flow
from services.accounting.xero.permits import Gate
from services.accounting.xero.scopes import ACCOUNTS
from services.accounting.xero.token_endpoint import IdentityClient
from services.accounting.xero.tokens import Lock, SecretVault, TokenKeeper, file_lock
from services.store.tables import Connection

Clock = Callable[[], datetime]


class XeroLinks:
    """Gives each store's connection its Xero; implements `tools.Ledgers`.

    One keeper and one client an app and store, so that tokens are renewed by one at a time.
    """

    def __init__(
        self,
        addresses: Addresses,
        vault: SecretVault,
        home: Path,
        clock: Clock,
        *,
        gate: Gate | None = None,
        lock_of: Callable[[str], Lock] | None = None,
        timeouts: tuple[float, float] | None = None,
    ) -> None:
        """`lock_of` a store lets one at a time renew its tokens.

        On this machine when not given.

        `timeouts` (connect, read) are in seconds; without them the client's own.
        """
        self.addresses = addresses
        self._gate = gate
        self._timeouts = {} if timeouts is None else {"timeouts": timeouts}
        self._lock_of = lock_of or (lambda store: file_lock(home / f"xero-{store}.lock"))
        self.identity = IdentityClient(addresses)
        self._vault = vault
        self._clock = clock
        self._lock = threading.Lock()
        self._keepers: dict[tuple[str, App], TokenKeeper] = {}
        self._clients: dict[tuple[str, App], XeroClient] = {}

    def keeper(self, store: str, app: App) -> TokenKeeper:
        """Return who keeps the tokens of a store's app."""
        with self._lock:
            if (store, app) not in self._keepers:
                lock = self._lock_of(store)
                self._keepers[store, app] = TokenKeeper(
                    store, app, self._vault, self.identity, clock=self._clock, lock=lock
                )
            return self._keepers[store, app]

    def client(self, store: str, app: App) -> XeroClient:
        """Return the client of a store's app."""
        keeper = self.keeper(store, app)
        with self._lock:
            if (store, app) not in self._clients:
                self._clients[store, app] = XeroClient(
                    self.addresses, keeper, gate=self._gate, **self._timeouts
                )
            return self._clients[store, app]

    def ledger(self, connection: Connection, *, asked_by_person: bool = False) -> Ledger:
        """Return the books of the organisation a store chose."""
        client = self.client(connection.store, app_of(connection))
        return XeroLedger(client.for_person() if asked_by_person else client, connection.tenant or "")

    def scopes(self, connection: Connection) -> frozenset[str] | None:
        """Return the rights that were granted; None when Xero did not list them."""
        return frozenset(self.keeper(connection.store, app_of(connection)).scopes) or None

    def expires(self, connection: Connection) -> datetime | None:
        """Return when the consent dies unless it is used."""
        return self.keeper(connection.store, app_of(connection)).refresh_expires

    def organisations(self, connection: Connection) -> list[Organisation]:
        """Return the organisations the consent gives access to."""
        client = self.client(connection.store, app_of(connection)).for_person()
        return at_xero.organisations(client)

    def reachable(self, connection: Connection) -> frozenset[str]:
        """Return the organisations that the consent leads to now.

        Keeps the consent alive.
        """
        client = self.client(connection.store, app_of(connection))
        return frozenset(each.tenant for each in at_xero.connections(client))

    def end(self, connection: Connection) -> None:
        """End the connection at Xero; one that it lets in no longer is ended already."""
        client = self.client(connection.store, app_of(connection)).for_person()
        try:
            at_xero.disconnect(client, connection.connection_id, connection.tenant or "")
        except AuthorisationLost as refused:
            if refused.status is None:  # not Xero said so: there are no tokens to ask with
                raise

    def refusal(self, connection: Connection) -> at_xero.Refusal | None:
        """Return Xero's refusal of a call after the end; None when it still answers."""
        client = self.client(connection.store, app_of(connection)).for_person()
        return at_xero.refusal(client, connection.tenant or "")

    def forget(self, connection: Connection) -> None:
        """Drop the tokens and the secret of a store."""
        self.keeper(connection.store, app_of(connection)).forget()


def app_of(connection: Connection) -> App:
    """Return the app that a connection was made with."""
    creates_accounts = ACCOUNTS in connection.scopes.split()
    return App(connection.client_id, Flow(connection.flow), connection.redirect, creates_accounts)
