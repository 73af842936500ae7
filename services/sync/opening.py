"""Putting the office together: the real ledger, the real runner, the real clock."""

from __future__ import annotations

from collections.abc import Callable

from services.accounting.xero.oauth import Addresses
from services.accounting.xero.tokens import SecretVault
from services.contract.settings import Settings
from services.store.database import Database
from services.sync import reading
from services.sync.engine import DbosRunner
from services.sync.office import Office
from services.sync.pace import Clock, Pace, StopSignal, utc_now
from services.sync.ticking import Ticker
from services.sync.tools import Bus, Tools
from services.sync.xero_links import XeroLinks


class OpenOffice(Office):
    """An office that sends by itself what is due, and goes on after a restart."""

    def __init__(
        self,
        settings: Settings,
        db: Database,
        vault: SecretVault,
        bus: Bus,
        *,
        clock: Clock,
        pace: Pace,
        beat: Callable[[], None],
    ) -> None:
        signal = StopSignal()
        links = XeroLinks(Addresses.of(settings), vault, settings.home, clock)
        tools = Tools(db, clock, links, bus, signal, pace)
        runner = DbosRunner(settings.home, settings.database_url, lambda store: _partition(db, store))
        super().__init__(tools, runner, links=links, vault=vault, practice=settings.practice)
        self._signal = signal
        self._ticker = Ticker(self.tick, pace.tick, signal, beat)

    def start(self) -> None:
        """Go on with what was unfinished, and begin to look at what is due."""
        super().start()
        self._ticker.start()

    def stop(self) -> None:
        """End within seconds; what was being sent is found out about at the next start."""
        self._signal.set()
        self._ticker.join()
        super().stop()


def open_office(
    settings: Settings,
    db: Database,
    vault: SecretVault,
    bus: Bus,
    *,
    clock: Clock = utc_now,
    pace: Pace | None = None,
    beat: Callable[[], None] = lambda: None,
) -> OpenOffice:
    """Return the office of a service; call `start` once the tables are there.

    `beat` is called from the ticker's thread every few seconds, for a watchdog.
    """
    return OpenOffice(settings, db, vault, bus, clock=clock, pace=pace or Pace(), beat=beat)


def _partition(db: Database, store: str) -> str:
    """Return what one run at a time works on: the organisation, or the store."""
    with db.read() as session:
        return reading.tenant(session, store) or store
