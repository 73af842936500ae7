"""The handshake of the French serial protocols, seen from the terminal."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from time import monotonic

from services.sandbox.terminals.faults import Fault, FaultKind, Faults
from services.sandbox.terminals.wires import Wire, WireClosed, cut_off, pull

ENQ, ACK, NAK, EOT = b"\x05", b"\x06", b"\x15", b"\x04"
_STX, _ETX = 2, 3
_PAUSE = 0.002
_TRIES = 4
_BANNER = b"\r\nlogin: "
ON_THE_LINE = tuple(set(FaultKind) - {FaultKind.BUSY, FaultKind.OTHER_AMOUNT})
"""What goes wrong with a message, rather than in the terminal."""


def check_byte(text: bytes) -> int:
    """Return the byte behind a frame: all behind STX, ETX too, without carry."""
    total = _ETX
    for byte in text:
        total ^= byte
    return total


def frame(text: bytes) -> bytes:
    """Return a text as it goes over the line."""
    return bytes([_STX, *text, _ETX, check_byte(text)])


class Line:
    """Texts over a wire, each bid for and acknowledged, with the faults that are due."""

    def __init__(self, wire: Wire, faults: Faults, patience: float, heard: list[str]) -> None:
        self._wire = wire
        self._faults = faults
        self._patience = patience
        self._heard = heard
        self._buffer = b""

    def hear(self, seconds: float, busy: Callable[[], None]) -> bytes | None:
        """Return the till's next text; None when none comes.

        It is taken with its bid and its end. `busy` is told as soon as the till bids for the line.
        """
        byte = self._byte(seconds)
        if byte not in {ENQ, bytes([_STX])}:
            return None
        busy()
        if byte == ENQ and not self._granted():
            return None
        if byte != ENQ:
            # The till took longer than this terminal waits; what it says is heard all the same.
            self._buffer = byte + self._buffer
        text: bytes | None = b""
        for _ in range(_TRIES):
            text = self._frame() if text == b"" else text
        if text:
            self._heard.append("text")
            # What it has taken it carries out, whether the till can be told or not.
            with suppress(WireClosed):
                self._say_byte(ACK, "ACK")
                self._until_released()
        return text

    def _granted(self) -> bool:
        """Answer the till's bid; return whether it was given the line."""
        self._heard.append("ENQ")
        if self._faults.due("ENQ", FaultKind.BUSY):
            self._wire.write(NAK)
            return False
        self._say_byte(ACK, "ACK-ENQ")
        return True

    def say(self, text: bytes, name: str) -> bool:
        """Bid for the line and send a text; return whether the till acknowledged it."""
        for _ in range(3):
            self._say_byte(ENQ, "ENQ-" + name)
            if self._answer() == ACK and self._sent(text, name):
                self._say_byte(EOT, "EOT-" + name)
                return True
        return False

    def _sent(self, text: bytes, name: str) -> bool:
        fault = self._faults.due(name, *ON_THE_LINE)
        for attempt in range(3):
            whole = frame(text)
            if fault is not None and fault.kind is FaultKind.BAD_CRC and attempt == 0:
                whole = whole[:-1] + bytes([whole[-1] ^ 0x55])
            self._out(whole, fault if attempt == 0 else None)
            answer = self._answer()
            if answer == ACK:
                return True
            if answer != NAK:
                return False
        return False

    def _say_byte(self, byte: bytes, name: str) -> None:
        fault = self._faults.due(name, *ON_THE_LINE)
        if fault is not None and fault.kind is FaultKind.NAK:
            byte = NAK
        self._out(byte, fault)

    def _out(self, data: bytes, fault: Fault | None) -> None:
        """Send, with a fault."""
        kind = fault.kind if fault is not None else None
        cut_off(self._wire, kind)
        if kind is FaultKind.SILENCE:
            return
        if kind is FaultKind.DELAY and fault is not None:
            self.pause(fault.seconds)
        if kind is FaultKind.GARBAGE:
            self._wire.write(_BANNER)
        self._write(data, split=kind is FaultKind.SPLIT)
        if kind is FaultKind.DUPLICATE:
            self._write(data, split=False)
        if kind is FaultKind.CABLE_OUT_AFTER:
            pull(self._wire)

    def _write(self, data: bytes, *, split: bool) -> None:
        if not split:
            self._wire.write(data)
            return
        for byte in data:
            self._wire.write(bytes([byte]))
            self._buffer += self._wire.read(_PAUSE / 4)

    def pause(self, seconds: float) -> None:
        """Let time pass, keeping what comes."""
        until = monotonic() + seconds
        while monotonic() < until:
            self._buffer += self._wire.read(_PAUSE)

    def _byte(self, seconds: float) -> bytes:
        """Return the next byte; empty when none comes in time."""
        until = monotonic() + seconds
        while not self._buffer:
            left = until - monotonic()
            if left <= 0:
                return b""
            self._buffer += self._wire.read(left)
        byte, self._buffer = self._buffer[:1], self._buffer[1:]
        return byte

    def _answer(self) -> bytes:
        """Return what answers a bid or a text: ACK, NAK, or nothing."""
        while byte := self._byte(self._patience):
            if byte in {ACK, NAK}:
                return byte
        return b""

    def _frame(self) -> bytes | None:
        """Return a text; empty when it is refused, None when nothing more comes."""
        while (byte := self._byte(self._patience)) != bytes([_STX]):
            if byte in {b"", EOT}:
                return None
            if byte == ENQ:
                self._wire.write(ACK)
        text = b""
        while (byte := self._byte(self._patience)) != bytes([_ETX]):
            if not byte:
                return None
            text += byte
        check = self._byte(self._patience)
        if check != bytes([check_byte(text)]) or self._faults.due("text", FaultKind.NAK):
            self._wire.write(NAK)
            return b""
        return text

    def _until_released(self) -> None:
        """Wait for EOT; without one the terminal begins all the same."""
        while (byte := self._byte(self._patience)) and byte != EOT:
            continue
