"""Practice EFT-Clients to be reached on TCP."""

from __future__ import annotations

from pathlib import Path

from services.sandbox.terminals.charges import Charges
from services.sandbox.terminals.linkly.practice import Manner, Memory
from services.sandbox.terminals.linkly.terminal import LinklyTerminal
from services.sandbox.terminals.reached import Reached
from services.sandbox.terminals.wires import TcpPort, Wire


class PracticeLinkly(Reached[Memory]):
    """A practice EFT-Client with its port. `book` keeps its charges in a file.

    It listens on `port` of the loopback address: an EFT-Client has no serial line
    towards the till.
    """

    def __init__(self, manner: Manner | None = None, *, book: Path | None = None, port: int = 0) -> None:
        line = TcpPort(self._serve, port)
        super().__init__(Memory(Charges(book), manner or Manner()), line, line.address)

    def _serve(self, wire: Wire) -> None:
        LinklyTerminal(self.memory, wire).serve()
