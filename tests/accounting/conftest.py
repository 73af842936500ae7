"""The practice Xero as the peer of the contract tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.accounting.ledger import Accepted
from services.accounting.xero.client import XeroClient
from services.accounting.xero.ledger import XeroLedger
from services.accounting.xero.oauth import Addresses, App
from services.accounting.xero.token_endpoint import IdentityClient, TokenAnswer
from services.accounting.xero.tokens import TokenKeeper
from services.sandbox.xero import ALL_SCOPES, NZ_TENANT, PKCE_CLIENT, PracticeConfig, PracticeXero
from tests.accounting.xero_examples import MemoryVault, no_lock
from tests.accounting.xero_spec import XeroSpec


@pytest.fixture
def xero() -> Iterator[PracticeXero]:
    """A practice Xero with limits that are never reached."""
    with PracticeXero(PracticeConfig().generous()) as running:
        yield running


@pytest.fixture
def addresses(xero: PracticeXero) -> Addresses:
    """Where the practice Xero is."""
    return Addresses(xero.url, xero.url, xero.url)


@pytest.fixture
def vault() -> MemoryVault:
    """An empty vault."""
    return MemoryVault()


@pytest.fixture
def keeper_with(xero: PracticeXero, addresses: Addresses, vault: MemoryVault) -> Callable[..., TokenKeeper]:
    """Make a keeper whose consent covers these organisations and scopes."""

    def make(
        tenants: tuple[str, ...] = (NZ_TENANT,), scopes: frozenset[str] = frozenset(ALL_SCOPES)
    ) -> TokenKeeper:
        app = App(PKCE_CLIENT)
        keeper = TokenKeeper(
            "queen-st", app, vault, IdentityClient(addresses), clock=lambda: datetime.now(UTC), lock=no_lock
        )
        answer = xero.token(PKCE_CLIENT, tenants, scopes)
        expires_in = answer["expires_in"]
        assert isinstance(expires_in, int)
        keeper.connect(
            TokenAnswer(str(answer["access_token"]), str(answer["refresh_token"]), expires_in, tuple(scopes))
        )
        return keeper

    return make


@pytest.fixture
def client(addresses: Addresses, keeper_with: Callable[..., TokenKeeper]) -> XeroClient:
    """A client that is connected to the organisation in New Zealand."""
    return XeroClient(addresses, keeper_with(), timeouts=(5.0, 10.0))


@pytest.fixture
def ledger(client: XeroClient) -> XeroLedger:
    """The books of the organisation in New Zealand."""
    return XeroLedger(client, NZ_TENANT)


@pytest.fixture
def contact(ledger: XeroLedger) -> str:
    """A contact of our own, by its id."""
    (made,) = ledger.create_contacts([("POS Sales - Test St", None)], "contact-1")
    assert isinstance(made, Accepted)
    return made.remote_id


@pytest.fixture(scope="session")
def spec(shared_data: Path) -> XeroSpec:
    """Xero's published description of its interface."""
    return XeroSpec(shared_data / "xero_accounting.yaml")
