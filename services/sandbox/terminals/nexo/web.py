"""HTTP as the practice terminal serves it: one request a connection, with faults."""

from __future__ import annotations

from time import monotonic

from services.sandbox.terminals.faults import Fault, FaultKind, Faults
from services.sandbox.terminals.wires import Wire, WireClosed

_END_OF_HEAD = b"\r\n\r\n"
_BANNER = b"\r\nlogin: "
_LONGEST = 1_000_000
_POLL = 0.02
_SILENCE = 10.0
_CHUNK = 7


class Web:
    """One connection."""

    def __init__(self, wire: Wire, faults: Faults) -> None:
        self._wire = wire
        self._faults = faults

    def hear(self) -> bytes:
        """Return the body of the request; raises WireClosed when none comes."""
        data = b""
        while _END_OF_HEAD not in data:
            data += self._more(data)
        head, _, body = data.partition(_END_OF_HEAD)
        size = _length(head)
        while len(body) < size:
            body += self._more(body)
        return body[:size]

    def gone(self) -> bool:
        """Whether the till has hung up."""
        try:
            self._wire.read(0.001)
        except WireClosed:
            return True
        return False

    def say(self, name: str, body: bytes, damaged: bytes) -> None:
        """Answer; `damaged` is the same answer with a broken seal."""
        fault = self._faults.due(name)
        kind = fault.kind if fault is not None else None
        if kind in {FaultKind.CABLE_OUT, FaultKind.POWER_FAIL}:
            raise WireClosed("cable out")
        if kind is FaultKind.SILENCE:
            self._wait(_SILENCE)
            return
        if kind is FaultKind.DELAY and fault is not None:
            self._late(fault)
        if kind is FaultKind.GARBAGE:
            self._wire.write(_BANNER)
        answer = _response(
            damaged if kind is FaultKind.BAD_CRC else body, 503 if kind is FaultKind.NAK else 200
        )
        self._out(answer, split=kind is FaultKind.SPLIT)
        if kind is FaultKind.DUPLICATE:
            self._out(answer, split=False)

    def _late(self, fault: Fault) -> None:
        self._wait(fault.seconds)

    def _wait(self, seconds: float) -> None:
        """Let time pass until the till hangs up."""
        until = monotonic() + seconds
        while monotonic() < until:
            self._wire.read(_POLL)

    def _out(self, data: bytes, *, split: bool) -> None:
        if not split:
            self._wire.write(data)
            return
        for at in range(0, len(data), _CHUNK):
            self._wire.write(data[at : at + _CHUNK])

    def _more(self, have: bytes) -> bytes:
        if len(have) > _LONGEST:
            raise WireClosed("too long")
        data = self._wire.read(_SILENCE)
        if not data:
            raise WireClosed("nothing came")
        return data


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length" and value.strip().isdigit():
            return min(int(value), _LONGEST)
    return 0


def _response(body: bytes, status: int) -> bytes:
    words = {200: "OK", 503: "Service Unavailable"}[status]
    head = f"HTTP/1.1 {status} {words}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"Connection: close" + _END_OF_HEAD + body
