"""Practice ZVT terminals to be reached: on TCP, or on a pseudo-terminal."""

from __future__ import annotations

from pathlib import Path

from services.sandbox.terminals.charges import Charges
from services.sandbox.terminals.faults import Faults
from services.sandbox.terminals.wires import PtyPort, TcpPort, Wire
from services.sandbox.terminals.zvt.practice import Manner, Memory
from services.sandbox.terminals.zvt.terminal import ZvtTerminal


class PracticeZvt:
    """A practice terminal with its port. Start it, use it, stop it.

    `serial` puts it on a pseudo-terminal (`device`), else it listens on `port` of the
    loopback address. `book` keeps its charges in a file.
    """

    def __init__(
        self, manner: Manner | None = None, *, serial: bool = False, book: Path | None = None, port: int = 0
    ) -> None:
        self.memory = Memory(Charges(book), manner or Manner())
        self.memory.idle.set()
        self._serial = serial
        self._tcp = None if serial else TcpPort(self._serve, port)
        self._pty = PtyPort(self._serve) if serial else None

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
        if self._pty is not None:
            return {"connection": "serial", "device": self._pty.path}
        return {"connection": "tcp", "host": "127.0.0.1", "port": str(self._tcp.port if self._tcp else 0)}

    def wait_until_idle(self, seconds: float = 10) -> bool:
        """Wait until nothing runs on it; false when that takes longer."""
        return self.memory.idle.wait(seconds)

    def start(self) -> PracticeZvt:
        """Serve in a thread of its own."""
        for port in (self._tcp, self._pty):
            if port is not None:
                port.start()
        return self

    def stop(self) -> None:
        """Stop; the device or the port is gone."""
        for port in (self._tcp, self._pty):
            if port is not None:
                port.stop()

    def _serve(self, wire: Wire) -> None:
        ZvtTerminal(self.memory, wire, serial=self._serial).serve()
