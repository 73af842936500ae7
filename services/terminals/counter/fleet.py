"""The desks this service runs: one for each terminal that is switched on here.

Where several machines share a database, a terminal belongs to one of them: only that
machine's service speaks to it.
"""

from __future__ import annotations

import hmac
import json
import logging
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Protocol

from services.contract.answers import NewEvent
from services.contract.problem import Problem, Refused
from services.store import terminal_journal, terminal_list
from services.store.database import Database
from services.store.tables import Terminal
from services.terminals import catalogue
from services.terminals.counter.messages import Messages
from services.terminals.desk import Desk
from services.terminals.driver import Driver
from services.terminals.entry import Surroundings
from services.terminals.finding_out import Patience
from services.terminals.hooks import Progress
from services.terminals.journal import Journal

log = logging.getLogger(__name__)
_MARKING = secrets.token_bytes(32)
"""Marks secrets within this process: what it marks is of no use elsewhere."""
_STOP_SECONDS = 5.0
"""What a running payment is given to end when the service stops; then it is found out about
at the next start."""


class Vault(Protocol):
    """Where the secrets of terminals are kept."""

    def get(self, name: str) -> str | None:
        """Return a secret."""

    def set(self, name: str, value: str) -> None:
        """Keep a secret."""

    def delete(self, name: str) -> None:
        """Forget a secret."""


class Bus(Protocol):
    """Where changes are told; any thread, never waits."""

    def publish(self, event: NewEvent) -> None:
        """Tell whoever watches."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What the parts of the counter are given."""

    db: Database
    clock: Callable[[], datetime]
    vault: Vault
    bus: Bus
    machine: str = ""
    """Of the home this service runs from."""
    alone: bool = True
    """Whether the database is this machine's own: then every terminal is."""
    patience: Patience = field(default_factory=Patience)
    home: Path | None = None
    """Where messages of terminals are kept; None: nowhere."""

    def tell(self, store: str, terminal: str, state: str, payment: int | None = None, text: str = "") -> None:
        """Publish that something changed at a terminal."""
        event: NewEvent = {"kind": "terminal", "store": store, "date": None, "state": str(state)}
        self.bus.publish({**event, "terminal": terminal, "payment": payment, "text": text})

    def is_here(self, row: Terminal) -> bool:
        """Whether this machine's service runs a terminal."""
        return self.alone or row.machine == self.machine


@dataclass(slots=True)
class Post:
    """A terminal as the service runs it."""

    terminal: Terminal
    desk: Desk
    driver: Driver
    fault: Problem | None = None
    """What it answered last, when it could not be reached."""
    asked: datetime | None = None
    """When it last answered."""
    listens: list[Callable[[Progress], None]] = field(default_factory=list)
    secrets: bytes | None = None
    """A mark of the secrets it was made with; None where no other machine changes them."""

    def hear(self, progress: Progress) -> None:
        """Pass on what the terminal does; in the thread of the driver."""
        for listen in list(self.listens):
            listen(progress)


class Fleet:
    """Every terminal this service runs, by key. Safe to call from several threads."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._posts: dict[str, Post] = {}
        self._faults: dict[str, Problem] = {}
        self._lock = threading.Lock()
        self._renewing = threading.Lock()
        self._stopping = threading.Event()
        self._threads: set[threading.Thread] = set()
        self._messages = Messages(tools.home, tools.clock)
        self.journal = Journal(tools.db, tools.clock)

    def start(self) -> None:
        """Take up every terminal of this machine.

        What is unresolved of it is found out about in the background.
        """
        with self._tools.db.read() as session:
            rows = terminal_list.present(session)
        for row in rows:
            self.take_up(row)

    def take_up(self, row: Terminal) -> None:
        """Run a terminal as its row says; not at all when it is off or elsewhere.

        The caller has seen that nothing runs on it.
        """
        with self._lock:
            old = self._posts.pop(row.key, None)
            self._faults.pop(row.key, None)
        if old is not None:
            old.desk.retire()
        self._messages.close(row.key)
        if row.removed is not None or not row.enabled or not self._tools.is_here(row):
            return
        try:
            post = self._post(row)
        except Problem as problem:
            log.warning("the card terminal %s cannot be used: %s", row.key, problem)
            self._faults[row.key] = problem
            return
        with self._lock:
            self._posts[row.key] = post
        # Only then: while it is asked, the terminal takes no order.
        if self.journal.unresolved(row.key):
            self.background(f"terminal-{row.key}-start", lambda: self._resolve(post))

    def post(self, row: Terminal) -> Post:
        """Return a terminal that is run here; raise Refused saying why it is not."""
        post = self.here(row)
        if post is not None:
            return post
        raise self._faults.get(row.key) or self._not_here(row)

    def here(self, row: Terminal) -> Post | None:
        """Return a terminal if it is still to be run here.

        Another machine's service may have taken it over, switched it off or on, or changed
        its settings or secrets: then it is taken up anew, unless something runs on it.
        """
        if not row.enabled or not self._tools.is_here(row):
            return None
        post = self.find(row.key)
        if post is None or not self._is_current(post, row):
            self._renew(row.key)
        return self.find(row.key)

    def find(self, key: str) -> Post | None:
        """Return a terminal that is run here."""
        with self._lock:
            return self._posts.get(key)

    def fault(self, key: str) -> Problem | None:
        """Return why a terminal's settings cannot be used."""
        return self._faults.get(key)

    def driver(self, row: Terminal, secrets: Mapping[str, str] | None = None) -> Driver:
        """Return a driver for a row; `secrets` go before those of the vault."""
        return catalogue.protocol(row.protocol).make(row.settings, self.around(row, secrets))

    def around(self, row: Terminal, secrets: Mapping[str, str] | None = None) -> Surroundings:
        """Return what a driver of a row is given of the world."""
        given = secrets or {}

        def secret(name: str) -> str | None:
            return given.get(name) or self._tools.vault.get(secret_name(row.key, name))

        record = partial(self._record, row.key)
        return Surroundings(row.currency, self._tools.clock, time.monotonic, secret, record)

    def background(self, name: str, work: Callable[[], None]) -> bool:
        """Do something in a thread of its own, which `stop` waits for.

        False when the machine has no room for another thread: then it is not done.
        """
        thread = threading.Thread(target=lambda: self._do(thread, work), name=name, daemon=True)
        with self._lock:
            self._threads.add(thread)
        try:
            thread.start()
        except RuntimeError as error:
            log.error("%s could not be begun: %s", name, error)  # noqa: TRY400 - nothing is wrong in here
            with self._lock:
                self._threads.discard(thread)
            return False
        return True

    def wait(self, seconds: float) -> None:
        """Let time pass; not when the service stops."""
        self._stopping.wait(seconds)

    @property
    def stopping(self) -> bool:
        """Whether no new payment is begun any more."""
        return self._stopping.is_set()

    def stop(self) -> None:
        """End, within seconds.

        A payment that still runs stays as it is in the journal; the terminal is asked about
        it at the next start.
        """
        self._stopping.set()
        end = time.monotonic() + _STOP_SECONDS
        for thread in self._running():
            thread.join(max(end - time.monotonic(), 0))
        with self._lock:
            posts = list(self._posts.values())
        for post in posts:
            post.desk.close()
        for thread in self._running():
            thread.join(1)
        self._messages.stop()

    def _renew(self, key: str) -> None:
        """Take a terminal up as its row says by now, unless something runs on it."""
        with self._renewing:
            post = self.find(key)
            with self._tools.db.read() as session:
                row = terminal_journal.get_terminal(session, key)
            if post is None or not (post.desk.busy or self._is_current(post, row)):
                self.take_up(row)

    def _is_current(self, post: Post, row: Terminal) -> bool:
        """Whether a desk is made of what its terminal's row, and the vault, say by now."""
        if _speaks(post.terminal) != _speaks(row):
            return False
        return post.secrets is None or self._mark(row) in {post.secrets, None}

    def _mark(self, row: Terminal) -> bytes | None:
        """Return a mark of the secrets of a terminal, by which a change is seen.

        None where no other machine changes them, or the vault cannot be read now.
        """
        if self._tools.alone:
            return None
        names = [each.name for each in catalogue.protocol(row.protocol).settings if each.kind == "secret"]
        try:
            known = {name: self._tools.vault.get(secret_name(row.key, name)) for name in names}
        except Problem as problem:
            log.warning("the secrets of the card terminal %s cannot be read now: %s", row.key, problem)
            return None
        return hmac.digest(_MARKING, json.dumps(known, sort_keys=True).encode(), "sha256")

    def _post(self, row: Terminal) -> Post:
        mark = self._mark(row)  # first: what changes from now on is seen at the next order
        driver = self.driver(row)
        heard: list[Post] = []

        def listen(progress: Progress) -> None:
            heard[0].hear(progress)

        desk = Desk(row, driver, self.journal, self.wait, listener=listen, patience=self._tools.patience)
        post = Post(row, desk, driver, secrets=mark)
        heard.append(post)
        return post

    def _record(self, key: str, direction: str, text: str) -> None:
        """Keep a message of a terminal that is run here; codecs have masked it."""
        post = self.find(key)
        if post is not None:
            self._messages.keep(key, post.desk.about, direction, text)

    def _resolve(self, post: Post) -> None:
        """Find out about what a break, or a kill of the service, left open."""
        try:
            for attempt in post.desk.resolve():
                self._tools.tell(attempt.store, attempt.terminal, attempt.state, attempt.id)
        except Problem as problem:
            log.warning("the card terminal %s could not be asked: %s", post.terminal.key, problem)

    def _do(self, thread: threading.Thread, work: Callable[[], None]) -> None:
        try:
            work()
        finally:
            with self._lock:
                self._threads.discard(thread)

    def _running(self) -> list[threading.Thread]:
        with self._lock:
            return list(self._threads)

    def _not_here(self, row: Terminal) -> Problem:
        if not row.enabled:
            return Refused(
                f"The card terminal {row.name} is switched off in Tillbook.",
                "A manager switched it off.",
                f"Switch it on with: tillbook terminal set {row.key} --on",
                code="terminal_off",
            )
        with self._tools.db.read() as session:
            name = terminal_list.machine_name(session, row.machine)
        return Refused(
            f"The card terminal {row.name} belongs to another machine.",
            f"Tillbook on {name} runs it; two may not speak to one terminal.",
            f"Use the Tillbook of {name}, or take it over with: tillbook terminal set {row.key} --here",
            code="terminal_elsewhere",
        )


def _speaks(row: Terminal) -> tuple[str, dict[str, object]]:
    """Return what a desk is made of: another one is needed when it changes."""
    return row.protocol, row.settings


def secret_name(key: str, setting: str) -> str:
    """Return the name under which the vault keeps a secret of a terminal."""
    return f"terminal/{key}/{setting}"
