"""What stands around the fake ledger: clock, waiter, vault, bus, organisations."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from services.accounting.ledger import (
    Organisation,
)
from services.accounting.xero.connections import Refusal
from services.accounting.xero.oauth import Addresses
from services.contract.answers import NewEvent
from services.store.tables import Connection
from tests.clocks import MovingClock
from tests.sync.fake_ledger import FakeLedger as FakeLedger  # noqa: PLC0414 - part of the fakes
from tests.sync.fake_ledger import Held as Held  # noqa: PLC0414

NOON = datetime(2026, 11, 25, 0, tzinfo=UTC)
TENANT = "tenant-1"
ADDRESSES = Addresses("https://login.example", "https://identity.example", "https://api.example")


class Killed(BaseException):
    """The process died here."""


@dataclass
class FakeClock(MovingClock):
    """A clock that only a test, or a wait, moves."""

    now: datetime = NOON


@dataclass
class FakeWaiter:
    """A waiter that moves the clock instead of waiting."""

    clock: FakeClock
    waits: list[float] = field(default_factory=list)
    stopping: bool = False

    def wait(self, seconds: float) -> bool:
        self.waits.append(seconds)
        self.clock.move(seconds=max(seconds, 0))
        return not self.stopping


@dataclass
class MemoryVault:
    """A vault that lives as long as its test."""

    kept: dict[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str | None:
        return self.kept.get(name)

    def set(self, name: str, value: str) -> None:
        self.kept[name] = value

    def delete(self, name: str) -> None:
        self.kept.pop(name, None)


@dataclass
class FakeBus:
    """Remembers what was published."""

    events: list[NewEvent] = field(default_factory=list)
    told: threading.Condition = field(default_factory=threading.Condition)

    def publish(self, event: NewEvent) -> None:
        with self.told:
            self.events.append(event)
            self.told.notify_all()

    def wait_until(self, holds: Callable[[], bool]) -> bool:
        """Wait until something holds that may hold after an event."""
        with self.told:
            return self.told.wait_for(holds, 60)

    def states(self, day: str) -> list[str | None]:
        return [event["state"] for event in self.events if event["kind"] == "day" and event["date"] == day]


class FakeLedgers:
    """Leads every connection to one fake ledger; implements `tools.Ledgers`."""

    def __init__(self, ledger: FakeLedger, organisations: Sequence[Organisation] = ()) -> None:
        self.one = ledger
        self.listed = list(organisations)
        self.disconnected: list[str | None] = []
        self.forgotten: list[str] = []

    def ledger(self, connection: Connection, *, asked_by_person: bool = False) -> FakeLedger:
        return self.one

    def scopes(self, connection: Connection) -> frozenset[str] | None:
        return None

    def expires(self, connection: Connection) -> datetime | None:
        return None

    def organisations(self, connection: Connection) -> list[Organisation]:
        return self.listed

    def reachable(self, connection: Connection) -> frozenset[str]:
        self.one.called("reachable")
        return frozenset(each.tenant for each in self.listed)

    def end(self, connection: Connection) -> None:
        self.one.called("end")
        self.disconnected.append(connection.connection_id)

    def refusal(self, connection: Connection) -> Refusal | None:
        self.one.called("refusal")
        ended = connection.connection_id in self.disconnected
        return Refusal("GET Organisation", 403, "status 403, AuthenticationUnsuccessful") if ended else None

    def forget(self, connection: Connection) -> None:
        self.forgotten.append(connection.store)


def organisation(name: str = "Queen St", tenant: str = TENANT, **changed: Any) -> Organisation:  # noqa: ANN401
    """Return an organisation that matches the test shop."""
    given = {"country": "NZ", "currency": "NZD", "tax_basis": "accrual", **changed}
    return Organisation(tenant=tenant, connection_id=f"connection-of-{tenant}", name=name, **given)
