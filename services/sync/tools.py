"""What the parts of this room work with: database, clock, links, bus, waiter."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from sqlmodel import Session

from services.accounting.ledger import Ledger, Organisation
from services.accounting.xero.connections import Refusal
from services.contract.answers import NewEvent
from services.store.database import Database
from services.store.tables import Connection
from services.sync.pace import Clock, Pace, Waiter
from services.sync.sharing.allowance import STANDARD, Limits
from services.sync.sharing.machines import Machines
from services.sync.sharing.turns import Moment, Turns


class Bus(Protocol):
    """Where changes are told; any thread, never waits."""

    def publish(self, event: NewEvent) -> None:
        """Tell whoever watches."""


class Ledgers(Protocol):
    """Gives the ledger that a connection leads to."""

    def ledger(self, connection: Connection, *, asked_by_person: bool = False) -> Ledger:
        """Return the ledger of the chosen organisation of a connection.

        What a person asks may use the calls that are kept for people.
        """

    def scopes(self, connection: Connection) -> frozenset[str] | None:
        """Return what the consent allows; None when it is not known."""

    def expires(self, connection: Connection) -> datetime | None:
        """Return when the consent dies unless it is used; None: never, or not known."""

    def organisations(self, connection: Connection) -> list[Organisation]:
        """Return the organisations the consent gives access to."""

    def reachable(self, connection: Connection) -> frozenset[str]:
        """Return the organisations that the consent leads to now.

        Keeps the consent alive.
        """

    def end(self, connection: Connection) -> None:
        """End the connection at the ledger; one that is gone is no error."""

    def refusal(self, connection: Connection) -> Refusal | None:
        """Return the ledger's refusal of a call after the end.

        None when it still answers.
        """

    def forget(self, connection: Connection) -> None:
        """Drop the permission that a store was given."""


class Room(Protocol):
    """Tells when there is room for one more call."""

    def wait_for_room(self, tenant: str, *, asked_by_person: bool) -> None:
        """Wait until a call may go; raise RateLimited when that takes too long."""


class NoLimit:
    """Room without end, for ledgers that count no calls."""

    def wait_for_room(self, tenant: str, *, asked_by_person: bool) -> None:
        """Return at once."""


@dataclass(frozen=True, slots=True)
class Tools:
    """The things every part of this room is given."""

    db: Database
    clock: Clock
    ledgers: Ledgers
    bus: Bus
    waiter: Waiter
    pace: Pace = field(default_factory=Pace)
    room: Room = field(default_factory=NoLimit)
    limits: Limits = STANDARD
    """What the ledger takes of one organisation, until it says otherwise."""
    turns: Turns | None = None
    """Whose turn it is to send; None: only this process sends."""
    machines: Machines | None = None
    """The machines that share the work; None: there is only this process."""
    moment: Moment | None = None
    """The time that the machines share; None: the clock's."""

    def now(self) -> datetime:
        """Return the current time."""
        return self.clock()

    def shared_now(self, session: Session) -> datetime:
        """Return the current time as all machines see it."""
        return self.moment(session) if self.moment is not None else self.clock()

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
    asked_by_person: bool = False
    """Whether a person asked for what is done: it may use the calls kept for people."""
