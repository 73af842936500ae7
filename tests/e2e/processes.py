"""Programs of the product run as processes of their own, with their logs kept."""

from __future__ import annotations

import atexit
import os
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
PROGRAM = Path(sys.executable).parent / "tillbook"
"""The program as it is installed."""

STOP_SECONDS = 60.0
"""Only a hang takes so long."""

_held: deque[socket.socket] = deque(maxlen=150)
"""The ports given out last, so that the system gives them to nobody else meanwhile."""


@atexit.register
def _let_go() -> None:
    for each in _held:
        each.close()


Json = Any
"""What a program answered; the test looks into it."""


@dataclass
class Process:
    """A program running in the background.

    `log` holds what it said on standard error.
    """

    popen: subprocess.Popen[str]
    log: Path

    @property
    def pid(self) -> int:
        """The process id."""
        return self.popen.pid

    @property
    def running(self) -> bool:
        """Whether it has not ended yet."""
        return self.popen.poll() is None

    def first_line(self) -> str:
        """Return the first line on standard output; fail with the log when there is none."""
        assert self.popen.stdout is not None
        line = self.popen.stdout.readline()
        assert line, f"{self.popen.args!r} said nothing:\n{self.said()}"
        return line

    def said(self, characters: int = 6000) -> str:
        """Return the end of the log."""
        return self.log.read_text(encoding="utf-8", errors="replace")[-characters:]

    def stop(self) -> int:
        """Ask it to end, and insist after a while; return its exit status."""
        if self.running:
            self.popen.send_signal(signal.SIGTERM)
        try:
            status = self.popen.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"{self.popen.args!r} did not stop:\n{self.said()}") from None
        self._close()
        return status

    def kill(self) -> None:
        """End it as a power cut does."""
        self.popen.kill()
        self.popen.wait(STOP_SECONDS)
        self._close()

    def _close(self) -> None:
        if self.popen.stdout is not None:
            self.popen.stdout.close()


def start(arguments: list[str], log: Path, environment: Mapping[str, str], *, heard: bool = False) -> Process:
    """Start a program; `heard` says that its standard output will be read."""
    with log.open("ab") as messages:
        popen = subprocess.Popen(
            arguments,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if heard else messages,
            stderr=messages,
            text=True,
        )
    return Process(popen, log)


def module(name: str, *arguments: str) -> list[str]:
    """Return the command that runs one of the product's own modules."""
    return [sys.executable, "-P", "-m", name, *arguments]


def plain_environment(**more: str) -> dict[str, str]:
    """Return an environment free of settings.

    Those of Tillbook, of colours and of a desktop's keyring.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("TILLBOOK_", "DBUS_")) and name not in {"COLUMNS", "LINES", "NO_COLOR"}
    }
    return {**kept, **more}


def free_port() -> int:
    """Return a port that nobody listens at, and that the system gives to nobody.

    It is bound, not listened at: whoever names it may still listen there.
    """
    probe = socket.socket()
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    probe.bind(("127.0.0.1", 0))
    if len(_held) == _held.maxlen:
        _held.popleft().close()
    _held.append(probe)
    port: int = probe.getsockname()[1]
    return port


def until(done: Callable[[], object], *, what: str, seconds: float = 90.0, every: float = 0.1) -> None:
    """Wait until `done` is true; fail, saying `what` was waited for, after `seconds`."""
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, f"not within {seconds} s: {what}"
        time.sleep(every)
