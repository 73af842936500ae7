"""A stand-in for the service: answers each route with what a test has laid down."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import urlsplit

Laid = dict[str, object]
"""`"GET /v1/status"` to the answer; a problem is `{"error": …, "status": 404}`."""


class FakeService(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """An HTTP server on the socket of a home; `asked` lists the calls it got."""

    daemon_threads = True

    def __init__(self, home: Path, laid: Laid) -> None:
        self.home = home
        self.laid = laid
        self.asked: list[str] = []
        super().__init__(str(home / "tillbook.sock"), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: FakeService
    protocol_version = "HTTP/1.1"

    def address_string(self) -> str:
        return "socket"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's own word
        pass

    def _reply(self) -> None:
        called = f"{self.command} {urlsplit(self.path).path}"
        self.server.asked.append(called)
        self._read_body()
        answer = self.server.laid.get(called, _not_laid(called))
        is_problem = isinstance(answer, dict) and {"error"} <= set(answer) <= {"error", "status"}
        status = answer.get("status", 400) if isinstance(answer, dict) and is_problem else 200
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _read_body(self) -> None:
        if self.headers.get("Transfer-Encoding") != "chunked":
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            return
        while size := int(self.rfile.readline(), 16):
            self.rfile.read(size + len("\r\n"))
        self.rfile.readline()

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _reply  # noqa: N815 - the names the library calls


def problem(status: int, code: str, what: str, why: str = "", next_step: str = "") -> dict[str, object]:
    """Return an answer that refuses."""
    error = {"code": code, "what": what, "why": why, "next": next_step, "detail": ""}
    return {"status": status, "error": error}


def _not_laid(called: str) -> dict[str, object]:
    return problem(404, "not_found", f"The test has no answer for {called}.")


@contextmanager
def fake_service(home: Path, laid: Laid) -> Iterator[FakeService]:
    """Run a stand-in on the socket of `home`."""
    with FakeService(home, laid) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join(60)
