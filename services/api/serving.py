"""The life of the service: open everything, serve, close everything."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime

from services.api.app import create_app
from services.api.bus import EventBus
from services.api.given import Desk
from services.api.listening import group_id, listen, make_private, only_one
from services.api.logs import start_logging, stop_logging
from services.api.notify import Notifier
from services.api.people import People, groups_by_role
from services.api.server import Server, http_server
from services.api.shop import Shop
from services.api.till_listener import TillListener, till_port
from services.api.uploads import Spool
from services.api.version import VERSION
from services.contract.settings import Settings
from services.store.database import Database, migrate, open_database
from services.store.vaults.shared_vault import open_shared_vault
from services.store.vaults.vault import open_vault
from services.sync.opening import open_office, refuse_beside_older

_log = logging.getLogger(__name__)


def serve(settings: Settings) -> None:
    """Run the service until it is told to stop (SIGTERM or SIGINT).

    Raises Problem when it cannot start: the home is taken, a setting is wrong, the
    database cannot be opened.
    """
    os.umask(0o077)
    group = group_id(settings.values.get("socket_group"))
    people = People(groups_by_role(settings.values), own_uid=os.geteuid())
    make_private(settings.home, group if settings.socket.parent == settings.home else None)
    with ExitStack() as stack:
        stack.enter_context(only_one(settings.home))
        start_logging(settings.home)
        stack.callback(stop_logging)
        _serve_home(settings, people, group, stack)


def _serve_home(settings: Settings, people: People, group: int | None, stack: ExitStack) -> None:
    notifier = Notifier()
    bus = EventBus(datetime.now(UTC))
    db = stack.enter_context(_database(settings))
    vault = open_vault(settings.home) if db.is_sqlite else open_shared_vault(db, settings.home)
    office = open_office(settings, db, vault, bus, beat=notifier.beat, end=_stop)
    shop = Shop(db, lambda: datetime.now(UTC), bus.publish, office.takings_changed)
    desk = Desk(office, shop, people, bus, Spool(settings.home))
    tills = TillListener(desk, till_port(settings.values), office.terminals.keys.any_in_force)
    office.terminals.keys.listener = tills.told
    listener = listen(settings.socket, group)
    stack.callback(settings.socket.unlink, missing_ok=True)
    stack.callback(office.stop)
    office.start()
    server = http_server(
        create_app(desk),
        ready=lambda: _announce(settings, notifier, tills),
        stopping=lambda: _end_open_calls(desk, notifier, tills),
    )
    asyncio.run(_until_both_end(server, listener, tills))


async def _until_both_end(server: Server, listener: socket.socket, tills: TillListener) -> None:
    await server.serve(sockets=[listener])
    await tills.ended()


def _stop() -> None:
    """End in the ordinary way; whoever supervises the service starts it again."""
    os.kill(os.getpid(), signal.SIGTERM)


def _announce(settings: Settings, notifier: Notifier, tills: TillListener) -> None:
    tills.begin()
    message = f"Tillbook {VERSION} is ready at {settings.socket}"
    _log.info(message)
    notifier.ready(message)
    # What is loaded now stays: walking it again and again takes a tenth of an import's time.
    gc.freeze()


def _end_open_calls(desk: Desk, notifier: Notifier, tills: TillListener) -> None:
    """Make what would go on for long come to an end: streams, imports."""
    _log.info("Tillbook is stopping")
    notifier.stopping()
    tills.stop()
    desk.office.terminals.let_go()
    desk.bus.close()
    desk.spool.stop()
    desk.shop.stop()


@contextmanager
def _database(settings: Settings) -> Iterator[Database]:
    db = open_database(settings.database_url)
    try:
        refuse_beside_older(db, settings.home)
        migrate(db)
        if db.sqlite_note:
            _log.warning(db.sqlite_note)
        yield db
    finally:
        db.close()
