"""Practice Concert terminals to be reached: on TCP, or on a pseudo-terminal."""

from __future__ import annotations

from pathlib import Path

from services.sandbox.terminals.charges import Charges
from services.sandbox.terminals.concert.practice import Manner, Memory
from services.sandbox.terminals.concert.terminal import ConcertTerminal, Talk, TcpTalk
from services.sandbox.terminals.eplus.line import Line
from services.sandbox.terminals.reached import OnALine
from services.sandbox.terminals.wires import PowerFailed, Wire


class PracticeConcert(OnALine[Memory]):
    """A practice terminal with its port. `book` keeps its charges in a file."""

    def __init__(
        self, manner: Manner | None = None, *, serial: bool = False, book: Path | None = None, port: int = 0
    ) -> None:
        memory = Memory(Charges(book), manner or Manner())
        super().__init__(memory, self._framed if serial else self._bare, serial=serial, port=port)

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
