"""The boundaries of messages, and what breaks at one of them."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from services.terminals.problems import TransportLost
from services.terminals.transports.line import Line

How = Literal["never", "kill", "cut"]


@dataclass(slots=True)
class Points:
    """Counts the boundaries a driver passes; at the one numbered `at` it does `how`.

    A driver that has no Line calls `reached` itself: before and after each message it
    sends, and after each it received.
    """

    how: How = "never"
    at: int = 0
    passed: int = 0
    broken: bool = False
    """The boundary was reached."""

    @contextmanager
    def armed(self, how: How, at: int) -> Iterator[None]:
        """Count anew, and break within."""
        self.how, self.at, self.passed = how, at, 0
        yield
        self.how = "never"

    def reached(self, name: str, cut: Callable[[], None]) -> None:
        """Pass a boundary; `cut` pulls the cable and then this raises TransportLost."""
        self.passed += 1
        if self.passed != self.at or self.how == "never":
            return
        self.broken = True
        if self.how == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if self.how == "cut":
            cut()
            raise TransportLost("the practice terminal", f"cable pulled {name}")


class PointedLine:
    """A line whose every message is a boundary."""

    def __init__(self, line: Line, points: Points) -> None:
        self._line = line
        self._points = points

    @property
    def name(self) -> str:
        return self._line.name

    def open(self) -> None:
        self._line.open()

    def send(self, data: bytes) -> None:
        self._points.reached("before sending", self._line.close)
        self._line.send(data)
        self._points.reached("after sending", self._line.close)

    def receive(self, timeout: float) -> bytes:
        data = self._line.receive(timeout)
        if data:
            self._points.reached("after receiving", self._line.close)
        return data

    def close(self) -> None:
        self._line.close()
