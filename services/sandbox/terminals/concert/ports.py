"""Practice Concert terminals to be reached: on TCP, or on a pseudo-terminal."""

from __future__ import annotations

from pathlib import Path

from services.sandbox.terminals.charges import Charges
from services.sandbox.terminals.concert.practice import Manner, Memory
from services.sandbox.terminals.concert.terminal import ConcertTerminal, Talk, TcpTalk
from services.sandbox.terminals.eplus.line import Line, PowerFailed
from services.sandbox.terminals.faults import Faults
from services.sandbox.terminals.wires import PtyPort, TcpPort, Wire


class PracticeConcert:
    """A practice terminal with its port. Start it, use it, stop it.

    `serial` puts it on a pseudo-terminal, else it listens on `port` of the loopback
    address. `book` keeps its charges in a file.
    """

    def __init__(
        self, manner: Manner | None = None, *, serial: bool = False, book: Path | None = None, port: int = 0
    ) -> None:
        self.memory = Memory(Charges(book), manner or Manner())
        self.memory.idle.set()
        self._port: TcpPort | PtyPort = PtyPort(self._framed) if serial else TcpPort(self._bare, port)

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

    def start(self) -> PracticeConcert:
        """Serve in a thread of its own."""
        self._port.start()
        return self

    def stop(self) -> None:
        """Stop; the device or the port is gone."""
        self._port.stop()

    def _bare(self, wire: Wire) -> None:
        self._serve(TcpTalk(wire, self.memory.faults, hangs_up=self.memory.manner.hangs_up))

    def _framed(self, wire: Wire) -> None:
        self._serve(FramedTalk(wire, self.memory))

    def _serve(self, talk: Talk) -> None:
        try:
            ConcertTerminal(self.memory, talk).serve()
        except PowerFailed:
            return


class FramedTalk:
    """The same messages in the frames of the French serial protocols."""

    def __init__(self, wire: Wire, memory: Memory) -> None:
        self._memory = memory
        self._line = Line(wire, memory.faults, memory.manner.patience, memory.heard)

    def hear(self, seconds: float) -> bytes | None:
        """Return what came; None when nothing did."""
        return self._line.hear(seconds, self._memory.idle.clear)

    def say(self, text: bytes, name: str) -> bool:
        """Send an answer until it is acknowledged."""
        return self._line.say(text, name)

    def pause(self, seconds: float) -> None:
        """Let time pass."""
        self._line.pause(seconds)
