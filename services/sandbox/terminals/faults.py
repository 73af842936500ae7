"""What can be made to go wrong at any message of a practice terminal."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """What goes wrong."""

    SILENCE = "silence"
    """The message is not sent."""
    NAK = "nak"
    """Serial: what comes next is refused once."""
    BAD_CRC = "bad_crc"
    """Serial: the message is damaged once."""
    SPLIT = "split"
    """The message comes byte by byte."""
    DELAY = "delay"
    """The message comes late."""
    CABLE_OUT = "cable_out"
    """The connection is gone before the message."""
    CABLE_OUT_AFTER = "cable_out_after"
    """The connection is gone right behind the message."""
    POWER_FAIL = "power_fail"
    """The terminal loses its power before the message."""
    OTHER_AMOUNT = "other_amount"
    """The terminal charges, and tells, another amount."""
    DUPLICATE = "duplicate"
    """The message comes twice."""
    BUSY = "busy"
    """The terminal says that it is busy."""
    GARBAGE = "garbage"
    """Something else comes before the message."""


ANY = "*"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: at the `nth` message of this name from now on."""

    kind: FaultKind
    message: str = ANY
    """The protocol's name of the message, such as 040F; `*` is any the terminal sends."""
    nth: int = 1
    seconds: float = 0.3
    """How late a delayed message is."""


class Faults:
    """The faults to come. Safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._planned: list[tuple[Fault, int]] = []

    def plan(self, fault: Fault) -> None:
        """Have something go wrong, once."""
        with self._lock:
            self._planned.append((fault, fault.nth))

    def clear(self) -> None:
        """Forget what was planned."""
        with self._lock:
            self._planned.clear()

    def due(self, message: str, *kinds: FaultKind) -> Fault | None:
        """Return the fault due at this message, and count it; only of `kinds` when given."""
        with self._lock:
            left: list[tuple[Fault, int]] = []
            found = None
            for fault, count in self._planned:
                matches = fault.message in {ANY, message} and (not kinds or fault.kind in kinds)
                if matches and count == 1 and found is None:
                    found = fault
                else:
                    left.append((fault, count - matches))
            self._planned = left
            return found
