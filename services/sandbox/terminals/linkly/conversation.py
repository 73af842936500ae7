"""How the practice client hears and says messages, with the faults that are due."""

from __future__ import annotations

from time import monotonic

from services.sandbox.terminals.faults import FaultKind
from services.sandbox.terminals.linkly.practice import Memory
from services.sandbox.terminals.linkly.reading import Asked, split
from services.sandbox.terminals.linkly.writing import framed
from services.sandbox.terminals.wires import Wire, WireClosed, cut_off, pull

_GARBAGE = b"\r\nMicrosoft Windows #00A7K0"
_OF_MESSAGES = tuple(kind for kind in FaultKind if kind not in {FaultKind.BUSY, FaultKind.OTHER_AMOUNT})
_ROUND = 0.02


class Conversation:
    """Messages over a wire."""

    def __init__(self, memory: Memory, wire: Wire) -> None:
        self._memory = memory
        self._wire = wire
        self._buffer = b""
        self._messages: list[Asked] = []

    def hear(self, timeout: float) -> Asked | None:
        """Return the next message of the till; None when none comes in time."""
        if not self._messages:
            self._buffer += self._wire.read(timeout)
            try:
                found, self._buffer = split(self._buffer)
            except ValueError as error:
                raise WireClosed("that is no till") from error
            self._messages += found
            self._memory.heard += [message.command + message.sub for message in found]
        return self._messages.pop(0) if self._messages else None

    def wait_for(self, command: str, seconds: float) -> Asked | None:
        """Return the next message with this command; others are lost."""
        deadline = monotonic() + seconds
        while (left := deadline - monotonic()) > 0:
            message = self.hear(min(left, _ROUND))
            if message is not None and message.command == command:
                return message
        return None

    def say(self, body: str) -> None:
        """Send a message; raises WireClosed or PowerFailed where a fault wants it."""
        fault = self._memory.faults.due(body[0], *_OF_MESSAGES)
        kind = fault.kind if fault is not None else None
        cut_off(self._wire, kind)
        if kind is FaultKind.DELAY and fault is not None:
            self._late(fault.seconds)
        if kind is not FaultKind.SILENCE:
            self._out(framed(body), kind)
        if kind is FaultKind.CABLE_OUT_AFTER:
            pull(self._wire)

    def _late(self, seconds: float) -> None:
        deadline = monotonic() + seconds
        while (left := deadline - monotonic()) > 0:
            self._buffer += self._wire.read(left)

    def _out(self, data: bytes, kind: FaultKind | None) -> None:
        if kind is FaultKind.GARBAGE:
            self._wire.write(_GARBAGE)
        if kind is FaultKind.BAD_CRC:
            # There is no check sum: what can be damaged is the length.
            data = data[:2] + b"A" + data[3:]
        if kind is FaultKind.SPLIT:
            for byte in data:
                self._wire.write(bytes([byte]))
            return
        self._wire.write(data)
        if kind is FaultKind.DUPLICATE:
            self._wire.write(data)
