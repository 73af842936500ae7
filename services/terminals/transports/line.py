"""What every line to a terminal can do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

Monotonic = Callable[[], float]
"""Seconds that only ever grow, such as `time.monotonic`."""


class Line(Protocol):
    """Bytes to and from one terminal. Every method may raise TransportLost."""

    @property
    def name(self) -> str:
        """Where it leads to, for a person: no secret."""

    def open(self) -> None:
        """Connect; nothing happens when it is open already."""

    def send(self, data: bytes) -> None:
        """Send all of the bytes."""

    def receive(self, timeout: float) -> bytes:
        """Return what has come, as soon as anything has; empty after `timeout` seconds."""

    def close(self) -> None:
        """Let go; also from another thread, whose `receive` then raises TransportLost."""
