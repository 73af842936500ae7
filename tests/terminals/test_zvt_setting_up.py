"""ZVT terminals as a person sets them up, and the lines they are reached on."""

import socket
import ssl
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from services.contract.problem import NotFound, Refused
from services.sandbox.terminals.wires import PtyPort, TcpPort, Wire
from services.sandbox.terminals.zvt.ports import PracticeZvt
from services.terminals.catalogue import PROTOCOLS, protocol
from services.terminals.driver import Ability
from services.terminals.entry import Entry
from services.terminals.problems import TransportLost
from services.terminals.transports.serial_port import SerialLine, SerialSettings
from services.terminals.transports.tcp import TcpAddress, TcpLine
from services.terminals.zvt.apdu import Apdu
from services.terminals.zvt.driver import ZvtDriver
from services.terminals.zvt.links import TcpLink
from services.terminals.zvt.profiles import PROFILES
from tests.terminals.kit.drivers import around, status_of


@pytest.mark.parametrize("serial", [False, True])
@pytest.mark.parametrize("make", [name for name in PROFILES if name != "gateway"])
def test_a_terminal_is_reached_as_it_was_set_up(make: str, serial: bool) -> None:  # noqa: FBT001 - a parameter of the test
    practice = PracticeZvt(serial=serial)
    practice.start()
    try:
        assert status_of("zvt", {**practice.address, "profile": make}).ready
    finally:
        practice.stop()


@pytest.mark.parametrize(
    "given,setting",
    [
        ({}, "host"),
        ({"host": "a", "port": "none"}, "port"),
        ({"host": "a", "port": "70000"}, "port"),
        ({"host": "a", "profile": "acme"}, "profile"),
        ({"connection": "serial"}, "device"),
        ({"connection": "serial", "device": "/dev/x", "baud": "1"}, "baud"),
        ({"host": "a", "tls": "yes", "certificate": "/nowhere.pem"}, "certificate"),
        ({"host": "a", "line_width": "4"}, "line_width"),
        ({"host": "a", "answer_seconds": "0"}, "answer_seconds"),
        ({"connection": "smoke"}, "connection"),
    ],
)
def test_a_setting_that_does_not_fit_is_named(given: dict[str, str], setting: str) -> None:
    with pytest.raises(Refused) as caught:
        protocol("zvt").make(given, around())
    assert setting in caught.value.what


def test_a_currency_or_password_that_does_not_fit_is_refused() -> None:
    with pytest.raises(Refused):
        protocol("zvt").make({"host": "a"}, around("XYZ"))
    with pytest.raises(Refused) as caught:
        protocol("zvt").make({"host": "a"}, around(secrets={"password": "12345x"}))
    assert "12345x" not in str(caught.value)


def test_the_catalogue_names_what_there_is() -> None:
    assert all(isinstance(entry, Entry) for entry in PROTOCOLS.values())
    with pytest.raises(NotFound) as caught:
        protocol("morse")
    assert "zvt" in caught.value.why


def test_how_long_an_answer_may_take_can_be_set() -> None:
    driver = protocol("zvt").make({"host": "a", "answer_seconds": "12"}, around())
    assert isinstance(driver, ZvtDriver)
    assert driver.timers.until_answer == 12


def test_a_default_is_one_of_the_choices() -> None:
    for entry in PROTOCOLS.values():
        for setting in entry.settings:
            assert not setting.choices or setting.default in setting.choices
        names = [setting.name for setting in entry.settings]
        assert len(names) == len(set(names))


def test_zvt_can_do_all_but_cash_out() -> None:
    driver = protocol("zvt").make({"host": "a"}, around())
    assert frozenset(Ability) - driver.abilities == {Ability.CASH_OUT}


def _echo(wire: Wire) -> None:
    while data := wire.read(5):
        wire.write(data)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for localhost with its key, made here."""
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    both = tmp_path / "both.pem"
    try:
        subprocess.run(
            [*command, "-keyout", both, "-out", tmp_path / "c.pem"], check=True, capture_output=True
        )
    except FileNotFoundError:
        pytest.skip("there is no openssl to make a certificate with")
    both.write_bytes(both.read_bytes() + (tmp_path / "c.pem").read_bytes())
    return both


def _served_by_tls(certificate: Path, serve: Callable[[ssl.SSLSocket], None]) -> int:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    listener = socket.create_server(("127.0.0.1", 0))

    def work() -> None:
        with listener, listener.accept()[0] as plain:
            try:
                with context.wrap_socket(plain, server_side=True) as secured:
                    serve(secured)
            except OSError:
                return

    threading.Thread(target=work, daemon=True).start()
    port: int = listener.getsockname()[1]
    return port


def test_tls_where_it_is_set_up(certificate: Path) -> None:
    port = _served_by_tls(certificate, lambda secured: secured.sendall(secured.recv(100)))
    context = ssl.create_default_context(cafile=str(certificate))
    line = TcpLine(TcpAddress("127.0.0.1", port, context, "localhost"))
    line.open()
    line.send(b"\x06\x00\x00")
    assert line.receive(5) == b"\x06\x00\x00"
    line.close()


def test_a_certificate_of_somebody_else_is_not_accepted(certificate: Path) -> None:
    port = _served_by_tls(certificate, lambda _: None)
    line = TcpLine(TcpAddress("127.0.0.1", port, ssl.create_default_context(), "localhost"))
    with pytest.raises(TransportLost) as caught:
        line.open()
    assert "certificate" in caught.value.detail.lower()


def test_a_line_that_is_closed_from_elsewhere_is_lost() -> None:
    port = TcpPort(_echo)
    port.start()
    line = TcpLine(TcpAddress("127.0.0.1", port.port))
    line.open()
    line.open()
    line.send(b"a")
    assert line.receive(5) == b"a"
    assert line.receive(0) == b""
    threading.Timer(0.05, line.close).start()
    with pytest.raises(TransportLost):
        line.receive(5)
    with pytest.raises(TransportLost):
        line.send(b"b")
    port.stop()


def test_a_serial_line_on_a_pseudo_terminal() -> None:
    port = PtyPort(_echo)
    port.start()
    line = SerialLine(SerialSettings(port.path, baud=115200))
    line.open()
    line.send(bytes(range(256)))
    heard = b""
    while len(heard) < 256:
        heard += line.receive(5)
    assert heard == bytes(range(256))
    assert line.receive(0.01) == b""
    line.close()
    with pytest.raises(TransportLost):
        line.receive(0)
    port.stop()


def test_a_serial_port_that_is_not_there() -> None:
    with pytest.raises(TransportLost) as caught:
        SerialLine(SerialSettings("/dev/no-such-port")).open()
    assert "/dev/no-such-port" in caught.value.what


def test_a_gateway_puts_the_length_before_each_message() -> None:
    heard = []

    def gateway(wire: Wire) -> None:
        heard.append(wire.read(5))
        for byte in b"\x00\x03\x80\x00\x00\x00\x04\x06\x0f\x01\x00":
            wire.write(bytes([byte]))
        wire.read(5)

    port = TcpPort(gateway)
    port.start()
    link = TcpLink(TcpLine(TcpAddress("127.0.0.1", port.port)), length_prefix=True)
    link.open()
    link.send(Apdu(0x0601, b"\x01"))
    found = list[Apdu]()
    while len(found) < 2:
        message = link.receive(5)
        if message is not None:
            found.append(message)
    assert found == [Apdu(0x8000), Apdu(0x060F, b"\x00")]
    assert heard == [b"\x00\x04\x06\x01\x01\x01"]
    link.close()
    port.stop()
