"""How a practice EFT-Client is set, and what it remembers."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from services.sandbox.terminals.charges import Charges
from services.sandbox.terminals.faults import Faults


@dataclass(frozen=True, slots=True)
class Manner:
    """How this one behaves where clients differ."""

    keeps_going: bool = True
    """Without its till the customer goes on paying; else the client cancels."""
    answers_other: bool = False
    """Asked for a reference it does not know it tells of its last transaction, not E2."""
    record_lengths: bool = False
    """Totals have a length before each card."""
    patience: float = 5.0
    """Seconds it stalls without the answer to a receipt or a question."""
    card: str = "............4242"
    """What the field PAN holds."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One transaction as the PIN pad keeps it. Amounts in minor units."""

    letter: str
    reference: str
    purchase: int
    cash: int
    approved: bool
    code: str
    text: str
    stan: int
    surcharge: int = 0
    training: bool = False
    receipt: str = ""

    @property
    def amount(self) -> int:
        """The purchase; the cash where it is cash-out and nothing else."""
        return self.purchase or self.cash

    @property
    def handle(self) -> str:
        """Its RFN."""
        return f"RFN{self.stan:06d}X" if self.approved else ""


@dataclass(slots=True)
class Memory:
    """What outlives a connection, and a loss of power."""

    charges: Charges
    manner: Manner = field(default_factory=Manner)
    faults: Faults = field(default_factory=Faults)
    entries: list[Entry] = field(default_factory=list)
    """Every transaction since the start, in order."""
    open: list[Entry] = field(default_factory=list)
    """What was approved and not settled."""
    settled: list[Entry] = field(default_factory=list)
    """What the last settlement held."""
    stan: int = 1233
    logged_on: bool = True
    busy_for: int = 0
    """How many more requests are answered with BY."""
    idle: threading.Event = field(default_factory=threading.Event)
    """Nothing runs, and nothing has come for a moment."""
    heard: list[str] = field(default_factory=list)
    """Every message of the till: command and sub code."""

    def next_stan(self) -> int:
        """Return the next trace number."""
        self.stan = self.stan % 999_999 + 1
        return self.stan

    def find(self, reference: str) -> Entry | None:
        """Return the transaction of a reference; the last one without a reference."""
        found = [entry for entry in self.entries if not reference or entry.reference == reference]
        return found[-1] if found else None

    def keep(self, entry: Entry) -> None:
        """Keep a transaction that has ended."""
        self.entries.append(entry)
        if entry.approved:
            self.open.append(entry)
