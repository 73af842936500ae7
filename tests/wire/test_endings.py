"""The line is lost, a signal comes, a call is under way, the reader stalls."""

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from console.events import Events
from tests.e2e.service_process import run, service_process
from tests.wire.conftest import OpenConsole
from tests.wire.line import CONSOLE, Line, line, python
from tests.wire.stand_in import StandIn

_SOON = 25.0
"""Seconds within which it has ended: less than the thirty that the client waits for an answer."""
_ALTERNATE_SCREEN_OFF = b"\x1b[?1049l"


def _gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


def _shown(console: Line) -> None:
    console.until(b"Needs you")
    console.settle()


def test_a_lost_line_leaves_no_process(opened: OpenConsole) -> None:
    with opened() as console:
        _shown(console)
        console.hang_up()
        status = console.ended(_SOON)
        assert os.WIFEXITED(status), status
        assert _gone(console.pid)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=["SIGTERM", "SIGHUP"])
def test_a_signal_ends_it_and_gives_the_terminal_back(opened: OpenConsole, number: signal.Signals) -> None:
    with opened() as console:
        _shown(console)
        os.kill(console.pid, number)
        assert os.waitstatus_to_exitcode(console.ended(_SOON)) == 0
        assert _ALTERNATE_SCREEN_OFF in console.seen
        assert b"Traceback" not in console.seen


@pytest.mark.parametrize("leave", ["q", None], ids=["leaving", "SIGTERM"])
def test_nothing_is_waited_for_at_the_end(opened: OpenConsole, service: StandIn, leave: str | None) -> None:
    asked = threading.Event()
    never = threading.Event()

    def wait() -> None:
        asked.set()
        never.wait(120)

    service.waits["/v1/log/page"] = wait
    with opened() as console:
        _shown(console)
        console.press("4")
        assert asked.wait(60)
        start = time.monotonic()
        if leave is None:
            os.kill(console.pid, signal.SIGTERM)
        else:
            console.press(leave)
        console.ended(_SOON)
        took = time.monotonic() - start
    never.set()
    assert took < _SOON


def test_a_stalled_terminal_does_not_keep_a_signal_from_ending_it(
    opened: OpenConsole, service: StandIn
) -> None:
    with opened((200, 50)) as console:
        console.until(b"Overview")
        for number in range(60):  # nobody reads the line from here on
            service.laid["GET /v1/status"]["stores"][0]["name"] = f"Store {number}" * 6
            service.tell("store")
            console.press("1234"[number % 4])
        os.kill(console.pid, signal.SIGTERM)
        end = time.monotonic() + _SOON
        while not os.waitpid(console.pid, os.WNOHANG)[0]:
            assert time.monotonic() < end, "it goes on"
            threading.Event().wait(0.05)
        console.status = 0


def test_a_stalled_reader_does_not_stop_the_service(tmp_path: Path) -> None:
    home = tmp_path / "home"
    store = ("--store=shop", "--name=Shop", "--country=NZ", "--currency=NZD", "--timezone=Pacific/Auckland")
    made = run("init", "--home", str(home), *store)
    assert made.returncode == 0, made.stderr
    with service_process(home) as service, line(python(CONSOLE, str(service.socket)), (200, 50)) as console:
        console.until(b"Overview")
        # From here on nobody reads the console's line, and much happens.
        with service.client() as client, Events(client) as told:
            seen = iter(told)
            first = threading.Thread(target=lambda: next(seen), daemon=True)
            first.start()
            assert told.connected.wait(60)
            for number in range(150):
                client.set_store("shop", name=f"Shop number {number}")
                console.press("1234"[number % 4])
            first.join(60)
            assert not first.is_alive(), "the others are not told any more"
            assert client.stores()[0]["name"] == "Shop number 149"
        assert service.process.running


def test_the_console_comes_back_by_itself(opened: OpenConsole, service: StandIn) -> None:
    with opened() as console:
        _shown(console)
        service.answers_nobody = True
        service.drop()
        console.until(b"tried again by itself")
        service.answers_nobody = False
        console.until(b"Connected again")
        assert console.seen.index(b"tried again by itself") < console.seen.index(b"Connected again")
