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

from console.aside import aside
from console.cleaning import cleaned, cleaned_problem
from screens.asking import Ask, Failed
from screens.messages import Happened
from services.contract.problem import NotAllowed, Problem

if TYPE_CHECKING:
    from textual.app import App

    from console.client import Client
    from console.events import Events
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
        # Not begun yet: one that is overtaken at once would never be awaited.
        self._app.run_worker(
            partial(self._answered, ask),  # type: ignore[arg-type]  # what it returns is awaited
            group=f"{id(ask.asker)}:{ask.about}",
            description=ask.about,
            exclusive=not ask.changing,
            exit_on_error=False,
        )

    async def _answered(self, ask: Ask[Any]) -> None:
        """Tell the answer; cancelled by a newer question, it is never told."""
        ask.asker.post_message(await aside(partial(self._call, ask), ask.about))

    def _call(self, ask: Ask[Any]) -> Message:
        try:
            return ask.reply(cleaned(ask.question(self._client)))
        except Problem as problem:
            return Failed(ask.about, cleaned_problem(problem), ask.changing)


class Watcher:
    """Tells what happens at the service, and whether it can be reached."""

    def __init__(
        self,
        client: Client,
        tell: Callable[[Happened], object],
        link: Callable[[Problem | None], object],
    ) -> None:
        self._client = client
        self._tell = tell
        self._link = link
        self._events: Events | None = None
        self._closed = False
        self._gathered: list[EventAnswer] = []
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None

    def run(self) -> None:
        """Watch until `close`; runs in a thread of its own."""
        # Its way to the service is loaded when the first picture stands: that comes first.
        from console.events import Events

        events = Events(self._client, link=self._linked)
        with self._lock:
            self._events = events
            if self._closed:
                return
        try:
            for event in events:
                self.gather(cleaned(event))
        except NotAllowed as problem:
            self._link(problem)

    def close(self) -> None:
        """End the watch."""
        with self._lock:
            self._closed = True
            if self._timer is not None:
                self._timer.cancel()
            events = self._events
        if events is not None:
            events.close()

    def _linked(self, problem: Problem | None) -> None:
        self._link(cleaned_problem(problem) if problem else None)

    def gather(self, event: EventAnswer) -> None:
        """Take an event, to be told with those that come soon after."""
        with self._lock:
            self._gathered.append(event)
            if len(self._gathered) > _MOST_GATHERED:
                # Nobody reads so many one by one: read everything again.
                resync: EventAnswer = {**event, "kind": "resync", "store": None}
                self._gathered = [resync]
            if self._timer is None:
                self._timer = threading.Timer(_GATHER_SECONDS, self.flush)
                self._timer.daemon = True
                self._timer.start()

    def flush(self) -> None:
        """Tell what was gathered."""
        with self._lock:
            events, self._gathered, self._timer = self._gathered, [], None
        self._tell(Happened(events))
