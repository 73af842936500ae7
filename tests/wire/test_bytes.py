"""What goes over the line: a focus move, one tile, nothing at rest."""

import sys

import pytest

from tests.wire.conftest import OpenConsole
from tests.wire.line import Line
from tests.wire.stand_in import StandIn

FOCUS_MOVE = 2_500
ONE_TILE = 1_500
_PLACES = {"2": b"posted", "4": b"accepted"}
"""The key of a place, and what is seen once its answers came."""
_SIZES = [(80, 24), (120, 36)]


def _whole(console: Line) -> None:
    console.until(b"Needs you")
    console.settle()


def _report(what: str, size: tuple[int, int], count: int) -> None:
    sys.stdout.write(f"\n{what} at {size[0]}x{size[1]}: {count:,} bytes\n")


@pytest.mark.parametrize("size", _SIZES, ids=["80x24", "120x36"])
def test_a_move_of_the_focus_costs_little(opened: OpenConsole, size: tuple[int, int]) -> None:
    moves: dict[str, list[int]] = {}
    with opened(size) as console:
        _whole(console)
        moves["1"] = [len(console.after("\t")) for _ in range(7)]
        for place, shows in _PLACES.items():
            console.go(place, shows)
            moves[place] = [len(console.after("\t")) for _ in range(2)]
    _report(f"a move of the focus {moves}", size, max(map(max, moves.values())))
    assert all(0 < each <= FOCUS_MOVE for place in moves.values() for each in place), moves


def test_at_rest_not_a_byte_goes_over_the_line(opened: OpenConsole) -> None:
    with opened() as console:
        _whole(console)
        assert console.settle(1.0) == b""
        for place, shows in _PLACES.items():
            console.go(place, shows)
            assert console.settle(1.0) == b"", place


@pytest.mark.parametrize("size", _SIZES, ids=["80x24", "120x36"])
def test_a_change_of_one_tile_repaints_that_tile(
    opened: OpenConsole, service: StandIn, size: tuple[int, int]
) -> None:
    with opened(size) as console:
        _whole(console)
        integration = service.laid["GET /v1/status"]["stores"][0]["integrations"][0]
        integration["waiting"] = {"days": 3, "amount": "9876.54"}
        before = len(console.seen)
        service.tell("integration", state="paused")
        console.until(b"9,876.54")
        console.settle()
        came = len(console.seen) - before
    _report("a change of one tile", size, came)
    assert came <= ONE_TILE


def test_a_move_in_a_list_and_in_the_month_costs_little(opened: OpenConsole) -> None:
    moves = {}
    with opened() as console:
        _whole(console)
        for place, key in (("2", "\x1b[D"), ("4", "\x1b[B")):
            console.go(place, _PLACES[place])
            moves[place] = [len(console.after(key)) for _ in range(3)]
    _report(f"a move of the cursor {moves}", (80, 24), max(map(max, moves.values())))
    assert max(moves["4"]) <= ONE_TILE, moves
    # Beside the cursor itself: what the date is, and its row in the list.
    assert max(moves["2"]) <= 2 * FOCUS_MOVE, moves


def test_the_mouse_is_left_to_the_terminal(opened: OpenConsole) -> None:
    with opened() as console:
        _whole(console)
        for mode in (b"?1000h", b"?1002h", b"?1003h", b"?1006h", b"?1015h"):
            assert mode not in console.seen
