"""The listener for tills: loopback TCP, open while there is a key.

`[tills] port` of `tillbook.toml` names its port (8743), 0 keeps it shut. It opens with the
service when a key is in force, and with the first key that is made.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import uvicorn

from services.api.given import Desk
from services.api.server import config_of
from services.api.till_door import create_till_app
from services.contract.problem import Refused
from services.contract.terminal_shop import ListenerAnswer

log = logging.getLogger(__name__)

HOST = "127.0.0.1"
_PORT = 8743
_HIGHEST = 65_535
_GRACE_SECONDS = 5


def till_port(values: Mapping[str, object]) -> int:
    """Return the port of `[tills]`; raise Refused for one that is not possible."""
    table = values.get("tills", {})
    port = table.get("port", _PORT) if isinstance(table, Mapping) else None
    if isinstance(port, int) and not isinstance(port, bool) and 0 <= port <= _HIGHEST:
        return port
    raise Refused(
        "tills in tillbook.toml cannot be read.",
        f"port is a number from 0 (tills are not listened to) to {_HIGHEST}.",
        "Correct it, as in: [tills] and below it port = 8743. Then start again.",
        code="invalid",
    )


class _TillServer(uvicorn.Server):
    """A second server in the process: the first one minds the signals."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to the first server."""
        yield


def _bound(port: int) -> socket.socket:
    """Return a listening socket; raise OSError when the port cannot be opened."""
    # Named as TCP, asyncio sends each answer at once; else its body waits 40 ms for an
    # acknowledgement of its head.
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((HOST, port))
        bound.listen()
    except OSError:
        bound.close()
        raise
    return bound


class TillListener:
    """Listens to tills, on the event loop of the service."""

    def __init__(self, desk: Desk, port: int, wanted: Callable[[], bool]) -> None:
        self._desk = desk
        self._port = port
        self._wanted = wanted
        self._loop: asyncio.AbstractEventLoop | None = None
        self._server: _TillServer | None = None
        self._task: asyncio.Task[None] | None = None
        self._listening: str | None = None
        self._why = ""
        self._lock = threading.Lock()

    def begin(self) -> None:
        """Listen if a till has a key. On the event loop, once the service is ready."""
        self._loop = asyncio.get_running_loop()
        told = self.told()
        log.info("tills: %s", told["address"] or told["why"])

    def told(self) -> ListenerAnswer:
        """Return where tills are listened to; begins to, when there is a key. Any thread."""
        with self._lock:
            if self._listening is None:
                self._try()
            return {"address": self._listening, "why": "" if self._listening else self._why}

    def stop(self) -> None:
        """Take no more calls. On the event loop."""
        if self._server is not None:
            self._server.should_exit = True

    async def ended(self) -> None:
        """Wait until what was under way has been answered."""
        if self._task is not None:
            await self._task

    def _try(self) -> None:
        if self._port == 0:
            self._why = "It is switched off: [tills] port = 0 in tillbook.toml."
        elif self._loop is None:
            self._why = "The service is starting."
        elif not self._wanted():
            self._why = "No till has a key. Make one with: tillbook terminal key create"
        else:
            self._listen(self._loop)

    def _listen(self, loop: asyncio.AbstractEventLoop) -> None:
        try:
            bound = _bound(self._port)
        except OSError as error:
            self._why = (
                f"Port {self._port} cannot be opened ({error.strerror}). Name another one under [tills] in"
                " tillbook.toml, then start the service again."
            )
            log.warning("tills are not listened to: %s", self._why)
            return
        self._server = _TillServer(config_of(create_till_app(self._desk), grace=_GRACE_SECONDS))
        self._listening = f"http://{HOST}:{bound.getsockname()[1]}"
        loop.call_soon_threadsafe(self._serve, loop, bound)

    def _serve(self, loop: asyncio.AbstractEventLoop, bound: socket.socket) -> None:
        if self._server is not None:
            self._task = loop.create_task(self._server.serve(sockets=[bound]))
