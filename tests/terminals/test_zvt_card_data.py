"""Card numbers planted in every field of ZVT: none comes in."""

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from services.contract.problem import Problem
from services.contract.terminals import PaymentKind
from services.store.database import migrate
from services.store.tables import Terminal
from services.terminals.desk import Desk
from services.terminals.finding_out import Patience
from services.terminals.journal import Journal, Order
from services.terminals.zvt import messages, printing
from services.terminals.zvt.apdu import encode
from services.terminals.zvt.charsets import Charset
from services.terminals.zvt.codes import Command
from services.terminals.zvt.driver import ZvtDriver, ZvtSettings
from services.terminals.zvt.fields import Tlv, bcd, encode_tlv
from services.terminals.zvt.fields import encode as encode_fields
from services.terminals.zvt.profiles import PROFILES
from tests.terminals.kit.cards import CARDS
from tests.terminals.kit.child import now, opened, put_terminal
from tests.terminals.kit.ears import Ears
from tests.terminals.kit.scripted import NO_LAST, REGISTERED, Said, ScriptedLink, apdu

_EXPIRY = "2512"
_TRACK_END = "1010000012345678"


def _packed(digits: str) -> bytes:
    return bytes.fromhex(digits + "f" * (len(digits) % 2))


def _fields(card: str) -> list[tuple[int, bytes]]:
    track = _packed(f"{card}d{_EXPIRY}{_TRACK_END}")
    tags: list[Tlv] = [
        (0x1F08, track),
        (0x1F09, f"{card}={_EXPIRY}{_TRACK_END}".encode()),
        (0x1F0A, _packed(card)),
        (0x24, [(0x07, f"Karte {card}".encode())]),
        (0x44, f"App {card}".encode()),
        (0x43, card.encode()),
        (0x1F1F, b"\x04\x63"),
    ]
    return [
        (0x27, b"\x00"),
        (0x04, bcd(1000, 6)),
        (0x22, _packed(card)),
        (0x23, track),
        (0x24, track),
        (0x2D, f"B{card}^DOE/JANE^{_EXPIRY}{_TRACK_END}".encode()),
        (0x3A, b"\x12\x3f"),
        (0x0E, bytes.fromhex(_EXPIRY)),
        (0x2A, (card if len(card) <= 15 else "").encode().ljust(15)),
        (0x3C, f"Karte {card} gueltig bis 12/25".encode()),
        (0x8B, f"VISA {card}\0".encode()),
        (0x87, b"\x04\x63"),
        (0x06, encode_tlv(tags)),
    ]


def _message(command: int, data: bytes) -> tuple[float, str]:
    from services.terminals.zvt.apdu import Apdu

    return 0, encode(Apdu(command, data)).hex()


def _script(card: str, end: tuple[float, str]) -> dict[int, Said]:
    text = encode_tlv([(0x24, [(0x07, f"Nr {card}".encode())])])
    block = encode_tlv([(0x1F07, b"\x02"), (0x25, [(0x07, f"Nr {card}".encode()), (0x09, b"\x81")])])
    grouped = " ".join(card[at : at + 4] for at in range(0, len(card), 4))
    return {
        Command.REGISTRATION: REGISTERED,
        Command.REPEAT_RECEIPT: NO_LAST,
        Command.AUTHORISATION: (
            (0, "800000"),
            _message(0x04FF, b"\x0a" + encode_fields([(6, text)])),
            _message(0x040F, encode_fields(_fields(card))),
            _message(0x06D1, b"\x00" + f"Karte {grouped}".encode()),
            _message(0x06D1, b"\x00Ablaufdatum: 12/25"),
            _message(0x06D1, b"\x81" + card.encode()),
            _message(0x06D3, encode_fields([(6, block)])),
            end,
        ),
    }


def _desk(script: dict[int, Said], ears: Ears, journal: Journal, terminal: Terminal) -> Desk:
    link = ScriptedLink(script)
    settings = ZvtSettings(PROFILES["generic"], "EUR")
    driver = ZvtDriver(link, settings, link.monotonic, link.clock, ears.record)
    return Desk(terminal, driver, journal, lambda _: None, listener=ears.progress, patience=Patience(1, 0))


def _forms(card: str) -> list[str]:
    grouped = " ".join(card[at : at + 4] for at in range(0, len(card), 4))
    return [card, card[:-4], grouped, grouped[:-5], card.encode().hex(), "DOE/JANE", _TRACK_END, "12/25"]


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize(
    "end",
    [
        (0, "060f00"),
        _message(0x061E, b"\x05" + encode_fields([(0x3C, b"Karte 4111111111111111")])),
        _message(0x040F, b"\x27\x00\x04\x00\x0d"),
    ],
    ids=["completed", "aborted", "damaged"],
)
def test_no_card_number_comes_in(
    card: str, end: tuple[float, str], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    ears = Ears()
    url = f"sqlite:///{tmp_path / 'tillbook.db'}"
    with opened(url) as database:
        migrate(database)
        desk = _desk(_script(card, end), ears, Journal(database, now), put_terminal(database, "EUR"))
        row = desk.pay(Order("till-1", "order-1", PaymentKind.PAYMENT, 1000, "EUR"))
        ears.heard.append(repr(row))
    files = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    seen = "\n".join([*ears.heard, caplog.text, files.decode("latin-1")])
    assert "0463" in seen, "the payment was taken in at all"
    assert [form for form in [*_forms(card), *_forms(CARDS[0])] if form in seen] == []


_READERS: list[Callable[[bytes], object]] = [
    lambda data: messages.status_information(data, Charset.CP437),
    lambda data: messages.intermediate_status(data, Charset.CP437),
    lambda data: printing.print_text_block(data, Charset.CP437),
    messages.completion,
    lambda data: apdu((b"\x04\x0f" + bytes([min(len(data), 254)]) + data[:254]).hex()),
]


@pytest.mark.parametrize("reader", _READERS)
@pytest.mark.parametrize("cut", range(0, 260, 7))
def test_no_exception_or_repr_holds_a_card_number(reader: Callable[[bytes], object], cut: int) -> None:
    card = CARDS[0]
    data = encode_fields(_fields(card))[:cut]
    try:
        told = repr(reader(data))
    except Problem as problem:
        told = f"{problem} {problem.detail} {problem!r} {problem.args}"
    assert [form for form in _forms(card) if form in told] == []
