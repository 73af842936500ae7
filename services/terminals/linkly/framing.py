"""Frames of the EFT-Client: '#', four digits of length, payload. Pure.

The length counts the whole frame (TERMINALS.md 2.2). Bytes are Latin-1. Whatever is no frame is
skipped until the next '#'.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from services.terminals.problems import ProtocolError

LONGEST = 9999
COMMANDS = frozenset("1235ACFGHJKMNPQSWXY|")
"""The first character of every payload."""
_START = 0x23
_DIGITS = frozenset(b"0123456789")
_HEADER = 5
_LEAST = 6


@dataclass(frozen=True, slots=True)
class Message:
    """One message. Its data may hold a card number, so it is never shown."""

    command: str
    data: str = field(default="", repr=False)
    """What follows the command, the sub code first."""


def encode(message: Message) -> bytes:
    """Return the frame; raise ProtocolError for what is too long, or not Latin-1."""
    if message.command not in COMMANDS:
        raise ProtocolError("a command the EFT-Client does not have")
    length = _HEADER + len(message.command) + len(message.data)
    if length > LONGEST:
        raise ProtocolError(f"a message of {length} characters")
    try:
        return f"#{length:04d}{message.command}{message.data}".encode("latin-1")
    except UnicodeEncodeError:
        # The error would hold the text.
        raise ProtocolError("a character that is not Latin-1") from None


def decode(data: bytes) -> Message:
    """Return the one message these bytes are; raise ProtocolError for less or more."""
    splitter = Splitter()
    found = splitter.feed(data)
    if len(found) != 1 or splitter.skipped or splitter.waiting:
        raise ProtocolError(f"{len(data)} bytes that are not one message")
    return found[0]


class Splitter:
    """Makes messages of a stream, however it was cut. Holds one at most."""

    def __init__(self) -> None:
        self._held = bytearray()
        self.skipped = 0
        """Bytes that belonged to no frame."""

    def feed(self, data: bytes) -> list[Message]:
        """Take in what has come; return the messages that are complete."""
        self._held += data
        messages: list[Message] = []
        start = self._next(0)
        while (size := _size(self._held, start)) is not None:
            if not size:
                self.skipped += 1
                start = self._next(start + 1)
                continue
            payload = self._held[start + _HEADER : start + size].decode("latin-1")
            messages.append(Message(payload[0], payload[1:]))
            start = self._next(start + size)
        del self._held[:start]
        return messages

    @property
    def waiting(self) -> int:
        """How many bytes of an incomplete message are held; at most 9998."""
        return len(self._held)

    def drop(self) -> list[Message]:
        """Give up the incomplete message: its rest does not come.

        Returns what its length, if that was damaged, had swallowed.
        """
        if self._held:
            del self._held[0]
            self.skipped += 1
        return self.feed(b"")

    def _next(self, start: int) -> int:
        at = self._held.find(b"#", start)
        at = len(self._held) if at < 0 else at
        self.skipped += at - start
        return at


def _size(held: bytearray, start: int) -> int | None:
    """Return a frame's length; 0: it is no frame; None: it is not whole yet."""
    header = held[start : start + _LEAST]
    if not header:
        return None
    digits = header[1:_HEADER]
    if header[0] != _START or not _DIGITS.issuperset(digits):
        return 0
    if len(header) < _LEAST:
        return None
    size = int(digits)
    if size < _LEAST or chr(header[_HEADER]) not in COMMANDS:
        return 0
    return size if len(held) - start >= size else None
