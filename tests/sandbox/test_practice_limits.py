"""Call limits and idempotency keys (XERO.md 5.1, 5.3)."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from services.sandbox.xero import AU_TENANT, NZ_TENANT, WEB_CLIENT, Fault, Limits, PracticeXero
from services.sandbox.xero.limits import Meter
from tests.sandbox.practice_help import Clock, Web, invoice, line


@pytest.fixture
def both(xero: PracticeXero) -> Iterator[Web]:
    with Web(xero, tenants=[NZ_TENANT, AU_TENANT]) as web:
        yield web


def test_a_minute_has_sixty_calls(both: Web, clock: Clock) -> None:
    first = both.get("Organisation")
    assert first.headers["X-MinLimit-Remaining"] == "59"
    assert first.headers["X-DayLimit-Remaining"] == "4999"
    assert first.headers["X-AppMinLimit-Remaining"] == "9999"
    clock.move(seconds=20)
    assert {both.get("Organisation").status_code for _ in range(59)} == {200}
    refused = both.get("Organisation")
    assert (refused.status_code, refused.content, "Content-Type" in refused.headers) == (429, b"", False)
    assert (refused.headers["X-Rate-Limit-Problem"], refused.headers["Retry-After"]) == ("minute", "40")
    assert refused.headers["X-MinLimit-Remaining"] == "0"
    assert both.get("Organisation", Xero_Tenant_Id=AU_TENANT).status_code == 200
    clock.move(seconds=40)
    assert both.get("Organisation").headers["X-MinLimit-Remaining"] == "0"
    assert both.get("Organisation").status_code == 429


def test_another_app_has_a_minute_of_its_own(xero: PracticeXero, web: Web) -> None:
    xero.configure(limits={"minute": 1})
    with Web(xero, client_id=WEB_CLIENT) as other:
        assert [w.get("Organisation").status_code for w in (web, other, web)] == [200, 200, 429]


def test_a_day_has_its_calls(xero: PracticeXero, web: Web, clock: Clock) -> None:
    xero.configure(limits={"day": 2})
    assert [web.get("Organisation").status_code for _ in range(3)] == [200, 200, 429]
    refused = web.get("Organisation")
    assert (refused.headers["X-Rate-Limit-Problem"], refused.headers["Retry-After"]) == ("day", "86400")
    clock.move(days=1)
    with Web(xero) as later:
        assert later.get("Organisation").status_code == 200


def test_the_app_has_a_minute_over_all_organisations(xero: PracticeXero, both: Web) -> None:
    xero.configure(limits={"app_minute": 2})
    tenants = (NZ_TENANT, AU_TENANT, NZ_TENANT)
    answers = [both.get("Organisation", Xero_Tenant_Id=tenant) for tenant in tenants]
    assert [a.status_code for a in answers] == [200, 200, 429]
    assert answers[-1].headers["X-Rate-Limit-Problem"] == "appminute"


def test_five_calls_at_once(clock: Clock) -> None:
    meter = Meter(Limits())
    answers = []
    for _ in range(6):
        meter.arrive("app", NZ_TENANT)
        answers.append(meter.admit("app", NZ_TENANT, clock()))
    assert answers[:5] == [None] * 5
    refused = answers[5]
    assert refused is not None
    assert (refused.status, refused.headers["X-Rate-Limit-Problem"]) == (429, "concurrent")
    assert "Retry-After" not in refused.headers
    meter.leave("app", NZ_TENANT)
    assert meter.admit("app", NZ_TENANT, clock()) is None


def test_a_call_that_is_done_makes_room(xero: PracticeXero, web: Web) -> None:
    xero.configure(limits={"concurrent": 1})
    xero.faults.add(Fault(path="Contacts", drop=True))
    with pytest.raises(httpx.RemoteProtocolError):
        web.get("Contacts")
    assert [web.get("Accounts").status_code for _ in range(3)] == [200] * 3
    xero.configure(limits={"concurrent": 0})
    assert web.get("Accounts").headers["X-Rate-Limit-Problem"] == "concurrent"


def test_connections_do_not_count(xero: PracticeXero, web: Web) -> None:
    xero.configure(limits={"minute": 0})
    answer = web.http.get("/connections", headers={"Authorization": f"Bearer {web.token}"})
    assert (answer.status_code, web.get("Organisation").status_code) == (200, 429)


def test_a_key_replays_the_answer(xero: PracticeXero, web: Web) -> None:
    answers = [web.put("Invoices", invoice("POS-1"), Idempotency_Key="k1") for _ in range(2)]
    assert answers[0].status_code == 200
    assert answers[0].content == answers[1].content
    assert len(xero.book(NZ_TENANT).documents) == 1
    assert [call.replayed for call in xero.calls] == [False, True]
    assert answers[1].headers["X-MinLimit-Remaining"] == "58"


def test_a_key_replays_an_error_too(xero: PracticeXero, web: Web) -> None:
    bad = invoice("POS-1", line(account="999"))
    first = web.put("Invoices", bad, Idempotency_Key="k1")
    xero.act(
        NZ_TENANT,
        "PUT",
        "Accounts",
        {"Code": "999", "Name": "New sales", "Type": "REVENUE", "TaxType": "OUTPUT2"},
    )
    assert web.put("Invoices", bad, Idempotency_Key="k1").content == first.content
    assert web.put("Invoices", bad, Idempotency_Key="k2").status_code == 200


@pytest.mark.parametrize("other", ["body", "method", "path", "tenant"])
def test_a_key_belongs_to_one_request(both: Web, other: str) -> None:
    both.put("Invoices", invoice("POS-1"), Idempotency_Key="k1")
    method = "POST" if other == "method" else "PUT"
    path = "Invoices?unitdp=4" if other == "path" else "Invoices"
    body = invoice("POS-2") if other == "body" else invoice("POS-1")
    tenant = AU_TENANT if other == "tenant" else NZ_TENANT
    answer = both.send(method, path, body, Idempotency_Key="k1", Xero_Tenant_Id=tenant)
    assert answer.status_code == 400
    assert answer.json() == {"Message": "Idempotency Key: k1 is used with a different request."}


def test_a_key_lives_six_minutes(web: Web, clock: Clock) -> None:
    web.put("Invoices", invoice("POS-1"), Idempotency_Key="k1")
    clock.move(minutes=5, seconds=59)
    assert web.put("Invoices", invoice("POS-1"), Idempotency_Key="k1").status_code == 200
    clock.move(seconds=1)
    assert web.put("Invoices", invoice("POS-1"), Idempotency_Key="k1").status_code == 400


def test_keys_are_per_app_and_not_for_get(xero: PracticeXero, web: Web) -> None:
    web.put("Invoices", invoice("POS-1"), Idempotency_Key="k1")
    with Web(xero, client_id=WEB_CLIENT) as other:
        assert other.put("Invoices", invoice("POS-2"), Idempotency_Key="k1").status_code == 200
    assert [web.get(path, Idempotency_Key="k2").status_code for path in ("Accounts", "Contacts")] == [
        200,
        200,
    ]


def test_a_key_has_a_longest_length(web: Web) -> None:
    assert web.put("Invoices", invoice("POS-1"), Idempotency_Key="x" * 128).status_code == 200
    refused = web.put("Invoices", invoice("POS-2"), Idempotency_Key="x" * 129)
    assert refused.json() == {"Message": "Idempotency Key must not be longer than 128 characters."}


def test_json_must_be_asked_for(web: Web) -> None:
    assert [web.get("Accounts", Accept=a).status_code for a in ("*/*", "application/xml")] == [406, 406]


def test_other_endpoints_and_methods(web: Web) -> None:
    answers = [web.get("Quotes"), web.send("DELETE", "Invoices"), web.put("Reports/TrialBalance", {})]
    assert [a.status_code for a in answers] == [404, 405, 405]


def test_a_body_that_is_no_json(web: Web) -> None:
    headers = {
        "Authorization": f"Bearer {web.token}",
        "Xero-Tenant-Id": NZ_TENANT,
        "Accept": "application/json",
    }
    for content in (b"", b"{", b"[1]", b'"x"', b"\xff"):
        answer = web.http.put("/api.xro/2.0/Invoices", content=content, headers=headers)
        assert (answer.status_code, answer.json()["Type"]) == (400, "PostDataInvalidException"), content
