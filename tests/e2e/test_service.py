"""The service's life: start, ready, stop while busy, killed, again."""

from __future__ import annotations

import grp
import io
import json
import os
import shutil
import signal
import socket
import stat
import threading
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import pytest

from console.events import Events, events
from services.contract.problem import Problem
from tests.e2e.processes import STOP_SECONDS, until
from tests.e2e.service_process import ServiceProcess, run, service_process

_STORE = (
    *("--store", "queen-st", "--name", "Queen St", "--country", "NZ", "--currency", "NZD"),
    *("--timezone", "Pacific/Auckland", "--cash-rounding", "0.10:down"),
)


@pytest.fixture(scope="module")
def made_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one store, made by `init`, to be copied."""
    home = tmp_path_factory.mktemp("made") / "home"
    done = run("init", "--home", str(home), "--json", *_STORE)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["home"] == str(home)
    assert (answer["store"]["key"], answer["store"]["cash_rounding"]) == ("queen-st", "0.10:down")
    return home


@pytest.fixture(scope="module")
def shared(made_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    """A service for the tests that only look at it."""
    home = shutil.copytree(made_home, tmp_path_factory.mktemp("shared") / "home")
    with service_process(home) as running:
        yield running


@pytest.fixture
def ready_home(made_home: Path, tmp_path: Path) -> Path:
    """A home of the test's own."""
    return shutil.copytree(made_home, tmp_path / "home")


@pytest.fixture
def service(ready_home: Path) -> Iterator[ServiceProcess]:
    """A service of the test's own."""
    with service_process(ready_home) as running:
        yield running


def test_the_version_is_told_without_a_home() -> None:
    done = run("--version")
    assert (done.returncode, done.stdout) == (0, "Tillbook 0.1.0\n")


def test_everything_in_the_home_is_private(shared: ServiceProcess) -> None:
    assert stat.S_IMODE(shared.home.stat().st_mode) == 0o700
    assert stat.S_IMODE(shared.socket.stat().st_mode) == 0o600
    open_to_others = [
        path for path in shared.home.rglob("*") if path.lstat().st_mode & 0o077 and not path.is_symlink()
    ]
    assert open_to_others == []


def test_init_refuses_a_store_that_exists(made_home: Path) -> None:
    done = run("init", "--home", str(made_home), *_STORE)
    assert done.returncode == 1
    assert "queen-st" in done.stderr
    assert "exists" in done.stderr


def test_init_names_what_is_missing(tmp_path: Path) -> None:
    done = run("init", "--home", str(tmp_path / "h"), "--store", "a", "--json")
    assert done.returncode == 1
    error = json.loads(done.stdout)["error"]
    assert "timezone" in error["why"]


def test_init_reads_a_profile_and_options_win(tmp_path: Path) -> None:
    profile = tmp_path / "shop.toml"
    profile.write_text(
        'store = "k-rd"\nname = "K Rd"\ncountry = "NZ"\ncurrency = "NZD"\ntimezone = "Pacific/Auckland"\n',
        encoding="utf-8",
    )
    done = run("init", "--home", str(tmp_path / "h"), "--profile", str(profile), "--name", "K Road", "--json")
    assert done.returncode == 0, done.stderr
    store = json.loads(done.stdout)["store"]
    assert (store["key"], store["name"], store["cutoff"]) == ("k-rd", "K Road", "00:00")


def test_init_leaves_a_running_service_alone(shared: ServiceProcess) -> None:
    done = run("init", "--home", str(shared.home), "--store", "other")
    assert done.returncode == 1
    assert f"Process {shared.process.pid} holds it" in done.stderr


def test_it_is_ready_and_answers(shared: ServiceProcess) -> None:
    assert any(line.endswith(f"Tillbook 0.1.0 is ready at {shared.socket}") for line in shared.said)
    with shared.client() as client:
        assert client.status()["service"]["version"] == "0.1.0"
        assert [store["key"] for store in client.stores()] == ["queen-st"]
        assert client.me()["roles"] == ["manager"]


def test_a_change_is_in_the_audit_log_with_who_made_it(shared: ServiceProcess) -> None:
    with shared.client() as client:
        client.set_store("queen-st", name="Queen Street")
        client.set_store("queen-st", name="Queen St")
        entry = client.audit(limit=1)["entries"][0]
        me = client.me()["user"]
    assert (entry["who"], entry["action"], entry["subject"]) == (me, "set_store", "queen-st")
    assert entry["before"] is not None
    assert entry["before"]["name"] == "Queen Street"


def test_a_second_service_is_refused_in_a_sentence(shared: ServiceProcess) -> None:
    done = run("serve", "--home", str(shared.home))
    assert done.returncode == 1
    assert f"Tillbook is already running on {shared.home}." in done.stderr
    assert "Traceback" not in done.stderr
    with shared.client() as client:
        assert client.me()


def test_a_second_home_with_the_same_socket_is_refused(shared: ServiceProcess, tmp_path: Path) -> None:
    done = run("serve", "--home", str(tmp_path / "other"), TILLBOOK_SOCKET=str(shared.socket))
    assert done.returncode == 1
    assert "Something already answers" in done.stderr
    with shared.client() as client:
        assert client.me()


@pytest.mark.parametrize(
    "settings,said",
    [
        ("roles = 5", "roles in tillbook.toml cannot be read"),
        ('socket_group = "no-such-group"', "The group no-such-group does not exist"),
        ("not toml", "It is not valid TOML"),
        ('TILLBOOK_XERO_API_URL = "http://xero.example"', "Plain http is accepted"),
        ('TILLBOOK_DATABASE_URL = "mysql://x/y"', "The database address is not accepted"),
    ],
)
def test_a_wrong_setting_is_a_sentence_with_a_next_step(tmp_path: Path, settings: str, said: str) -> None:
    (tmp_path / "tillbook.toml").write_text(settings, encoding="utf-8")
    done = run("serve", "--home", str(tmp_path))
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "tillbook.sock").exists()


def test_a_home_that_cannot_be_is_a_sentence_with_a_next_step(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = run("serve", "--home", str(tmp_path / "file"))
    assert done.returncode == 1
    assert "cannot be used." in done.stderr
    assert "--home" in done.stderr
    assert "Traceback" not in done.stderr


def test_wrong_usage_is_status_two() -> None:
    assert run("serve", "--colour", "red").returncode == 2
    assert run().returncode == 2


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_in_good_order(service: ServiceProcess, sign: signal.Signals) -> None:
    service.process.popen.send_signal(sign)
    assert service.process.popen.wait(STOP_SECONDS) == 0
    assert not service.socket.exists()
    assert any("is stopping" in line for line in service.said)
    assert not any("Traceback" in line or "warning" in line or "error" in line for line in service.said)


def test_it_stops_while_somebody_watches(service: ServiceProcess) -> None:
    with service.client() as client, events(client, reconnect=False) as watch:
        ended: list[Problem] = []
        thread = threading.Thread(target=_watch, args=(watch, ended))
        thread.start()
        assert watch.connected.wait(60)
        assert service.process.stop() == 0
        thread.join(60)
    assert [problem.code for problem in ended] == ["unreachable"]


def _watch(watch: Events, ended: list[Problem]) -> None:
    try:
        list(watch)
    except Problem as problem:
        ended.append(problem)


class _Slow(io.RawIOBase):
    """Receipts without end; `begun` is set once some were read."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.ended = threading.Event()
        self._parts = 0

    def readable(self) -> bool:
        return True

    def read(self, _size: int = -1) -> bytes:
        self._parts += 1
        if self._parts > 4:
            self.begun.set()
            self.ended.wait(2 * STOP_SECONDS)
        return b"{}\n"


def test_it_stops_while_a_file_is_being_sent(service: ServiceProcess) -> None:
    file, problems = _Slow(), list[Problem]()
    with service.client() as client:
        thread = threading.Thread(target=_import, args=(lambda: client.import_stream(file, "slow"), problems))
        thread.start()
        assert file.begun.wait(60)
        until((service.home / "spool").exists, what="the file arrives")
        assert service.process.stop() == 0
        file.ended.set()
        thread.join(60)
    assert [problem.code for problem in problems] == ["stopping"]


def _import(call: Callable[[], object], problems: list[Problem]) -> None:
    try:
        call()
    except Problem as problem:
        problems.append(problem)


def _receipts(count: int) -> bytes:
    record = {
        "store": "queen-st",
        "register": "1",
        "time": "2026-11-19T08:02:11+13:00",
        "kind": "sale",
        "lines": [{"category": "grocery", "tax_code": "GST15", "amount": "12.50"}],
        "tenders": [{"type": "eftpos", "amount": "12.50"}],
    }
    return b"".join(json.dumps({**record, "id": str(number)}).encode() + b"\n" for number in range(count))


def test_it_stops_while_an_import_runs_and_the_import_can_be_repeated(ready_home: Path) -> None:
    content, problems = _receipts(40_000), list[Problem]()
    with service_process(ready_home) as service, service.client() as client, service.client() as other:
        watch = iter(events(other, reconnect=False))
        thread = threading.Thread(
            target=_import, args=(lambda: client.import_stream(io.BytesIO(content), "big.jsonl"), problems)
        )
        thread.start()
        assert next(event for event in islice(watch, 100) if event["kind"] == "import")["progress"]
        assert service.process.stop() == 0
        thread.join(60)
        # On a very busy machine the answer itself comes too late, which the client tells.
        assert [problem.code in {"stopping", "outcome_unknown"} for problem in problems] == [True]
    with service_process(ready_home) as service, service.client() as client:
        answer = client.import_stream(io.BytesIO(content), "big.jsonl")
    assert answer["read"] == 40_000
    assert answer["new"] + answer["unchanged"] == 40_000
    assert answer["unchanged"] > 0, "what came in before the stop is kept"
    assert answer["refused"] == []


def test_it_is_killed_and_starts_again_as_if_nothing_was(ready_home: Path) -> None:
    for _ in range(2):
        with service_process(ready_home) as service, service.client() as client:
            assert client.stores()
            service.process.kill()
            assert service.socket.exists()
    with service_process(ready_home) as service, service.client() as client:
        assert [store["key"] for store in client.stores()] == ["queen-st"]


def test_systemd_is_told_ready_alive_and_stopping(ready_home: Path, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(60)
        address = str(tmp_path / "notify")
        with service_process(ready_home, NOTIFY_SOCKET=address, WATCHDOG_USEC="2000000") as service:
            # A start that takes long has more than one sign of life before it is ready.
            said = {_said(systemd)}
            while len(said) < 2:
                said.add(_said(systemd))
            assert said == {"READY=1", "WATCHDOG=1"}
            assert service.process.stop() == 0
        rest = iter(lambda: _said(systemd), "STOPPING=1")
        assert set(islice(rest, 20)) <= {"WATCHDOG=1"}


def _said(systemd: socket.socket) -> str:
    return systemd.recv(4096).decode().split("\n")[0]


def test_a_group_may_be_let_in(tmp_path: Path) -> None:
    name = grp.getgrgid(os.getgid()).gr_name
    home = tmp_path / "home"
    home.mkdir()
    (home / "tillbook.toml").write_text(f'socket_group = "{name}"\n', encoding="utf-8")
    with service_process(home) as service:
        assert stat.S_IMODE(service.socket.stat().st_mode) == 0o660
        assert stat.S_IMODE(home.stat().st_mode) == 0o750


def test_a_day_in_the_log_is_json_with_no_secret(shared: ServiceProcess) -> None:
    with shared.client() as client, pytest.raises(Problem):
        client.paste("queen-st", "http://localhost:8742/callback?code=hush-hush&state=s")
    log = (shared.home / "log" / "tillbook.log").read_text(encoding="utf-8")
    messages = [json.loads(line)["message"] for line in log.splitlines()]
    assert any(message.startswith("POST /v1/stores/queen-st/xero/consent/paste by ") for message in messages)
    assert "hush-hush" not in log
    assert "hush-hush" not in "".join(shared.said)
