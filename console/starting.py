"""Starting the service for this person, when none runs.

On a laptop, or the first time.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from console.client import Client
from console.transport import NoService
from console.waiting import polls
from services.contract.problem import Problem, Refused
from services.contract.settings import Settings

START_SECONDS = 30
_LOG = "service.log"


def runs(socket: Path) -> bool:
    """Whether a service answers at the socket; raises what keeps us from asking it."""
    with Client(socket, timeout=5) as client:
        try:
            client.me()
        except NoService:
            return False
        return True


def start_service(settings: Settings) -> None:
    """Start the service in the background and wait until it answers.

    It stays when this program ends. Raises Refused with the end of its log when it does
    not come up.
    """
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    log = settings.home / _LOG
    with log.open("ab") as output:
        service = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-P", "-m", "services", "serve", "--home", str(settings.home)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    for _ in polls(START_SECONDS):
        if service.poll() is not None:
            break
        try:
            if runs(settings.socket):
                return
        except Problem:
            continue  # it listens, and is not ready yet
    raise Refused(
        "The service did not start.",
        _last_line(log) or f"It gave no answer within {START_SECONDS} seconds.",
        f"See {log}, or run it where it can be seen: tillbook serve",
        code="not_started",
    )


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1] if lines else ""
