"""How a practice terminal is reached: on TCP, or on a pseudo-terminal."""

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


MemoryT = TypeVar("MemoryT", bound=Remembering)


class Reached(Generic[MemoryT]):
    """A practice terminal with its port. Start it, use it, stop it.

    `serial` puts it on a pseudo-terminal, else it listens on `port` of the loopback
    address. `handler` serves one connection.
    """

    def __init__(self, memory: MemoryT, handler: Handler, *, serial: bool, port: int) -> None:
        self.memory = memory
        self.memory.idle.set()
        self._port: TcpPort | PtyPort = PtyPort(handler) if serial else TcpPort(handler, port)

    @property
    def charges(self) -> Charges:
        """Its own book of what it charged."""
        return self.memory.charges

    @property
    def faults(self) -> Faults:
        """What is planned to go wrong."""
        return self.memory.faults

    @property
    def address(self) -> dict[str, str]:
        """Where it is, in the words of the driver's settings."""
        if isinstance(self._port, PtyPort):
            return {"connection": "serial", "device": self._port.path}
        return {"connection": "tcp", "host": "127.0.0.1", "port": str(self._port.port)}

    def wait_until_idle(self, seconds: float = 10) -> bool:
        """Wait until nothing runs on it; false when that takes longer."""
        return self.memory.idle.wait(seconds)

    def start(self) -> Self:
        """Serve in a thread of its own."""
        self._port.start()
        return self

    def stop(self) -> None:
        """Stop; the device or the port is gone."""
        self._port.stop()
