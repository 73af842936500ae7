"""The practice Xero as one object: start it, use it, look inside it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Self

from services.sandbox.xero import changes, controls
from services.sandbox.xero.book import Book
from services.sandbox.xero.calls import CallLog
from services.sandbox.xero.chart import NZ_TENANT
from services.sandbox.xero.config import PKCE_CLIENT, PracticeConfig
from services.sandbox.xero.faults import Faults
from services.sandbox.xero.front import Front
from services.sandbox.xero.ledger import PracticeLedger
from services.sandbox.xero.problems import Answer
from services.sandbox.xero.scopes import ALL_SCOPES
from services.sandbox.xero.web import PracticeServer
from services.sandbox.xero.wire import Json
from services.sandbox.xero.world import World


def _system_clock() -> datetime:
    return datetime.now(UTC)


class PracticeXero:
    """A stand-in for Xero on loopback, for demonstrations and tests only.

    Login, identity and api answer at `url`, by path. `clock` returns an aware time;
    `state` is a file everything is kept in, so that it may be stopped and started
    again. Use it in a `with` block, or call `start` and `stop`.
    """

    def __init__(
        self,
        config: PracticeConfig | None = None,
        *,
        clock: Callable[[], datetime] | None = None,
        state: Path | None = None,
        port: int = 0,
    ) -> None:
        self._world = World(config or PracticeConfig(), clock or _system_clock, state)
        self._front = Front(self._world)
        self._port = port
        self._server: PracticeServer | None = None
        self._thread: threading.Thread | None = None
        self.ledger = PracticeLedger(self._world.book)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> Self:
        """Listen and serve in a thread; raise OSError where the port is taken."""
        self._server = PracticeServer(self._front, self._port)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), name="practice-xero")
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop serving and cut what is under way; harmless when it does not run."""
        server, thread = self._server, self._thread
        if server is None or thread is None:
            return
        self._front.stopping.set()
        server.shutdown()
        server.end_connections()
        server.server_close()
        thread.join()
        self._server = self._thread = None
        self._front.stopping.clear()

    @property
    def url(self) -> str:
        """The address of all three faces; raises RuntimeError before `start`."""
        if self._server is None:
            raise RuntimeError("The practice Xero does not run: use it in a with block, or call start().")
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def config(self) -> PracticeConfig:
        """What it was started with."""
        return self._world.config

    @property
    def calls(self) -> CallLog:
        """The log of the calls."""
        return self._world.calls

    @property
    def faults(self) -> Faults:
        """The faults on demand."""
        return self._world.faults

    def now(self) -> datetime:
        """Return its time, UTC."""
        return self._world.now()

    def book(self, tenant: str) -> Book:
        """Return the books of an organisation."""
        return self._world.book(tenant)

    def trial_balance(self, tenant: str, on: date | None = None) -> dict[str, Decimal]:
        """Return the balances by account code, debits positive; zero ones are left out."""
        with self._front.lock:
            return self.ledger.trial_balance(tenant, on)

    def token(
        self,
        client_id: str = PKCE_CLIENT,
        tenants: Iterable[str] = (NZ_TENANT,),
        scopes: Iterable[str] = ALL_SCOPES,
    ) -> Json:
        """Return a token answer without a browser.

        Connects the app to these organisations.

        Raises KeyError for an app that does not exist.
        """
        with self._front.lock:
            answer = self._world.oauth.grant(self._world.oauth.apps[client_id], scopes, tenants)
            self._world.save()
            return answer

    def act(self, tenant: str, method: str, path: str, body: object = None) -> Answer:
        """Do what a person inside the organisation does.

        Xero's rules hold, limits do not.

        `path` is that of the accounting API, such as `Invoices/{id}`; the answer has
        `status` and `body`.
        """
        with self._front.lock:
            answer = controls.act(self._world, tenant, method, path, body)
            self._world.save()
            return answer

    def configure(self, tenant: str | None = None, **settings: object) -> None:
        """Change settings while it runs (the words are in `changes`).

        Raise SettingsError.
        """
        with self._front.lock:
            changes.apply(self._world, tenant, settings)
            self._world.save()

    def reset(self) -> None:
        """Go back to the configuration; tokens, calls, faults and changes are forgotten."""
        with self._front.lock:
            self._world.reset()
