"""Starts of a service on a test shop's database, without processes of their own."""

from __future__ import annotations

from dataclasses import replace

from services.sync.pace import Pace
from services.sync.sharing.machines import Identity, Machines
from services.sync.sharing.turns import Turns
from services.sync.tools import Tools
from tests.sync.support import Shop


def started(shop: Shop, name: str, boot: str = "1", pace: Pace | None = None) -> Tools:
    """Return the tools of a machine that has joined the shop's database."""
    me = Identity(f"machine-{name}", boot, "1.0", name)
    machines = Machines(shop.database, me, lambda _: shop.clock(), pace or shop.pace)
    machines.join()
    turns = Turns(shop.database, me.executor, lambda _: shop.clock())
    return replace(shop.tools, turns=turns, machines=machines)
