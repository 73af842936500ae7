"""Live events of the service, as an iterator that outlives a dropped link."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from console.transport import LinkError, Transport, patience, problem_of
from services.contract.problem import Problem, Unreachable

if TYPE_CHECKING:
    from services.contract.answers import EventAnswer

# The service says something, if only a comment, every 15 seconds.
_SILENCE_SECONDS = 45.0
_FIRST_WAIT = 0.25
_LONGEST_WAIT = 5.0


class Events:
    """What changes, as it changes. Iterate in a thread; `close` ends it.

    After a dropped link it goes on where it was; what cannot be told any more is told as
    one event of the kind `resync`: read everything again. With `reconnect` false a
    dropped link raises Unreachable. A refusal (NotAllowed) is raised in any case.
    `link` is told, in the same thread, when the link stands (None) and why it does not.
    """

    def __init__(
        self,
        client: Transport,
        *,
        since: int | None = None,
        reconnect: bool = True,
        link: Callable[[Problem | None], None] = lambda _: None,
    ) -> None:
        self.seen = since
        self._client = client
        self._reconnect = reconnect
        self._tell_link = link
        self._closed = threading.Event()
        self._socket: socket.socket | None = None
        self.connected = threading.Event()
        """Set while the link stands: nothing that happens from then on is missed."""

    def __iter__(self) -> Iterator[EventAnswer]:
        """Yield events until `close`."""
        wait = _FIRST_WAIT
        while not self._closed.is_set():
            try:
                for event in self._link():
                    wait = _FIRST_WAIT
                    yield event
                problem: Problem = Unreachable(
                    "Tillbook was stopped.", "The service ended.", "Start it again."
                )
            except LinkError as error:
                problem = self._client.problem(error, changing=False)
            finally:
                self.connected.clear()
            if self._closed.is_set():
                return
            if not self._reconnect:
                raise problem
            self._tell_link(problem)
            self._closed.wait(wait)
            wait = min(wait * 2, _LONGEST_WAIT)

    def close(self) -> None:
        """End the iteration, from any thread, also while it waits for the service."""
        self._closed.set()
        if self._socket is not None:
            with suppress(OSError):  # the link is down already
                self._socket.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> Self:
        """Return the events themselves."""
        return self

    def __exit__(self, *_exception: object) -> None:
        """End the iteration."""
        self.close()

    def _link(self) -> Iterator[EventAnswer]:
        from httpx_sse import connect_sse

        headers = {} if self.seen is None else {"Last-Event-ID": str(self.seen)}
        timeout = patience(_SILENCE_SECONDS)
        with connect_sse(self._client.http, "GET", "/v1/events", headers=headers, timeout=timeout) as source:
            self._socket = source.response.extensions["network_stream"].get_extra_info("socket")
            if not source.response.is_success:
                source.response.read()
                raise problem_of(source.response)
            self.connected.set()
            self._tell_link(None)
            for told in source.iter_sse():
                if self._closed.is_set():
                    return
                self.seen = int(told.id) if told.id else self.seen
                if told.data:
                    event: EventAnswer = json.loads(told.data)
                    yield event


def events(client: Transport, since: int | None = None, *, reconnect: bool = True) -> Events:
    """Return the events after number `since`, or from now on."""
    return Events(client, since=since, reconnect=reconnect)
