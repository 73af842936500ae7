"""How a practice nexo terminal is set, and what it remembers."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

from services.sandbox.terminals.charges import Charge, Charges
from services.sandbox.terminals.faults import Faults

POI = "V400m-324688179"
PASSPHRASE = "practice terminal"  # noqa: S105 - it guards nothing
KEY_IDENTIFIER = "practice"
KEY_VERSION = 1


@dataclass(frozen=True, slots=True)
class Manner:
    """How this terminal behaves where terminals differ."""

    keeps_going: bool = True
    """Without its till the customer goes on paying; else it aborts."""
    repeats_names: bool = True
    """Answers repeat the till's reference."""
    currency: str = "EUR"
    decimals: int = 2
    card: str = "541333 **** 9999"
    """What MaskedPan holds."""
    patience: float = 8.0
    """Seconds a customer who does nothing is waited for."""
    passphrase: str = field(default=PASSPHRASE, repr=False)
    key_version: int = KEY_VERSION


@dataclass(frozen=True, slots=True)
class Done:
    """An exchange that has ended: what was answered."""

    category: str
    sale: str
    service: str
    body: dict[str, Any]


@dataclass(slots=True)
class Running:
    """The payment that runs."""

    service: str
    aborted: threading.Event = field(default_factory=threading.Event)


@dataclass(slots=True)
class Memory:
    """What outlives a connection, and a loss of power."""

    charges: Charges
    manner: Manner = field(default_factory=Manner)
    faults: Faults = field(default_factory=Faults)
    done: dict[str, Done] = field(default_factory=dict)
    """Ended payments and reversals by the till's number of the exchange."""
    sold: dict[str, Charge] = field(default_factory=dict)
    """Payments by the terminal's own number."""
    running: Running | None = None
    batch: int = 1000
    status: str = "OK"
    idle: threading.Event = field(default_factory=threading.Event)
    """No connection is being served."""
    heard: list[str] = field(default_factory=list)
    """Every message of the till, by category."""
    shown: list[str] = field(default_factory=list)
    """Texts it was given to show or print."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, service: str) -> Running | None:
        """Begin a payment; None when one runs."""
        with self.lock:
            if self.running is not None:
                return None
            self.running = Running(service)
            return self.running

    def end(self, done: Done) -> None:
        """Remember how a payment ended."""
        with self.lock:
            self.done[done.service] = done
            self.running = None
