"""Practice EFT-Clients to be reached on TCP."""

from __future__ import annotations

from pathlib import Path

from services.sandbox.terminals.charges import Charges
from services.sandbox.terminals.faults import Faults
from services.sandbox.terminals.linkly.practice import Manner, Memory
from services.sandbox.terminals.linkly.terminal import LinklyTerminal
from services.sandbox.terminals.wires import TcpPort, Wire


class PracticeLinkly:
    """A practice EFT-Client with its port. Start it, use it, stop it.

    It listens on `port` of the loopback address; `book` keeps its charges in a file. An
    EFT-Client has no serial line towards the till.
    """

    def __init__(self, manner: Manner | None = None, *, book: Path | None = None, port: int = 0) -> None:
        self.memory = Memory(Charges(book), manner or Manner())
        self.memory.idle.set()
        self._tcp = TcpPort(self._serve, port)

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
        return {"host": "127.0.0.1", "port": str(self._tcp.port)}

    def wait_until_idle(self, seconds: float = 10) -> bool:
        """Wait until nothing runs on it; false when that takes longer."""
        return self.memory.idle.wait(seconds)

    def start(self) -> PracticeLinkly:
        """Serve in a thread of its own."""
        self._tcp.start()
        return self

    def stop(self) -> None:
        """Stop; the port is gone."""
        self._tcp.stop()

    def _serve(self, wire: Wire) -> None:
        LinklyTerminal(self.memory, wire).serve()
