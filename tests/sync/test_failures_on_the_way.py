"""Every known failure of network, calls and rights, provoked on real sockets.

The practice Xero drops, delays and cuts; a server of the test's own does what no server
should; the limits are told as Xero tells them.
"""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sqlmodel import select

from services.accounting.xero import known
from services.sandbox.xero import NZ_TENANT, Fault, PracticeXero
from services.store.tables import Attempt
from tests.e2e.processes import free_port
from tests.sync.practice import PracticeShop
from tests.sync.provoking import HASTY, PATIENT, bare_server, codes_told, look_daily, move_api, one_sale
from tests.sync.support import STORE, states
from tests.sync.test_ending_links import codes_of_a_failed_end

_PUT = {"method": "PUT", "path": "/Invoices$", "count": None}
_GET = {"method": "GET", "path": "api.xro", "count": None}
_PAGE = {"html": True, "status": 200}

# By code: the faults of the practice Xero that provoke it.
FAULTS: dict[str, list[dict[str, Any]]] = {
    "read_broken": [{**_GET, "drop": True}],
    "read_timeout": [{**_GET, "delay": 1.2}],
    "read_cut": [{**_GET, "truncate": True, "when": "after"}],
    "read_unreadable": [{**_GET, **_PAGE}],
    "read_failed_at_xero": [{**_GET, "html": True, "status": 500}],
    "read_unavailable": [{**_GET, "status": 503}],
    "write_broken": [{**_PUT, "drop": True, "when": "after", "count": 1}],
    "write_timeout": [{**_PUT, "delay": 1.2, "when": "after", "count": 1}],
    "write_cut": [{**_PUT, "truncate": True, "when": "after", "count": 1}],
    "write_unreadable": [{**_PUT, **_PAGE, "when": "after", "count": 1}],
    "write_failed_at_xero": [{**_PUT, "html": True, "status": 502, "when": "after", "count": 1}],
    "write_unavailable": [{**_PUT, "status": 503, "when": "after", "count": 1}],
    "rate_limited_minute": [
        {**_PUT, "status": 429, "headers": {"X-Rate-Limit-Problem": "minute", "Retry-After": "26"}}
    ],
    "rate_limited_app": [
        {**_PUT, "status": 429, "headers": {"X-Rate-Limit-Problem": "appminute", "Retry-After": "90"}}
    ],
    "rate_limited_concurrent": [{**_PUT, "status": 429, "headers": {"X-Rate-Limit-Problem": "concurrent"}}],
    "rate_limited_day": [
        {**_PUT, "status": 429, "headers": {"X-Rate-Limit-Problem": "day", "Retry-After": "40000"}}
    ],
    "rate_limited": [{**_PUT, "status": 429, "headers": {"X-Rate-Limit-Problem": "unheard-of"}}],
    "authorisation_lost": [{**_GET, "token_expired": True}, {**_PUT, "token_expired": True}],
    "connection_gone": [{**_PUT, "change": {"revoke_connection": True}}],
    "right_missing": [{**_PUT, "status": 403, "body": {"Detail": "AuthorizationUnsuccessful"}}],
    "scope_missing": [
        {**_PUT, "status": 403, "headers": {"WWW-Authenticate": 'Bearer error="insufficient_scope"'}}
    ],
    "not_there": [{**_PUT, "status": 404}],
    "too_large": [{**_PUT, "status": 413}],
    "redirected": [{**_PUT, "status": 302, "headers": {"Location": "http://127.0.0.1:9/login"}}],
}


@pytest.mark.parametrize("code", sorted(FAULTS))
def test_what_happens_on_the_way_is_told(practice: PracticeShop, xero: PracticeXero, code: str) -> None:
    practice.ready()
    day = one_sale(practice)
    move_api(practice, xero.url, HASTY if code.endswith("timeout") else PATIENT)
    for fault in FAULTS[code]:
        xero.faults.add(Fault(**fault))
    practice.sync(day)
    assert code in codes_told(practice, day)
    xero.faults.clear()
    move_api(practice, xero.url)
    _goes_through_in_the_end(practice, xero, day, code)


def _goes_through_in_the_end(practice: PracticeShop, xero: PracticeXero, day: date, code: str) -> None:
    """See that nothing is lost or doubled once the cause is gone."""
    if code in {"authorisation_lost", "connection_gone"}:
        assert practice.connect_by_paste() == "done"
    practice.clock.move(hours=12)
    practice.office.tick()
    answer = practice.sync(day)
    assert states(answer) == ["posted"], answer
    assert [each.number for each in xero.book(NZ_TENANT).documents.values()] == [f"POS-queen-st-{day}"]


def _refused() -> str:
    return f"http://127.0.0.1:{free_port()}"


def _unresolved(monkeypatch: pytest.MonkeyPatch) -> str:
    real = socket.getaddrinfo

    def look_up(host: str, *rest: object, **more: object) -> object:
        if host == "xero.invalid":
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return real(host, *rest, **more)  # type: ignore[arg-type]  # handed on as it came

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return "http://xero.invalid"


def _no_route(monkeypatch: pytest.MonkeyPatch, number: int = errno.ENETUNREACH) -> str:
    real = socket.socket.connect
    port = free_port()

    def connect(self: socket.socket, address: Any) -> None:  # noqa: ANN401 - any family's address
        if address[1] == port:
            raise OSError(number, "no way there")
        real(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)
    return f"http://127.0.0.1:{port}"


@contextmanager
def _never_taken() -> Iterator[str]:
    """Give the address of a listener whose queue is full, so that nobody is let in."""
    with ExitStack() as held:
        listener = held.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(3):
            waiting = held.enter_context(socket.socket())
            waiting.settimeout(0)
            waiting.connect_ex(listener.getsockname())
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate that nobody vouches for, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "nobody.pem"
    plain = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(key.private_bytes(*plain) + made.public_bytes(Encoding.PEM))
    return file


def _says_hello(connection: socket.socket) -> None:
    connection.recv(100)
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def _greets_with(certificate: Path) -> Callable[[socket.socket], None]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def handle(connection: socket.socket) -> None:
        try:
            with context.wrap_socket(connection, server_side=True) as secured:
                secured.recv(1)
        except OSError:
            return  # the client hung up, as it should

    return handle


def _told_when_api_is_at(
    practice: PracticeShop, address: str, timeouts: tuple[float, float] = PATIENT
) -> set[str]:
    """Return what is told of a day while Xero is away; it is posted afterwards."""
    xero = practice.xero
    practice.ready()
    day = one_sale(practice)
    move_api(practice, address, timeouts)
    assert states(practice.sync(day)) == ["waiting"]
    told = codes_told(practice, day)
    move_api(practice, xero.url)
    practice.clock.move(hours=2)
    practice.office.tick()
    assert states(practice.state(day)) == ["posted"]
    return told


def test_a_refused_connection(practice: PracticeShop) -> None:
    assert "connection_refused" in _told_when_api_is_at(practice, _refused())


def test_a_name_that_is_not_found(practice: PracticeShop, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "dns_failed" in _told_when_api_is_at(practice, _unresolved(monkeypatch))


def test_no_way_into_the_network(practice: PracticeShop, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "network_unreachable" in _told_when_api_is_at(practice, _no_route(monkeypatch))


def test_a_connection_that_nobody_takes(practice: PracticeShop) -> None:
    with _never_taken() as address:
        assert "connect_timeout" in _told_when_api_is_at(practice, address, HASTY)


def test_another_failure_to_connect(practice: PracticeShop, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "not_sent" in _told_when_api_is_at(practice, _no_route(monkeypatch, errno.EACCES))


def test_an_answer_without_tls(practice: PracticeShop) -> None:
    with bare_server(_says_hello) as port:
        assert "tls_failed" in _told_when_api_is_at(practice, f"https://127.0.0.1:{port}")


def test_a_certificate_of_nobody(practice: PracticeShop, certificate: Path) -> None:
    with bare_server(_greets_with(certificate)) as port:
        assert "tls_untrusted" in _told_when_api_is_at(practice, f"https://127.0.0.1:{port}")


def test_a_right_that_was_taken_away(practice: PracticeShop, xero: PracticeXero) -> None:
    practice.ready()
    day = one_sale(practice)
    assert states(practice.sync(day)) == ["posted"]
    xero.configure(NZ_TENANT, actions={"CreateApprovedInvoice": "NOT-ALLOWED"})
    look_daily(practice)
    practice.later(hours=25)
    assert "user_rights_lost" in codes_told(practice, day)


def test_a_refusal_without_a_known_reason(practice: PracticeShop, xero: PracticeXero) -> None:
    practice.ready()
    day = one_sale(practice)
    xero.faults.add(Fault(method="GET", path="api.xro", status=418, body={"Message": "x"}, count=None))
    practice.sync(day)
    for _ in range(practice.pace.odd_tries - 1):
        practice.later(hours=1)
    assert "call_refused" in codes_told(practice, day)


def test_the_last_try(practice: PracticeShop, xero: PracticeXero) -> None:
    practice.ready()
    day = one_sale(practice)
    xero.faults.add(Fault(method="GET", path="api.xro", status=503, count=None))
    practice.sync(day)
    for _ in range(practice.pace.come_back_tries):
        practice.later(hours=1)
    assert "tries_used_up" in codes_told(practice, day)
    calls = len(xero.calls)
    practice.later(hours=2)
    assert len(xero.calls) == calls, "nothing is tried any more"


def test_an_outcome_that_stays_unknown(practice: PracticeShop, xero: PracticeXero) -> None:
    practice.ready()
    day = one_sale(practice)
    xero.faults.add(Fault(method="PUT", path="/Invoices$", when="after", drop=True))
    xero.faults.add(Fault(method="GET", path="/Invoices", status=500, count=None))
    assert states(practice.sync(day)) == ["unknown"]
    practice.office.stop()
    _die_while_sending(practice)
    practice.office.start()
    practice.later(hours=1)
    assert "outcome_unknown" in codes_told(practice, day)


def _die_while_sending(practice: PracticeShop) -> None:
    """Leave the tables as a process does that dies in a call."""
    with practice.database.write() as session:
        for attempt in session.exec(select(Attempt).where(Attempt.store == STORE)):
            attempt.outcome = "started"
            attempt.problem = None
            session.add(attempt)


@pytest.mark.parametrize("code", ["still_connected", "end_by_hand"])
def test_a_connection_that_does_not_end(practice: PracticeShop, code: str) -> None:
    assert code in codes_of_a_failed_end(practice, code)


def test_every_failure_of_calls_and_network_is_provoked() -> None:
    told_here = {
        "connection_refused",
        "dns_failed",
        "network_unreachable",
        "connect_timeout",
        "not_sent",
        "tls_failed",
        "tls_untrusted",
        "user_rights_lost",
        "call_refused",
        "tries_used_up",
        "outcome_unknown",
        "still_connected",
        "end_by_hand",
    }
    assert {each.code for each in (*known.NETWORK, *known.ANSWERS)} == told_here | set(FAULTS)
