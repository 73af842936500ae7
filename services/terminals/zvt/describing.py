"""A message in words for the log: no card data, no password, no raw bytes."""

from __future__ import annotations

from services.contract.cards import without_card_numbers
from services.terminals.problems import ProtocolError
from services.terminals.zvt.apdu import Apdu
from services.terminals.zvt.codes import Command
from services.terminals.zvt.fields import parse_known

_SHOWN = frozenset({0x04, 0x0B, 0x0C, 0x0D, 0x19, 0x27, 0x29, 0x49, 0x87, 0x88, 0x8A, 0xA0})
_WITH_FIELDS = frozenset({Command.STATUS_INFORMATION, Command.COMPLETION, Command.AUTHORISATION})


def described(message: Apdu) -> str:
    """Return the command, its length and those of its fields that may be shown."""
    parts = [f"{message.command:04X}", f"{len(message.data)} bytes"]
    if message.command in _WITH_FIELDS:
        parts += _fields(message.data)
    elif message.command in {Command.INTERMEDIATE_STATUS, Command.ABORTED} and message.data:
        parts.append(f"{message.data[0]:02X}")
    return " ".join(parts)


def _fields(data: bytes) -> list[str]:
    try:
        found, _ = parse_known(data)
    except ProtocolError:
        return ["(cut off)"]
    return [without_card_numbers(f"{tag:02X}={value.hex()}") for tag, value in found if tag in _SHOWN]
