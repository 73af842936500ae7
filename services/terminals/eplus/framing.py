"""Frames of the French protocols on a serial line (TERMINALS.md 3.1). Pure.

`STX text ETX LRC`, beside single bytes that bid for the line, acknowledge and end. The LRC
is the exclusive or of everything behind STX, through ETX; it may be any byte at all.
"""

from __future__ import annotations

from enum import Enum
from functools import reduce
from operator import xor

from services.terminals.problems import ProtocolError

_STX, _ETX = 0x02, 0x03
_LEAST_TEXT = 0x20
LONGEST = 4096
"""No text of these protocols is longer."""


class Signal(Enum):
    """A single byte of the handshake, or a frame that did not arrive whole."""

    ENQ = b"\x05"
    ACK = b"\x06"
    NAK = b"\x15"
    EOT = b"\x04"
    BAD = b""


_SIGNALS = {signal.value[0]: signal for signal in Signal if signal.value}
Event = bytes | Signal
"""The text of a sound frame, or a signal."""


def lrc(text: bytes) -> int:
    """Return the check byte of a frame with this text."""
    return reduce(xor, text, _ETX)


def framed(text: bytes) -> bytes:
    """Return a text as it goes over the line; raise ProtocolError when it cannot."""
    if len(text) > LONGEST or any(byte < _LEAST_TEXT for byte in text):
        raise ProtocolError("a text with control characters, or too long for a frame")
    return bytes([_STX]) + text + bytes([_ETX, lrc(text)])


def unframed(frame: bytes) -> bytes:
    """Return the text of exactly one frame; raise ProtocolError for anything else."""
    events = FrameReader().feed(frame)
    if len(events) == 1 and isinstance(events[0], bytes):
        return events[0]
    raise ProtocolError("not one sound frame")


class FrameReader:
    """Takes a serial line apart: however it is cut, the same events come out."""

    def __init__(self) -> None:
        self._text: bytearray | None = None
        self._ended = False

    @property
    def inside(self) -> bool:
        """Whether a frame has begun and not ended."""
        return self._text is not None

    def drop(self) -> None:
        """Forget the frame that has begun."""
        self._text, self._ended = None, False

    def feed(self, data: bytes) -> list[Event]:
        """Return what the bytes, with those before them, come to."""
        events: list[Event] = []
        for byte in data:
            events += self._take(byte)
        return events

    def _take(self, byte: int) -> list[Event]:
        if self._text is None:
            return self._outside(byte)
        if self._ended:
            return [self._checked(byte)]
        if byte == _ETX:
            self._ended = True
            return []
        if byte < _LEAST_TEXT or len(self._text) >= LONGEST:
            # The frame broke off; this byte belongs to what came after it.
            self.drop()
            return [Signal.BAD, *self._outside(byte)]
        self._text.append(byte)
        return []

    def _outside(self, byte: int) -> list[Event]:
        if byte == _STX:
            self._text = bytearray()
        return [_SIGNALS[byte]] if byte in _SIGNALS else []

    def _checked(self, stated: int) -> Event:
        text = bytes(self._text or b"")
        self.drop()
        return text if lrc(text) == stated else Signal.BAD
