"""Having known failures happen to a shop, and reading what it says of them."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from services.accounting.xero.catalogue import class_of_code, explained
from services.accounting.xero.oauth import Addresses
from services.contract.answers import Finding
from services.sync.links.xero_links import XeroLinks
from services.sync.office import Office
from services.sync.tools import Tools
from tests.sync.practice import PracticeShop
from tests.sync.support import STORE, sale


def told_of(practice: PracticeShop, day: date) -> list[Finding]:
    """Return all that is said of a day, its documents and their calls."""
    (answer,) = practice.state(day)
    said = [*answer["blocked"], *(why for each in answer["documents"] for why in each.get("why", []))]
    calls = [each["error"] for each in practice.office.log(store=STORE)["attempts"]]
    integration = practice.office.status()["stores"][0]["integrations"][0]
    return [one for one in (*said, *calls, integration["error"]) if one is not None]


def codes_told(practice: PracticeShop, day: date) -> set[str]:
    """Return the failures that are told with class, cause and next step."""
    return {one.get("code", "") for one in told_of(practice, day) if is_whole(one)}


def is_whole(one: Finding) -> bool:
    """Whether all that a person needs is told, of the catalogue's class."""
    code = one.get("code", "")
    words = (one["what"], one["why"], one["next"])
    return all(words) and one.get("class") == class_of_code(code) and bool(explained(code)["next"])


def one_sale(practice: PracticeShop) -> date:
    """Take in one sale before today; its day is one document with two payments."""
    day = practice.clock().date() - timedelta(days=3)
    practice.take(sale(day, "S", "100.00"))
    return day


PATIENT = (20.0, 30.0)
"""To connect and to read, in seconds: a loaded machine answers in time."""
HASTY = (0.3, 0.5)
"""For what is to come too late."""


def move_api(practice: PracticeShop, address: str, timeouts: tuple[float, float] = PATIENT) -> None:
    """Have the shop look for Xero's accounting interface elsewhere."""
    sign_in = practice.xero.url
    links = XeroLinks(
        Addresses(sign_in, sign_in, address),
        practice.vault,
        practice.home,
        practice.clock,
        timeouts=timeouts,
    )
    _reopen(practice, links)


def move_sign_in(practice: PracticeShop, address: str) -> None:
    """Have the shop look for Xero's sign-in service elsewhere."""
    api = practice.xero.url
    _reopen(practice, XeroLinks(Addresses(api, address, api), practice.vault, practice.home, practice.clock))


def look_daily(practice: PracticeShop) -> None:
    """Have quiet links looked at once a day, as the service does."""
    practice.pace = replace(practice.pace, look_every=timedelta(hours=24))
    api = practice.xero.url
    _reopen(practice, XeroLinks(Addresses(api, api, api), practice.vault, practice.home, practice.clock))


def _reopen(practice: PracticeShop, links: XeroLinks) -> None:
    practice.tools = Tools(
        practice.database, practice.clock, links, practice.bus, practice.waiter, practice.pace
    )
    practice.office.stop()
    practice.office = Office(
        practice.tools, practice.runner, links=links, vault=practice.vault, spawn=lambda work: work()
    )
    practice.office.start()


def elements(*messages: str) -> dict[str, Any]:
    """Return the body with which Xero refuses elements, one a message (XERO.md 6.15)."""
    return {
        "ErrorNumber": 10,
        "Type": "ValidationException",
        "Message": "A validation exception occurred",
        "Elements": [{"ValidationErrors": [{"Message": message}]} for message in messages],
    }


@dataclass
class BareServer:
    """A server that does with each connection what the test wants."""

    handle: Callable[[socket.socket], None]
    listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))

    @property
    def port(self) -> int:
        """Return its port."""
        port: int = self.listener.getsockname()[1]
        return port

    def serve(self) -> None:
        """Take connections until the listener is closed."""
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection:
                self.handle(connection)


@contextmanager
def bare_server(handle: Callable[[socket.socket], None]) -> Iterator[int]:
    """Run a server for the length of a block; gives its port."""
    server = BareServer(handle)
    thread = threading.Thread(target=server.serve, name="bare-server", daemon=True)
    thread.start()
    try:
        yield server.port
    finally:
        # A thread in `accept` is not woken by `close`.
        server.listener.shutdown(socket.SHUT_RDWR)
        server.listener.close()
        thread.join(60)
