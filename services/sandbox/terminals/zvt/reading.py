"""Reads what the till asks, as far as the practice terminal needs it."""

from __future__ import annotations

from dataclasses import dataclass

from services.sandbox.terminals.zvt.writing import unpacked

_PASSWORD_FIRST = {"0600", "0610", "0620", "0630", "0631", "0650", "0693", "0501"}
_SIZES = {0x01: 1, 0x02: 1, 0x03: 1, 0x04: 6, 0x0C: 3, 0x19: 1, 0x49: 2, 0x87: 2, 0xAA: 3}


@dataclass(frozen=True, slots=True)
class Asked:
    """A message of the till."""

    name: str
    password: bytes = b""
    config: int = 0
    currency: int | None = None
    amount: int = 0
    receipt: int | None = None
    service: int | None = None
    sequence: bytes | None = None
    mirror: bytes | None = None
    blocks: bool = False


def asked(message: bytes) -> Asked:
    """Return what a message asks; what it does not know it skips."""
    name = message[:2].hex().upper()
    data = message[5:] if message[2] == 255 else message[3:]  # noqa: PLR2004 - a long length
    password = b""
    if name in _PASSWORD_FIRST:
        password, data = data[:3], data[3:]
    config, currency = 0, None
    if name == "0600":
        config, data = data[0], data[1:]
        if data[:1] not in {b"\x03", b"\x06", b""}:
            currency, data = unpacked(data[:2]), data[2:]
    fields, tags = _fields(data)
    if 0x49 in fields:  # noqa: PLR2004 - the currency's mark
        currency = unpacked(fields[0x49])
    return Asked(
        name,
        password,
        config,
        currency,
        unpacked(fields.get(0x04, b"")),
        unpacked(fields[0x87]) if 0x87 in fields else None,  # noqa: PLR2004 - the receipt's mark
        fields[0x03][0] if 0x03 in fields else None,  # noqa: PLR2004 - the service byte's mark
        tags.get("1F73"),
        tags.get("1F1F"),
        b"\x06\xd3" in tags.get("26", b""),
    )


def _fields(data: bytes) -> tuple[dict[int, bytes], dict[str, bytes]]:
    fields: dict[int, bytes] = {}
    tags: dict[str, bytes] = {}
    while data:
        mark, data = data[0], data[1:]
        if mark == 0x06:  # noqa: PLR2004 - the container's mark
            size, data = _size(data)
            tags |= _tags(data[:size])
        elif mark in _SIZES:
            size = _SIZES[mark]
            fields[mark] = data[:size]
        else:
            break
        data = data[size:]
    return fields, tags


def _tags(data: bytes) -> dict[str, bytes]:
    found = {}
    while data:
        wide = 2 if data[0] & 31 == 31 else 1  # noqa: PLR2004 - a tag of two bytes
        tag, data = data[:wide].hex().upper(), data[wide:]
        size, data = _size(data)
        found[tag], data = data[:size], data[size:]
    return found


def _size(data: bytes) -> tuple[int, bytes]:
    if data[0] == 0x81:  # noqa: PLR2004 - one more byte
        return data[1], data[2:]
    if data[0] == 0x82:  # noqa: PLR2004 - two more bytes
        return data[1] * 256 + data[2], data[3:]
    return data[0], data[1:]
