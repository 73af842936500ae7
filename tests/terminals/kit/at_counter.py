"""A shop's counter in one process: its office of terminals, a practice terminal."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from services.contract.answers import NewEvent
from services.contract.people import Person
from services.contract.terminals import PaymentKind, ProgressAnswer
from services.sandbox.terminals.zvt.ports import PracticeZvt
from services.sandbox.terminals.zvt.practice import Manner
from services.store.database import Database, open_database
from services.store.stores import add_store
from services.terminals.counter.fleet import Tools
from services.terminals.counter.office import TerminalsOffice
from services.terminals.counter.paying import Wanted
from services.terminals.counter.watching import Watch
from services.terminals.finding_out import Patience
from tests.clocks import MovingClock

ANNA = Person("anna", 1000, frozenset({"manager"}))
STORE = "wien"
QUICK = Manner(prints="none", patience=30)
_MEMORY = Path("/dev/shm")  # noqa: S108 - no test here loses power


class Vault(dict[str, str]):
    """Secrets in memory."""

    def set(self, name: str, value: str) -> None:
        """Keep a secret."""
        self[name] = value

    def delete(self, name: str) -> None:
        """Forget a secret."""
        self.pop(name, None)


@dataclass
class Noted:
    """A bus that writes down."""

    events: list[NewEvent] = field(default_factory=list)

    def publish(self, event: NewEvent) -> None:
        """Note an event."""
        self.events.append(event)


@dataclass
class Clock(MovingClock):
    """The time, which tests move."""

    now: datetime = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return it; a microsecond passes, so that nothing happens at once."""
        self.now += timedelta(microseconds=1)
        return self.now


@dataclass
class AtCounter:
    """A shop with an office of its terminals, and one practice terminal `front`."""

    db: Database
    office: TerminalsOffice
    practice: PracticeZvt
    vault: Vault
    bus: Noted
    clock: Clock
    _count: int = 0

    def begin(
        self,
        amount: int | None,
        reference: str = "",
        *,
        kind: PaymentKind = PaymentKind.PAYMENT,
        till: str = "1",
        key: str = "front",
        original: int | None = None,
    ) -> Watch:
        """Begin a payment; a new reference unless one is given."""
        self._count += 1
        wanted = Wanted(reference or f"r{self._count}", kind, amount, original=original)
        return self.office.payments.pay(key, till, wanted)

    def pay(self, amount: int | None, reference: str = "", **more: Any) -> ProgressAnswer:  # noqa: ANN401 - those of begin
        """Take a payment to its end."""
        return self.ended(self.begin(amount, reference, **more))

    def ended(self, watch: Watch, seconds: float = 60) -> ProgressAnswer:
        """Wait until a payment has ended, and the books know."""
        over = threading.Event()
        with watch.waking(over.set):
            while not watch.over:
                assert over.wait(seconds), watch.seen()
                over.clear()
        self.settled()
        return self.office.payments.progress(watch)

    def settled(self, seconds: float = 60) -> None:
        """Wait until nothing is done in the background any more."""
        for thread in threading.enumerate():
            if thread.name.startswith(("terminal-", "card-matching")):
                thread.join(seconds)
                assert not thread.is_alive(), thread.name

    def terminal_totals(self) -> list[tuple[str, bool | None]]:
        """What the terminals counted at each end of day, and whether it holds."""
        days = self.office.money.agreement(STORE)["days"]
        checks = [check for day in days for check in day["checks"] if check["check"] == "terminal_totals"]
        return [(check["left"], check["holds"]) for check in checks]

    def told(self, kind: str) -> list[NewEvent]:
        """Return the events of a kind."""
        return [event for event in self.bus.events if event["kind"] == kind]


def office_on(db: Database, vault: Vault, bus: Noted, clock: Clock, machine: str = "") -> TerminalsOffice:
    """An office on a database; on its own, or as one machine of several."""
    patience = Patience(tries=20, pause=0.02)
    tools = Tools(db, clock, vault, bus, machine, alone=not machine, patience=patience)
    return TerminalsOffice(db, clock, vault, bus, tools=tools)


@contextmanager
def at_counter(template: Path, manner: Manner = QUICK) -> Iterator[AtCounter]:
    """A shop in Vienna with the terminal `front`, running.

    `template` is the file of a migrated, empty database; the copy is in memory if possible.
    """
    with TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None) as folder:
        shutil.copy(template, Path(folder) / "tillbook.db")
        db = open_database(f"sqlite:///{folder}/tillbook.db")
        with counter_on(db, manner) as made:
            yield made


@contextmanager
def counter_on(db: Database, manner: Manner = QUICK) -> Iterator[AtCounter]:
    """The same on a migrated, empty database, which is closed at the end."""
    clock, vault, bus = Clock(), Vault(), Noted()
    with db.write() as session:
        details = {"key": STORE, "name": "Wien", "country": "AT", "currency": "EUR"}
        add_store(session, {**details, "timezone": "Europe/Vienna"}, clock())
    practice = PracticeZvt(manner).start()
    practice.memory.clock = lambda: clock.now.astimezone(ZoneInfo("Europe/Vienna"))
    office = office_on(db, vault, bus, clock)
    made = AtCounter(db, office, practice, vault, bus, clock)
    try:
        office.start()
        add_front(made)
        yield made
    finally:
        made.office.stop()
        practice.stop()
        db.close()


def add_front(made: AtCounter, key: str = "front", **more: object) -> None:
    """Add the practice terminal under a key."""
    details = {"key": key, "store": STORE, "protocol": "zvt", "settings": made.practice.address}
    made.office.terminals.add({**details, **more}, ANNA)
    made.settled()
