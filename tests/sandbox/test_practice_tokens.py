"""Tokens, tenants, scopes, disconnecting (XERO.md 4.4 to 4.7, 6.16)."""

from __future__ import annotations

import base64
import json

import httpx
import pytest

from services.sandbox.xero import (
    AU_TENANT,
    NZ_TENANT,
    PKCE_CLIENT,
    WEB_CLIENT,
    WEB_SECRET,
    PracticeXero,
)
from tests.sandbox.oauth_help import bearer, claims, code, exchange, refresh
from tests.sandbox.practice_help import API, Clock, Web


def test_refresh_tokens_rotate_with_a_grace_of_thirty_minutes(http: httpx.Client, clock: Clock) -> None:
    first = exchange(http, code=code(http)).json()["refresh_token"]
    second = refresh(http, first).json()["refresh_token"]
    assert second != first
    clock.move(minutes=29)
    assert refresh(http, first).status_code == 200
    clock.move(minutes=1)
    assert refresh(http, first).json() == {"error": "invalid_grant"}
    assert refresh(http, second).status_code == 200


def test_a_refresh_token_unused_for_sixty_days_is_dead(http: httpx.Client, clock: Clock) -> None:
    tokens = [exchange(http, code=code(http)).json()["refresh_token"] for _ in range(2)]
    clock.move(days=59)
    assert refresh(http, tokens[0]).status_code == 200
    clock.move(days=1)
    assert refresh(http, tokens[1]).json() == {"error": "invalid_grant"}
    assert refresh(http, "made-up").json() == {"error": "invalid_grant"}


def test_a_refresh_token_belongs_to_its_app(http: httpx.Client) -> None:
    token = exchange(http, code=code(http)).json()["refresh_token"]
    other = {"client_id": WEB_CLIENT, "client_secret": WEB_SECRET}
    assert refresh(http, token, **other).json() == {"error": "invalid_grant"}
    assert refresh(http, token).status_code == 200


def test_without_offline_access_there_is_no_refresh_token(http: httpx.Client) -> None:
    answer = exchange(http, code=code(http, scope="accounting.settings.read")).json()
    assert "refresh_token" not in answer
    assert "id_token" not in answer


def test_scopes_add_up(http: httpx.Client) -> None:
    exchange(http, code=code(http, scope="accounting.payments"))
    answer = exchange(http, code=code(http, scope="accounting.settings.read")).json()
    assert set(answer["scope"].split()) == {"accounting.payments", "accounting.settings.read"}


def test_an_access_token_lives_thirty_minutes(web: Web, clock: Clock) -> None:
    clock.move(minutes=29, seconds=59)
    assert web.get("Organisation").status_code == 200
    clock.move(seconds=1)
    answer = web.get("Organisation")
    assert answer.status_code == 401
    assert answer.json()["Title"] == "Unauthorized"
    assert answer.json()["Detail"] == "TokenExpired: token expired at 11/20/2026 10:00:00"


@pytest.mark.parametrize("authorization", ["", "Basic abc", "Bearer nonsense", "Bearer a.b.c", "Bearer"])
def test_a_token_that_is_none_is_401(web: Web, authorization: str) -> None:
    answer = web.get("Organisation", Authorization=authorization)
    assert (answer.status_code, answer.json()["Detail"]) == (401, "AuthenticationUnsuccessful")


def test_a_tampered_token_is_401(web: Web) -> None:
    head, body, signature = web.token.split(".")
    other = (
        base64.urlsafe_b64encode(json.dumps({**claims(web.token), "exp": 9999999999}).encode())
        .decode()
        .rstrip("=")
    )
    assert body != other
    assert web.get("Organisation", Authorization=f"Bearer {head}.{other}.{signature}").status_code == 401


@pytest.mark.parametrize("tenant", ["", AU_TENANT, "nonsense"])
def test_the_tenant_must_be_one_of_the_connections(web: Web, tenant: str) -> None:
    answer = web.get("Organisation", Xero_Tenant_Id=tenant)
    assert (answer.status_code, answer.json()["Title"]) == (403, "Forbidden")


@pytest.mark.parametrize(
    "scope, method, path, allowed",
    [
        ("accounting.settings.read", "GET", "Accounts", True),
        ("accounting.settings.read", "PUT", "Accounts", False),
        ("accounting.settings", "GET", "Organisation", True),
        ("accounting.invoices.read", "GET", "CreditNotes", True),
        ("accounting.invoices.read", "PUT", "Invoices", False),
        ("accounting.invoices", "PUT", "Payments", False),
        ("accounting.payments", "GET", "Payments", True),
        ("accounting.contacts", "GET", "ManualJournals", False),
        ("accounting.manualjournals.read", "GET", "ManualJournals", True),
        ("accounting.reports.trialbalance.read", "GET", "Reports/TrialBalance", True),
        ("accounting.reports.aged.read", "GET", "Reports/TrialBalance", False),
    ],
)
def test_each_endpoint_wants_its_scope(
    xero: PracticeXero,
    scope: str,
    method: str,
    path: str,
    allowed: bool,  # noqa: FBT001 - a case
) -> None:
    with Web(xero, scopes=[scope]) as web:
        answer = web.send(method, path, {} if method == "PUT" else None)
    assert (answer.status_code != 401) is allowed
    if not allowed:
        assert answer.json()["Detail"] == "AuthorizationUnsuccessful"


def test_disconnecting_ends_one_connection(xero: PracticeXero, http: httpx.Client) -> None:
    token = xero.token(tenants=[NZ_TENANT, AU_TENANT])["access_token"]
    rows = http.get("/Connections", headers=bearer(token)).json()
    assert http.delete(f"/connections/{rows[0]['id']}", headers=bearer(token)).status_code == 204
    assert http.delete(f"/connections/{rows[0]['id']}", headers=bearer(token)).status_code == 404
    assert [c["tenantId"] for c in http.get("/connections", headers=bearer(token)).json()] == [AU_TENANT]
    assert http.get(f"{API}Organisation", headers=bearer(token, NZ_TENANT)).status_code == 403
    assert http.get(f"{API}Organisation", headers=bearer(token, AU_TENANT)).status_code == 200


def test_revocation_ends_all_of_them(http: httpx.Client) -> None:
    token = exchange(http, code=code(http)).json()
    form = {"token": token["refresh_token"], "client_id": PKCE_CLIENT}
    assert http.post("/connect/revocation", data=form).status_code == 200
    assert http.get("/connections", headers=bearer(token["access_token"])).json() == []
    assert refresh(http, token["refresh_token"]).json() == {"error": "invalid_grant"}
    again = exchange(http, code=code(http, scope="accounting.payments")).json()
    assert again["scope"] == "accounting.payments"
