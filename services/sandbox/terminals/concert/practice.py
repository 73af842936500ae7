"""How a practice Concert terminal is set, and what it remembers."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from services.sandbox.terminals.charges import Charge, Charges
from services.sandbox.terminals.faults import Faults

_ZONE = ZoneInfo("Europe/Paris")


def on_the_wall() -> datetime:
    """Return the time where the terminal stands."""
    return datetime.now(_ZONE).replace(microsecond=0)


@dataclass(frozen=True, slots=True)
class Manner:
    """How this make behaves where makes differ."""

    duplicates: str = "tags"
    """A duplicate has `tags` and ticket, only the `ticket`, or there is `none`."""
    gives_back: bool = True
    """The private field of a request stands in its answer, and in its duplicate."""
    repeats_refusals: bool = False
    """What was refused is its last transaction, too."""
    hangs_up: bool = True
    """It ends the connection behind its answer."""
    patience: float = 0.5
    """Seconds it waits for the till, on a serial line."""
    entry: float = 1.0
    """Seconds a customer takes who is slow, or does nothing."""
    card: str = "************4771"


@dataclass(frozen=True, slots=True)
class Done:
    """The last transaction it tells of."""

    charge: Charge
    private: str = ""
    refused: bool = False


@dataclass(slots=True)
class Memory:
    """What outlives a connection, and a loss of power."""

    charges: Charges
    manner: Manner = field(default_factory=Manner)
    faults: Faults = field(default_factory=Faults)
    number: int = 462
    last: Done = field(default_factory=lambda: Done(Charge(0, "payment", 1, "000462")))
    """At first the one with which it was put into service; no book has it any more."""
    idle: threading.Event = field(default_factory=threading.Event)
    """Nothing runs, and nothing has come for a moment."""
    heard: list[str] = field(default_factory=list)
    """What the till asked, by the value of CD."""
    clock: Callable[[], datetime] = on_the_wall

    def next_number(self) -> str:
        """Return the number of the next transaction."""
        self.number += 1
        return f"{self.number:06d}"
