"""How clients reach the service: HTTP on its Unix socket.

Everything that goes wrong comes out as a `services.contract.problem.Problem`:

    NoService (an Unreachable)   nothing answers at the socket
    NotAllowed, NotFound, Refused, Unreachable, Problem
                                 what the service answered, with its own code and words
    Problem "outcome_unknown"    a change was asked for and the answer never came
"""

from __future__ import annotations

import socket
import sys
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol, TypeAlias

# httpx loads its own command line, with rich, click and pygments, when these are installed:
# half of its import time, and `tillbook status` has a quarter of a second for everything.
sys.modules.setdefault("httpx._main", ModuleType("httpx._main"))

import httpx  # noqa: E402 - see above

from services.contract.problem import NotAllowed, NotFound, Problem, Refused, Unreachable  # noqa: E402


class Readable(Protocol):
    """Anything that gives bytes: an open file, a pipe, standard input."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes, none at the end."""


Json: TypeAlias = Any
"""What an answer holds; who asked knows its type."""

LinkError = httpx.TransportError

_CONNECT_SECONDS = 5.0
_CHUNK = 256 * 1024
_KINDS: Mapping[int, type[Problem]] = {403: NotAllowed, 404: NotFound, 500: Problem, 503: Unreachable}


class NoService(Unreachable):
    """Nothing answers at the socket: the service does not run."""

    code = "no_service"


class Transport:
    """Calls the service at the socket `address`. Safe to use from several threads.

    `timeout` is how many seconds an answer may take; a call may ask for another.
    """

    def __init__(self, address: Path, *, timeout: float = 30.0) -> None:
        self.address = address
        self._timeout = timeout
        self.http = httpx.Client(
            base_url="http://tillbook",
            transport=httpx.HTTPTransport(uds=str(address), verify=False, retries=0),
            timeout=patience(timeout),
            trust_env=False,
        )

    def close(self) -> None:
        """Close the connections."""
        self.http.close()

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, object] | None = None,
        body: object = None,
        timeout: float | None = None,
    ) -> Json:
        """Return what the service answers; what is None in `query` is not sent."""
        request = self.http.build_request(
            method,
            path,
            params=given(query or {}),
            json=body,
            timeout=patience(timeout or self._timeout),
        )
        return self._sent(request)

    def upload(self, path: str, stream: Readable, *, query: Mapping[str, object]) -> Json:
        """Send a file as it is read and return the answer, however long that takes."""
        request = self.http.build_request(
            "POST", path, params=given(query), content=_chunks(stream), timeout=patience(None)
        )
        return self._sent(request)

    def _sent(self, request: httpx.Request) -> Json:
        try:
            response = self.http.send(request)
        except LinkError as error:
            raise self.problem(error, changing=request.method != "GET") from error
        if response.is_success:
            return response.json()
        raise problem_of(response)

    def problem(self, error: LinkError, *, changing: bool) -> Problem:
        """Return what a failed call means to the person who made it."""
        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
            _close_left_open(error)
            return self._not_connected(error)
        return _cut_short(str(error), changing=changing)

    def _not_connected(self, error: LinkError) -> Problem:
        if "Permission denied" in str(error):
            return NotAllowed(
                "You may not call Tillbook on this machine.",
                f"Its socket {self.address} is open to its own user, and to one group if one was named.",
                "Ask whoever looks after this machine to add you to that group (socket_group).",
                str(error),
            )
        return NoService(
            "Tillbook is not running.",
            f"Nothing answers at {self.address}.",
            "Start it with: tillbook serve",
            str(error),
        )


def patience(answer: float | None) -> httpx.Timeout:
    """Return the time-outs of a call; `answer` in seconds, None: for ever."""
    return httpx.Timeout(_CONNECT_SECONDS, read=answer, write=answer)


def problem_of(response: httpx.Response) -> Problem:
    """Return the problem that the service answered with."""
    kind = _KINDS.get(response.status_code, Refused)
    try:
        told = response.json()["error"]
        return kind(told["what"], told["why"], told["next"], told["detail"], code=told["code"])
    except (ValueError, KeyError, TypeError):
        if response.status_code == httpx.codes.INTERNAL_SERVER_ERROR:
            return _cut_short(response.text, changing=response.request.method != "GET")
        return Problem(
            "What answers at the socket does not speak as Tillbook does.",
            f"It said {response.status_code} {response.reason_phrase}.",
            "Check TILLBOOK_SOCKET, and that service and command are of the same version.",
            response.text[:500],
        )


def _cut_short(detail: str, *, changing: bool) -> Problem:
    """Return what it means that the service had no time to answer."""
    why = "It was stopped, or is very busy."
    if not changing:
        return Unreachable("Tillbook gave no answer.", why, "Try again in a moment.", detail)
    return Problem(
        "Tillbook gave no answer, so nobody knows whether it was done.",
        why,
        "Look at its state first (tillbook status), then decide whether to ask again.",
        detail,
        code="outcome_unknown",
    )


def given(values: Mapping[str, object]) -> dict[str, Any]:
    """Return the values that are not None."""
    return {name: value for name, value in values.items() if value is not None}


def _close_left_open(error: BaseException | None) -> None:
    """Close the socket that httpcore drops, still open, when it cannot connect."""
    while error is not None:
        for frame, _ in traceback.walk_tb(error.__traceback__):
            left = frame.f_locals.get("sock")
            if isinstance(left, socket.socket):
                left.close()
        error = error.__context__


def _chunks(stream: Readable) -> Iterator[bytes]:
    while chunk := stream.read(_CHUNK):
        yield chunk
