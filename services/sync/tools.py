"""What the parts of this room work with: database, clock, links, bus, waiter."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from services.accounting.ledger import Ledger, Organisation
from services.contract.answers import NewEvent
from services.store.database import Database
from services.store.tables import Connection
from services.sync.pace import Clock, Pace, Waiter


class Bus(Protocol):
    """Where changes are told; any thread, never waits."""

    def publish(self, event: NewEvent) -> None:
        """Tell whoever watches."""


class Ledgers(Protocol):
    """Gives the ledger that a connection leads to."""

    def ledger(self, connection: Connection) -> Ledger:
        """Return the ledger of the chosen organisation of a connection."""

    def scopes(self, connection: Connection) -> frozenset[str] | None:
        """Return what the consent allows; None when it is not known."""

    def expires(self, connection: Connection) -> datetime | None:
        """Return when the consent dies unless it is used; None: never, or not known."""

    def organisations(self, connection: Connection) -> list[Organisation]:
        """Return the organisations the consent gives access to."""

    def disconnect(self, connection: Connection) -> None:
        """End the connection at the ledger, and see that it is ended."""


@dataclass(frozen=True, slots=True)
class Tools:
    """The things every part of this room is given."""

    db: Database
    clock: Clock
    ledgers: Ledgers
    bus: Bus
    waiter: Waiter
    pace: Pace = field(default_factory=Pace)

    def now(self) -> datetime:
        """Return the current time."""
        return self.clock()

    def tell(
        self, kind: str, store: str | None, *, date: str | None = None, state: str | None = None
    ) -> None:
        """Publish a change."""
        self.bus.publish({"kind": kind, "store": store, "date": date, "state": state})

    def tell_progress(self, kind: str, store: str, progress: dict[str, int]) -> None:
        """Publish how far something got."""
        self.bus.publish(
            {"kind": kind, "store": store, "date": None, "state": None, "progress": dict(progress)}
        )


@dataclass(frozen=True, slots=True)
class Link:
    """One store's way into one organisation, for as long as a run lasts."""

    store: str
    tenant: str
    organisation: str
    ledger: Ledger
    scopes: frozenset[str] | None
