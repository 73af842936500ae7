"""How a practice E+ terminal is set, and what it remembers."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from services.sandbox.terminals.charges import Charges
from services.sandbox.terminals.faults import Faults


@dataclass(frozen=True, slots=True)
class Manner:
    """How this make behaves where makes differ."""

    patience: float = 0.5
    """Seconds it waits for an answer of the till."""
    entry: float = 1.0
    """Seconds a customer takes who is slow, or does nothing."""
    gives_back: bool = True
    """The private field of the answer is that of the request; else its own number."""
    card: str = "************4771"
    """What stands first in the report, where one is asked for."""


@dataclass(slots=True)
class Memory:
    """What outlives a connection, and a loss of power."""

    charges: Charges
    manner: Manner = field(default_factory=Manner)
    faults: Faults = field(default_factory=Faults)
    number: int = 462
    idle: threading.Event = field(default_factory=threading.Event)
    """Nothing runs, and nothing has come for a moment."""
    heard: list[str] = field(default_factory=list)
    """What the till sent, by name."""

    def next_number(self) -> int:
        """Return the number of the next transaction."""
        self.number += 1
        return self.number
