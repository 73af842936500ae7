"""The HTTP server, with a beginning and an end that others can hear."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import uvicorn
from fastapi import FastAPI

from services.api.peers import PeerProtocol

_GRACE_SECONDS = 8
"""For answers under way to be finished after a stop was asked for."""
_LAST_RESORT_SECONDS = 30.0
"""After which a stop that hangs is cut off: longer than everything that stops may take."""


class Server(uvicorn.Server):
    """The HTTP server; says when it is ready, and when it begins to stop.

    A signal ends `serve` in the ordinary way: what was opened is closed after it.
    """

    def __init__(
        self, config: uvicorn.Config, *, ready: Callable[[], None], stopping: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._ready = ready
        self._stopping = stopping

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to take calls, then say so."""
        await super().startup(sockets)
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Say so, then take no more calls and let those under way finish."""
        self._stopping()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop at SIGTERM and SIGINT, without raising them again afterwards."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {sign: signal.signal(sign, self.handle_exit) for sign in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for sign, handler in before.items():
                signal.signal(sign, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to stop; a stop that hangs is cut off after a while."""
        if not self.should_exit:
            timer = threading.Timer(_LAST_RESORT_SECONDS, _cut_off)
            timer.daemon = True
            timer.start()
        super().handle_exit(sig, frame)


def _cut_off() -> None:
    sys.stderr.write(
        "Tillbook did not stop in time and is cut off; unfinished work is taken up at the next start.\n"
    )
    sys.stderr.flush()
    os._exit(1)


def config_of(app: FastAPI, *, grace: int, protocol: type[PeerProtocol] = PeerProtocol) -> uvicorn.Config:
    """Return how an app is served; `grace`: seconds for answers under way at a stop."""
    return uvicorn.Config(
        app,
        http=protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=grace,
        timeout_keep_alive=60,
    )


def http_server(
    app: FastAPI,
    *,
    ready: Callable[[], None],
    stopping: Callable[[], None],
    protocol: type[PeerProtocol] = PeerProtocol,
) -> Server:
    """Return a server for `app`; `ready` and `stopping` are called on its event loop."""
    config = config_of(app, grace=_GRACE_SECONDS, protocol=protocol)
    return Server(config, ready=ready, stopping=stopping)
