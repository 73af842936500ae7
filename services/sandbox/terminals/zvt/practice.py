"""How a practice ZVT terminal is set, and what it remembers."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from services.sandbox.terminals.charges import Charge, Charges
from services.sandbox.terminals.faults import Faults

PASSWORD = b"\x00\x00\x00"
_ZONE = ZoneInfo("Europe/Vienna")


def on_the_wall() -> datetime:
    """Return the time where the terminal stands."""
    return datetime.now(_ZONE).replace(microsecond=0)


@dataclass(frozen=True, slots=True)
class Manner:
    """How this make behaves where makes differ (TERMINALS.md 0.2)."""

    undoes_unacked: bool = True
    """A result that is not acknowledged is reversed at once; else it stands."""
    prints: str = "lines"
    """`lines` (06 D1), `block` (06 D3) or `none`, if the till asks for prints at all."""
    encoding: str = "cp437"
    sequence: bool = False
    mirror: bool = False
    keeps_going: bool = False
    """Without its till the customer goes on paying; else it aborts."""
    timed_status: bool = True
    """Intermediate statuses carry a time-out."""
    patience: float = 5.0
    """Seconds it waits for an answer of the till."""
    repeats: int = 2
    """How often it repeats a message that is not answered."""
    currency: int = 978
    card: str = "eeeeeeeeeeee4771"
    """What bitmap 22 holds."""


@dataclass(slots=True)
class Memory:
    """What outlives a connection, and a loss of power."""

    charges: Charges
    manner: Manner = field(default_factory=Manner)
    faults: Faults = field(default_factory=Faults)
    receipt: int = 462
    trace: int = 1040
    first_open: int = 463
    last: Charge | None = None
    """The last transaction that was successful in its view."""
    registered: bool = False
    config: int = 0x86
    blocks: bool = False
    open_end_of_day: bool = False
    failing_ends: int = 0
    """How many more ends of day fail."""
    update_follows: bool = False
    """The next end of day announces a software update."""
    busy_for: int = 0
    """How many more commands are answered with 84 9C."""
    idle: threading.Event = field(default_factory=threading.Event)
    """Nothing runs, and nothing has come for a moment."""
    heard: list[str] = field(default_factory=list)
    """Every message of the till, by name."""
    clock: Callable[[], datetime] = on_the_wall

    def next_receipt(self) -> int:
        """Return the number of the next receipt: 1 to 9999."""
        self.receipt = self.receipt % 9999 + 1
        self.trace += 1
        return self.receipt
