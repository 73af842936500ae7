"""A service at a socket that answers as the practice month did, and tells events."""

from __future__ import annotations

import json
import queue
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.pictures.recorded import answers


class StandIn(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """`laid` holds the answers, to be changed at will."""

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        self.socket_path = folder / "tillbook.sock"
        self.laid: dict[str, Any] = answers()
        self.waits: dict[str, Callable[[], object]] = {}
        """What is done before a path is answered."""
        self.answers_nobody = False
        """Whether every connection is closed at once, as while it is started again."""
        self.listeners: list[queue.Queue[bytes | None]] = []
        self._number = 0
        super().__init__(str(self.socket_path), _Handler)

    def tell(self, kind: str, **more: object) -> None:
        """Tell everybody who listens that something changed."""
        self._number += 1
        event = {"id": self._number, "kind": kind, "store": "practice", "date": None, "state": None, **more}
        for each in list(self.listeners):
            each.put(f"id: {self._number}\ndata: {json.dumps(event)}\n\n".encode())

    def drop(self) -> None:
        """Cut every event stream, as a restart does."""
        for each in list(self.listeners):
            each.put(None)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a client that goes away is part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    server: StandIn
    protocol_version = "HTTP/1.1"

    def address_string(self) -> str:
        return "socket"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's own word
        pass

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if self.server.answers_nobody:
            self.close_connection = True
            return
        self.server.waits.get(path, bool)()
        if path == "/v1/events":
            self._stream()
            return
        laid = self.server.laid
        answer = laid.get(f"GET {self.path}", laid.get(f"GET {path}"))
        missing = {"error": {"code": "not_found", "what": self.path, "why": "", "next": "", "detail": ""}}
        body = json.dumps(missing if answer is None else answer).encode()
        self.send_response(404 if answer is None else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _stream(self) -> None:
        told: queue.Queue[bytes | None] = queue.Queue()
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b": here\n\n")
        self.server.listeners.append(told)
        while (event := told.get()) is not None:
            self.wfile.write(event)
        self.server.listeners.remove(told)
        self.close_connection = True


@contextmanager
def stand_in(folder: Path) -> Iterator[StandIn]:
    """Run a stand-in; it is gone at the end."""
    with StandIn(folder) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.drop()
            server.shutdown()
            thread.join(60)
