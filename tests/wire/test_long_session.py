"""A long session: many moves and places, and the memory stays where it was.

`make session` runs the whole; the short form of the same code runs with the tests.
"""

import os
import sys

from tests.wire.conftest import OpenConsole
from tests.wire.line import Line

MOVES = int(os.environ.get("TILLBOOK_SESSION_MOVES", "60"))
CHANGES = int(os.environ.get("TILLBOOK_SESSION_CHANGES", "21"))
TIMES = 1.5
_PLACES = "2345781"
_AT_ONCE = 10


def _in_turn(console: Line, keys: list[str]) -> None:
    """Press keys as a person does: the next when something was seen of the last ones."""
    for first in range(0, len(keys), _AT_ONCE):
        for key in keys[first : first + _AT_ONCE]:
            console.press(key)
            console.settle(0.03)
    console.settle()


def test_memory_stays_within_one_and_a_half_times_the_start(opened: OpenConsole) -> None:
    with opened() as console:
        console.until(b"Needs you")
        console.settle()
        start = console.memory()
        _in_turn(console, [_PLACES[number % len(_PLACES)] for number in range(CHANGES)])
        visited = console.memory()
        _in_turn(console, ["\t"] * MOVES)
        end = console.memory()
        console.go("2", b"posted")  # it still listens
    sys.stdout.write(
        f"\n{CHANGES} changes of place and {MOVES} moves of the focus: {start / 1024:.1f} MB at the start,"
        f" {visited / 1024:.1f} MB after the places, {end / 1024:.1f} MB at the end"
        f" ({end / start:.2f} times)\n"
    )
    assert end <= TIMES * start
