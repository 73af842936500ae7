"""Practice E+ terminals to be reached: on a pseudo-terminal, or on TCP."""

from __future__ import annotations

from pathlib import Path

from services.sandbox.terminals.charges import Charges
from services.sandbox.terminals.eplus.practice import Manner, Memory
from services.sandbox.terminals.eplus.terminal import EplusTerminal
from services.sandbox.terminals.faults import Faults
from services.sandbox.terminals.wires import PtyPort, TcpPort, Wire


class PracticeEplus:
    """A practice terminal with its port. Start it, use it, stop it.

    `serial` puts it on a pseudo-terminal, else it listens on `port` of the loopback
    address. `book` keeps its charges in a file.
    """

    def __init__(
        self, manner: Manner | None = None, *, serial: bool = True, book: Path | None = None, port: int = 0
    ) -> None:
        self.memory = Memory(Charges(book), manner or Manner())
        self.memory.idle.set()
        self._port: TcpPort | PtyPort = PtyPort(self._serve) if serial else TcpPort(self._serve, port)

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

    def start(self) -> PracticeEplus:
        """Serve in a thread of its own."""
        self._port.start()
        return self

    def stop(self) -> None:
        """Stop; the device or the port is gone."""
        self._port.stop()

    def _serve(self, wire: Wire) -> None:
        EplusTerminal(self.memory, wire).serve()
