"""Faults on demand, and the control face."""

from __future__ import annotations

from time import perf_counter, process_time

import httpx
import pytest

from services.sandbox.xero import AU_TENANT, NZ_TENANT, Fault, PracticeXero, SettingsError
from tests.sandbox.practice_help import Web, invoice


def test_a_status_instead_of_handling(xero: PracticeXero, web: Web) -> None:
    xero.faults.add(Fault("PUT", "Invoices$", status=503, body="busy", headers={"Retry-After": "7"}))
    refused = web.put("Invoices", invoice(), Idempotency_Key="k")
    assert (refused.status_code, refused.text, refused.headers["Retry-After"]) == (503, "busy", "7")
    assert not xero.book(NZ_TENANT).documents
    assert web.put("Invoices", invoice(), Idempotency_Key="k").status_code == 200
    assert [call.fault for call in xero.calls] == [1, None]


def test_a_cached_status_is_replayed(xero: PracticeXero, web: Web) -> None:
    xero.faults.add(Fault("PUT", status=500, body={"Message": "Oops"}, cached=True))
    answers = [web.put("Invoices", invoice(), Idempotency_Key="k") for _ in range(2)]
    assert [(a.status_code, a.json()) for a in answers] == [(500, {"Message": "Oops"})] * 2
    assert not xero.book(NZ_TENANT).documents


def test_a_connection_dropped_before_handling(xero: PracticeXero, web: Web) -> None:
    xero.faults.add(Fault(path="Invoices", drop=True))
    with pytest.raises(httpx.RemoteProtocolError):
        web.put("Invoices", invoice())
    assert not xero.book(NZ_TENANT).documents
    assert [call.status for call in xero.calls] == [None]


def test_a_connection_dropped_after_commit(xero: PracticeXero, web: Web) -> None:
    xero.faults.add(Fault(path="Invoices", drop=True, when="after"))
    with pytest.raises(httpx.RemoteProtocolError):
        web.put("Invoices", invoice("POS-1"), Idempotency_Key="k")
    assert xero.book(NZ_TENANT).document("POS-1") is not None
    again = web.put("Invoices", invoice("POS-1"), Idempotency_Key="k")
    assert (again.status_code, xero.calls[-1].replayed) == (200, True)
    assert len(xero.book(NZ_TENANT).documents) == 1


def test_an_error_after_commit(xero: PracticeXero, web: Web) -> None:
    xero.faults.add(Fault(path="Invoices", html=True, when="after"))
    answer = web.put("Invoices", invoice("POS-1"))
    assert (answer.status_code, answer.headers["Content-Type"]) == (500, "text/html; charset=utf-8")
    assert xero.book(NZ_TENANT).document("POS-1") is not None


def test_a_truncated_answer(xero: PracticeXero, web: Web) -> None:
    xero.faults.add(Fault(path="Accounts", truncate=True))
    with pytest.raises(httpx.RemoteProtocolError, match=r"incomplete|without sending complete"):
        web.get("Accounts")
    assert web.get("Accounts").status_code == 200


def test_an_html_page(xero: PracticeXero, web: Web) -> None:
    xero.faults.add(Fault(html=True, status=502))
    answer = web.get("Accounts")
    assert (answer.status_code, "<html>" in answer.text) == (502, True)


def test_an_expired_token(xero: PracticeXero, web: Web) -> None:
    xero.faults.add(Fault(path="Accounts", token_expired=True))
    assert web.get("Accounts").json()["Detail"].startswith("TokenExpired: token expired at ")
    assert web.get("Accounts").status_code == 200


def test_a_delay_is_cut_short_by_stopping(xero: PracticeXero, web: Web) -> None:
    xero.faults.add(Fault(path="Accounts", delay=30))
    impatient = httpx.Timeout(0.05)
    with pytest.raises(httpx.ReadTimeout):
        web.http.get("/api.xro/2.0/Accounts", timeout=impatient)
    started = perf_counter()
    xero.stop()
    assert perf_counter() - started < 25


@pytest.mark.parametrize(
    "change, status, word",
    [
        ({"revoke_connection": True}, 403, "Forbidden"),
        ({"archive_account": "200"}, 400, "has been archived"),
        ({"period_lock_date": "2026-11-30"}, 400, "period lock date, currently set at 30-Nov-2026"),
        ({"rename": "Sold (practice)"}, 200, "POS-1"),
    ],
)
def test_something_changes_inside_xero_just_before(
    xero: PracticeXero, web: Web, change: dict[str, object], status: int, word: str
) -> None:
    xero.faults.add(Fault("PUT", change=change))
    answer = web.put("Invoices", invoice("POS-1"))
    assert answer.status_code == status
    assert word in answer.text


def test_every_nth_call_after_some(xero: PracticeXero, web: Web) -> None:
    xero.faults.add(Fault(path="Accounts", status=500, skip=1, every=2, count=2))
    statuses = [web.get("Accounts").status_code for _ in range(7)]
    assert statuses == [200, 200, 500, 200, 500, 200, 200]
    assert xero.faults.pending == []


def test_the_oldest_matching_fault_fires(xero: PracticeXero, web: Web) -> None:
    first = xero.faults.add(Fault(status=500, count=None))
    xero.faults.add(Fault(status=503))
    assert [web.get("Accounts").status_code for _ in range(2)] == [500, 500]
    xero.faults.remove(first)
    assert [web.get("Accounts").status_code for _ in range(2)] == [503, 200]
    xero.faults.clear()
    assert xero.faults.pending == []


def test_identity_may_fail_too(xero: PracticeXero, web: Web) -> None:
    xero.faults.add(Fault("POST", "/connect/token", status=400, body={"error": "invalid_grant"}))
    answer = web.http.post("/connect/token", data={"grant_type": "refresh_token"})
    assert answer.json() == {"error": "invalid_grant"}
    assert (xero.calls[-1].face, xero.calls[-1].body) == ("identity", "")


@pytest.mark.parametrize("wrong", [{"every": 0}, {"delay": 31}, {"path": "("}, {"when": "later"}])
def test_a_fault_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(SettingsError):
        Fault(**wrong)  # type: ignore[arg-type]  # wrong on purpose


def test_faults_over_the_control_face(web: Web) -> None:
    sent = [
        {"path": "Accounts", "status": 500, "delay": 0.0},
        {"path": "Contacts", "drop": True, "count": None},
    ]
    assert web.http.post("/practice/faults", json=sent).json() == {"ids": [1, 2]}
    listed = web.http.get("/practice/faults").json()["faults"]
    assert [(f["path"], f["count"]) for f in listed] == [("Accounts", 1), ("Contacts", None)]
    assert web.get("Accounts").status_code == 500
    web.http.delete("/practice/faults")
    assert web.get("Contacts").status_code == 200
    mistakes: list[object] = [{"colour": 1}, {"every": "x"}, [1], {"every": 0}]
    for wrong in mistakes:
        assert web.http.post("/practice/faults", json=wrong).status_code == 400


def test_the_calls_are_told(xero: PracticeXero, web: Web) -> None:
    web.put("Invoices", {"Invoices": [invoice("POS-1"), invoice("POS-2")]}, Idempotency_Key="k1")
    web.get("Accounts?where=x")
    [put] = web.http.get("/practice/calls", params={"method": "put"}).json()["calls"]
    assert (put["path"], put["tenant"], put["idempotency_key"]) == ("/api.xro/2.0/Invoices", NZ_TENANT, "k1")
    assert (put["status"], put["elements"], put["face"], put["replayed"]) == (200, 2, "api", False)
    assert [call.query for call in xero.calls.of(path="Accounts")] == ["where=x"]
    assert "POS-2" in xero.calls[0].body
    assert not any(web.token in str(call.plain()) for call in xero.calls)


def test_settings_over_the_control_face(xero: PracticeXero, web: Web) -> None:
    settings = {"tenant": NZ_TENANT, "archive_account": "200", "limits": {"minute": 2}, "clock_offset": 60.5}
    assert web.http.post("/practice/config", json=settings).status_code == 200
    assert [web.get("Accounts").status_code for _ in range(3)] == [200, 200, 429]
    account = xero.book(NZ_TENANT).account("200")
    assert (account is not None and account.status, xero.now().second) == ("ARCHIVED", 0)
    mistakes: list[object] = [
        {"colour": 1},
        {"archive_account": "200"},
        {"tenant": "x", "rename": "y"},
        {"auto": "maybe"},
        [],
    ]
    for wrong in mistakes:
        assert web.http.post("/practice/config", json=wrong).status_code == 400, wrong


def test_a_hand_inside_over_the_control_face(xero: PracticeXero, web: Web) -> None:
    def act(**sent: object) -> httpx.Response:
        return web.http.post("/practice/act", json={"tenant": NZ_TENANT, **sent})

    made = act(method="PUT", path="Invoices", body=invoice("POS-1")).json()
    assert (made["status"], made["body"]["Invoices"][0]["Total"]) == (200, 115)
    assert act(method="GET", path="Invoices/POS-1").json()["body"]["Invoices"][0]["InvoiceNumber"] == "POS-1"
    assert act(method="GET", path="Quotes").json()["status"] == 404
    balances = web.http.get("/practice/trial-balance", params={"tenant": NZ_TENANT}).json()["balances"]
    assert balances == {"200": "-100.00", "610": "115.00", "820": "-15.00"}
    assert web.http.get("/practice/trial-balance", params={"tenant": AU_TENANT}).json()["balances"] == {}
    assert len(xero.calls) == 0


def test_reset_goes_back_to_the_start(xero: PracticeXero, web: Web) -> None:
    web.put("Invoices", invoice("POS-1"))
    xero.faults.add(Fault(status=500))
    assert web.http.post("/practice/reset").status_code == 200
    assert (len(xero.calls), xero.faults.pending, len(xero.book(NZ_TENANT).documents)) == (0, [], 0)
    assert web.get("Accounts").status_code == 403


def test_what_it_is_is_said(web: Web) -> None:
    about = web.http.get("/practice/").json()
    assert "not Xero" in about["about"]
    assert len(about["organisations"]) == len(about["apps"]) == 3
    assert web.http.get("/practice/unknown").status_code == 404


def test_fifty_invoices_are_quick(web: Web) -> None:
    batches = [{"Invoices": [invoice(f"B{b}-{n}") for n in range(50)]} for b in range(4)]
    times = []
    for batch in batches:
        started = process_time()
        assert web.put("Invoices", batch).status_code == 200
        times.append(process_time() - started)
    assert min(times) < 1, "seconds of processor; on a usual machine it takes a thirtieth of one"
