"""The fields of ZVT messages: bitmaps (BMP) and TLV (PA00P015 9). Pure.

Nothing here is shown or logged: values may hold card data. `statements` reads only what
may be kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from services.terminals.problems import ProtocolError

Field = tuple[int, bytes]
Tlv = tuple[int, "bytes | list[Tlv]"]
CONTAINER = 0x06

_DEEPEST = 8
_FIXED = {
    1: bytes.fromhex("01020305192772737475 8A8CA0D0D2D3 E0E9EAF0 F9FAFBFCFD"),
    2: (0x0D, 0x0E, 0x17, 0x3A, 0x49, 0x87),
    3: (0x0B, 0x0C, 0x37, 0x3D, 0x88, 0xAA),
    4: (0x29, 0x70, 0x71),
    5: (0xBA,),
    6: (0x04,),
    8: (0x3B, 0xEB),
    15: (0x2A,),
}
LENGTHS = {tag: length for length, tags in _FIXED.items() for tag in tags}
_LL = (0x22, 0x23, 0x2D, 0x8B, 0xA7, 0xD1, *range(0xE1, 0xE9), *range(0xF1, 0xF9))
_LLL = (0x24, 0x2E, 0x3C, 0x60, 0x92, 0x9A, 0xAF)
VARIABLE = {**dict.fromkeys(_LL, 2), **dict.fromkeys(_LLL, 3)}
"""How many bytes give the length, one decimal digit each: F1 F4 is 14."""


def parse(data: bytes) -> list[Field]:
    """Return the bitmaps in their order; raise ProtocolError for what cannot be read."""
    found, left = parse_known(data)
    if left:
        raise ProtocolError(f"an unknown field {data[-left]:02X}, {left} bytes from the end")
    return found


def parse_known(data: bytes, found: list[Field] | None = None) -> tuple[list[Field], int]:
    """Return the bitmaps up to an unknown one, and how many bytes are left.

    An unknown bitmap has no known length, so what follows it cannot be read. Raises
    ProtocolError for a known one that is cut off: `found` holds those before it then.
    """
    found = [] if found is None else found
    at, end = 0, len(data)
    while at < end:
        tag = data[at]
        length = LENGTHS.get(tag)
        if length is not None:
            start = at + 1
        elif tag in VARIABLE:
            start, length = _counted(data, at + 1, VARIABLE[tag])
        elif tag == CONTAINER:
            start, length = _tlv_length(data, at + 1)
        else:
            return found, end - at
        at = start + length
        if at > end:
            raise ProtocolError(f"field {tag:02X} is cut off")
        found.append((tag, data[start:at]))
    return found, 0


def encode(fields: Iterable[Field]) -> bytes:
    """Return the bytes of bitmaps; raise ProtocolError for a value that does not fit."""
    return b"".join(_encoded(tag, value) for tag, value in fields)


def parse_tlv(data: bytes, depth: int = 0) -> list[Tlv]:
    """Return the tags of a container, nested as they are; raise ProtocolError."""
    if depth > _DEEPEST:
        raise ProtocolError("TLV nested too deep")
    found: list[Tlv] = []
    at = 0
    while at < len(data):
        constructed = bool(data[at] & 0x20)
        tag, at = _tlv_tag(data, at)
        at, length = _tlv_length(data, at)
        value = data[at : at + length]
        if len(value) < length:
            raise ProtocolError(f"tag {tag:X} is cut off")
        at += length
        found.append((tag, parse_tlv(value, depth + 1) if constructed else value))
    return found


def encode_tlv(tags: Iterable[Tlv]) -> bytes:
    """Return the bytes of tags, without the container around them."""
    return b"".join(_encoded_tlv(tag, value) for tag, value in tags)


def walk(tags: Iterable[Tlv]) -> Iterator[Field]:
    """Yield every tag that holds bytes, in order, wherever it is nested."""
    for tag, value in tags:
        if isinstance(value, bytes):
            yield tag, value
        else:
            yield from walk(value)


def bcd(value: int, length: int) -> bytes:
    """Return a number as `length` bytes of two decimal digits each."""
    digits = f"{value:0{length * 2}d}"
    if value < 0 or len(digits) > length * 2:
        raise ProtocolError(f"a number too long for {length} bytes")
    return bytes.fromhex(digits)


def from_bcd(data: bytes) -> int:
    """Return the number; raise ProtocolError when a digit is none."""
    text = data.hex()
    if not text.isdecimal():
        raise ProtocolError("a number with a digit that is none")
    return int(text)


def _counted(data: bytes, at: int, digits: int) -> tuple[int, int]:
    length = 0
    for byte in data[at : at + digits]:
        if byte & 0x0F > 9:  # noqa: PLR2004 - a decimal digit
            raise ProtocolError("a length with a digit that is none")
        length = length * 10 + (byte & 0x0F)
    if at + digits > len(data):
        raise ProtocolError("a length that is cut off")
    return at + digits, length


def _tlv_tag(data: bytes, at: int) -> tuple[int, int]:
    tag = data[at]
    at += 1
    if tag & 0x1F != 0x1F:  # noqa: PLR2004 - BER: more bytes follow
        return tag, at
    for byte in data[at : at + 2]:
        tag, at = tag << 8 | byte, at + 1
        if not byte & 0x80:
            return tag, at
    raise ProtocolError("a tag that does not end")


def _tlv_length(data: bytes, at: int) -> tuple[int, int]:
    if at >= len(data):
        raise ProtocolError("a TLV length is missing")
    first = data[at]
    if not first & 0x80:
        return at + 1, first
    count = first & 0x7F
    if count not in {1, 2} or at + 1 + count > len(data):
        raise ProtocolError("a TLV length that cannot be read")
    return at + 1 + count, int.from_bytes(data[at + 1 : at + 1 + count], "big")


def _encoded(tag: int, value: bytes) -> bytes:
    if tag == CONTAINER:
        return bytes([tag]) + _length_of(len(value)) + value
    digits = VARIABLE.get(tag)
    if digits is None:
        if LENGTHS.get(tag) != len(value):
            raise ProtocolError(f"field {tag:02X} cannot hold {len(value)} bytes")
        return bytes([tag]) + value
    count = f"{len(value):0{digits}d}"
    if len(count) > digits:
        raise ProtocolError(f"field {tag:02X} cannot hold {len(value)} bytes")
    return bytes([tag, *(0xF0 | int(digit) for digit in count)]) + value


def _encoded_tlv(tag: int, value: bytes | list[Tlv]) -> bytes:
    data = value if isinstance(value, bytes) else encode_tlv(value)
    return tag.to_bytes(max(1, (tag.bit_length() + 7) // 8), "big") + _length_of(len(data)) + data


def _length_of(length: int) -> bytes:
    if length < 0x80:  # noqa: PLR2004 - BER: one byte is enough
        return bytes([length])
    size = (length.bit_length() + 7) // 8
    return bytes([0x80 | size]) + length.to_bytes(size, "big")
