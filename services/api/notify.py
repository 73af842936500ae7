"""Tells systemd how the service is (sd_notify(3)): ready, alive, stopping."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

_MICROSECONDS = 1_000_000


class Notifier:
    """Speaks to the socket that systemd named; without one it is silent.

    `clock` counts seconds and is only used to keep beats apart.
    """

    def __init__(
        self, environment: Mapping[str, str] = os.environ, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        address = environment.get("NOTIFY_SOCKET", "")
        # systemd writes the first byte of an abstract address, a zero, as "@".
        self._address = f"\0{address[1:]}" if address.startswith("@") else address
        self._clock = clock
        self._interval = _beat_interval(environment)
        self._last_beat = float("-inf")

    def ready(self, status: str) -> None:
        """Say that the service takes calls."""
        self._send(f"READY=1\nSTATUS={status}")

    def stopping(self) -> None:
        """Say that the service is on its way out."""
        self._send("STOPPING=1\nSTATUS=Stopping")

    def beat(self) -> None:
        """Say that the service is alive, at most twice per time-out of the watchdog."""
        if self._interval is None or self._clock() - self._last_beat < self._interval:
            return
        self._last_beat = self._clock()
        self._send("WATCHDOG=1")

    def _send(self, message: str) -> None:
        if not self._address:
            return
        # Telling must never stop the shop: a message that systemd cannot take is lost.
        with (
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as sender,
            suppress(OSError),
        ):
            sender.sendto(message.encode(), self._address)


def _beat_interval(environment: Mapping[str, str]) -> float | None:
    """Return half the watchdog's time-out in seconds; None: not watched."""
    if environment.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return None
    timeout = environment.get("WATCHDOG_USEC", "")
    return int(timeout) / _MICROSECONDS / 2 if timeout.isdecimal() else None
