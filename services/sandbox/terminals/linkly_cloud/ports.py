"""The practice cloud on HTTP, one call after the other."""

from __future__ import annotations

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from services.sandbox.terminals.charges import Charges
from services.sandbox.terminals.faults import Fault, FaultKind
from services.sandbox.terminals.linkly.practice import Manner, Memory
from services.sandbox.terminals.linkly_cloud.pad import Pad
from services.sandbox.terminals.linkly_cloud.service import Service
from services.sandbox.terminals.reached import Reached

_LONGEST = 100_000
_UNAVAILABLE = 503
_BEFORE = frozenset({FaultKind.CABLE_OUT, FaultKind.BUSY})
_SILENT = frozenset({FaultKind.SILENCE, FaultKind.CABLE_OUT_AFTER})


class PracticeLinklyCloud(Reached[Memory]):
    """A practice cloud with its port.

    It listens on `port` of the loopback address; `book` keeps its charges in a file.
    """

    def __init__(
        self,
        manner: Manner | None = None,
        *,
        book: Path | None = None,
        port: int = 0,
        version: str = "v1",
    ) -> None:
        memory = Memory(Charges(book), manner or Manner())
        self.service = Service(Pad(memory))
        server = _Server(port, self.service, memory)
        urls = {"auth_url": server.url, "rest_url": server.url}
        super().__init__(memory, server, {"place": "own", **urls, "version": version})


class _Server(HTTPServer):
    """The server, with what its handlers need."""

    def __init__(self, port: int, service: Service, memory: Memory) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.service = service
        self.memory = memory
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)

    def start(self) -> None:
        """Serve in a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Stop; the port is gone."""
        self.shutdown()
        self._thread.join(5)
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    """Hands calls to the service, with the faults that are due."""

    timeout = 5
    server: _Server

    def do_GET(self) -> None:
        """Answer a look."""
        self._serve("GET")

    def do_POST(self) -> None:
        """Answer a request."""
        self._serve("POST")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Stay quiet."""

    def _serve(self, method: str) -> None:
        parts = urlsplit(self.path)
        body = self._body()
        if body is None:
            return
        memory = self.server.memory
        name = self.server.service.name(method, parts.path)
        memory.heard.append(name)
        fault = memory.faults.due(name)
        kind = fault.kind if fault is not None else None
        if kind in _BEFORE:
            self._before(kind)
            return
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        status, answer = self.server.service.answer(method, parts.path, parts.query, token, body)
        self._after(fault, status, json.dumps(answer).encode())

    def _body(self) -> dict[str, Any] | None:
        """Return what was sent; None when its sender died on the way."""
        size = int(self.headers.get("Content-Length") or 0)
        data = self.rfile.read(min(size, _LONGEST))
        if len(data) < size:
            return None
        body = json.loads(data or b"{}")
        return body if isinstance(body, dict) else {}

    def _before(self, kind: FaultKind | None) -> None:
        if kind is FaultKind.BUSY:
            self._say(_UNAVAILABLE, b"{}")
        else:
            self._pull()

    def _after(self, fault: Fault | None, status: int, data: bytes) -> None:
        kind = fault.kind if fault is not None else None
        if fault is not None and kind in {FaultKind.DELAY, FaultKind.SILENCE}:
            threading.Event().wait(fault.seconds)
        if kind in _SILENT:
            self._pull()
        elif kind is FaultKind.POWER_FAIL:
            self._say(_UNAVAILABLE, b"{}")
        elif kind is FaultKind.GARBAGE:
            self._say(status, b"<html>" + data[:10])
        else:
            self._say(status, data, split=kind is FaultKind.SPLIT)

    def _pull(self) -> None:
        self.connection.shutdown(socket.SHUT_RDWR)
        self.close_connection = True

    def _say(self, status: int, data: bytes, *, split: bool = False) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        for part in [data[at : at + 1] for at in range(len(data))] if split else [data]:
            self.wfile.write(part)
