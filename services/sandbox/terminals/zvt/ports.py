"""Practice ZVT terminals to be reached: on TCP, or on a pseudo-terminal."""

from __future__ import annotations

from pathlib import Path

from services.sandbox.terminals.charges import Charges
from services.sandbox.terminals.reached import OnALine
from services.sandbox.terminals.wires import Wire
from services.sandbox.terminals.zvt.practice import Manner, Memory
from services.sandbox.terminals.zvt.terminal import ZvtTerminal


class PracticeZvt(OnALine[Memory]):
    """A practice terminal with its port. `book` keeps its charges in a file."""

    def __init__(
        self, manner: Manner | None = None, *, serial: bool = False, book: Path | None = None, port: int = 0
    ) -> None:
        super().__init__(Memory(Charges(book), manner or Manner()), self._serve, serial=serial, port=port)
        self._serial = serial

    def _serve(self, wire: Wire) -> None:
        ZvtTerminal(self.memory, wire, serial=self._serial).serve()
