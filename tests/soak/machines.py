"""The services of a soak.

Each in a home of its own, killed, frozen, started again.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from console.client import Client
from tests.e2e.practice import PracticeXero
from tests.e2e.processes import until
from tests.e2e.shop import Ran, Shop

_SETTINGS = """
[machines]
beat = 0.5
dead_after = 3
"""
"""A machine is taken for dead sooner than usual, so that being frozen past that takes seconds."""
PAST_THE_HEARTBEAT = 6.0
"""Seconds."""


class Machine:
    """One service on one machine; it may be ended at any moment by another thread."""

    def __init__(self, name: str, folder: Path, xero: PracticeXero, **settings: str) -> None:
        self.name = name
        self.shop = Shop(folder, xero)
        self.shop.home.mkdir(parents=True, mode=0o700)
        (self.shop.home / "tillbook.toml").write_text(_SETTINGS, encoding="utf-8")
        self.shop.settings = settings
        self.pids: list[int] = []
        self._changing = threading.RLock()

    def start(self) -> None:
        """Start the service and wait until it answers."""
        with self._changing:
            self.shop.serve()
            assert self.shop.service is not None
            self.pids.append(self.shop.service.pid)

    def kill(self, away: float) -> None:
        """Kill the service as a power cut does; start it after `away` seconds."""
        with self._changing:
            self._alive()
            self.shop.kill()
            time.sleep(away)
            self.start()

    def freeze(self, seconds: float) -> None:
        """Stop the service in the middle of whatever it does, and let it go on."""
        with self._changing:
            process = self._alive()
            os.kill(process, signal.SIGSTOP)
            time.sleep(seconds)
            os.kill(process, signal.SIGCONT)

    def stop(self) -> None:
        """Stop the service in the ordinary way; it must end well."""
        with self._changing:
            self._alive()
            assert self.shop.stop() == 0, self.shop.logs()

    def close(self) -> None:
        """End the service, whatever its state."""
        with self._changing:
            service = self.shop.service
            if service is not None and service.running:
                service.kill()

    def run(self, *arguments: str) -> Ran:
        """Run a command against this service."""
        return self.shop.tillbook(*arguments)

    def client(self) -> Client:
        """Return a client of this service."""
        return Client(self.shop.home / "tillbook.sock")

    def _alive(self) -> int:
        service = self.shop.service
        assert service is not None
        assert service.running, f"the service of {self.name} ended by itself:\n{self.shop.logs()}"
        return service.pid


@contextmanager
def running(machines: list[Machine]) -> Iterator[list[Machine]]:
    """Close every machine and their practice Xero at the end."""
    xero = machines[0].shop.xero
    try:
        yield machines
    finally:
        for machine in machines:
            machine.close()
        xero.stop()


def gone(pids: list[int]) -> None:
    """Wait until none of these processes is there any more."""
    until(lambda: not any(_exists(pid) for pid in pids), what="every process ended", seconds=10)


def _exists(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
