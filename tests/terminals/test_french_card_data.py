"""Card numbers planted in every field of Concert V3 and E+: none comes in."""

import logging
import shutil
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import pytest

from services.contract.problem import Problem
from services.contract.terminals import PaymentKind
from services.store.tables import Terminal
from services.terminals.concert import messages as concert
from services.terminals.concert.driver import ConcertDriver, ConcertSettings
from services.terminals.concert.links import Quiet, TcpLink
from services.terminals.concert.messages import Till
from services.terminals.concert.tlv import encode, parse
from services.terminals.desk import Desk
from services.terminals.driver import Driver
from services.terminals.eplus import messages as eplus
from services.terminals.eplus.driver import EplusDriver, EplusSettings
from services.terminals.eplus.framing import framed
from services.terminals.eplus.messages import Told
from services.terminals.finding_out import Patience
from services.terminals.journal import Journal, Order
from tests.terminals.kit.cards import CARDS
from tests.terminals.kit.child import now, opened, put_terminal
from tests.terminals.kit.ears import Ears
from tests.terminals.kit.scripted_line import ScriptedLine

_EXPIRY = "2512"
_TRACK_END = "1010000012345678"
_ACK, _ENQ = b"\x06", b"\x05"
Made = tuple[Driver, ScriptedLine]
Record = Callable[[str, str], None]


def _grouped(card: str) -> str:
    return " ".join(card[at : at + 4] for at in range(0, len(card), 4))


def _answer(card: str, **changes: str) -> bytes:
    """An answer with the card in every value that can hold it."""
    paper = b64encode(f"CARTE {_grouped(card)}\nEXP 12/25\n{card}\n10,10 EUR AUTO 600463".encode()).decode()
    long = {
        tag: f"{tag} {card}={_EXPIRY}{_TRACK_END}"
        for tag in ("CF", "AI", "CG", "AQ", "AP", "CH", "ID", "AL", "AF", "XX")
    }
    known = {"CZ": "0300", "CA": "01", "CB": "1010", "CD": "0", "CE": "978", "AE": "10"}
    values = {
        **long,
        **known,
        "AA": card,
        "AB": _EXPIRY,
        "AC": "600463",
        "ZT": f"CK003100AK{len(paper):03d}{paper}",
    }
    return encode((values | changes).items())


def _concert(answer: Callable[[str], bytes]) -> Callable[[str, Record], Made]:
    def make(card: str, record: Record) -> Made:
        old = _answer(card, CD="3", CB="500", AC="600400")
        line = ScriptedLine([[(0, old)], [(1, answer(card))], [(0, _answer(card, CD="3"))]])
        link = TcpLink(line, line.monotonic, Quiet(), ticket=True)
        settings = ConcertSettings(Till(978, ticket=True, partial=True))
        return ConcertDriver(link, settings, line.monotonic, line.clock, record), line

    return make


def _eplus(report: Callable[[str], str]) -> Callable[[str, Record], Made]:
    def make(card: str, record: Record) -> Made:
        told = Told(1, "0", 1010, "1", 978, "0000600463")
        answer = framed(eplus.answer(told, report(card)))
        line = ScriptedLine([[(0, _ACK)], [(0, _ACK)], [(1, _ENQ)], [(0, answer)]])
        settings = EplusSettings(978, report=True)
        return EplusDriver(line, settings, line.monotonic, line.clock, record), line

    return make


_MAKES = {
    "concert": _concert(_answer),
    "concert refused": _concert(lambda card: _answer(card, AE="01")),
    "concert cut off": _concert(lambda card: _answer(card)[:-3]),
    "concert contradicting itself": _concert(lambda card: _answer(card) + encode([("AA", CARDS[1][::-1])])),
    "concert of another": _concert(lambda card: _answer(card, CB="1110")),
    "eplus": _eplus(lambda card: card),
    "eplus with zeros": _eplus(lambda card: card.ljust(55, "0")),
    "eplus with a track": _eplus(lambda card: f"{card}={_EXPIRY}{_TRACK_END}"),
    "eplus grouped": _eplus(lambda card: f"{_grouped(card)} 12/25"),
    "eplus behind words": _eplus(lambda card: f"VISA {card} {_EXPIRY}"),
}


def _forms(card: str) -> list[str]:
    grouped = _grouped(card)
    return [
        card,
        card[:-4],
        grouped,
        grouped[:-5],
        card.encode().hex(),
        b64encode(card.encode()).decode()[:-2],
        _TRACK_END,
        "12/25",
    ]


def _desk(driver: Driver, terminal: Terminal, journal: Journal, ears: Ears) -> Desk:
    return Desk(terminal, driver, journal, lambda _: None, listener=ears.progress, patience=Patience(1, 0))


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize("make", _MAKES)
def test_no_card_number_comes_in(
    make: str, card: str, template: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    ears = Ears()
    shutil.copy(template, tmp_path / "tillbook.db")
    with opened(f"sqlite:///{tmp_path / 'tillbook.db'}") as database:
        driver, line = _MAKES[make](card, ears.record)
        desk = _desk(driver, put_terminal(database, "EUR"), Journal(database, now), ears)
        row = desk.pay(Order("till-1", "order-1", PaymentKind.PAYMENT, 1010, "EUR"))
        ears.heard += [repr(row), repr(row.problem), repr(driver)]
    files = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    seen = "\n".join([*ears.heard, caplog.text, files.decode("latin-1")])
    assert any(card.encode() in data for data in _said(line)), "the card was on the line at all"
    assert row.state in {"approved", "declined", "unknown"}
    assert [form for form in _forms(card) if form in seen] == []


def _said(line: ScriptedLine) -> list[bytes]:
    return [data.replace(b" ", b"") for part in line.script for _, data in part]


_READERS: list[Callable[[bytes], object]] = [
    concert.read,
    eplus.told,
    eplus.asked,
    lambda data: concert.read(data + b"!"),
]


@pytest.mark.parametrize("reader", _READERS)
@pytest.mark.parametrize("cut", range(0, 700, 23))
def test_no_exception_or_repr_holds_a_card_number(reader: Callable[[bytes], object], cut: int) -> None:
    card = CARDS[0]
    data = (_answer(card)[:cut], _answer(card)[cut:])[cut % 2]
    try:
        told = repr(reader(data))
    except Problem as problem:
        told = f"{problem} {problem.detail} {problem!r} {problem.args}"
    assert [form for form in _forms(card) if form in told] == []


def test_the_codec_is_what_masks() -> None:
    data = _answer(CARDS[0])
    assert any(CARDS[0] in value for _, value in parse(data))
    assert CARDS[0] not in repr(concert.read(data))
    assert CARDS[0] not in repr(eplus.told(eplus.answer(Told(1, "0", 1, "1", 978, ""), CARDS[0])))
