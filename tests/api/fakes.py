"""A running service with nothing behind it, and people to call it."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, cast

from console.client import Client
from services.api.app import create_app
from services.api.bus import EventBus
from services.api.given import Desk
from services.api.listening import listen
from services.api.peers import Peer, PeerProtocol
from services.api.people import Account, People
from services.api.server import http_server
from services.api.shop import Shop
from services.api.uploads import Spool
from services.contract.answers import ImportAnswer
from services.contract.people import Person
from services.contract.permissions import Role
from services.contract.problem import Problem
from services.sync.office import Office
from services.sync.support.office import SupportOffice

STARTED = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
ME = Peer(pid=1, uid=1000, gid=1000)

_FINDING = {"what": "w", "why": "y", "next": "n"}
_DAY = {"date": "2026-11-19", "state": "posted", "amount": "12.50", "why": []}
_CONSENT = {
    "address": "https://login.example/?state=s",
    "state": "waiting",
    "expires": "2026-11-20T07:05:00+00:00",
    "scopes": [{"scope": "offline_access", "purpose": "to stay connected"}],
    "error": None,
}
_INTEGRATION = {
    "kind": "xero",
    "state": "connected",
    "since": None,
    "by": "anna",
    "until": None,
    "organisation": "Kauri Ltd",
    "last_sync": None,
    "waiting": {"days": 0, "amount": "0.00"},
    "error": None,
    "allowance": {"minute": 60, "day": None, "day_resets": None, "reserve": 100},
    "queue": {"calls": 0, "through": None},
    "practice": True,
    "connection_ends": None,
}
_ORGANISATION = {
    "tenant": "t",
    "name": "Kauri Ltd",
    "country": "NZ",
    "currency": "NZD",
    "tax_basis": "accrual",
    "chosen": True,
}
_STORE = {
    "key": "queen-st",
    "name": "Queen St",
    "country": "NZ",
    "currency": "NZD",
    "timezone": "Pacific/Auckland",
    "cutoff": "00:00",
    "prices": "inclusive",
    "gst_basis": "accrual",
    "cash_rounding": "0.10:down",
    "frequency": "manual",
    "sync_at": None,
    "start": None,
    "on_change": "wait",
}
_SOURCE = {"name": "online-retail", "shipped": True, "text": "name = 'x'"}
_IMPORTED = {
    "read": 0,
    "new": 0,
    "revised": 0,
    "unchanged": 0,
    "refused": [],
    "set_apart": {},
    "dates": [],
}
_DOCUMENTS = {
    "store": "queen-st",
    "date": "2026-11-19",
    "state": "waiting",
    "shape": "invoice",
    "documents": [],
    "proof": [{"check": "c", "left": "1.00", "right": "1.00", "holds": True}],
    "blocked": [_FINDING],
    "warnings": [],
    "tax_return": {},
}
_SCHEDULE = {"frequency": "daily", "at": "20:00", "start": None}

OFFICE_ANSWERS: dict[str, Any] = {
    "status": {
        "service": {"version": "0.1.0", "since": "2026-11-20T07:00:00+00:00", "machines": []},
        "stores": [],
    },
    "totals": {"store": "queen-st", "rows": [], "tenders": [], "set_apart": []},
    "begin_consent": _CONSENT,
    "consent": _CONSENT,
    "cancel_consent": _CONSENT,
    "paste": _CONSENT,
    "organisations": [_ORGANISATION],
    "choose_organisation": _ORGANISATION,
    "reference": {"read": None, "rows": [{"code": "200"}]},
    "refresh_reference": {"accounts": 40},
    "mapping": {"store": "queen-st", "version": 3, "categories": {"grocery": "200"}},
    "save_mapping": {"version": 4, "issues": []},
    "mapping_versions": {"versions": []},
    "check_mapping": {"issues": []},
    "suggest_mapping": {"proposals": []},
    "preview": _DOCUMENTS,
    "days": {"store": "queen-st", "days": [_DAY]},
    "close_day": _DAY,
    "no_trade": _DAY,
    "sync": {"queued": ["2026-11-19"]},
    "sync_state": {"days": [_DOCUMENTS]},
    "schedule": _SCHEDULE,
    "set_schedule": _SCHEDULE,
    "log": {"attempts": []},
    "retry": {"forecast": [], "days": []},
    "pause": _INTEGRATION,
    "resume": _INTEGRATION,
    "disconnect": _INTEGRATION,
    "audit": {"entries": []},
}
SHOP_ANSWERS: dict[str, Any] = {
    "stores": [_STORE],
    "add_store": _STORE,
    "set_store": _STORE,
    "sources": [_SOURCE],
    "source": _SOURCE,
    "add_source": _SOURCE,
}


@dataclass
class Recorded:
    """One call of a room, as it was made."""

    method: str
    arguments: dict[str, Any]


class FakeRoom:
    """Answers as the room `kind` would; arguments must fit its methods."""

    def __init__(self, kind: type, answers: dict[str, Any]) -> None:
        self._kind = kind
        self.answers = dict(answers)
        self.calls: list[Recorded] = []
        self.fails: Exception | None = None

    def __getattr__(self, name: str) -> Callable[..., object]:
        if name not in self.answers:
            raise AttributeError(name)
        return partial(self._call, name)

    def _call(self, name: str, /, *args: object, **kwargs: object) -> object:
        bound = inspect.signature(getattr(self._kind, name)).bind(self, *args, **kwargs)
        self.calls.append(
            Recorded(name, {key: bound.arguments[key] for key in bound.arguments if key != "self"})
        )
        if self.fails is not None:
            raise self.fails
        return self.answers[name]


class FakeSupport(FakeRoom):
    """A part of the office that makes bundles of a few bytes."""

    def __init__(self) -> None:
        counts = {"stops": 0, "warns": 0, "fine": 0}
        doctor = {"checked": STARTED.isoformat(), "service": "0.1.0", "findings": [], "counts": counts}
        super().__init__(SupportOffice, {"doctor": doctor})

    def bundle(
        self, file: BinaryIO, folder: Path, *, store: str | None = None, days: int = 31, who: Person
    ) -> None:
        arguments = {"folder": folder, "store": store, "days": days, "who": who}
        self.calls.append(Recorded("bundle", arguments))
        if self.fails is not None:
            raise self.fails
        file.write(b"a bundle")

    def terminal_pack(
        self, file: BinaryIO, key: str, *, first: date | None = None, last: date | None = None, who: Person
    ) -> None:
        self.calls.append(Recorded("terminal_pack", {"key": key, "first": first, "last": last, "who": who}))
        if self.fails is not None:
            raise self.fails
        file.write(b"a pack")


class FakeOffice(FakeRoom):
    """An office with its parts."""

    def __init__(self) -> None:
        super().__init__(Office, OFFICE_ANSWERS)
        self.support = FakeSupport()
        self.terminals: Any = None


class FakeShop(FakeRoom):
    """A shop that counts the lines it is sent."""

    def __init__(self) -> None:
        super().__init__(Shop, SHOP_ANSWERS)
        self.stopped = threading.Event()

    def import_file(
        self,
        name: str,
        stream: BinaryIO,
        *,
        source: str | None,
        store: str | None,
        whole_days: bool = False,
        who: Person,
    ) -> ImportAnswer:
        arguments: dict[str, object] = {"name": name, "source": source, "store": store, "who": who}
        if whole_days:
            arguments["whole_days"] = True
        self.calls.append(Recorded("import_file", arguments))
        return cast("ImportAnswer", {**_IMPORTED, "read": sum(1 for _ in stream)})

    def test_source(
        self, source: str, name: str, stream: BinaryIO, *, store: str | None, who: Person
    ) -> ImportAnswer:
        return self.import_file(name, stream, source=source, store=store, who=who)

    def stop(self) -> None:
        self.stopped.set()


@dataclass
class Callers:
    """Who the next connection comes from, and which groups there are."""

    peer: Peer | None = ME
    accounts: dict[int, Account] = field(default_factory=dict)

    def be(self, uid: int, name: str, *groups: str) -> None:
        self.peer = Peer(pid=2, uid=uid, gid=uid)
        self.accounts[uid] = Account(name, frozenset(groups))

    def account(self, peer: Peer) -> Account:
        return self.accounts.get(peer.uid, Account(str(peer.uid), frozenset()))


@dataclass
class Running:
    """A service on a socket of its own."""

    socket: Path
    home: Path
    office: FakeOffice
    shop: FakeShop
    bus: EventBus
    callers: Callers
    desk: Desk
    stop: threading.Event = field(default_factory=threading.Event)

    def client(self, timeout: float = 60.0) -> Client:
        return Client(self.socket, timeout=timeout)


def groups_of(role: Role) -> tuple[str, ...]:
    return (f"tillbook-{role}",)


@contextmanager
def running(home: Path, *, bus: EventBus | None = None, real_peers: bool = False) -> Iterator[Running]:
    """Serve fakes at a socket in `home`; `real_peers` asks the kernel who calls."""
    callers = Callers()
    callers.be(1000, "anna", "tillbook-manager")
    office, shop = FakeOffice(), FakeShop()
    account = {} if real_peers else {"account": callers.account}
    people = People({role: groups_of(role) for role in Role}, own_uid=-1, **account)
    desk = Desk(cast("Office", office), cast("Shop", shop), people, bus or EventBus(STARTED), Spool(home))
    address = home / "t.sock"
    run = Running(address, home, office, shop, desk.bus, callers, desk)
    with _serving(desk, address, None if real_peers else callers):
        yield run


@contextmanager
def _serving(desk: Desk, address: Path, callers: Callers | None) -> Iterator[None]:
    class Protocol(PeerProtocol):
        if callers is not None:

            @staticmethod
            def peer_of(_connection: socket.socket) -> Peer | None:
                return callers.peer

    ready = threading.Event()
    server = http_server(create_app(desk), ready=ready.set, stopping=desk.bus.close, protocol=Protocol)
    listener = listen(address)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])))
    thread.start()
    try:
        assert ready.wait(60), "the server did not start"
        yield
    finally:
        server.should_exit = True
        thread.join(60)
        with contextlib.suppress(FileNotFoundError):
            address.unlink()
        assert not thread.is_alive(), "the server did not stop"


def refused(problem: Problem) -> str:
    """Return what a refusal says, as one text."""
    return str(problem)
