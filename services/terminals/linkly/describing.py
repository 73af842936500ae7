"""A message in words for the log: no card data, no raw bytes."""

from __future__ import annotations

from services.terminals.linkly.codes import Command
from services.terminals.linkly.fields import cut, shown
from services.terminals.linkly.framing import Message
from services.terminals.linkly.responses import LAST, OUTCOME, TRANSACTION

_ANSWERS = dict.fromkeys("GKPC2", OUTCOME) | {
    Command.TRANSACTION: OUTCOME + TRANSACTION,
    Command.LAST: LAST,
}
_SUB = 1
_REQUEST_REFERENCE = slice(30, 46)
"""Offset 36 of a request: the frame's header and its command come before."""
_SHOWN = ("last", "success", "code", "reference")


def described(direction: str, message: Message) -> str:
    """Return the command, its length, and how it went or what it is about."""
    parts = [message.command, f"{len(message.data) + 1} characters"]
    if direction == ">":
        if message.command == Command.TRANSACTION:
            parts.append(shown(message.data[_REQUEST_REFERENCE]))
    elif message.command in _ANSWERS:
        fields, _ = cut(message.data[_SUB:], _ANSWERS[message.command])
        parts += [shown(fields[name]) for name in _SHOWN if fields.get(name)]
    return " ".join(parts)
