"""Any bytes, through every reader of E+: a value or ProtocolError, nothing else."""

from __future__ import annotations

from contextlib import suppress

from services.contract.cards import is_card_number
from services.terminals.eplus import messages
from services.terminals.eplus.driver import described
from services.terminals.eplus.framing import LONGEST, FrameReader, framed, unframed
from services.terminals.eplus.messages import Ask, Told
from services.terminals.eplus.outcomes import answers, result_of
from services.terminals.problems import ProtocolError

_LONGEST = 9_000
_ASK = Ask(1, 1010, messages.PAYMENT, 978)


def fuzz_one(data: bytes) -> None:
    """Read the bytes in every way; raises AssertionError when something is wrong.

    At most 9 000 bytes are looked at: no frame is half as long.
    """
    data = data[:_LONGEST]
    _message(data)
    with suppress(ProtocolError):
        _message(unframed(data))
    with suppress(ProtocolError):
        assert unframed(framed(data)) == data
    _stream(data)


def seeds() -> list[bytes]:
    """Whole messages, bare and in frames, from our own encoders."""
    told = Told(1, "0", 1010, "1", 978, "0000600463")
    bare = [
        messages.request(_ASK),
        messages.answer(told),
        messages.answer(told, "4771".rjust(16, "*")),
        messages.answer(Told(1, "7", 1010, "1", 978, "0000600463")),
    ]
    return [*bare, *(framed(one) for one in bare), b"\x05\x06" + framed(bare[1]) + b"\x04"]


def _message(data: bytes) -> None:
    with suppress(ProtocolError):
        told = messages.told(data)
        # What was read is written again as it was, but for the report.
        assert messages.told(messages.answer(told)).private == told.private
        assert not is_card_number(told.card)
        assert len(repr((described(told), answers(told, _ASK), result_of(told, _ASK)))) < 2_000
    with suppress(ProtocolError):
        ask = messages.asked(data)
        assert messages.asked(messages.request(ask)) == ask


def _stream(data: bytes) -> None:
    """Cut in two anywhere, a line gives the same events; what is held is bounded."""
    cut = data[0] % len(data) if data else 0
    whole, parts = FrameReader(), FrameReader()
    events = whole.feed(data)
    assert events == [*parts.feed(data[:cut]), *parts.feed(data[cut:])]
    assert all(len(event) <= LONGEST for event in events if isinstance(event, bytes))
    whole.drop()
    assert whole.feed(framed(b"0101010")) == [b"0101010"]
