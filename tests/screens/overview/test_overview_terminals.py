"""The tile of the card terminals: the worst of them, and what needs somebody."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from screens.messages import Go
from screens.moments import Times
from screens.overview import terminals, view
from tests.screens.shop_answers import status, store_status
from tests.screens.terminals.answers import UNKNOWN_PROBLEM, payment, terminal

TIMES = Times(ZoneInfo("Pacific/Auckland"), datetime(2026, 11, 21, 2, tzinfo=UTC))
OPEN = terminal(key="c", name="Garden", state="unresolved", unresolved=[payment(7, "unknown", "40.00")])
SILENT = terminal(key="b", name="Bar", state="offline", error=UNKNOWN_PROBLEM)


def test_the_worst_of_them_is_the_state_of_the_tile() -> None:
    assert terminals.state_of([terminal()]) == "ready"
    assert terminals.state_of([terminal(), SILENT]) == "offline"
    assert terminals.state_of([SILENT, OPEN, terminal()]) == "unresolved"
    assert terminals.shown([OPEN]).word == "Unresolved"


def test_what_is_unresolved_comes_first() -> None:
    told = list(terminals.lines([terminal(), SILENT, OPEN], TIMES))
    assert told[0] == "40.00 charged? Garden"
    assert told[1].startswith("Bar: ")
    assert told[2] == "3 terminals: 1 ready, 1 no answer, 1 unresolved"
    assert told[3] == "12.00 approved 14:20"


def test_one_terminal_is_told_by_name() -> None:
    assert list(terminals.lines([terminal(last=None)], TIMES)) == ["Counter 1", "No payment yet"]


def test_the_tile_leads_to_the_terminal_that_needs_somebody_most() -> None:
    found = view.tiles(status(store_status()), [terminal(), OPEN])
    tile = next(each for each in found if each.kind == "terminals")
    assert tile.goes == Go("terminals", store="queen-st", topic="c")
    assert tile.state == "unresolved"


def test_what_nobody_knows_needs_somebody() -> None:
    rows = view.attention(status(store_status()), [OPEN])
    (row,) = [row for row in rows if "40.00 charged? Garden" in row.draw(100).plain]
    assert row.leads_to == Go("terminals", store="queen-st", topic="c")


def test_what_nobody_knows_fits_a_narrow_tile() -> None:
    first, *_ = terminals.lines([OPEN], TIMES)
    assert len(first) <= 25
