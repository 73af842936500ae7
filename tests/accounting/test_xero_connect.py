"""The three flows, from the address to the first call."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from services.accounting.ledger import AuthorisationLost
from services.accounting.xero.callback import CallbackListener
from services.accounting.xero.client import XeroClient
from services.accounting.xero.connections import connections, organisations
from services.accounting.xero.oauth import Addresses, App, Consent, Flow, begin_consent, code_from_address
from services.accounting.xero.token_endpoint import IdentityClient
from services.accounting.xero.tokens import TokenKeeper
from services.contract.problem import Refused
from services.sandbox.xero import (
    AU_TENANT,
    CUSTOM_CLIENT,
    CUSTOM_SECRET,
    NZ_TENANT,
    PKCE_CLIENT,
    WEB_CLIENT,
    WEB_SECRET,
    PracticeXero,
)
from tests.accounting.xero_examples import FakeClock, MemoryVault, no_lock


def _now() -> datetime:
    return datetime.now(UTC)


def _consent(addresses: Addresses, app: App) -> Consent:
    return begin_consent(app, addresses, now=_now())


def _redirected(consent: Consent, **choice: str) -> str:
    """Answer the consent page as a person would; return where the browser is sent."""
    response = httpx.get(consent.address, params=dict(parse_qsl(urlsplit(consent.address).query)) | choice)
    assert response.status_code == 302, response.text
    return response.headers["location"]


@pytest.mark.parametrize("app,secret", [(App(PKCE_CLIENT), None), (App(WEB_CLIENT, Flow.WEB), WEB_SECRET)])
def test_a_consent_ends_in_a_connection(
    addresses: Addresses, vault: MemoryVault, app: App, secret: str | None
) -> None:
    consent = _consent(addresses, app)
    code = code_from_address(consent, _redirected(consent, auto="allow", tenant=AU_TENANT))
    identity = IdentityClient(addresses)
    keeper = TokenKeeper("george-st", app, vault, identity, clock=_now, lock=no_lock)
    if secret:
        keeper.set_secret(secret)
    keeper.connect(identity.exchange(consent, code, secret))
    client = XeroClient(addresses, keeper)
    assert [one.currency for one in organisations(client)] == ["AUD"]
    assert set(keeper.scopes) == set(consent.scopes)
    assert keeper.auth_event
    assert [one.tenant for one in connections(client, keeper.auth_event)] == [AU_TENANT]
    assert keeper.renew(keeper.access_token())


def test_a_code_works_once(addresses: Addresses) -> None:
    consent = _consent(addresses, App(PKCE_CLIENT))
    code = code_from_address(consent, _redirected(consent, auto="allow"))
    identity = IdentityClient(addresses)
    identity.exchange(consent, code)
    with pytest.raises(AuthorisationLost) as lost:
        identity.exchange(consent, code)
    assert lost.value.code == "invalid_grant"


def test_a_code_needs_the_verifier_of_its_own_consent(addresses: Addresses) -> None:
    consent = _consent(addresses, App(PKCE_CLIENT))
    code = code_from_address(consent, _redirected(consent, auto="allow"))
    with pytest.raises(AuthorisationLost):
        IdentityClient(addresses).exchange(_consent(addresses, App(PKCE_CLIENT)), code)


def test_a_wrong_secret_is_told_apart(addresses: Addresses) -> None:
    app = App(CUSTOM_CLIENT, Flow.CUSTOM)
    with pytest.raises(AuthorisationLost) as lost:
        IdentityClient(addresses).client_credentials(app, "wrong")
    assert lost.value.code == "invalid_client"
    assert "wrong" not in lost.value.detail


def test_an_app_of_another_kind_is_told_apart(addresses: Addresses) -> None:
    with pytest.raises(AuthorisationLost) as lost:
        IdentityClient(addresses).client_credentials(App(WEB_CLIENT, Flow.CUSTOM), WEB_SECRET)
    assert lost.value.code == "unauthorized_client"


def test_a_custom_connection_needs_no_browser(addresses: Addresses, vault: MemoryVault) -> None:
    app = App(CUSTOM_CLIENT, Flow.CUSTOM)
    keeper = TokenKeeper("queen-st", app, vault, IdentityClient(addresses), clock=_now, lock=no_lock)
    keeper.set_secret(CUSTOM_SECRET)
    keeper.start_custom()
    assert [one.tenant for one in organisations(XeroClient(addresses, keeper))] == [NZ_TENANT]


def test_a_refusal_at_xero_comes_back_with_its_reason(addresses: Addresses) -> None:
    consent = _consent(addresses, App(PKCE_CLIENT))
    with pytest.raises(Refused) as refusal:
        code_from_address(consent, _redirected(consent, auto="deny"))
    assert refusal.value.code == "consent_refused"


def test_after_sixty_days_without_use_a_person_must_connect_again(
    xero: PracticeXero, addresses: Addresses, vault: MemoryVault
) -> None:
    clock = FakeClock(_now())
    app = App(PKCE_CLIENT)
    identity = IdentityClient(addresses)
    consent = begin_consent(app, addresses, now=clock())
    keeper = TokenKeeper("queen-st", app, vault, identity, clock=clock, lock=no_lock)
    keeper.connect(identity.exchange(consent, code_from_address(consent, _redirected(consent, auto="allow"))))
    expires = keeper.refresh_expires
    assert expires is not None
    xero.configure(clock_offset=timedelta(days=61).total_seconds())
    clock.move(days=61)
    assert expires < clock()
    with pytest.raises(AuthorisationLost) as lost:
        keeper.access_token()
    assert lost.value.code == "invalid_grant"
    assert keeper.present


def test_the_listener_takes_the_answer_of_xero(addresses: Addresses) -> None:
    first = CallbackListener(0, "/callback", "s", "", _now() + timedelta(minutes=5)).start()
    first.close()
    app = App(PKCE_CLIENT, redirect=f"http://localhost:{first.port}/callback")
    consent = _consent(addresses, app)
    with CallbackListener(
        first.port, "/callback", consent.state, consent.address, consent.expires
    ).start() as listener:
        assert httpx.get(listener.short_address).headers["location"] == consent.address
        answer = httpx.get(f"http://localhost:{first.port}/callback?code=c-1&state={consent.state}")
        assert "Xero said yes" in answer.text
        assert listener.result(60) == "c-1"
