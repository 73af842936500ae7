"""The listener on this machine that Xero sends the browser back to.

It listens as `localhost` on IPv4 and IPv6, because a browser may try either (XERO.md
4.3), takes one answer and ends. `/go` leads to Xero's long authorise address: short
enough to type or to show as a QR code. The code in the answer is never logged.
"""

from __future__ import annotations

import errno
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as WaitTimeout
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Self
from urllib.parse import urlsplit

from services.accounting.xero.known import problem_of
from services.accounting.xero.landing import CallbackServer, Landing, Page
from services.accounting.xero.oauth import code_from_query
from services.contract.problem import Refused

SHORT_PATH = "/go"
_LOOPBACKS = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))
_NO_SUCH_FAMILY = frozenset({errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT})
_STATES = {
    "consent_refused": "refused",
    "consent_expired": "expired",
    "consent_cancelled": "cancelled",
}
_FINAL = frozenset({"consent_refused", "consent_failed"})


def utc_now() -> datetime:
    """Return the time of this machine."""
    return datetime.now(UTC)


class CallbackListener:
    """Waits for one answer of Xero until `expires` (zoned).

    An answer with another state is shown a page and changes nothing, so a stray tab
    cannot end the wait.
    """

    def __init__(
        self,
        port: int,
        path: str,
        expected_state: str,
        authorise_address: str,
        expires: datetime,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._port = port
        self._path = path
        self._expected = expected_state
        self._authorise = authorise_address
        self._expires = expires
        self._clock = clock
        self._outcome: Future[str] = Future()
        # Held for good by whatever ends the wait: one outcome, the first one.
        self._taken = threading.Lock()
        self._servers: list[CallbackServer] = []
        self._timer: threading.Timer | None = None

    def start(self) -> Self:
        """Listen; raise Refused (`port_in_use`) when another program does already."""
        try:
            self._servers = self._listening()
        except OSError as error:
            raise _port_in_use(self._port, error) from error
        for server in self._servers:
            server.start()
        remaining = (self._expires - self._clock()).total_seconds()
        self._timer = threading.Timer(max(0.0, remaining), self._expire)
        self._timer.daemon = True
        self._timer.start()
        self._outcome.add_done_callback(lambda _: self._timer.cancel() if self._timer else None)
        return self

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._port

    @property
    def short_address(self) -> str:
        """A short address on this machine that leads to Xero's."""
        return f"http://localhost:{self._port}{SHORT_PATH}"

    @property
    def state(self) -> str:
        """`waiting`, `answered`, `refused`, `failed`, `expired` or `cancelled`."""
        if not self._outcome.done():
            return "waiting"
        error = self._outcome.exception()
        if error is None:
            return "answered"
        return _STATES.get(error.code, "failed") if isinstance(error, Refused) else "failed"

    @property
    def taken(self) -> bool:
        """Whether the wait is over, which it is before the browser sees its page."""
        return self._taken.locked()

    def result(self, timeout: float | None = None) -> str:
        """Wait for the answer and return its code.

        Raises Refused with code `consent_refused`, `consent_failed`, `consent_expired` or
        `consent_cancelled`; TimeoutError when `timeout` seconds are over and it still waits.
        """
        try:
            return self._outcome.result(timeout)
        except WaitTimeout as error:
            raise TimeoutError("no answer yet") from error

    def on_answer(self, call: Callable[[], object]) -> None:
        """Have `call` called once when the wait is over, whatever its outcome."""
        self._outcome.add_done_callback(lambda _: call())

    def cancel(self) -> None:
        """End the wait; without effect once it is over."""
        self._end(
            Refused(
                "Connecting was cancelled.", "", "Start again whenever you like.", code="consent_cancelled"
            )
        )
        self.close()

    def close(self) -> None:
        """Stop listening and free the port."""
        servers, self._servers = self._servers, []
        for server in servers:
            server.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.cancel()

    def answer(self, target: str) -> Landing:
        """Answer a request of the browser for `target`, the path with its query."""
        parts = urlsplit(target)
        if parts.path not in {SHORT_PATH, self._path}:
            return Landing(HTTPStatus.NOT_FOUND, Page.NOT_FOUND)
        if self._taken.locked() or self._clock() >= self._expires:
            return Landing(HTTPStatus.GONE, Page.EXPIRED, after=self._expire)
        if parts.path == SHORT_PATH:
            return Landing(HTTPStatus.FOUND, Page.NOT_FOUND, self._authorise)
        return self._redirected(parts.query)

    def _redirected(self, query: str) -> Landing:
        try:
            outcome: str | Refused = code_from_query(self._expected, query)
        except Refused as refusal:
            if refusal.code not in _FINAL:
                return Landing(HTTPStatus.BAD_REQUEST, Page.WRONG_STATE)
            outcome = refusal
        if not self._taken.acquire(blocking=False):
            return Landing(HTTPStatus.GONE, Page.EXPIRED)
        page = Page.REFUSED if isinstance(outcome, Refused) else Page.DONE
        return Landing(HTTPStatus.OK, page, after=lambda: self._settle(outcome))

    def _settle(self, outcome: str | Refused) -> None:
        if isinstance(outcome, Refused):
            self._outcome.set_exception(outcome)
        else:
            self._outcome.set_result(outcome)

    def _end(self, refusal: Refused) -> None:
        if self._taken.acquire(blocking=False):
            self._settle(refusal)

    def _expire(self) -> None:
        self._end(problem_of(Refused, "consent_expired"))

    def _listening(self) -> list[CallbackServer]:
        servers: list[CallbackServer] = []
        try:
            for family, host in _LOOPBACKS:
                if server := self._bound(family, host):
                    servers.append(server)
                    self._port = server.server_address[1]
        except OSError:
            for server in servers:
                server.server_close()
            raise
        return servers

    def _bound(self, family: socket.AddressFamily, host: str) -> CallbackServer | None:
        try:
            return CallbackServer(family, (host, self._port), self.answer)
        except OSError as error:
            # A machine without IPv6 has no ::1; its browser cannot try it either.
            if family is socket.AF_INET6 and error.errno in _NO_SUCH_FAMILY:
                return None
            raise


def _port_in_use(port: int, error: OSError) -> Refused:
    return problem_of(Refused, "port_in_use", str(port), detail=str(error))
