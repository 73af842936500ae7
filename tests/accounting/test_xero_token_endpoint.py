"""Calls to the token endpoint: what is sent, and what each answer means."""

import base64
import json
from collections.abc import Callable
from urllib.parse import parse_qs

import httpx
import pytest

from services.accounting.ledger import AuthorisationLost, CallFailed, NotSent, OutcomeUnknown, RateLimited
from services.accounting.xero.oauth import App, Flow, begin_consent
from services.accounting.xero.token_endpoint import IdentityClient
from tests.accounting.xero_examples import ADDRESSES, NOON

PKCE, WEB, CUSTOM = App("CLIENT1"), App("CLIENT1", Flow.WEB), App("CLIENT1", Flow.CUSTOM)
Answer = Callable[[httpx.Request], httpx.Response]


class Wire:
    """A token endpoint that keeps the requests and gives one answer."""

    def __init__(self, answer: Answer) -> None:
        self.requests: list[httpx.Request] = []
        self._answer = answer

    def client(self) -> IdentityClient:
        return IdentityClient(ADDRESSES, httpx.MockTransport(self._handle))

    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.requests[-1].content.decode()).items()}

    def _handle(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return self._answer(request)


def _granting(**given: object) -> Wire:
    body = {"access_token": "a-1", "refresh_token": "r-2", "expires_in": 1800, "scope": "one two", **given}
    return Wire(lambda _: httpx.Response(200, json=body))


def test_a_pkce_code_is_exchanged_with_its_verifier_and_no_secret() -> None:
    wire = _granting()
    consent = begin_consent(PKCE, ADDRESSES, now=NOON, entropy=lambda _: "verifier")
    answer = wire.client().exchange(consent, "c-1")
    assert wire.form() == {
        "grant_type": "authorization_code",
        "code": "c-1",
        "redirect_uri": "http://localhost:8742/callback",
        "code_verifier": "verifier",
        "client_id": "CLIENT1",
    }
    assert str(wire.requests[0].url) == "https://identity.example/connect/token"
    assert "Authorization" not in wire.requests[0].headers
    assert (answer.access_token, answer.refresh_token, answer.expires_in) == ("a-1", "r-2", 1800)
    assert answer.scopes == ("one", "two")


def test_a_web_app_sends_its_secret_as_basic_authentication() -> None:
    wire = _granting()
    wire.client().refresh(WEB, "r-1", "s3cret")
    expected = base64.b64encode(b"CLIENT1:s3cret").decode()
    assert wire.requests[0].headers["Authorization"] == f"Basic {expected}"
    assert wire.form() == {"grant_type": "refresh_token", "refresh_token": "r-1"}


def test_a_custom_connection_asks_with_its_own_scopes() -> None:
    wire = _granting(refresh_token=None)
    answer = wire.client().client_credentials(CUSTOM, "s3cret")
    assert wire.form()["grant_type"] == "client_credentials"
    assert "offline_access" not in wire.form()["scope"]
    assert answer.refresh_token is None


def test_the_consents_id_is_read_from_the_access_token() -> None:
    claims = (
        base64.urlsafe_b64encode(json.dumps({"authentication_event_id": "e-1"}).encode()).decode().rstrip("=")
    )
    assert _granting(access_token=f"h.{claims}.s").client().refresh(PKCE, "r").auth_event == "e-1"


@pytest.mark.parametrize(
    "token", ["opaque", "a.b.c", "a.####.c", "a." + base64.b64encode(b"[1]").decode() + ".c"]
)
def test_a_token_without_readable_claims_has_none(token: str) -> None:
    assert _granting(access_token=token).client().refresh(PKCE, "r").auth_event is None


@pytest.mark.parametrize(
    "word",
    [
        "invalid_grant",
        "invalid_client",
        "unauthorized_client",
        "invalid_scope",
        "invalid_request",
        "new_word",
    ],
)
def test_a_refusal_names_its_cause_and_the_next_step(word: str) -> None:
    wire = Wire(lambda _: httpx.Response(400, json={"error": word}))
    with pytest.raises(AuthorisationLost) as lost:
        wire.client().refresh(PKCE, "r-1")
    known = word != "new_word"
    assert lost.value.code == (word if known else "sign_in_refused")
    assert known or word in lost.value.why
    assert lost.value.what
    assert lost.value.next
    assert "r-1" not in f"{lost.value} {lost.value.detail}"


def _raise(error: Exception) -> Answer:
    def answer(_: httpx.Request) -> httpx.Response:
        raise error

    return answer


@pytest.mark.parametrize(
    "answer,expected",
    [
        (lambda _: httpx.Response(500, html="<h1>Oops</h1>"), OutcomeUnknown),
        (lambda _: httpx.Response(503, json={"error": "invalid_grant"}), OutcomeUnknown),
        (lambda _: httpx.Response(404, html="<h1>Not here</h1>"), OutcomeUnknown),
        (lambda _: httpx.Response(200, html="<h1>Hotel Wi-Fi</h1>"), OutcomeUnknown),
        (lambda _: httpx.Response(200, json={"token": "?"}), OutcomeUnknown),
        (lambda _: httpx.Response(200, json=["?"]), OutcomeUnknown),
        (lambda _: httpx.Response(429, headers={"Retry-After": "7"}), RateLimited),
        (_raise(httpx.ConnectError("refused")), NotSent),
        (_raise(httpx.ConnectTimeout("slow")), NotSent),
        (_raise(httpx.ReadTimeout("slow")), OutcomeUnknown),
        (_raise(httpx.RemoteProtocolError("dropped")), OutcomeUnknown),
    ],
)
def test_each_failure_says_whether_it_may_have_happened(answer: Answer, expected: type[CallFailed]) -> None:
    with pytest.raises(expected) as failure:
        Wire(answer).client().refresh(PKCE, "r-1")
    assert failure.value.next
    if isinstance(failure.value, RateLimited):
        assert failure.value.retry_after == 7


def test_an_answer_does_not_show_its_tokens() -> None:
    answer = _granting(access_token="very-secret", refresh_token="also-secret").client().refresh(PKCE, "r")
    assert "secret" not in repr(answer)
