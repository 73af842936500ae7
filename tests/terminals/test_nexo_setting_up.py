"""How a nexo terminal is set up, and whose certificate is believed."""

import socket
from dataclasses import replace
from pathlib import Path

import pytest

from services.contract.problem import Refused
from services.contract.terminals import PaymentKind, PaymentState
from services.sandbox.terminals.nexo.ports import PracticeNexo
from services.sandbox.terminals.nexo.practice import PASSPHRASE, Manner
from services.terminals.catalogue import protocol
from services.terminals.driver import Request
from services.terminals.problems import TransportLost
from services.terminals.transports.tcp import TcpAddress, TcpLine
from tests.terminals.kit.at_counter import ANNA, STORE, at_counter
from tests.terminals.kit.drivers import around
from tests.terminals.kit.noted import Noted

_REQUEST = Request(1, PaymentKind.PAYMENT, 1000, "EUR", "ABCDEFGHJK")
_SECRETS = {"passphrase": PASSPHRASE}


def _given(**changes: object) -> dict[str, object]:
    given: dict[str, object] = {
        "host": "127.0.0.1",
        "terminal": "V400m-324688179",
        "tls": "no",
        "key_identifier": "practice",
    }
    return given | changes


def test_a_payment_over_tls_with_settings_as_a_person_gives_them() -> None:
    practice = PracticeNexo(tls=True).start()
    try:
        driver = protocol("nexo").make(practice.address, around(secrets=_SECRETS))
        assert driver.status(Noted()).ready
        assert driver.perform(_REQUEST, Noted()).state is PaymentState.APPROVED
        assert [charge.amount for charge in practice.charges.all()] == [1000]
    finally:
        practice.stop()


@pytest.mark.parametrize(
    "changes",
    [
        {"terminal": "V400m-111111111"},
        {"environment": "live"},
        {"server_name": "legacy-terminal-certificate.test.terminal.adyen.com"},
    ],
)
def test_a_certificate_of_another_terminal_is_not_believed(changes: dict[str, str]) -> None:
    practice = PracticeNexo(tls=True).start()
    try:
        hooks = Noted()
        driver = protocol("nexo").make({**practice.address, **changes}, around(secrets=_SECRETS))
        with pytest.raises(TransportLost) as caught:
            driver.perform(_REQUEST, hooks)
        assert "CERTIFICATE_VERIFY_FAILED" in caught.value.detail
        assert hooks.calls == []
    finally:
        practice.stop()


def test_a_certificate_of_another_root_is_not_believed() -> None:
    practice, other = PracticeNexo(tls=True).start(), PracticeNexo(tls=True)
    try:
        given = {**practice.address, "certificate": other.address["certificate"]}
        with pytest.raises(TransportLost) as caught:
            protocol("nexo").make(given, around(secrets=_SECRETS)).perform(_REQUEST, Noted())
        assert "CERTIFICATE_VERIFY_FAILED" in caught.value.detail
        assert practice.charges.all() == []
    finally:
        practice.stop()
        other.stop()


def test_while_the_passphrase_is_changed_the_one_before_still_serves() -> None:
    practice = PracticeNexo(replace(Manner(), passphrase="the old one", key_version=1)).start()
    try:
        secrets = {"passphrase": "the new one", "previous_passphrase": "the old one"}
        given = {**practice.address, "key_version": "2", "previous_version": "1"}
        driver = protocol("nexo").make(given, around(secrets=secrets))
        assert driver.perform(_REQUEST, Noted()).state is PaymentState.APPROVED
    finally:
        practice.stop()


@pytest.mark.parametrize(
    "changes,name",
    [
        ({"host": ""}, "host"),
        ({"port": "0"}, "port"),
        ({"terminal": ""}, "terminal"),
        ({"terminal": "a terminal"}, "terminal"),
        ({"sale": "till/1"}, "sale"),
        ({"sale": "4111111111111111"}, "sale"),
        ({"key_identifier": ""}, "key_identifier"),
        ({"key_version": "one"}, "key_version"),
        ({"tls": "yes"}, "certificate"),
        ({"tls": "yes", "certificate": "/nowhere.pem"}, "certificate"),
        ({"host": "10.0.0.7"}, "tls"),
        ({"host": "terminal.shop"}, "tls"),
        ({"environment": "practice"}, "environment"),
    ],
)
def test_a_setting_that_does_not_fit_is_named(changes: dict[str, object], name: str) -> None:
    with pytest.raises(Refused) as caught:
        protocol("nexo").make(_given(**changes), around(secrets=_SECRETS))
    assert f"setting {name} does not fit" in caught.value.what


@pytest.mark.parametrize("passphrase", [None, "", "пароль"])
def test_a_passphrase_that_does_not_fit(passphrase: str | None) -> None:
    secrets = {} if passphrase is None else {"passphrase": passphrase}
    with pytest.raises(Refused) as caught:
        protocol("nexo").make(_given(), around(secrets=secrets))
    assert "passphrase" in caught.value.what


def test_localhost_needs_no_tls() -> None:
    for host in ("localhost", "127.0.0.1", "::1"):
        assert protocol("nexo").make(_given(host=host), around(secrets=_SECRETS)).abilities


def test_a_file_that_is_no_certificate(tmp_path: Path) -> None:
    file = tmp_path / "root.pem"
    file.write_text("not a certificate")
    with pytest.raises(Refused) as caught:
        protocol("nexo").make(_given(tls="yes", certificate=str(file)), around(secrets=_SECRETS))
    assert "certificate" in caught.value.what


def test_no_secret_stands_in_a_driver() -> None:
    driver = protocol("nexo").make(_given(), around(secrets=_SECRETS))
    assert PASSPHRASE not in f"{driver!r} {vars(driver)!r}"


def test_a_connection_that_is_let_go_leaves_nothing_on_its_way() -> None:
    """What was not sent yet is thrown away: the other side sees a reset, not an end."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        line = TcpLine(TcpAddress("127.0.0.1", listener.getsockname()[1], discard=True))
        line.open()
        connection, _ = listener.accept()
        with connection:
            connection.settimeout(10)
            line.send(b"half a request")
            assert connection.recv(100) == b"half a request"
            line.close()
            with pytest.raises(ConnectionResetError):
                connection.recv(100)


def test_a_payment_at_a_shops_counter(template: Path) -> None:
    practice = PracticeNexo(tls=True).start()
    try:
        with at_counter(template) as shop:
            details = {"key": "desk", "store": STORE, "protocol": "nexo", "settings": practice.address}
            shop.office.terminals.add({**details, "secrets": _SECRETS}, ANNA)
            shop.settled()
            paid = shop.pay(1010, key="desk")
            assert paid["payment"]["state"] == "approved"
            assert [charge.amount for charge in practice.charges.all()] == [1010]
    finally:
        practice.stop()
