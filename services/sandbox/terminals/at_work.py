"""What runs on a practice terminal that does several things at once."""

from __future__ import annotations

import threading


class AtWork:
    """Counts what runs; `idle` is set while nothing does. Safe between threads."""

    def __init__(self, idle: threading.Event) -> None:
        self._idle = idle
        self._lock = threading.Lock()
        self._running = 0

    def begin(self) -> None:
        """Note that something runs."""
        with self._lock:
            self._running += 1
            self._idle.clear()

    def end(self) -> None:
        """Note that it has ended."""
        with self._lock:
            self._running -= 1
            if not self._running:
                self._idle.set()
