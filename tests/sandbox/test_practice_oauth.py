"""Consent, codes and clients (XERO.md 4.1 to 4.7)."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from services.sandbox.xero import (
    AU_TENANT,
    CUSTOM_CLIENT,
    CUSTOM_SECRET,
    NZ_TENANT,
    PKCE_CLIENT,
    REDIRECT,
    WEB_CLIENT,
    WEB_SECRET,
    PracticeXero,
)
from tests.sandbox.oauth_help import AUTHORIZE, SCOPES, bearer, claims, code, exchange, landed, query
from tests.sandbox.practice_help import API, Clock


def test_the_consent_page_works_without_javascript(http: httpx.Client) -> None:
    page = http.get(AUTHORIZE, params=query())
    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "<script" not in page.text
    assert "It is not Xero" in page.text
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.text))
    assert fields["state"] == "st4te&amp;1"
    [action] = re.findall(r'<form method="post" action="([^"]+)">', page.text)
    tenants = re.findall(r'name="tenant" value="([^"]+)"', page.text)
    assert len(tenants) == 3
    form = {**fields, "state": "st4te&1", "tenant": tenants[1], "decision": "allow"}
    found = landed(http.post(action, data=form))
    assert found["state"] == "st4te&1"
    token = exchange(http, code=found["code"]).json()["access_token"]
    assert [c["tenantId"] for c in http.get("/connections", headers=bearer(token)).json()] == [AU_TENANT]


def test_cancel_comes_back_as_access_denied(http: httpx.Client) -> None:
    by_hand = http.post(f"{AUTHORIZE}/consent", data={**query(), "decision": "deny", "tenant": NZ_TENANT})
    for answer in (by_hand, http.get(AUTHORIZE, params=query(auto="deny"))):
        found = landed(answer)
        assert (found["error"], found["state"], "code" in found) == ("access_denied", "st4te&1", False)


@pytest.mark.parametrize(
    "changes, error",
    [
        ({"client_id": "nobody"}, "unauthorized_client"),
        ({"client_id": CUSTOM_CLIENT}, "unauthorized_client"),
        ({"redirect_uri": "http://localhost:1/callback"}, "unauthorized_client"),
        ({"redirect_uri": REDIRECT + "/"}, "unauthorized_client"),
        ({"scope": "openid accounting.transactions"}, "invalid_scope"),
        ({"scope": "offline_access accounting.reports.read"}, "invalid_scope"),
        ({"scope": ""}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
    ],
)
def test_a_wrong_request_gets_an_error_page_and_no_redirect(
    http: httpx.Client, changes: dict[str, str], error: str
) -> None:
    for answer in (
        http.get(AUTHORIZE, params=query(auto="allow", **changes)),
        http.post(
            f"{AUTHORIZE}/consent", data={**query(**changes), "decision": "allow", "tenant": NZ_TENANT}
        ),
    ):
        assert (answer.status_code, "Location" in answer.headers) == (400, False)
        assert f"<code>{error}</code>" in answer.text


@pytest.mark.parametrize("changes", [{"code_challenge": ""}, {"code_challenge_method": "plain"}])
def test_a_public_app_needs_a_challenge(http: httpx.Client, changes: dict[str, str]) -> None:
    assert landed(http.get(AUTHORIZE, params=query(auto="allow", **changes)))["error"] == "invalid_request"


def test_auto_obeys_the_servers_setting(xero: PracticeXero, http: httpx.Client) -> None:
    xero.configure(auto="")
    assert http.get(AUTHORIZE, params=query(auto="allow")).status_code == 200
    xero.configure(auto="deny")
    assert landed(http.get(AUTHORIZE, params=query()))["error"] == "access_denied"
    xero.configure(auto="allow")
    token = exchange(http, code=landed(http.get(AUTHORIZE, params=query(tenant=AU_TENANT)))["code"]).json()
    rows = http.get("/connections", headers=bearer(token["access_token"])).json()
    assert [row["tenantId"] for row in rows] == [AU_TENANT]


def test_a_code_becomes_tokens(http: httpx.Client) -> None:
    answer = exchange(http, code=code(http)).json()
    assert (answer["token_type"], answer["expires_in"]) == ("Bearer", 1800)
    assert set(answer["scope"].split()) == set(SCOPES.split())
    said = claims(answer["access_token"])
    assert said["exp"] - said["nbf"] == 1800
    assert said["client_id"] == PKCE_CLIENT
    event = said["authentication_event_id"]
    rows = http.get(
        "/connections", params={"authEventId": event}, headers=bearer(answer["access_token"])
    ).json()
    assert [(row["tenantId"], row["tenantType"], row["authEventId"]) for row in rows] == [
        (NZ_TENANT, "ORGANISATION", event)
    ]
    assert re.fullmatch(r"2026-11-20T09:30:00\.\d{7}", rows[0]["createdDateUtc"])
    assert claims(answer["id_token"])["email"] == "manager@practice.invalid"


@pytest.mark.parametrize(
    "changes",
    [
        {"code_verifier": "x" * 43},
        {"code_verifier": ""},
        {"redirect_uri": "http://localhost:1/callback"},
        {"code": "made-up"},
        {"client_id": WEB_CLIENT, "client_secret": WEB_SECRET},
    ],
)
def test_a_code_wants_its_proof(http: httpx.Client, changes: dict[str, str]) -> None:
    answer = exchange(http, **{"code": code(http), **changes})
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_grant"})


def test_a_code_is_good_once_and_for_five_minutes(http: httpx.Client, clock: Clock) -> None:
    once = code(http)
    assert [exchange(http, code=once).status_code for _ in range(2)] == [200, 400]
    late = code(http)
    clock.move(minutes=5)
    assert exchange(http, code=late).json() == {"error": "invalid_grant"}


def test_a_web_app_proves_itself_by_its_secret(http: httpx.Client) -> None:
    own = {"client_id": WEB_CLIENT, "code_challenge": "", "code_challenge_method": ""}
    basic = httpx.BasicAuth(WEB_CLIENT, WEB_SECRET)
    form = {"grant_type": "authorization_code", "redirect_uri": REDIRECT}
    by_basic = http.post("/connect/token", data={**form, "code": code(http, **own)}, auth=basic)
    by_body = exchange(
        http, code=code(http, **own), client_id=WEB_CLIENT, client_secret=WEB_SECRET, code_verifier=""
    )
    assert [by_basic.status_code, by_body.status_code] == [200, 200]


@pytest.mark.parametrize("secret", ["", "wrong"])
def test_a_wrong_client_is_invalid(http: httpx.Client, secret: str) -> None:
    invalid = {"error": "invalid_client"}
    assert exchange(http, code="x", client_id=WEB_CLIENT, client_secret=secret).json() == invalid
    assert exchange(http, code="x", client_id="nobody").json() == invalid
    garbled = http.post("/connect/token", data={"grant_type": "x"}, headers={"Authorization": "Basic !"})
    assert (garbled.status_code, garbled.json()) == (400, invalid)


def test_the_body_must_be_a_form(http: httpx.Client) -> None:
    answer = http.post("/connect/token", json={"grant_type": "refresh_token"})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_each_flow_has_its_grants(http: httpx.Client) -> None:
    custom = {"client_id": CUSTOM_CLIENT, "client_secret": CUSTOM_SECRET}
    assert exchange(http, code="x", **custom).json() == {"error": "unauthorized_client"}
    assert exchange(http, grant_type="client_credentials").json() == {"error": "unauthorized_client"}
    assert exchange(http, grant_type="password").json() == {"error": "unsupported_grant_type"}


def test_a_custom_connection_needs_no_consent_and_no_tenant(http: httpx.Client) -> None:
    form = {"grant_type": "client_credentials", "client_id": CUSTOM_CLIENT, "client_secret": CUSTOM_SECRET}
    answer = http.post("/connect/token", data={**form, "scope": "accounting.settings.read"}).json()
    assert "refresh_token" not in answer
    organisation = http.get(f"{API}Organisation", headers=bearer(answer["access_token"]))
    assert organisation.json()["Organisations"][0]["OrganisationID"] == NZ_TENANT
    assert (
        http.get(f"{API}Organisation", headers=bearer(answer["access_token"], AU_TENANT)).status_code == 403
    )
    assert http.post("/connect/token", data={**form, "scope": "accounting.transactions"}).json() == {
        "error": "invalid_scope"
    }


def test_another_redirect_may_be_registered(xero: PracticeXero, http: httpx.Client) -> None:
    xero.configure(add_redirect="http://localhost:9/back")
    answer = http.get(AUTHORIZE, params=query(auto="allow", redirect_uri="http://localhost:9/back"))
    assert parse_qs(urlsplit(answer.headers["Location"]).query)["code"]


def test_unknown_addresses_are_404(http: httpx.Client) -> None:
    assert [http.get(path).status_code for path in ("/", "/connect/token", "/identity/x")] == [404] * 3
