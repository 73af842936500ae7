"""HTTP/1.1 on loopback: reads a request, writes what the front decides."""

from __future__ import annotations

import contextlib
import socket
import sys
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from services.sandbox.xero.api import Request
from services.sandbox.xero.front import Front, Outcome
from services.sandbox.xero.problems import Answer

_LARGEST_BODY = 10_000_000
_IDLE_SECONDS = 60
_ENDING_SECONDS = 5


class PracticeServer(ThreadingHTTPServer):
    """Serves a front on 127.0.0.1; ending it also ends the connections kept alive."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, front: Front, port: int) -> None:
        self.front = front
        self._open: dict[threading.Thread, socket.socket] = {}
        self._open_lock = threading.Lock()
        super().__init__(("127.0.0.1", port), _Handler)

    def finish_request(self, request: object, client_address: object) -> None:
        """Serve one connection in its thread, and know of it meanwhile."""
        me = threading.current_thread()
        if isinstance(request, socket.socket):
            with self._open_lock:
                self._open[me] = request
        try:
            super().finish_request(request, client_address)  # type: ignore[arg-type]  # typeshed's private types
        finally:
            with self._open_lock:
                self._open.pop(me, None)

    def end_connections(self) -> None:
        """Cut the connections that are still open, and wait until their threads are done."""
        with self._open_lock:
            still_open = dict(self._open)
            for connection in still_open.values():
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RD)
        for thread in still_open:
            thread.join(_ENDING_SECONDS)

    def handle_error(self, request: object, client_address: object) -> None:
        """Pass over a client that went away; anything else is shown as usual."""
        if not isinstance(sys.exc_info()[1], ConnectionError | TimeoutError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # as above


class _Handler(BaseHTTPRequestHandler):
    server: PracticeServer
    protocol_version = "HTTP/1.1"
    timeout = _IDLE_SECONDS
    disable_nagle_algorithm = True
    wbufsize = -1  # headers and body leave in one piece

    def version_string(self) -> str:
        """Return what the Server header says."""
        return "practice-xero"

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Return the Date header: the practice Xero's own clock."""
        now = self.server.front.world.now().timestamp()
        return super().date_time_string(now if timestamp is None else timestamp)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Log nothing: the call log has it all."""

    def _serve(self) -> None:
        request = self._request()
        if request is None:
            self.close_connection = True
            self._write(Outcome(Answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "", "")))
        else:
            self._write(self.server.front.handle(request))

    do_GET = do_PUT = do_POST = do_DELETE = do_PATCH = _serve  # noqa: N815 - the base class's names

    def _request(self) -> Request | None:
        """Return the request, None where its body has no fair length."""
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > _LARGEST_BODY or "Transfer-Encoding" in self.headers:
            return None
        parts = urlsplit(self.path)
        query = {name.casefold(): value for name, value in parse_qsl(parts.query, keep_blank_values=True)}
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(length))
        return Request(self.command, parts.path, query, parts.query, headers, body)

    def _write(self, outcome: Outcome) -> None:
        answer = outcome.answer
        if answer is None:
            self.close_connection = True
            return
        body = answer.text.encode()
        self.send_response(answer.status)
        if answer.content_type:
            self.send_header("Content-Type", answer.content_type)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status != HTTPStatus.NO_CONTENT:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if outcome.truncated:
            self.close_connection = True
            body = body[: len(body) // 2]
        self.wfile.write(body)
