"""A message in words for the log: no card data, no raw bytes."""

from __future__ import annotations

from services.terminals.linkly.codes import Command
from services.terminals.linkly.fields import shown
from services.terminals.linkly.framing import Message

_CODE = {command: slice(1, 4) for command in "GKMPC2"} | {"N": slice(1, 5)}
_REFERENCE = {Command.TRANSACTION: slice(68, 84), Command.LAST: slice(69, 85)}
_REQUEST_REFERENCE = slice(31, 47)


def described(direction: str, message: Message) -> str:
    """Return the command, its length, and how it went or what it is about."""
    parts = [message.command, f"{len(message.data) + 1} characters"]
    if direction == ">":
        if message.command == Command.TRANSACTION:
            parts.append(shown(message.data[_REQUEST_REFERENCE]))
        return " ".join(parts)
    if message.command in _CODE:
        parts.append(shown(message.data[_CODE[message.command]]))
    if message.command in _REFERENCE:
        parts.append(shown(message.data[_REFERENCE[Command(message.command)]]))
    return " ".join(parts)
