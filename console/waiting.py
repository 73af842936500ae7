"""Waiting for the service from a script: bounded, and quiet on the machine."""

from __future__ import annotations

import time
from collections.abc import Iterator

_FIRST_SECONDS = 0.1
_LONGEST_SECONDS = 1.0


def polls(seconds: float) -> Iterator[None]:
    """Yield now and then for `seconds`: soon at first, then once a second."""
    end = time.monotonic() + seconds
    pause = _FIRST_SECONDS
    while True:
        yield
        if time.monotonic() >= end:
            return
        time.sleep(pause)
        pause = min(pause * 1.5, _LONGEST_SECONDS)
