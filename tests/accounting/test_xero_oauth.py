"""The address a person opens, and the address that comes back."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from services.accounting.xero.oauth import (
    App,
    Consent,
    Flow,
    asked_for,
    begin_consent,
    challenge,
    check_app,
    code_from_address,
)
from services.contract.problem import Refused
from tests.accounting.xero_examples import ADDRESSES, NOON

PKCE = App("CLIENT1")


def _consent(app: App = PKCE) -> Consent:
    return begin_consent(app, ADDRESSES, now=NOON, entropy=lambda size: f"random{size}")


def test_the_address_asks_for_a_code_with_state_and_challenge() -> None:
    consent = _consent()
    parts = urlsplit(consent.address)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    assert (
        f"{parts.scheme}://{parts.netloc}{parts.path}" == "https://login.example/identity/connect/authorize"
    )
    assert query == {
        "response_type": "code",
        "client_id": "CLIENT1",
        "redirect_uri": "http://localhost:8742/callback",
        "scope": " ".join(consent.scopes),
        "state": "random24",
        "code_challenge": challenge("random48"),
        "code_challenge_method": "S256",
    }
    assert consent.expires == NOON + timedelta(minutes=10)


def test_the_challenge_is_that_of_the_standard() -> None:
    # RFC 7636, appendix B.
    assert (
        challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
        == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    )


def test_real_secrets_are_long_and_differ() -> None:
    first, second = (begin_consent(PKCE, ADDRESSES, now=NOON) for _ in range(2))
    assert first.state != second.state
    assert first.verifier is not None
    assert 43 <= len(first.verifier) <= 128


def test_a_web_app_needs_no_verifier() -> None:
    consent = _consent(App("CLIENT1", Flow.WEB))
    assert consent.verifier is None
    assert "code_challenge" not in consent.address


def test_scopes_are_granular_each_with_a_purpose() -> None:
    asked = asked_for(PKCE)
    names = [answer["scope"] for answer in asked]
    assert names[0] == "offline_access"
    assert "accounting.transactions" not in names
    assert len(names) == len(set(names))
    assert all(answer["purpose"] for answer in asked)


def test_a_custom_connection_asks_for_no_offline_access() -> None:
    names = [answer["scope"] for answer in asked_for(App("CLIENT1", Flow.CUSTOM))]
    assert "offline_access" not in names
    assert "accounting.invoices" in names


@pytest.mark.parametrize("client_id", ["", "two words", "id\x1b[31m", "a" * 129])
def test_a_client_id_that_cannot_be_right_is_refused(client_id: str) -> None:
    with pytest.raises(Refused, match="client id"):
        check_app(App(client_id))


@pytest.mark.parametrize(
    "redirect",
    [
        "http://127.0.0.1:8742/callback",
        "http://shop.example/callback",
        "tillbook://callback",
        "https://a.example/c?x=1",
    ],
)
def test_a_redirect_that_xero_refuses_is_refused(redirect: str) -> None:
    with pytest.raises(Refused, match="redirect address"):
        check_app(App("CLIENT1", redirect=redirect))


def test_the_consent_shows_no_secret_and_outlives_a_restart() -> None:
    consent = _consent()
    assert "random" not in repr(consent)
    assert Consent.from_json(consent.to_json()) == consent


def test_a_pasted_address_gives_its_code() -> None:
    pasted = "  http://localhost:8742/callback?code=c-1&scope=x&state=random24\n"
    assert code_from_address(_consent(), pasted) == "c-1"


@pytest.mark.parametrize(
    "pasted,code",
    [
        ("http://localhost:8742/callback?code=c-1&state=other", "wrong_state"),
        ("http://localhost:8742/callback?code=c-1", "wrong_state"),
        ("http://localhost:8742/callback?code=c-1&state=random24&state=random24", "wrong_state"),
        ("http://localhost:8743/callback?code=c-1&state=random24", "wrong_address"),
        ("https://localhost:8742/callback?code=c-1&state=random24", "wrong_address"),
        ("http://localhost:8742/other?code=c-1&state=random24", "wrong_address"),
        ("https://login.xero.com/identity/connect/authorize?client_id=1", "wrong_address"),
        ("c-1", "wrong_address"),
        ("http://[", "wrong_address"),
        ("http://localhost:8742/callback?error=access_denied&state=random24", "consent_refused"),
        ("http://localhost:8742/callback?error=invalid_scope&state=random24", "consent_failed"),
        ("http://localhost:8742/callback?state=random24", "missing_code"),
    ],
)
def test_another_address_is_refused_with_the_reason(pasted: str, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        code_from_address(_consent(), pasted)
    assert refusal.value.code == code
    assert refusal.value.next
    assert "c-1" not in f"{refusal.value} {refusal.value.detail}"


def test_what_xero_says_is_made_printable() -> None:
    pasted = "http://localhost:8742/callback?error=server_error&error_description=no%1b%5b31m&state=random24"
    with pytest.raises(Refused) as refusal:
        code_from_address(_consent(), pasted)
    assert "\x1b" not in str(refusal.value) + refusal.value.detail
