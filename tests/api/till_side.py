"""The listener for tills in front of a counter that runs in the test."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import httpx

from services.api.bus import EventBus
from services.api.given import Desk
from services.api.people import People
from services.api.shop import Shop
from services.api.till_listener import TillListener
from services.api.uploads import Spool
from services.contract.permissions import Role
from services.sync.office import Office
from services.terminals.counter.office import TerminalsOffice
from tests.api.fakes import STARTED, FakeOffice, FakeShop
from tests.e2e.processes import free_port


@dataclass
class Listening:
    """A listener on an event loop of its own."""

    listener: TillListener
    desk: Desk

    def till(self, secret: str) -> httpx.Client:
        """A till with a key."""
        address = self.listener.told()["address"]
        assert address is not None, self.listener.told()["why"]
        return httpx.Client(
            base_url=address, headers={"Authorization": f"Bearer {secret}"}, trust_env=False, timeout=60
        )


@contextmanager
def listening(office: TerminalsOffice, home: Path) -> Iterator[Listening]:
    """Listen to tills as the service does."""
    fake = FakeOffice()
    fake.terminals = office
    people = People(dict.fromkeys(Role, ()), own_uid=-1)
    desk = Desk(cast("Office", fake), cast("Shop", FakeShop()), people, EventBus(STARTED), Spool(home))
    listener = TillListener(desk, free_port(), office.keys.any_in_force)
    office.keys.listener = listener.told
    begun, end = threading.Event(), threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(_serve(listener, begun, end)))
    thread.start()
    try:
        assert begun.wait(60)
        yield Listening(listener, desk)
    finally:
        office.let_go()
        end.set()
        thread.join(60)
        assert not thread.is_alive()


async def _serve(listener: TillListener, begun: threading.Event, end: threading.Event) -> None:
    listener.begin()
    begun.set()
    await asyncio.to_thread(end.wait)
    listener.stop()
    await listener.ended()
