"""How the practice terminal hears and says messages: bare, or in frames."""

from __future__ import annotations

from time import monotonic

from services.sandbox.terminals.faults import Fault, FaultKind, Faults
from services.sandbox.terminals.wires import Wire, cut_off, pull
from services.sandbox.terminals.zvt.writing import check_sum, frame

_SHORT_PAUSE = 0.002
_BANNER = b"\r\nlogin: "
_ACK, _NAK = b"\x06", b"\x15"


class Line:
    """Messages over a wire, with the faults that are due."""

    def __init__(self, wire: Wire, faults: Faults, *, serial: bool, patience: float) -> None:
        self._wire = wire
        self._faults = faults
        self._serial = serial
        self._patience = patience
        self._buffer = b""
        self._messages: list[bytes] = []
        self._answers: list[bytes] = []
        self._refuse_next = False

    def hear(self, timeout: float) -> bytes | None:
        """Return the next message; None when none comes in time."""
        self._cut()  # what came while something was said
        while not self._messages:
            data = self._wire.read(timeout)
            if not data:
                return None
            self._buffer += data
            self._cut()
        return self._messages.pop(0)

    def say(self, message: bytes) -> bool:
        """Send a message; return whether it is known to have arrived (always so on TCP)."""
        name = message[:2].hex().upper()
        fault = self._faults.due(name)
        kind = fault.kind if fault is not None else None
        cut_off(self._wire, kind)
        if kind is FaultKind.SILENCE:
            return not self._serial
        arrived = self._sent(message, fault)
        if kind is FaultKind.CABLE_OUT_AFTER:
            pull(self._wire)
        return arrived

    def _sent(self, message: bytes, fault: Fault | None) -> bool:
        kind = fault.kind if fault is not None else None
        self._refuse_next = self._refuse_next or kind is FaultKind.NAK
        if kind is FaultKind.DELAY and fault is not None:
            self._late(fault.seconds)
        if kind is FaultKind.GARBAGE:
            self._wire.write(_BANNER)
        if not self._serial:
            self._out(message, split=kind is FaultKind.SPLIT)
            if kind is FaultKind.DUPLICATE:
                self._out(message, split=False)
            return True
        return self._framed(message, kind)

    def _framed(self, message: bytes, kind: FaultKind | None) -> bool:
        """Send a frame until it is acknowledged, three times at most."""
        for attempt in range(3):
            whole = frame(message)
            if kind is FaultKind.BAD_CRC and attempt == 0:
                whole = whole[:-1] + bytes([whole[-1] ^ 0x55])
            self._out(whole, split=kind is FaultKind.SPLIT)
            if self._acknowledged():
                if kind is not FaultKind.DUPLICATE or attempt:
                    return True
                kind = None
                self._out(whole, split=False)
                return self._acknowledged()
        return False

    def _late(self, seconds: float) -> None:
        """Let time pass, hearing meanwhile what comes."""
        waited = 0.0
        while waited < seconds:
            data = self._wire.read(_SHORT_PAUSE)
            self._buffer += data
            waited += _SHORT_PAUSE

    def _out(self, data: bytes, *, split: bool) -> None:
        if not split:
            self._wire.write(data)
            return
        for byte in data:
            self._wire.write(bytes([byte]))
            self._buffer += self._wire.read(_SHORT_PAUSE / 4)

    def _acknowledged(self) -> bool:
        deadline = monotonic() + self._patience
        while not self._answers:
            left = deadline - monotonic()
            if left <= 0:
                return False
            self._buffer += self._wire.read(left)
            self._cut()
        return self._answers.pop(0) == _ACK

    def _cut(self) -> None:
        if self._serial:
            self._cut_frames()
            return
        while len(self._buffer) >= 3:  # noqa: PLR2004 - the shortest message
            size, head = self._buffer[2], 3
            if size == 255:  # noqa: PLR2004 - a long length follows
                if len(self._buffer) < 5:  # noqa: PLR2004 - as above
                    return
                size, head = self._buffer[3] + 256 * self._buffer[4], 5
            if len(self._buffer) < head + size:
                return
            self._messages.append(self._buffer[: head + size])
            self._buffer = self._buffer[head + size :]

    def _cut_frames(self) -> None:
        while self._buffer:
            if self._buffer[:1] in {_ACK, _NAK}:
                self._answers.append(self._buffer[:1])
                self._buffer = self._buffer[1:]
                continue
            start = self._buffer.find(b"\x10\x02")
            if start < 0:
                self._buffer = b"\x10" if self._buffer.endswith(b"\x10") else b""
                return
            self._buffer = self._buffer[start:]
            end = self._end_of_frame()
            if end is None:
                return
            self._take_frame(self._buffer[:end])
            self._buffer = self._buffer[end:]

    def _end_of_frame(self) -> int | None:
        at = 2
        while at + 1 < len(self._buffer):
            if self._buffer[at] != 0x10:  # noqa: PLR2004 - DLE
                at += 1
            elif self._buffer[at + 1] == 0x03:  # noqa: PLR2004 - ETX
                return at + 4 if at + 4 <= len(self._buffer) else None
            else:
                at += 2
        return None

    def _take_frame(self, whole: bytes) -> None:
        body = whole[2:-4].replace(b"\x10\x10", b"\x10")
        if self._refuse_next or check_sum(body) != whole[-2:]:
            self._refuse_next = False
            self._wire.write(_NAK)
            return
        self._wire.write(_ACK)
        self._messages.append(body)
