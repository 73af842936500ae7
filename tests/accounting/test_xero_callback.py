"""The listener that the browser comes back to."""

import logging
import re
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import httpx
import pytest

from services.accounting.xero.callback import CallbackListener
from services.accounting.xero.landing import Page, page_text
from services.contract.problem import Refused
from tests.accounting.xero_examples import NOON, FakeClock

AUTHORISE = "https://login.example/identity/connect/authorize?client_id=1&state=s-1"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def listener(clock: FakeClock) -> Iterator[CallbackListener]:
    made = CallbackListener(0, "/callback", "s-1", AUTHORISE, NOON + timedelta(minutes=10), clock)
    with made.start():
        yield made


def _get(listener: CallbackListener, target: str, host: str = "127.0.0.1", **headers: str) -> httpx.Response:
    address = f"http://{host}:{listener.port}{target}"
    return httpx.get(
        address, timeout=60, trust_env=False, headers={"Host": f"localhost:{listener.port}"} | headers
    )


def test_the_answer_gives_its_code_and_a_page(listener: CallbackListener) -> None:
    assert listener.state == "waiting"
    response = _get(listener, "/callback?code=c-1&state=s-1")
    assert response.status_code == 200
    assert response.text == page_text(Page.DONE)
    assert listener.result(60) == "c-1"
    assert listener.state == "answered"


def test_it_listens_on_both_kinds_of_loopback(listener: CallbackListener) -> None:
    if not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    assert _get(listener, "/callback?code=c-1&state=s-1", "[::1]").status_code == 200
    assert listener.result(60) == "c-1"


def test_pages_load_nothing_and_are_not_kept(listener: CallbackListener) -> None:
    headers = _get(listener, "/callback?state=other").headers
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]


@pytest.mark.parametrize("page", list(Page))
def test_a_page_names_no_address_of_its_own(page: Page) -> None:
    text = page_text(page)
    assert not re.search(r"(?:src|href|url)\s*[=(]|https?://|<script", text)
    assert "<title>Tillbook" in text


def test_another_state_changes_nothing(listener: CallbackListener) -> None:
    response = _get(listener, "/callback?code=c-9&state=other")
    assert response.status_code == 400
    assert response.text == page_text(Page.WRONG_STATE)
    assert listener.state == "waiting"
    _get(listener, "/callback?code=c-1&state=s-1")
    assert listener.result(60) == "c-1"


def test_a_refusal_with_another_state_changes_nothing(listener: CallbackListener) -> None:
    _get(listener, "/callback?error=access_denied&state=other")
    assert listener.state == "waiting"


@pytest.mark.parametrize(
    "query,code,state",
    [
        ("error=access_denied&state=s-1", "consent_refused", "refused"),
        ("error=invalid_scope&state=s-1", "consent_failed", "failed"),
    ],
)
def test_a_refusal_at_xero_ends_the_wait(
    listener: CallbackListener, query: str, code: str, state: str
) -> None:
    response = _get(listener, f"/callback?{query}")
    assert response.text == page_text(Page.REFUSED)
    with pytest.raises(Refused) as refusal:
        listener.result(60)
    assert refusal.value.code == code
    assert listener.state == state


def test_there_is_one_answer_only(listener: CallbackListener) -> None:
    _get(listener, "/callback?code=c-1&state=s-1")
    second = _get(listener, "/callback?code=c-2&state=s-1")
    assert second.status_code == 410
    assert second.text == page_text(Page.EXPIRED)
    assert listener.result(60) == "c-1"


def test_an_answer_that_comes_too_late_is_not_taken(listener: CallbackListener, clock: FakeClock) -> None:
    clock.move(minutes=10)
    response = _get(listener, "/callback?code=c-1&state=s-1")
    assert response.status_code == 410
    with pytest.raises(Refused) as refusal:
        listener.result(60)
    assert refusal.value.code == "consent_expired"
    assert listener.state == "expired"


def test_the_wait_ends_by_itself() -> None:
    with CallbackListener(0, "/callback", "s-1", AUTHORISE, NOON, lambda: NOON).start() as listener:
        with pytest.raises(Refused) as refusal:
            listener.result(60)
        assert refusal.value.code == "consent_expired"


def test_the_short_address_leads_to_xero(listener: CallbackListener) -> None:
    response = _get(listener, urlsplit(listener.short_address).path)
    assert response.status_code == 302
    assert response.headers["location"] == AUTHORISE
    assert response.headers["cache-control"] == "no-store"
    assert listener.short_address == f"http://localhost:{listener.port}/go"


def test_other_paths_are_not_there(listener: CallbackListener) -> None:
    assert _get(listener, "/favicon.ico").status_code == 404
    assert listener.state == "waiting"


def test_a_foreign_name_is_turned_away(listener: CallbackListener) -> None:
    response = _get(listener, "/callback?code=c-1&state=s-1", Host="attacker.example")
    assert response.status_code == 421
    assert listener.state == "waiting"


def test_cancelling_ends_the_wait_and_frees_the_port(listener: CallbackListener) -> None:
    ended = threading.Event()
    listener.on_answer(ended.set)
    listener.cancel()
    assert ended.wait(60)
    with pytest.raises(Refused) as refusal:
        listener.result(60)
    assert refusal.value.code == "consent_cancelled"
    with CallbackListener(
        listener.port, "/callback", "s", AUTHORISE, NOON + timedelta(1), lambda: NOON
    ).start() as next_one:
        assert next_one.state == "waiting"


def test_whoever_waits_may_close_it_at_once(listener: CallbackListener) -> None:
    ended = threading.Event()
    listener.on_answer(listener.close)
    listener.on_answer(ended.set)
    _get(listener, "/callback?code=c-1&state=s-1")
    assert ended.wait(60)
    assert listener.result(60) == "c-1"


def test_waiting_for_a_while_only_is_possible(listener: CallbackListener) -> None:
    with pytest.raises(TimeoutError):
        listener.result(0)
    assert listener.state == "waiting"


@pytest.mark.parametrize("family,host", [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")])
def test_a_port_in_use_offers_pasting(family: socket.AddressFamily, host: str) -> None:
    with socket.socket(family) as other:
        try:
            other.bind((host, 0))
        except OSError:
            pytest.skip("this machine has no such loopback address")
        other.listen()
        port = other.getsockname()[1]
        taken = CallbackListener(port, "/callback", "s-1", AUTHORISE, NOON + timedelta(1), lambda: NOON)
        with pytest.raises(Refused) as refusal:
            taken.start()
    assert refusal.value.code == "port_in_use"
    assert "paste" in refusal.value.next
    assert str(port) in refusal.value.what


def test_the_code_is_never_logged(
    listener: CallbackListener, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "services")
    caplog.set_level(logging.DEBUG, "http")
    _get(listener, "/callback?code=c-secret&state=s-1")
    assert listener.result(60) == "c-secret"
    captured = capfd.readouterr()
    logged = [
        record.getMessage() for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))
    ]
    assert "c-secret" not in captured.out + captured.err + "".join(logged)


def test_a_browser_that_hangs_up_leaves_no_trace(
    listener: CallbackListener, capfd: pytest.CaptureFixture[str]
) -> None:
    with socket.create_connection(("127.0.0.1", listener.port), 10) as browser:
        browser.sendall(
            b"GET /callback?code=c-1&state=s-1 HTTP/1.1\r\nHost: localhost:%d\r\n\r\n" % listener.port
        )
    assert listener.result(60) == "c-1"
    assert "Traceback" not in capfd.readouterr().err
