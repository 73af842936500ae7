"""Practice E+ terminals to be reached: on a pseudo-terminal, or on TCP."""

from __future__ import annotations

from pathlib import Path

from services.sandbox.terminals.charges import Charges
from services.sandbox.terminals.eplus.practice import Manner, Memory
from services.sandbox.terminals.eplus.terminal import EplusTerminal
from services.sandbox.terminals.reached import OnALine
from services.sandbox.terminals.wires import Wire


class PracticeEplus(OnALine[Memory]):
    """A practice terminal with its port. `book` keeps its charges in a file."""

    def __init__(
        self, manner: Manner | None = None, *, serial: bool = True, book: Path | None = None, port: int = 0
    ) -> None:
        super().__init__(Memory(Charges(book), manner or Manner()), self._serve, serial=serial, port=port)

    def _serve(self, wire: Wire) -> None:
        EplusTerminal(self.memory, wire).serve()
