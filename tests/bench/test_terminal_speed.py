"""What a ZVT payment takes beside the bare socket; frames a second."""

import socket
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from statistics import quantiles

import pytest

from services.contract.terminals import PaymentKind, PaymentState
from services.sandbox.terminals.zvt.ports import PracticeZvt
from services.sandbox.terminals.zvt.practice import Manner
from services.store.database import Database
from services.terminals.desk import Desk
from services.terminals.driver import Request
from services.terminals.journal import Journal, Order
from services.terminals.linkly import framing as linkly_framing
from services.terminals.linkly import responses
from services.terminals.transports.tcp import TcpAddress, TcpLine
from services.terminals.zvt import messages, printing
from services.terminals.zvt.apdu import Splitter
from services.terminals.zvt.charsets import Charset
from services.terminals.zvt.driver import ZvtDriver, ZvtSettings
from services.terminals.zvt.fields import CONTAINER, bcd, encode, encode_tlv
from services.terminals.zvt.framing import FrameReader, framed
from services.terminals.zvt.links import TcpLink
from services.terminals.zvt.profiles import PROFILES
from tests.terminals.kit.child import now, put_terminal
from tests.terminals.kit.noted import Noted

_RUNS = 100
_TIMES = 1000
_LEAST = 300
"""Messages a second of CPU; a line of 9600 baud brings no more than ten receipts a second."""
_ALLOWED = 0.002
"""Seconds a payment may take beyond the bare round trips of its messages."""


def _serve_echo(listener: socket.socket) -> None:
    connection, _ = listener.accept()
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with connection:
        while data := connection.recv(4096):
            connection.sendall(data)


def _bare_round_trips(count: int) -> float:
    """Return the usual time of `count` round trips of a frame over a bare socket."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_serve_echo, args=(listener,), daemon=True).start()
        with socket.create_connection(listener.getsockname()) as plain:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

            def once() -> None:
                for _ in range(count):
                    plain.sendall(b"\x06\x01\x0a" + bytes(10))
                    plain.recv(4096)

            return _usual(once)


def _usual(once: Callable[[], object]) -> float:
    taken = []
    for _ in range(_RUNS):
        start = time.perf_counter()
        once()
        taken.append(time.perf_counter() - start)
    # The quicker ones: what else runs on the machine is not what is measured.
    return quantiles(taken, n=4)[0]


def _driver(practice: PracticeZvt, sent: list[int]) -> ZvtDriver:
    address = TcpAddress("127.0.0.1", int(practice.address["port"]))
    return ZvtDriver(
        TcpLink(TcpLine(address)),
        ZvtSettings(PROFILES["generic"], "EUR"),
        time.monotonic,
        lambda: datetime.now(UTC),
        lambda direction, _: sent.append(1) if direction == ">" else None,
    )


def test_a_payment_beside_the_bare_socket(sqlite_database: Database) -> None:
    practice = PracticeZvt(Manner(prints="none"))
    practice.start()
    sent: list[int] = []
    driver = _driver(practice, sent)
    request = Request(1, PaymentKind.PAYMENT, 1000, "EUR", "ABCDEFGHJK")

    def pay() -> None:
        assert driver.perform(request, Noted()).state is PaymentState.APPROVED

    pay()
    sent.clear()
    pay()
    messages_sent = len(sent)
    payment, bare = _usual(pay), _bare_round_trips(messages_sent)
    journalled = _journalled(sqlite_database, driver)
    driver.close()
    practice.stop()
    sys.stdout.write(
        f"\nZVT payment over TCP, {messages_sent} messages of the till: {payment * 1e3:.2f} ms; as many bare"
        f" round trips {bare * 1e3:.2f} ms; added {(payment - bare) * 1e3:.2f} ms;"
        f" with the journal on the disk {journalled * 1e3:.2f} ms\n"
    )
    assert payment - bare < _ALLOWED


def _journalled(database: Database, driver: ZvtDriver) -> float:
    terminal = put_terminal(database, "EUR")
    desk = Desk(terminal, driver, Journal(database, now), lambda _: None)
    numbers = iter(range(_RUNS + 1))
    return _usual(lambda: desk.pay(Order("1", f"{next(numbers)}", PaymentKind.PAYMENT, 1000, "EUR")))


def _status() -> bytes:
    data = encode(
        [
            (0x27, b"\x00"),
            (0x04, bcd(1000, 6)),
            (0x0B, bcd(1041, 3)),
            (0x0C, bcd(120000, 3)),
            (0x0D, b"\x11\x21"),
            (0x22, bytes.fromhex("eeeeeeeeeeee4771")),
            (0x29, bytes.fromhex("28004869")),
            (0x2A, b"100461763      "),
            (0x3B, b"978539\0\0"),
            (0x3C, b"GEN.NR.:978539"),
            (0x49, b"\x09\x78"),
            (0x87, b"\x04\x63"),
            (0x8B, b"Debit Mastercard\0"),
        ]
    )
    return b"\x04\x0f" + bytes([len(data)]) + data


def _block() -> bytes:
    """A receipt of 40 lines in one text block (06 D3)."""
    lines = [(0x07, f"Zeile {number:02d} {'.' * 14}".encode()) for number in range(40)]
    data = encode([(CONTAINER, encode_tlv([(0x1F07, b"\x02"), (0x25, [*lines, (0x09, b"\x81")])]))])
    return b"\x06\xd3\xff" + len(data).to_bytes(2, "little") + data


_WAITING = bytes.fromhex("04ff1e0a01061a241807164269747465204b617274652065696e737465636b656e")
_ZVT: dict[str, tuple[bytes, Callable[[bytes, Charset], object]]] = {
    "04 FF": (_WAITING, messages.intermediate_status),
    "04 0F": (_status(), messages.status_information),
    "06 D3": (_block(), printing.print_text_block),
}


@pytest.mark.parametrize("name", _ZVT)
def test_zvt_frames_a_second(name: str) -> None:
    whole, read = _ZVT[name]
    frame = framed(whole)
    splitter, reader = Splitter(), FrameReader()
    (message,) = splitter.feed(whole)
    assert reader.feed(frame) == [whole]
    rates: dict[str, Callable[[], object]] = {
        "split from a TCP stream": lambda: splitter.feed(whole),
        "deframed with its check sum": lambda: reader.feed(frame),
        "decoded": lambda: read(message.data, Charset.CP437),
    }
    for what, work in rates.items():
        assert _rate(f"ZVT {name} of {len(whole)} bytes {what}", work) > _LEAST


def test_linkly_frames_a_second() -> None:
    fields = f"{'VISA':20}{'............4242':20}{'':40}000000123456280 E000  0{0:018d}"
    amounts = f"{0:09d}{4250:09d}{0:09d}123456{'ABCDEFGHJK':16}001234{'':15}12345678"
    told = f"0100{'APPROVED':20}00PSavings{amounts}    2111201126101530{fields}"
    whole = linkly_framing.encode(linkly_framing.Message("M", told + "017RFN010ABCDEFGHIJ"))
    splitter = linkly_framing.Splitter()
    (message,) = splitter.feed(whole)
    assert responses.transaction(message).reference == "ABCDEFGHJK"
    name = f"Linkly M of {len(whole)} bytes"
    assert _rate(f"{name} split from a TCP stream", lambda: splitter.feed(whole)) > _LEAST
    assert _rate(f"{name} decoded", lambda: responses.transaction(message)) > _LEAST


def _rate(what: str, work: Callable[[], object]) -> float:
    """Say how often a second of processor time this is done, and return it."""
    start = time.process_time()
    for _ in range(_TIMES):
        work()
    rate = _TIMES / (time.process_time() - start)
    sys.stdout.write(f"\n{what}: {rate:,.0f} a second of CPU")
    return rate
