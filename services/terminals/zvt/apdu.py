"""Messages of ZVT: class, instruction, length, data (PA00P015 2.1). Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from services.terminals.problems import ProtocolError

LONGEST = 0xFFFF
CLASSES = frozenset({0x04, 0x05, 0x06, 0x08, 0x0F, 0x80, 0x84})
"""The first byte of every message."""
_HEADER = 3
_LONG_HEADER = 5
_LONG = 0xFF


@dataclass(frozen=True, slots=True)
class Apdu:
    """One message. Its data may hold a card number, so it is never shown."""

    command: int
    """Class and instruction, such as 0x0601."""
    data: bytes = field(default=b"", repr=False)

    @property
    def is_answer(self) -> bool:
        """Whether it answers a message (80 xx, 84 xx) rather than being one."""
        return self.command >> 8 in {0x80, 0x84}


def encode(apdu: Apdu) -> bytes:
    """Return the bytes; raise ProtocolError for data longer than 65535 bytes."""
    length = len(apdu.data)
    if length > LONGEST:
        raise ProtocolError(f"a message of {length} bytes")
    size = bytes([length]) if length < _LONG else bytes([_LONG]) + length.to_bytes(2, "little")
    return apdu.command.to_bytes(2, "big") + size + apdu.data


def decode(data: bytes) -> Apdu:
    """Return the one message these bytes are; raise ProtocolError for less or more."""
    found = first(data)
    if found is None or found[1] != len(data):
        raise ProtocolError(f"{len(data)} bytes that are not one message")
    return found[0]


def first(data: bytes | bytearray, start: int = 0) -> tuple[Apdu, int] | None:
    """Return the first message and where it ends; None while incomplete."""
    held = len(data) - start
    if held < _HEADER:
        return None
    size, at = data[start + 2], start + _HEADER
    if size == _LONG:
        if held < _LONG_HEADER:
            return None
        size, at = data[start + 3] | data[start + 4] << 8, start + _LONG_HEADER
    end = at + size
    if end > len(data):
        return None
    return Apdu(data[start] << 8 | data[start + 1], bytes(data[at:end])), end


class Splitter:
    """Makes messages of a stream, however it was cut. Holds one at most."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, data: bytes) -> list[Apdu]:
        """Take in what has come; return the messages that are complete."""
        self._held += data
        messages, start = [], 0
        while (found := first(self._held, start)) is not None:
            message, start = found
            messages.append(message)
        del self._held[:start]
        return messages

    @property
    def is_foreign(self) -> bool:
        """Whether what is held begins as no message of ZVT does, such as a log-in banner."""
        return bool(self._held) and self._held[0] not in CLASSES

    @property
    def waiting(self) -> int:
        """How many bytes of an incomplete message are held; at most 65539."""
        return len(self._held)
