"""What a service shares with the others on its database, put together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from services.accounting.xero.tokens import Lock
from services.contract.settings import Settings
from services.store import machines as table
from services.store.database import Database
from services.store.vaults.shared_vault import SealedTableKeyring
from services.store.vaults.vault import Vault
from services.sync.engine import machine_id, new_boot
from services.sync.pace import Clock, Pace, Waiter
from services.sync.sharing.gate import AllowanceGate
from services.sync.sharing.machines import Identity, Machines
from services.sync.sharing.settings import good_for, limits_of, pace_of
from services.sync.sharing.turns import Turns
from services.sync.showing.status import product_version
from services.sync.tools import Bus, Ledgers, Tools


@dataclass(frozen=True, slots=True)
class Sharing:
    """This service among the machines on one database."""

    db: Database
    clock: Clock
    waiter: Waiter
    pace: Pace
    me: Identity
    turns: Turns
    gate: AllowanceGate
    machines: Machines

    def tools(self, ledgers: Ledgers, bus: Bus) -> Tools:
        """Return the tools of this room, with all that is shared."""
        return Tools(
            self.db,
            self.clock,
            ledgers,
            bus,
            self.waiter,
            self.pace,
            room=self.gate,
            limits=self.gate.limits,
            turns=self.turns,
            machines=self.machines,
            moment=self.gate.moment,
        )


def share(settings: Settings, db: Database, clock: Clock, waiter: Waiter, pace: Pace) -> Sharing:
    """Return this start of a service; Refused for a setting without sense."""
    me = Identity(machine_id(settings.home), new_boot(), product_version())
    pace, limits = pace_of(settings, pace), limits_of(settings)

    def moment(session: Session) -> datetime:
        return table.moment(session, clock())

    turns = Turns(db, me.executor, moment)
    gate = AllowanceGate(db, moment, waiter, pace, limits, me.executor, turns.fence, good_for(pace))
    return Sharing(db, clock, waiter, pace, me, turns, gate, Machines(db, me, moment, pace))


def lock_of(vault: object) -> Callable[[str], Lock] | None:
    """Return what lets one machine at a time renew tokens; None: not shared."""
    backend = vault.backend if isinstance(vault, Vault) else None
    if not isinstance(backend, SealedTableKeyring):
        return None
    return lambda store: lambda: backend.hold(store)
