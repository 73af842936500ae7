"""Terminals that cannot show the console are told so; colours fit others."""

import re

import pytest

from tests.wire.conftest import OpenConsole
from tests.wire.line import line, python

_OPENED = """
import sys
from pathlib import Path
from console.opening import open_console
from console.output import report
from services.contract.problem import Problem
try:
    sys.exit(open_console(Path("/nonexistent/tillbook.sock")))
except Problem as problem:
    sys.exit(report(problem, as_json=False))
"""
_TRUE_COLOUR = re.compile(rb"\x1b\[[0-9;]*[34]8;2;")
_MANY_COLOURS = re.compile(rb"\x1b\[[0-9;]*[34]8;5;")
_COLOUR = re.compile(rb"\x1b\[(?:[0-9;]*;)?(?:3[1-7]|4[1-7]|9[0-7]|10[0-7])(?:;[0-9;]*)?m")


@pytest.mark.parametrize(
    "size,environment,says",
    [
        ((80, 24), {"TERM": "dumb"}, b"This terminal cannot show the console."),
        ((80, 24), {"TERM": ""}, b"TERM is not set"),
        ((80, 24), {"PYTHONIOENCODING": "ascii"}, b"text is not UTF-8"),
        ((59, 20), {}, b"has 59 columns and 20 rows"),
        ((60, 19), {}, b"The console needs 60 by 20"),
    ],
    ids=["dumb", "no TERM", "ascii", "narrow", "low"],
)
def test_what_cannot_show_it_is_told_so(
    size: tuple[int, int], environment: dict[str, str], says: bytes
) -> None:
    with line(python(_OPENED), size, **environment) as terminal:
        terminal.until(b"tillbook --help")
        assert terminal.ended() >> 8 == 1
    told = b" ".join(terminal.seen.split())
    assert says in told
    assert b"\x1b" not in told


def test_the_smallest_terminal_shows_it(opened: OpenConsole) -> None:
    with opened((60, 20)) as console:
        console.until(b"Overview")
        console.settle()
        console.press("q")
        assert console.ended() == 0


@pytest.mark.parametrize(
    "environment,has,has_not",
    [
        ({}, _TRUE_COLOUR, None),
        ({"COLORTERM": None}, _MANY_COLOURS, _TRUE_COLOUR),
        ({"TERM": "xterm", "COLORTERM": None}, _COLOUR, re.compile(rb"[34]8;[25];")),
        ({"NO_COLOR": "1"}, re.compile(rb"\x1b\[(?:[0-9;]*;)?7(?:;[0-9;]*)?m"), re.compile(rb"[34]8;[25];")),
    ],
    ids=["true colours", "256 colours", "16 colours", "no colour"],
)
def test_the_colours_are_those_the_terminal_has(
    opened: OpenConsole,
    environment: dict[str, str | None],
    has: re.Pattern[bytes],
    has_not: re.Pattern[bytes] | None,
) -> None:
    with opened((80, 24), **environment) as console:
        console.until(b"Needs you")
        console.settle()
    assert has.search(console.seen)
    assert has_not is None or not has_not.search(console.seen)
    if "NO_COLOR" in environment:
        assert not _COLOUR.search(console.seen)


def test_a_choice_of_colours_is_kept(opened: OpenConsole) -> None:
    with opened() as console:
        console.until(b"Needs you")
        console.go("\x1bOQ", b"Colours: Light")
        console.press("q")
        console.ended()
    with opened() as console:
        console.until(b"Needs you")
        assert b"48;2;251;251;248" in console.seen
