"""Messages over a line to the EFT-Client."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from services.terminals.linkly.describing import described
from services.terminals.linkly.framing import Message, Splitter, encode
from services.terminals.transports.kept import OverLine
from services.terminals.transports.line import Line, Monotonic


@dataclass(frozen=True, slots=True)
class Timers:
    """Seconds (TERMINALS.md 2.2 and 2.3)."""

    silence: float = 180.0
    """From the client's last message, until it is given up."""
    answer: float = 30.0
    """For what concerns the client alone: dialog, status, the last transaction."""
    rest: float = 5.0
    """For the rest of a message that has begun."""
    slice: float = 0.05
    """How often the till's wish to abort is looked at."""


class Link(OverLine):
    """Sends and receives whole messages. Raises TransportLost when the line is gone."""

    def __init__(
        self, line: Line, timers: Timers, monotonic: Monotonic, record: Callable[[str, str], None]
    ) -> None:
        super().__init__(line)
        self._timers = timers
        self._monotonic = monotonic
        self._record = record
        self._splitter = Splitter()
        self._ready: deque[Message] = deque()
        self._heard = 0.0

    def send(self, message: Message) -> None:
        """Send a message."""
        self._record(">", described(">", message))
        self._line.send(encode(message))

    def receive(self, timeout: float) -> Message | None:
        """Return the next message; None when none came in `timeout` seconds."""
        if not self._ready:
            data = self._line.receive(timeout)
            self._take(data)
        if not self._ready:
            return None
        message = self._ready.popleft()
        self._record("<", described("<", message))
        return message

    def close(self) -> None:
        """Let go; what was half received is forgotten."""
        super().close()
        self._splitter = Splitter()
        self._ready.clear()

    def _take(self, data: bytes) -> None:
        if data:
            self._heard = self._monotonic()
        elif self._splitter.waiting and self._monotonic() - self._heard > self._timers.rest:
            # A length that was damaged would swallow all that follows.
            self._ready.extend(self._splitter.drop())
        self._ready.extend(self._splitter.feed(data))
