"""Any bytes, through every reader of ZVT: a value or ProtocolError, nothing else."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from services.terminals.problems import ProtocolError
from services.terminals.zvt import messages, printing
from services.terminals.zvt.apdu import Apdu, Splitter, decode, encode
from services.terminals.zvt.charsets import Charset
from services.terminals.zvt.describing import described
from services.terminals.zvt.fields import encode as encode_fields
from services.terminals.zvt.fields import encode_tlv, parse, parse_tlv
from services.terminals.zvt.framing import FrameReader, framed, unframed
from services.terminals.zvt.results import result_of

_LONGEST = 70_000
_CHARSETS = tuple(Charset)


def _status(data: bytes, charset: Charset) -> object:
    return result_of(messages.status_information(data, charset))


_READERS: tuple[Callable[[bytes, Charset], object], ...] = (
    _status,
    messages.intermediate_status,
    messages.enquiry_completion,
    messages.aborted,
    printing.print_line,
    printing.print_text_block,
    lambda data, _: messages.completion(data),
    lambda data, _: messages.sequence_of(Apdu(0x040F, data)),
    lambda data, _: messages.sequence_of(Apdu(0x06D1, data)),
    lambda data, _: described(Apdu(0x040F, data)),
    lambda data, _: decode(data),
    lambda data, _: unframed(data),
    lambda data, _: _same(encode_fields(parse(data)), data),
    lambda data, _: encode_tlv(parse_tlv(data)),
)


def fuzz_one(data: bytes) -> None:
    """Read the bytes in every way; raises AssertionError when something is wrong.

    At most 70 000 bytes are looked at: no line or message of ZVT is longer.
    """
    data = data[:_LONGEST]
    charset = _CHARSETS[len(data) % len(_CHARSETS)]
    for reader in _READERS:
        with suppress(ProtocolError):
            reader(data, charset)
    _stream(data)
    _frames(data)


def _stream(data: bytes) -> None:
    """Cut in two anywhere, a stream gives the same messages; what is held is bounded."""
    cut = data[0] % len(data) if data else 0
    whole, parts = Splitter(), Splitter()
    found = whole.feed(data)
    assert found == [*parts.feed(data[:cut]), *parts.feed(data[cut:])]
    assert whole.waiting == parts.waiting <= 65_540
    assert sum(len(encode(message)) for message in found) <= len(data)


def _frames(data: bytes) -> None:
    reader = FrameReader()
    reader.feed(data)
    reader.drop()
    assert reader.feed(framed(data[:500])) == [data[:500]]


def _same(again: bytes, data: bytes) -> None:
    # Lengths may be written longer than need be, and count with any half byte in front.
    assert len(again) <= len(data)


def seeds() -> list[bytes]:
    """Whole messages, bare and in frames, from our own encoder."""
    told = encode_fields([(0x27, b"\x00"), (0x04, bytes(6)), (0x87, b"\x04\x63"), (0x3C, b"Text")])
    block = encode_tlv([(0x1F07, b"\x02"), (0x25, [(0x07, b"Line"), (0x09, b"\x81")])])
    printed = encode_fields([(6, block)])
    bodies = [(0x040F, told), (0x06D3, printed), (0x06D1, b"\x00Line"), (0x04FF, b"\x0a"), (0x061E, b"\x6c")]
    whole = [encode(Apdu(command, data)) for command, data in bodies]
    return [*(data for _, data in bodies), *whole, b"".join(whole), *(framed(one) for one in whole)]
