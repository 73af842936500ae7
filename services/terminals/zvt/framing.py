"""Frames of ZVT on a serial line: DLE doubling and check sum (PA00P016 2). Pure."""

from __future__ import annotations

from binascii import crc_hqx
from enum import Enum, auto

from services.terminals.problems import ProtocolError
from services.terminals.zvt.apdu import LONGEST

ACK = b"\x06"
NAK = b"\x15"
_STX, _ETX, _DLE = 0x02, 0x03, 0x10
_DLE_BYTE = bytes([_DLE])
_START = bytes([_DLE, _STX])
_END = bytes([_DLE, _ETX])
_LONGEST_FRAME = LONGEST + 5


_MIRRORED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def crc(data: bytes) -> int:
    """Return the check sum over the undoubled message with the ETX behind it.

    It is CRC-16/KERMIT, which the specification calls X-Modem: X-Modem's with every byte,
    and the sum itself, read backwards.
    """
    value = crc_hqx((data + b"\x03").translate(_MIRRORED), 0)
    return _MIRRORED[value & 0xFF] << 8 | _MIRRORED[value >> 8]


def framed(message: bytes) -> bytes:
    """Return the frame of a message: DLEs doubled, check sum low byte first."""
    doubled = message.replace(b"\x10", b"\x10\x10")
    return _START + doubled + _END + crc(message).to_bytes(2, "little")


def unframed(frame: bytes) -> bytes:
    """Return the message of one whole frame; raise ProtocolError when it is none."""
    reader = FrameReader()
    events = [event for event in reader.feed(frame) if isinstance(event, bytes)]
    if len(events) != 1 or framed(events[0]) != frame:
        raise ProtocolError("not one whole frame")
    return events[0]


class Signal(Enum):
    """What may come on the line beside a message."""

    ACK = auto()
    NAK = auto()
    BAD = auto()
    """A frame that is damaged: it is answered with NAK."""


class _Within(Enum):
    NOTHING = auto()
    STARTED = auto()
    MESSAGE = auto()
    ESCAPED = auto()
    SUM = auto()


_AFTER_DLE = {_STX: _Within.MESSAGE, _DLE: _Within.STARTED}


class FrameReader:
    """Finds frames and signals on a serial line. Holds one frame at most."""

    def __init__(self) -> None:
        self._within = _Within.NOTHING
        self._message = bytearray()
        self._sum = bytearray()

    @property
    def inside(self) -> bool:
        """Whether a frame has begun and not ended: then T1 runs between its bytes."""
        return self._within is not _Within.NOTHING

    def drop(self) -> None:
        """Forget a frame that stopped in the middle."""
        self._within = _Within.NOTHING
        self._message.clear()
        self._sum.clear()

    def feed(self, data: bytes) -> list[bytes | Signal]:
        """Take in what has come; return messages and signals in their order."""
        events: list[bytes | Signal] = []
        at = 0
        while at < len(data):
            event, at = self._step(data, at)
            if event is not None:
                events.append(event)
        return events

    def _step(self, data: bytes, at: int) -> tuple[bytes | Signal | None, int]:
        """Take in one byte, or within a message everything up to the next DLE at once."""
        if self._within is not _Within.MESSAGE:
            return self._take(data[at]), at + 1
        end = data.find(_DLE_BYTE, at)
        event = self._keep(data[at : end if end >= 0 else len(data)])
        if end < 0:
            return event, len(data)
        if event is None:
            self._within, end = _Within.ESCAPED, end + 1
        return event, end

    def _take(self, byte: int) -> bytes | Signal | None:
        match self._within:
            case _Within.NOTHING:
                return self._outside(byte)
            case _Within.STARTED:
                self._within = _AFTER_DLE.get(byte, _Within.NOTHING)
            case _Within.ESCAPED:
                return self._after_dle(byte)
            case _Within.SUM:
                return self._in_sum(byte)
        return None

    def _outside(self, byte: int) -> Signal | None:
        if byte == _DLE:
            self._within = _Within.STARTED
        return {ACK[0]: Signal.ACK, NAK[0]: Signal.NAK}.get(byte)

    def _after_dle(self, byte: int) -> Signal | None:
        if byte == _DLE:
            self._within = _Within.MESSAGE
            return self._keep(_DLE_BYTE)
        if byte == _ETX:
            self._within = _Within.SUM
            return None
        # A new frame begins in the middle of one that broke off.
        self.drop()
        self._within = _Within.MESSAGE if byte == _STX else _Within.NOTHING
        return Signal.BAD

    def _keep(self, part: bytes) -> Signal | None:
        self._message += part
        if len(self._message) <= _LONGEST_FRAME:
            return None
        self.drop()
        return Signal.BAD

    def _in_sum(self, byte: int) -> bytes | Signal | None:
        self._sum.append(byte)
        if len(self._sum) == 1:
            return None
        message, stated = bytes(self._message), int.from_bytes(self._sum, "little")
        self.drop()
        return message if crc(message) == stated else Signal.BAD
