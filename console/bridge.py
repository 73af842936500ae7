"""The one place where the console's workers call the service.

A question runs in a thread and comes back as one message to the screen that asked; what
happens at the service comes in by its event stream, gathered so that a flood of events
is a few messages.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.message import Message
from textual.worker import get_current_worker

from console.events import Events
from screens.asking import Ask, Failed
from screens.messages import Happened
from services.contract.problem import NotAllowed, Problem

if TYPE_CHECKING:
    from textual.app import App

    from console.client import Client
    from services.contract.answers import EventAnswer

_GATHER_SECONDS = 0.3
_MOST_GATHERED = 500


class Bridge:
    """Runs the screens' questions for an app."""

    def __init__(self, app: App[Any], client: Client) -> None:
        self._app = app
        self._client = client

    def take(self, ask: Ask[Any]) -> None:
        """Run a question; a newer one of the same asker and subject overtakes it."""
        self._app.run_worker(
            partial(self._call, ask),
            group=f"{id(ask.asker)}:{ask.about}",
            description=ask.about,
            thread=True,
            exclusive=not ask.changing,
            exit_on_error=False,
        )

    def _call(self, ask: Ask[Any]) -> None:
        worker = get_current_worker()
        try:
            reply: Message = ask.reply(ask.question(self._client))
        except Problem as problem:
            reply = Failed(ask.about, problem, ask.changing)
        if not worker.is_cancelled:
            ask.asker.post_message(reply)


class Watcher:
    """Tells what happens at the service, and whether it can be reached."""

    def __init__(
        self,
        client: Client,
        tell: Callable[[Happened], object],
        link: Callable[[Problem | None], object],
    ) -> None:
        self._tell = tell
        self._link = link
        self._events = Events(client, link=self._linked)
        self._gathered: list[EventAnswer] = []
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None

    def run(self) -> None:
        """Watch until `close`; runs in a thread of its own."""
        try:
            for event in self._events:
                self._gather(event)
        except NotAllowed as problem:
            self._link(problem)

    def close(self) -> None:
        """End the watch."""
        self._events.close()
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()

    def _linked(self, problem: Problem | None) -> None:
        self._link(problem)

    def _gather(self, event: EventAnswer) -> None:
        with self._lock:
            self._gathered.append(event)
            if len(self._gathered) > _MOST_GATHERED:
                # Nobody reads so many one by one: read everything again.
                resync: EventAnswer = {**event, "kind": "resync", "store": None}
                self._gathered = [resync]
            if self._timer is None:
                self._timer = threading.Timer(_GATHER_SECONDS, self._flush)
                self._timer.daemon = True
                self._timer.start()

    def _flush(self) -> None:
        with self._lock:
            events, self._gathered, self._timer = self._gathered, [], None
        self._tell(Happened(events))
