"""How soon the console is seen, beside the least that Textual can show."""

import sys

from tests.wire.conftest import OpenConsole
from tests.wire.line import MINIMAL, Line, line, python

RUNS, MOST_RUNS = 5, 15
"""As many as asked; more while it looks slow, for the machine may have been."""
TIMES = 1.5


def _painted(opened: Line, shows: bytes) -> tuple[float, float]:
    """Return seconds until something was seen: on the clock, and of processor."""
    took = opened.until(shows)
    return took, opened.processor()


def test_the_first_paint_beside_a_minimal_application(opened: OpenConsole) -> None:
    minimal: list[tuple[float, float]] = []
    console: list[tuple[float, float]] = []
    # What a machine shared with others gives is seen on the clock; what is asked of it, here.
    work = [TIMES + 1, 1.0]
    while len(console) < RUNS or (work[0] / work[1] > TIMES and len(console) < MOST_RUNS):
        # In turns, so that both meet the same machine.
        with line(python(MINIMAL)) as least:
            minimal.append(_painted(least, b"Painted"))
        with opened() as ours:
            console.append(_painted(ours, b"Overview"))
        work = [min(used for _, used in each) for each in (console, minimal)]
    clock = [min(took for took, _ in each) for each in (console, minimal)]
    sys.stdout.write(
        f"\nfirst paint: {clock[0] * 1000:.0f} ms beside {clock[1] * 1000:.0f} ms of a minimal application"
        f" ({clock[0] / clock[1]:.2f} times); processor {work[0] * 1000:.0f} and {work[1] * 1000:.0f} ms"
        f" ({work[0] / work[1]:.2f} times)\n"
    )
    assert work[0] / work[1] <= TIMES
