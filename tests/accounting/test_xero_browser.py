"""The whole consent in a real browser, from the short address to our page."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from services.accounting.xero.callback import CallbackListener
from services.accounting.xero.client import XeroClient
from services.accounting.xero.connections import organisations
from services.accounting.xero.oauth import Addresses, App, begin_consent
from services.accounting.xero.token_endpoint import IdentityClient
from services.accounting.xero.tokens import TokenKeeper
from services.contract.problem import Refused
from services.sandbox.xero import PKCE_CLIENT, PracticeApp, PracticeConfig, PracticeXero
from tests.accounting.headless import Browser, binaries, window
from tests.accounting.xero_examples import MemoryVault, no_lock


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One headless browser for the tests of this file."""
    found = binaries()
    if found is None:
        pytest.skip("chromium and chromedriver are not on this machine")
    with window(*found, tmp_path_factory.mktemp("profile")) as opened:
        yield opened


def _now() -> datetime:
    return datetime.now(UTC)


def _free_port() -> int:
    with CallbackListener(0, "/callback", "", "", _now() + timedelta(minutes=1)).start() as listener:
        return listener.port


@pytest.fixture
def port() -> int:
    """A port that is free on both kinds of loopback."""
    return _free_port()


@pytest.fixture
def practice(port: int) -> Iterator[PracticeXero]:
    """A practice Xero whose consent page a person answers."""
    app = PracticeApp(PKCE_CLIENT, redirects=(f"http://localhost:{port}/callback",))
    with PracticeXero(PracticeConfig(apps=(app,), auto="").generous()) as running:
        yield running


@pytest.fixture
def app(port: int) -> App:
    """The app as it is registered with that practice Xero."""
    return App(PKCE_CLIENT, redirect=f"http://localhost:{port}/callback")


def test_a_person_allows_access(
    browser: Browser, practice: PracticeXero, port: int, app: App, vault: MemoryVault
) -> None:
    addresses = Addresses(practice.url, practice.url, practice.url)
    consent = begin_consent(app, addresses, now=_now())
    with CallbackListener(
        port, "/callback", consent.state, consent.address, consent.expires
    ).start() as listener:
        browser.open(listener.short_address)
        assert "/identity/connect/authorize" in browser.address
        browser.wait_for("accounting.invoices")
        browser.click("button[value=allow]")
        browser.wait_for("Xero said yes")
        assert browser.style("h1", "font-size") == "24px"  # our own style is let through
        code = listener.result(30)
    identity = IdentityClient(addresses)
    keeper = TokenKeeper("queen-st", app, vault, identity, clock=_now, lock=no_lock)
    keeper.connect(identity.exchange(consent, code))
    assert len(organisations(XeroClient(addresses, keeper))) == 1


def test_a_person_presses_cancel(browser: Browser, practice: PracticeXero, port: int, app: App) -> None:
    consent = begin_consent(app, Addresses(practice.url, practice.url, practice.url), now=_now())
    with CallbackListener(
        port, "/callback", consent.state, consent.address, consent.expires
    ).start() as listener:
        browser.open(consent.address)
        browser.click("button[value=deny]")
        browser.wait_for("Xero did not give access")
        with pytest.raises(Refused) as refusal:
            listener.result(30)
    assert refusal.value.code == "consent_refused"
