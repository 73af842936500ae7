"""Any bytes, through every reader of Linkly: a value or ProtocolError."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from services.contract.terminals import PaymentKind
from services.terminals.driver import Request
from services.terminals.linkly import requests, responses
from services.terminals.linkly.codes import Key, SettlementKind
from services.terminals.linkly.describing import described
from services.terminals.linkly.fields import masked_card, read_tags, tags
from services.terminals.linkly.framing import LONGEST, Message, Splitter, decode, encode
from services.terminals.linkly.results import find, result_of
from services.terminals.linkly.totals import read, settlement
from services.terminals.problems import ProtocolError

_LONGEST_DATA = 30_000
REQUEST = Request(1, PaymentKind.PAYMENT, 4250, "AUD", "S1T3-000000123", baseline={"where": "here"})
_READERS: tuple[Callable[[Message], object], ...] = (
    lambda message: result_of(responses.transaction(message), "AUD"),
    lambda message: find(REQUEST, responses.last(message), "AUD", where="here"),
    responses.logon,
    responses.status,
    responses.display,
    responses.receipt,
    responses.reprint,
    lambda message: settlement(message, "AUD"),
    lambda message: read(message.data, "AUD"),
    lambda message: described("<", message),
    lambda message: described(">", message),
)
_OWN = dict(zip("MNGKS3CP", _READERS, strict=False))
"""The reader each command has."""
_MOST = 50
_APPROVED = (
    "0100APPROVED            00PSavings000000000000004250000000000123456S1T3-000000123  001234"
    "61100061234567812345678    2111201126101530VISA DEBIT          ............4242    "
    f"{'':40}000000123456280 E000  0000000000000000000"
)
_PAD = "065RFN010ABCDEFGHIJREF006987654HRC00200HRT008APPROVEDAMT009000004250"
_CARD = "VISA                000000100001000000100001000000100001+000000300003"
_SUM = "TOTAL               000000100001000000100001000000100001+000000300003"


def fuzz_one(data: bytes) -> None:
    """Read the bytes in every way; raises AssertionError when something is wrong.

    At most 30 000 bytes are looked at: the longest message has 9999.
    """
    data = data[:_LONGEST_DATA]
    for number, message in enumerate([*_stream(data)[:_MOST], _bare(data)]):
        # One reader a message keeps it fast: over many inputs each meets everything.
        with suppress(ProtocolError):
            _READERS[(len(data) + number) % len(_READERS)](message)
        with suppress(ProtocolError):
            _OWN.get(message.command, responses.receipt)(message)
    with suppress(ProtocolError):
        assert encode(decode(data)) == data
    _text(data[:1000].decode("latin-1"))


def seeds() -> list[bytes]:
    """Return whole messages, of both sides."""
    asked = requests.Transaction("P", 4250, "S1T3-000000123", 2000, "AUD", pad=(("AMT", "000004250"),))
    bodies = [
        Message("M", _APPROVED + _PAD),
        Message("N", "01" + _APPROVED[1:] + _PAD),
        Message("N", "000E2NO PREVIOUS TXN     "),
        Message("3", "RLINE ONE\r\n\r\nLINE THREE\r\n"),
        Message("S", f"00220{'SIGNATURE OK?':40}011000  2000"),
        Message("P", f"S100APPROVED            000000001069{_CARD}069{_SUM}000"),
        Message("K", f"0100{'READY':20}00{'444777':11}001{'611000612345678':15}123456780451{'1':16}{'1':16}"),
        Message("G", "0100APPROVED            12345678611000612345678201126101530001234100800          000"),
        Message("C", "2100APPROVED            LINE ONE\r\n"),
        requests.transaction(asked),
        requests.last("S1T3-000000123"),
        requests.settlement(SettlementKind.SETTLE),
        requests.key(Key.AUTHORISE, "1234"),
        requests.dialog(),
    ]
    frames = [encode(body) for body in bodies]
    return [*frames, b"#00A7K0" + frames[3], b"".join(frames[:4])]


def _stream(data: bytes) -> list[Message]:
    """Cut in two anywhere, a stream gives the same messages; what is held is bounded."""
    cut = data[0] % len(data) if data else 0
    whole, parts = Splitter(), Splitter()
    found = whole.feed(data)
    assert found == [*parts.feed(data[:cut]), *parts.feed(data[cut:])]
    assert whole.waiting == parts.waiting < LONGEST
    assert whole.skipped == parts.skipped
    assert whole.skipped + whole.waiting + sum(len(encode(one)) for one in found) == len(data)
    return found


def _bare(data: bytes) -> Message:
    return Message("M", data[:LONGEST].decode("latin-1"))


def _text(text: str) -> None:
    found = read_tags(text)
    with suppress(ProtocolError):
        assert len(tags(found.items())) <= LONGEST
    assert sum(letter.isdigit() for letter in masked_card(text)) <= 4
    # The word that stands for a track may be longer than the track.
    assert len("".join(responses.receipt_lines(text))) <= 2 * len(text)
