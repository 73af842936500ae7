"""How a practice terminal is reached: by a port of its own, or on a line."""

from __future__ import annotations

import threading
from typing import Generic, Protocol, Self, TypeVar

from services.sandbox.terminals.charges import Charges
from services.sandbox.terminals.faults import Faults
from services.sandbox.terminals.wires import Handler, PtyPort, TcpPort


class Remembering(Protocol):
    """What every practice terminal remembers."""

    @property
    def charges(self) -> Charges:
        """Its own book of what it charged."""

    @property
    def faults(self) -> Faults:
        """What is planned to go wrong."""

    @property
    def idle(self) -> threading.Event:
        """Set while nothing runs."""


class Port(Protocol):
    """Where a practice terminal listens, from the moment it is made."""

    def start(self) -> None:
        """Serve in a thread of its own."""

    def stop(self) -> None:
        """Stop; the device or the port is gone."""


MemoryT = TypeVar("MemoryT", bound=Remembering)


class Reached(Generic[MemoryT]):
    """A practice terminal with its port. Start it, use it, stop it.

    `address` is where it is, in the words of the driver's settings.
    """

    def __init__(self, memory: MemoryT, port: Port, address: dict[str, str]) -> None:
        self.memory = memory
        self.memory.idle.set()
        self.address = address
        self._port = port

    @property
    def charges(self) -> Charges:
        """Its own book of what it charged."""
        return self.memory.charges

    @property
    def faults(self) -> Faults:
        """What is planned to go wrong."""
        return self.memory.faults

    def wait_until_idle(self, seconds: float = 60) -> bool:
        """Wait until nothing runs on it; false when that takes longer."""
        return self.memory.idle.wait(seconds)

    def start(self) -> Self:
        """Serve in a thread of its own."""
        self._port.start()
        return self

    def stop(self) -> None:
        """Stop; the device or the port is gone."""
        self._port.stop()


class OnALine(Reached[MemoryT]):
    """One on a pseudo-terminal when `serial`, else on `port` of the loopback address.

    `handler` serves one connection.
    """

    def __init__(self, memory: MemoryT, handler: Handler, *, serial: bool, port: int) -> None:
        line = PtyPort(handler) if serial else TcpPort(handler, port)
        super().__init__(memory, line, {"connection": "serial" if serial else "tcp", **line.address})
