"""Any bytes, through every reader of Concert V3: a value or ProtocolError."""

from __future__ import annotations

from base64 import b64encode
from contextlib import suppress

from services.contract.terminals import PaymentKind
from services.terminals.concert import messages, results
from services.terminals.concert.last import compare, last_of
from services.terminals.concert.messages import Action, Message, Till
from services.terminals.concert.tlv import LONGEST, Gathering, encode, parse
from services.terminals.driver import Request
from services.terminals.problems import ProtocolError

_LONGEST = LONGEST + 1_000
_TILL = Till(978, partial=True)
_REQUEST = Request(
    1,
    PaymentKind.PAYMENT,
    1010,
    "EUR",
    "K7TWN3QX5Z",
    baseline={"amount": "500", "auth": "A1", "ticket": "abc"},
)


def fuzz_one(data: bytes) -> None:
    """Read the bytes in every way; raises AssertionError when something is wrong.

    A thousand bytes more than the longest message are looked at.
    """
    data = data[:_LONGEST]
    with suppress(ProtocolError):
        assert encode(parse(data)) == data
    with suppress(ProtocolError):
        _message(messages.read(data))
    _stream(data)


def seeds() -> list[bytes]:
    """Whole messages: what a till asks, what a terminal answers."""
    asked = {"CZ": "0300", "CJ": "012345678901", "CA": "01", "CE": "978", "BA": "0", "CD": "0", "CB": "4250"}
    paper = b64encode(b"CARTE ************4771\n10,10 EUR AUTO 600463").decode()
    told = {
        **asked,
        "AE": "10",
        "AA": "************4771",
        "AB": "2912",
        "AC": "600463",
        "AI": "A0000000421010",
        "CI": "2",
        "ZT": f"CK003100AK{len(paper):03d}{paper}",
    }
    return [
        encode(each.items()) for each in (asked, told, {**told, "AE": "01", "AF": "04"}, {**told, "CD": "3"})
    ]


def _message(message: Message) -> None:
    last = last_of(message)
    compare(_REQUEST, last, _TILL, may_run=False)
    for action in Action:
        results.outcome(message, action, _REQUEST, _TILL)
    assert len(last.ticket) <= 16
    assert len(message.described()) <= LONGEST


def _stream(data: bytes) -> None:
    """Cut in two anywhere, a stream gives the same message, or none."""
    cut = data[0] % len(data) if data else 0
    assert _gathered(data) == _gathered(data[:cut], data[cut:])


def _gathered(*parts: bytes) -> tuple[list[tuple[str, str]], bool] | None:
    gathering = Gathering()
    try:
        for part in parts:
            gathering.feed(part)
    except ProtocolError:
        return None
    return gathering.pairs, gathering.at_end
