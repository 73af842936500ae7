"""DBOS as the runner of sending; the only module that knows it (PLATFORM.md 1).

It only decides when `run(store)` is called. What is to be done is in our own tables, so
its file may be lost: what is unfinished is submitted again. The rules kept here: a
database of its own through a mended SQLite build, JSON in place of pickle, an executor
id that no two processes share, a constant application version, one run of an organisation
at a time, and a bounded end.

On PostgreSQL each machine has a queue of its own and a name for each of its starts: what
a start left behind is taken over when it is known to be dead, and never before.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetEnqueueOptions, SetWorkflowID
from sqlalchemy import URL, Engine, create_engine, event, make_url, text

from services.contract.problem import Refused
from services.store import sqlite

log = logging.getLogger(__name__)

FILE = "engine.db"
MACHINE_FILE = "machine-id"
_NAME = "tillbook"
_SCHEMA = "tillbook_engine"
_QUEUE = "sending"
# Constant on purpose: DBOS neither recovers nor starts the runs of another version (PLATFORM.md 1.4).
_APPLICATION_VERSION = "tillbook-1"
_AT_ONCE = 8
_POLL_SECONDS = 0.25
_STOP_SECONDS = 8
_KEPT = timedelta(days=7)
_PRUNED_AT_ONCE = 500
_PRUNED_EVERY = 50
"""Submissions between two looks for runs to forget: a service runs for months."""
_UNFINISHED = ["PENDING", "ENQUEUED"]
_FINISHED = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]


class _Current:
    """The runner of this process: DBOS knows its workflows by module, not by object."""

    runner: DbosRunner | None = None


@DBOS.workflow(name="send")
def _send(store: str) -> None:
    """Run one store; our tables know what is done, so repeating does no harm."""
    runner = _Current.runner
    if runner is not None:
        runner.run(store)


class DbosRunner:
    """Runs stores through a durable queue, one run of an organisation at a time."""

    def __init__(
        self,
        home: Path,
        database_url: str,
        partition: Callable[[str], str],
        boot: str = "",
        *,
        kept: timedelta = _KEPT,
    ) -> None:
        self._home = home
        self._url = make_url(database_url)
        self._partition = partition
        """Gives the organisation of a store."""
        self._kept = kept
        """How long runs that ended are remembered."""
        self._run: Callable[[str], None] | None = None
        self._lock = threading.Lock()
        self._waiting: set[str] = set()
        self._engine: Engine | None = None
        self._machine = ""
        self._boot = boot or new_boot()
        self._sequence = 0

    def start(self, run: Callable[[str], None]) -> None:
        """Open the engine's database and begin to run what is submitted."""
        self._run = run
        self._machine = machine_id(self._home)
        _Current.runner = self
        DBOS(config=self._config())
        DBOS.listen_queues([self._queue()])
        with _one_at_a_time(self._url):
            DBOS.launch()
        with _quiet():
            DBOS.register_queue(
                self._queue(),
                worker_concurrency=_AT_ONCE,
                partition_worker_concurrency=1,
                polling_interval_sec=_POLL_SECONDS,
                on_conflict="always_update",
            )
        self._prune()

    def submit(self, store: str) -> None:
        """Put a store in the queue, unless it waits there already."""
        with self._lock:
            if store in self._waiting or self._run is None:
                return
            self._waiting.add(store)
            self._sequence += 1
            number = self._sequence
        try:
            self._enqueue(store, number)
        except BaseException:
            with self._lock:
                self._waiting.discard(store)  # else it would be taken for waiting for ever
            raise
        if number % _PRUNED_EVERY == 0:
            self._prune()

    def take_over(self, dead: Sequence[str]) -> None:
        """Take over the runs of starts that are dead, named as `machine:boot`."""
        left = [
            each.workflow_id
            for executor in dead
            for each in DBOS.list_workflows(
                status=_UNFINISHED, executor_id=executor, load_input=False, load_output=False
            )
        ]
        if left:
            DBOS.resume_workflows(left, queue_name=self._queue())

    def run(self, store: str) -> None:
        """Run a store; called by the engine."""
        with self._lock:
            self._waiting.discard(store)
            run = self._run
        if run is not None:
            run(store)

    def stop(self) -> None:
        """Let what runs end, for a few seconds; the next start goes on with the rest."""
        with self._lock:
            self._run = None
        DBOS.destroy(workflow_completion_timeout_sec=_STOP_SECONDS)
        _Current.runner = None
        if self._engine is not None:
            self._engine.dispose()

    def _enqueue(self, store: str, number: int) -> None:
        options = SetEnqueueOptions(queue_partition_key=self._partition(store))
        with SetWorkflowID(f"sync:{store}:{self._boot}:{number}"), options:
            DBOS.enqueue_workflow(self._queue(), _send, store)

    def _config(self) -> DBOSConfig:
        config: DBOSConfig = {
            "name": _NAME,
            "executor_id": self._machine if self._alone else f"{self._machine}:{self._boot}",
            "application_version": _APPLICATION_VERSION,
            "serializer": DBOSPortableJSONSerializer(),
            "log_level": "WARNING",
            "enable_otlp": False,
        }
        if self._alone:
            self._engine = _own_file(self._home / FILE)
            config["system_database_engine"] = self._engine
        else:
            address = self._url.set(drivername="postgresql")
            config["system_database_url"] = address.render_as_string(hide_password=False)
            config["dbos_system_schema"] = _SCHEMA
        return config

    @property
    def _alone(self) -> bool:
        """Whether the engine has a file of its own, which no other machine opens."""
        return self._url.get_backend_name() == "sqlite"

    def _queue(self) -> str:
        return _QUEUE if self._alone else f"{_QUEUE}:{self._machine}"

    def _prune(self) -> None:
        """Forget runs that ended long ago: DBOS keeps them for ever."""
        before = (datetime.now(UTC) - self._kept).isoformat()
        old = DBOS.list_workflows(
            status=_FINISHED,
            completed_before=before,
            limit=_PRUNED_AT_ONCE,
            load_input=False,
            load_output=False,
        )
        if old:
            DBOS.delete_workflows([each.workflow_id for each in old])


def machine_id(home: Path) -> str:
    """Return the name of this machine's engine, made once and kept in the home."""
    path = home / MACHINE_FILE
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{uuid.uuid4().hex}\n", encoding="ascii")
    return path.read_text(encoding="ascii").strip()


def new_boot() -> str:
    """Return a name for this start of a service."""
    return uuid.uuid4().hex[:12]


@contextmanager
def _one_at_a_time(url: URL) -> Iterator[None]:
    """Let services that start together make the engine's tables one after the other."""
    if url.get_backend_name() == "sqlite":
        yield
        return
    engine = create_engine(url.set(drivername="postgresql+psycopg"))
    with engine.begin() as connection:
        connection.execute(text("select pg_advisory_xact_lock(hashtextextended('tillbook engine', 0))"))
        yield
    engine.dispose()


def _own_file(path: Path) -> Engine:
    """Open the engine's file; one that is damaged is put aside."""
    path.touch(mode=0o600)
    try:
        return _opened(path)
    except Refused as damaged:
        log.warning("%s is put aside: %s", path, damaged)
        path.replace(path.with_suffix(".damaged"))
        for name in (f"{path.name}-wal", f"{path.name}-shm"):
            path.with_name(name).unlink(missing_ok=True)
        path.touch(mode=0o600)
        return _opened(path)


def _opened(path: Path) -> Engine:
    module = sqlite.driver()
    engine = create_engine(f"sqlite:///{path}", module=module)
    event.listen(engine, "connect", _set_up)
    sqlite.choose_journal(engine, module)
    return engine


def _set_up(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own type
    """Begin transactions with the write lock, as DBOS does in a file it opens itself."""
    connection.isolation_level = "IMMEDIATE"
    connection.execute("PRAGMA busy_timeout=30000")
    connection.execute("PRAGMA foreign_keys=ON")


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep DBOS's notices about its own set-up out of the log."""
    logger = logging.getLogger("dbos")
    level = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(max(level, logging.WARNING))
