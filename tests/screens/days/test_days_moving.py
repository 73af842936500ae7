"""The month's cursor: to the store chosen, and into sight on a small screen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from screens.days import view
from screens.days.grid import DaysGrid
from tests.screens.canned import MANAGER, SMALL, USUAL, CannedClient, freeze, pressed, started
from tests.screens.days.test_days import status
from tests.screens.days.test_days_view import day

_STORES = (("queen-st", "Queen St"), ("harbour", "Harbour Road Garden Centre"))


def _client(stores: Sequence[tuple[str, str]] = _STORES) -> CannedClient:
    days = [day(f"2026-11-{number:02}") for number in range(2, 22)]
    answers = {f"GET /v1/stores/{key}/days": {"store": key, "days": days} for key, _ in stores}
    return CannedClient(
        {
            "GET /v1/me": MANAGER,
            "GET /v1/status": status(*stores),
            "GET /v1/log": {"attempts": []},
            **answers,
        }
    )


def _seen(grid: DaysGrid) -> list[str]:
    return [grid.render_line(y).text for y in range(grid.size.height)]


@pytest.fixture(autouse=True)
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it be 21 November."""
    freeze(monkeypatch)


@pytest.mark.parametrize("keys,day_of_month", [
    (("2", "left", "s", "h", "a", "enter"), 20),
    (("2", "left", "1", "s", "h", "a", "enter", "2"), 20),
], ids=["here", "elsewhere"])  # fmt: skip
async def test_the_cursor_goes_to_the_store_that_is_chosen(
    tmp_path: Path, keys: Sequence[str], day_of_month: int
) -> None:
    async with started(_client(), tmp_path, *keys) as (app, _):
        chosen = app.screen.query_one(DaysGrid).chosen
        assert chosen is not None
        assert (chosen[0].store, chosen[1].date.day) == ("harbour", day_of_month)


async def test_the_date_under_the_cursor_is_in_sight_on_a_small_screen(tmp_path: Path) -> None:
    async with started(_client(), tmp_path, "2", size=SMALL) as (app, pilot):
        grid = app.screen.query_one(DaysGrid)
        assert _seen(grid)[0].split()[-1].endswith("21")
        await pressed(pilot, *("right",) * 9)
        assert grid.chosen is not None
        assert grid.chosen[1].date.day == 30
        assert _seen(grid)[0].rstrip().endswith("30")
        await pressed(pilot, *("left",) * 29)
        assert _seen(grid)[0].split()[0] == "1"


async def test_stores_whose_names_begin_alike_go_by_their_keys(tmp_path: Path) -> None:
    stores = [(f"shop-{number}", f"Shop number {number} of the chain") for number in range(1, 4)]
    async with started(_client(stores), tmp_path, "2", size=USUAL) as (app, _):
        assert [line.split()[0] for line in _seen(app.screen.query_one(DaysGrid))[1:]] == [
            "shop-1",
            "shop-2",
            "shop-3",
        ]


async def test_every_store_is_seen_where_there_is_room(tmp_path: Path) -> None:
    async with started(_client(_STORES[:1]), tmp_path, "2") as (app, pilot):
        app._client.answers.update(_client().answers)  # type: ignore[attr-defined]  # noqa: SLF001 - it is canned
        app._know()  # noqa: SLF001 - as when a store was added
        await pressed(pilot, "f5", "s", "h", "a", "enter")
        assert [line.split()[0] for line in _seen(app.screen.query_one(DaysGrid))[1:]] == ["Queen", "Harbour"]


async def test_a_shorter_month_keeps_the_cursor_in_it(tmp_path: Path) -> None:
    async with started(_client(), tmp_path, "2") as (app, _):
        grid = app.screen.query_one(DaysGrid)
        longer = view.months([{"store": "queen-st", "days": []}], {}, "2026-10")
        grid.show(longer, column=30)
        grid.show(view.months([{"store": "queen-st", "days": []}], {}, "2026-09"))
        assert grid.at == (0, 29)


async def test_stores_alike_in_the_cells_they_show_go_by_their_keys(tmp_path: Path) -> None:
    stores = [("one", "一二三四五六甲八九"), ("two", "一二三四五六乙八九")]
    async with started(_client(stores), tmp_path, "2", size=SMALL) as (app, _):
        shown = [line.split()[0] for line in _seen(app.screen.query_one(DaysGrid))[1:]]
        assert shown == ["one", "two"]
