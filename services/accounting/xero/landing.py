"""The small web server behind the callback, and the pages a browser is shown.

The pages are files beside this module; they load nothing and run nothing. Requests with
a foreign Host are refused, so no web site can reach the listener under its own name.
"""

from __future__ import annotations

import base64
import hashlib
import re
import socket
import threading
from collections.abc import Callable
from enum import StrEnum
from functools import cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from socketserver import TCPServer
from typing import NamedTuple

_REQUEST_SECONDS = 5
_NO_MORE = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


class Page(StrEnum):
    """What a browser is shown."""

    DONE = "done"
    REFUSED = "refused"
    EXPIRED = "expired"
    WRONG_STATE = "wrong_state"
    NOT_FOUND = "not_found"


class Landing(NamedTuple):
    """An answer to the browser."""

    status: int
    page: Page
    location: str | None = None
    """Where a redirect leads."""
    after: Callable[[], object] | None = None
    """Called when the browser has its page, or has hung up."""


class CallbackServer(ThreadingHTTPServer):
    """One listening socket; `answer` gets each request's path with query."""

    daemon_threads = True
    server_address: tuple[str, int]

    def __init__(
        self, family: socket.AddressFamily, address: tuple[str, int], answer: Callable[[str], Landing]
    ) -> None:
        self.address_family = family
        self.answer = answer
        self._thread: threading.Thread | None = None
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        """Bind without the base's look-up of the host's name, which may hang."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "localhost", self.server_address[1]

    def start(self) -> None:
        """Answer requests in a thread of its own."""
        self._thread = threading.Thread(
            target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Stop answering and free the port."""
        if self._thread is not None:
            self.shutdown()
            self._thread.join(_REQUEST_SECONDS)
        self.server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: hanging up is no event, and a traceback could show the code."""

    @property
    def hosts(self) -> frozenset[str]:
        """The Host headers of this machine's own browser."""
        port = self.server_address[1]
        return frozenset(f"{name}:{port}" for name in ("localhost", "127.0.0.1", "[::1]"))


class _Handler(BaseHTTPRequestHandler):
    """One request of the browser."""

    server: CallbackServer
    timeout = _REQUEST_SECONDS
    protocol_version = "HTTP/1.0"
    server_version = "Tillbook"
    sys_version = ""

    def do_GET(self) -> None:
        """Answer with a page or a redirect."""
        if self.headers.get("Host", "").lower() not in self.server.hosts:
            self._send(Landing(HTTPStatus.MISDIRECTED_REQUEST, Page.NOT_FOUND))
            return
        landing = self.server.answer(self.path)
        try:
            self._send(landing)
        finally:
            if landing.after is not None:
                landing.after()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's own name
        """Log nothing: the request line holds the code."""

    def _send(self, landing: Landing) -> None:
        body = page_text(landing.page).encode()
        self.send_response(landing.status)
        if landing.location is not None:
            self.send_header("Location", landing.location)
        for name, value in _headers(landing.page).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@cache
def page_text(page: Page) -> str:
    """Return a page's HTML."""
    return (files(__package__) / "pages" / f"{page}.html").read_text(encoding="utf-8")


@cache
def _headers(page: Page) -> dict[str, str]:
    style = _STYLE.search(page_text(page))
    digest = hashlib.sha256((style[1] if style else "").encode()).digest()
    allowed = f"'sha256-{base64.b64encode(digest).decode()}'"
    return {
        "Content-Type": "text/html; charset=utf-8",
        "Cache-Control": "no-store",
        "Content-Security-Policy": f"default-src 'none'; style-src {allowed}; {_NO_MORE}",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
