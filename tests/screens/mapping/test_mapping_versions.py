"""The versions of a mapping, and a chart from a file, on screen."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from console.app import Console
from screens.mapping.chart import Chart
from screens.mapping.history import MappingHistory
from screens.mapping.screen import Mapping
from screens.messages import Go
from screens.widgets.question import Question
from screens.widgets.trouble import Trouble
from services.contract.problem import Refused, Unreachable
from tests.screens.canned import (
    MANAGER,
    CannedClient,
    Size,
    Snap,
    console,
    freeze,
    pressed,
    pressing,
    said,
    settled,
)
from tests.screens.days.test_days import status
from tests.screens.mapping.answers import EFFECT, FILE, HISTORY, SAMPLE, editor

SIZE = (80, 24)
PATH = "/v1/stores/queen-st/mapping"
TEXT = "Code,Name,Type\n200,Sales,Revenue\n"
NOT_CONNECTED = {"source": "none", "name": "", "read": None, "accounts": 0, "address": None}


@pytest.fixture(autouse=True)
def _time_that_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    freeze(monkeypatch, datetime(2026, 11, 21, 9, 0, tzinfo=UTC))


@pytest.fixture
def client() -> CannedClient:
    return CannedClient(
        {
            "GET /v1/me": MANAGER,
            "GET /v1/status": status(("queen-st", "Queen St")),
            "GET /v1/log": {"attempts": []},
            f"GET {PATH}/editor": editor(chart=NOT_CONNECTED),
            f"GET {PATH}/sample": SAMPLE,
            f"GET {PATH}/history": HISTORY,
            f"POST {PATH}/effect": EFFECT,
            f"POST {PATH}/draft/version": editor(),
            f"POST {PATH}/chart": lambda _m, _p, _q, body: {**FILE, "kept": body["confirm"]},
        }
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "chart.csv"
    path.write_text(TEXT, encoding="utf-8")
    return path


async def shown(pilot: Pilot[Any], *keys: str) -> None:
    """Go to the versions, then press keys."""
    await pressed(pilot, "3", "h", *keys)


async def shown_file(pilot: Pilot[Any], path: Path, *keys: str) -> None:
    """Go to a chart file, then press keys."""
    await pressed(pilot, *keys, at=Go("chart", store="queen-st", topic=str(path)))


async def test_a_version_is_compared_with_what_was_posted(app: Console, client: CannedClient) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await shown(pilot, "down")
        assert isinstance(app.screen, MappingHistory)
        assert client.changes() == [], "only when asked: it builds a month of days"
        await pilot.press("enter")
        await settled(pilot)
        assert client.changes() == [("POST", f"{PATH}/effect", {"after": 1})]
        assert said(app) == "Nothing was sent."


async def test_an_earlier_version_is_brought_back_as_changes(app: Console, client: CannedClient) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await shown(pilot, "b")
        assert said(app) == "Bring back: this version is in force."
        await pilot.press("down", "b")
        await settled(pilot)
        assert client.changes() == []
        await pilot.press("y")
        await settled(pilot)
        assert client.changes() == [("POST", f"{PATH}/draft/version", {"version": 1})]
        assert isinstance(app.screen, Mapping)


async def test_without_a_version_there_is_a_first_step(app: Console, client: CannedClient) -> None:
    client.answers[f"GET {PATH}/history"] = {"store": "queen-st", "versions": []}
    async with app.run_test(size=SIZE) as pilot:
        await shown(pilot)
        assert "No mapping was saved yet." in str(app.screen.query_one("#empty", Static).content)


async def test_versions_that_cannot_be_read_say_why(app: Console, client: CannedClient) -> None:
    client.answers[f"GET {PATH}/history"] = Unreachable("Tillbook gave no answer.", "", "")
    async with app.run_test(size=SIZE) as pilot:
        await shown(pilot)
        assert app.screen.query_one(Trouble).display


async def test_a_chart_file_is_named_in_the_editor_shown_and_kept_after_a_question(
    app: Console, client: CannedClient, file: Path
) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("3")
        await settled(pilot)
        await pilot.press("i", *str(file), "enter")
        await settled(pilot)
        assert isinstance(app.screen, Chart)
        (asked,) = [body for _, path, body in client.changes() if path == f"{PATH}/chart"]
        assert asked == {"name": "chart.csv", "text": TEXT, "confirm": False}
        await pilot.press("y")
        await settled(pilot)
        assert "No day is posted by this file" in str(
            app.screen.query_one(Question).query(Static).first().content
        )
        assert len(client.changes()) == 1
        await pilot.press("y")
        await settled(pilot)
        assert client.changes()[-1][2]["confirm"] is True
        assert app.current_mode == "mapping"


async def test_a_file_that_is_not_there_is_said(app: Console, tmp_path: Path) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await shown_file(pilot, tmp_path / "nothing.csv")
        problem = app.screen.query_one(Trouble).problem
        assert problem is not None
        assert problem.what.endswith("nothing.csv cannot be read.")
        await pilot.press("y")
        await settled(pilot)
        assert said(app) == "Take it: no file was read yet."


async def test_a_row_of_a_chart_is_told_whole_under_the_cursor(app: Console, file: Path) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await shown_file(pilot, file, "down")
        (_, account), (refused,) = (cast("list[dict[str, str]]", FILE[of]) for of in ("accounts", "refused"))
        assert said(app) == f"{account['code']} {account['name']}: {account['note']}"
        await pressed(pilot, "tab", "down")
        assert said(app) == f"Row {refused['row']} stays out. {refused['reason']} {refused['text']}"


async def test_a_file_that_is_no_chart_is_said(app: Console, client: CannedClient, file: Path) -> None:
    client.answers[f"POST {PATH}/chart"] = Refused("The file is no chart of accounts.", "", "")
    async with app.run_test(size=SIZE) as pilot:
        await shown_file(pilot, file)
        problem = app.screen.query_one(Trouble).problem
        assert problem is not None
        assert problem.what == "The file is no chart of accounts."


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (60, 20)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("theme", ["tillbook-dark", "tillbook-light", "tillbook-16"])
def test_the_versions_look_as_they_did(
    client: CannedClient, tmp_path: Path, snap_compare: Snap, theme: str, size: Size
) -> None:
    app = console(client, tmp_path, theme=theme)
    assert snap_compare(app, terminal_size=size, run_before=pressing("3", "h", "down", "enter"))


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (60, 20)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_chart_file_looks_as_it_did(app: Console, file: Path, snap_compare: Snap, size: Size) -> None:
    assert snap_compare(app, terminal_size=size, run_before=lambda pilot: shown_file(pilot, file))
