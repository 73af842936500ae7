"""Writes the terminal's messages, byte by byte as the specification lists them."""

from __future__ import annotations

from collections.abc import Iterable

Hex = str


def packed(number: int, size: int) -> bytes:
    """Return a number in packed decimal."""
    out = bytearray(size)
    for place in reversed(range(size)):
        number, low = divmod(number, 100)
        out[place] = low // 10 << 4 | low % 10
    return bytes(out)


def unpacked(data: bytes) -> int:
    """Return a number from packed decimal."""
    number = 0
    for byte in data:
        number = number * 100 + (byte >> 4) * 10 + (byte & 15)
    return number


def message(command: Hex, *parts: bytes) -> bytes:
    """Return class, instruction, length and data."""
    data = b"".join(parts)
    head = bytes.fromhex(command)
    if len(data) < 255:  # noqa: PLR2004 - the byte that announces a long length
        return head + bytes([len(data)]) + data
    return head + b"\xff" + bytes([len(data) % 256, len(data) // 256]) + data


def counted(mark: int, data: bytes, digits: int) -> bytes:
    """Return a field with its length in `digits` bytes F0 to F9."""
    size = str(len(data)).rjust(digits, "0")
    return bytes([mark]) + bytes(0xF0 + int(digit) for digit in size) + data


def tagged(tag: Hex, data: bytes) -> bytes:
    """Return tag, BER length, value."""
    return bytes.fromhex(tag) + _size(len(data)) + data


def container(*tags: bytes) -> bytes:
    """Return field 06 around tags."""
    data = b"".join(tags)
    return b"\x06" + _size(len(data)) + data


def check_sum(data: bytes) -> bytes:
    """Return the two bytes behind a serial frame, worked out bit by bit."""
    register = 0
    for byte in data + b"\x03":
        for place in range(8):
            bit = byte >> place & 1
            register = (register >> 1) ^ (0x8408 if (register & 1) ^ bit else 0)
    return bytes([register & 255, register >> 8])


def frame(data: bytes) -> bytes:
    """Return a message as it goes over a serial line."""
    body = bytearray()
    for byte in data:
        body.append(byte)
        if byte == 0x10:  # noqa: PLR2004 - DLE
            body.append(byte)
    return b"\x10\x02" + bytes(body) + b"\x10\x03" + check_sum(data)


def text_block(lines: Iterable[str], kind: int, encoding: str) -> bytes:
    """Return the data of 06 D3: a whole receipt."""
    text = b"".join(tagged("07", line.encode(encoding, "replace")) for line in lines)
    return container(tagged("1F07", bytes([kind])), tagged("25", text + tagged("09", b"\x81")))


def _size(length: int) -> bytes:
    if length < 128:  # noqa: PLR2004 - one byte is enough
        return bytes([length])
    if length < 256:  # noqa: PLR2004 - as above
        return bytes([0x81, length])
    return bytes([0x82, length // 256, length % 256])
