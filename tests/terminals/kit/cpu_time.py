"""A bound on the processor's time, which a busy machine does not use up."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager


class TooLong(AssertionError):
    """It took longer than it may."""


def _end(*_: object) -> None:
    raise TooLong("an input took longer than it may")


@contextmanager
def no_longer_than(seconds: float) -> Iterator[None]:
    """Raise TooLong when what is done within takes longer.

    In seconds of this process, not of the clock.
    """
    before = signal.signal(signal.SIGVTALRM, _end)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
