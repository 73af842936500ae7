"""Putting the office together: the real ledger, the real runner, the real clock."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from services.accounting.xero.oauth import Addresses
from services.accounting.xero.tokens import SecretVault
from services.contract.problem import Refused, Unreachable
from services.contract.settings import Settings
from services.store.database import Database
from services.store.machines import moment
from services.sync.backups.plan import plan_of
from services.sync.engine import DbosRunner, machine_id
from services.sync.links.xero_links import XeroLinks
from services.sync.office import Office
from services.sync.pace import Clock, Pace, StopSignal, utc_now
from services.sync.sharing import machines
from services.sync.sharing.sharing import lock_of, share
from services.sync.showing import reading
from services.sync.support.office import SupportOffice
from services.sync.ticking import Ticker
from services.sync.tools import Bus
from services.terminals.counter.office import TerminalsOffice

log = logging.getLogger(__name__)

_NO_SIGN_OF_LIFE = "no sign of life could be given to the other machines; it is tried again"


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
        end: Callable[[], None],
    ) -> None:
        signal = StopSignal()
        self._sharing = sharing = share(settings, db, clock, signal, pace)
        links = XeroLinks(
            Addresses.of(settings), vault, settings.home, clock, gate=sharing.gate, lock_of=lock_of(vault)
        )
        tools = sharing.tools(links, bus)
        partition = partial(_partition, db)
        self._engine = DbosRunner(settings.home, settings.database_url, partition, sharing.me.boot)
        super().__init__(
            tools,
            self._engine,
            links=links,
            vault=vault,
            practice=settings.practice,
            backup_plan=plan_of(settings),
        )
        self.support = SupportOffice(tools, settings, vault, self.status)
        self.terminals = TerminalsOffice(
            db, clock, vault, bus, machine=sharing.me.machine, alone=db.is_sqlite, home=settings.home
        )
        self._signal = signal
        self._ticker = Ticker(self.tick, pace.tick, signal, beat, broken=end)
        self._heart = Ticker(self._live, sharing.pace.beat, signal, failed=_NO_SIGN_OF_LIFE, broken=end)
        self._end = end

    def start(self) -> None:
        """Go on with what was unfinished, and begin to look at what is due."""
        self._sharing.machines.join()
        super().start()
        self.terminals.start()
        self._ticker.start()
        self._heart.start()

    def stop(self) -> None:
        """End within seconds; what was being sent is found out about at the next start."""
        self._signal.set()
        self.terminals.stop()
        self._ticker.join()
        self._heart.join()
        super().stop()
        try:
            self._sharing.machines.leave()
        except (DBAPIError, Unreachable) as error:
            log.warning("the other machines notice in a while that this one has ended: %s", error)

    def takings_changed(self, store: str, dates: Iterable[date]) -> None:
        """Tell that records of these dates came in, and look for their card payments."""
        came = list(dates)
        super().takings_changed(store, came)
        self.terminals.receipts_came(store, came)

    def _live(self) -> None:
        """Say that this machine lives, and take over from those that do not."""
        try:
            dead = self._sharing.machines.beat()
        except Refused as refusal:
            log.critical("%s", refusal)
            self._end()
            return
        self._engine.take_over(dead)
        if self._sharing.machines.news():
            # Who watches here is not told of what another machine does.
            self._tools.tell("resync", None)


def open_office(
    settings: Settings,
    db: Database,
    vault: SecretVault,
    bus: Bus,
    *,
    clock: Clock = utc_now,
    pace: Pace | None = None,
    beat: Callable[[], None] = lambda: None,
    end: Callable[[], None] = lambda: None,
) -> OpenOffice:
    """Return the office of a service; call `start` once the tables are there.

    `beat` is called from the ticker's thread every few seconds, for a watchdog; `end` when
    the service has to end: a newer version on another machine has changed the tables, or a
    fault stopped the ticker.
    """
    pace = pace or Pace()
    return OpenOffice(settings, db, vault, bus, clock=clock, pace=pace, beat=beat, end=end)


def refuse_beside_older(db: Database, home: Path, clock: Clock = utc_now) -> None:
    """Raise Refused when tables would change under services elsewhere."""
    machines.refuse_beside_older(db, machine_id(home), lambda session: moment(session, clock()))


def _partition(db: Database, store: str) -> str:
    """Return what one run at a time works on: the organisation, or the store."""
    with db.read() as session:
        return reading.tenant(session, store) or store
