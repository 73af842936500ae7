"""The engine runs what is submitted, and losing its file loses nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from services.store import sqlite
from services.sync import engine
from services.sync.engine import FILE, MACHINE_FILE, DbosRunner, machine_id

PATIENCE = 60


class Counter:
    """Counts runs, and lets a test wait for them."""

    def __init__(self) -> None:
        self.ran: list[str] = []
        self.at_once = 0
        self.most_at_once = 0
        self._changed = threading.Condition()
        self.hold = threading.Event()
        self.hold.set()

    def run(self, store: str) -> None:
        with self._changed:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            self.ran.append(store)
            self._changed.notify_all()
        self.hold.wait(PATIENCE)
        with self._changed:
            self.at_once -= 1
            self._changed.notify_all()

    def wait(self, count: int) -> list[str]:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.ran) >= count, PATIENCE), self.ran
        return self.ran

    def idle(self) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: self.at_once == 0, PATIENCE)


@pytest.fixture
def counter() -> Counter:
    return Counter()


@pytest.fixture
def runner(tmp_path: Path) -> Iterator[DbosRunner]:
    runner = DbosRunner(tmp_path, "sqlite:///ours.db", lambda _: "one-organisation")
    yield runner
    runner.stop()


def test_it_runs_what_is_submitted_one_of_an_organisation_at_a_time(
    runner: DbosRunner, counter: Counter
) -> None:
    runner.start(counter.run)
    counter.hold.clear()
    runner.submit("a")
    counter.wait(1)
    runner.submit("b")
    runner.submit("b")
    counter.hold.set()
    assert counter.wait(2) == ["a", "b"]
    counter.idle()
    assert counter.most_at_once == 1


def test_a_store_that_is_asked_for_while_it_runs_runs_again(runner: DbosRunner, counter: Counter) -> None:
    runner.start(counter.run)
    counter.hold.clear()
    runner.submit("a")
    counter.wait(1)
    runner.submit("a")
    counter.hold.set()
    assert counter.wait(2) == ["a", "a"]


def test_a_run_that_fails_does_not_stop_the_engine(runner: DbosRunner, counter: Counter) -> None:
    failed = threading.Event()

    def run(store: str) -> None:
        if store == "bad":
            failed.set()
            raise OSError("the disk is full")
        counter.run(store)

    runner.start(run)
    runner.submit("bad")
    assert failed.wait(PATIENCE)
    runner.submit("good")
    assert counter.wait(1) == ["good"]


def test_a_store_that_could_not_be_submitted_can_be_submitted_again(tmp_path: Path, counter: Counter) -> None:
    """Else nothing of it would be sent until the service is started again."""
    troubles = [OSError("the database does not answer")]

    def partition(store: str) -> str:
        if troubles:
            raise troubles.pop()
        return store

    runner = DbosRunner(tmp_path, "sqlite:///ours.db", partition)
    runner.start(counter.run)
    try:
        with pytest.raises(OSError, match="does not answer"):
            runner.submit("a")
        runner.submit("a")
        assert counter.wait(1) == ["a"]
    finally:
        runner.stop()


def test_it_starts_again_on_its_file_and_without_it(tmp_path: Path, counter: Counter) -> None:
    names: list[str] = []
    for content in (None, b"", b"this is no database " * 500):
        if content is not None:
            (tmp_path / FILE).write_bytes(content)
            for rest in (f"{FILE}-wal", f"{FILE}-shm"):
                (tmp_path / rest).unlink(missing_ok=True)
        runner = DbosRunner(tmp_path, "sqlite:///ours.db", lambda store: store)
        runner.start(counter.run)
        runner.submit("a")
        counter.wait(len(names) + 1)
        runner.stop()
        names.append(machine_id(tmp_path))
    assert len(set(names)) == 1
    assert (tmp_path / MACHINE_FILE).read_text().strip() == names[0]


def test_runs_that_ended_are_forgotten_while_it_goes_on(
    tmp_path: Path, counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not only at the next start: a service runs for months."""
    monkeypatch.setattr(engine, "_PRUNED_EVERY", 4)
    runner = DbosRunner(tmp_path, "sqlite:///ours.db", lambda store: store, kept=timedelta(0))
    runner.start(counter.run)
    try:
        for number in range(1, 9):
            runner.submit(f"store-{number}")
            counter.wait(number)
    finally:
        runner.stop()
    with closing(sqlite.driver().connect(str(tmp_path / FILE))) as connection:
        ((left,),) = connection.execute("SELECT count(*) FROM workflow_status").fetchall()
    assert left < 8


def test_it_keeps_ids_only_and_no_pickle(runner: DbosRunner, counter: Counter, tmp_path: Path) -> None:
    runner.start(counter.run)
    runner.submit("queen-st")
    counter.wait(1)
    with closing(sqlite.driver().connect(tmp_path / FILE)) as file:
        ((workflow, executor, version),) = file.execute(
            "select workflow_uuid, executor_id, application_version from workflow_status"
        ).fetchall()
        ((inputs,),) = file.execute("select inputs from workflow_input").fetchall()
    assert workflow.startswith("sync:queen-st:")
    assert '"queen-st"' in inputs
    assert inputs.startswith("{")
    assert executor == machine_id(tmp_path)
    assert version == "tillbook-1"


def test_nothing_is_submitted_before_the_start_or_after_the_stop(
    runner: DbosRunner, counter: Counter
) -> None:
    runner.submit("a")
    runner.start(counter.run)
    runner.submit("b")
    assert counter.wait(1) == ["b"]


def test_on_postgresql_it_has_a_schema_of_its_own(
    postgres_url: str, tmp_path: Path, counter: Counter
) -> None:
    runner = DbosRunner(tmp_path, postgres_url, lambda store: store)
    runner.start(counter.run)
    runner.submit("a")
    assert counter.wait(1) == ["a"]
    runner.stop()
    with psycopg.connect(postgres_url.replace("postgresql+psycopg", "postgresql")) as connection:
        found = connection.execute("select distinct table_schema from information_schema.tables").fetchall()
    assert ("tillbook_engine",) in found
