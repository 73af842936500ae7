"""The service's own clock: looks now and then at what is due."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from sqlalchemy.exc import DBAPIError

from services.contract.problem import Problem
from services.sync.pace import Waiter

log = logging.getLogger(__name__)

_FINISH_SECONDS = 5.0


class Ticker:
    """Calls `tick` every few seconds in a thread of its own, and `beat` with it.

    `failed` says in the log what did not work; it is tried again at the next tick. A fault
    of ours ends the thread, and `broken` is called: a service without its clock would look
    alive and send nothing.
    """

    def __init__(
        self,
        tick: Callable[[], None],
        seconds: float,
        waiter: Waiter,
        beat: Callable[[], None] = lambda: None,
        *,
        failed: str = "what is due could not be looked up; it is tried again",
        broken: Callable[[], None] = lambda: None,
    ) -> None:
        self._tick = tick
        self._failed = failed
        self._seconds = seconds
        self._waiter = waiter
        self._beat = beat
        self._broken = broken
        self._thread = threading.Thread(target=self._run, name="ticker", daemon=True)

    def start(self) -> None:
        """Begin; ends by itself when the service stops."""
        self._thread.start()

    def join(self) -> None:
        """Wait until the thread has ended, within bounds."""
        if self._thread.is_alive():
            self._thread.join(_FINISH_SECONDS)

    def _run(self) -> None:
        try:
            self._go()
        except BaseException:
            self._broken()
            raise

    def _go(self) -> None:
        while True:
            try:
                self._tick()
            except (DBAPIError, OSError, Problem):
                log.exception(self._failed)
            self._beat()
            if not self._waiter.wait(self._seconds):
                return
