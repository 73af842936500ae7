"""The service as a process of its own, started and watched as a person would."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from console.client import Client
from tests.e2e.processes import Process, module, plain_environment, start, until


@dataclass
class ServiceProcess:
    """A running `python -P -m services serve`."""

    home: Path
    process: Process

    @property
    def socket(self) -> Path:
        """Where it listens."""
        return self.home / "tillbook.sock"

    @property
    def said(self) -> list[str]:
        """What it said on standard error, by line."""
        return self.process.said(100_000).splitlines()

    def client(self, timeout: float = 60.0) -> Client:
        """Return a client of it."""
        return Client(self.socket, timeout=timeout)


@contextmanager
def service_process(home: Path, **settings: str) -> Iterator[ServiceProcess]:
    """Start a service and wait until it is ready; it is gone at the end."""
    log = home.parent / f"{home.name}.err"
    log.unlink(missing_ok=True)
    arguments = module("services", "serve", "--home", str(home))
    service = ServiceProcess(home, start(arguments, log, plain_environment(**settings)))
    try:
        until(lambda: _ready(service), what="the service is ready", every=0.02)
        yield service
    finally:
        if service.process.running:
            service.process.kill()


def _ready(service: ServiceProcess) -> bool:
    assert service.process.running, service.process.said()
    return any("is ready at" in line for line in service.said)


def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run `python -P -m services …` to its end."""
    return subprocess.run(
        module("services", *arguments),
        env=plain_environment(**settings),
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
