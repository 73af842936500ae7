"""Room for what is long: names of any script, sentences, questions, lists."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.content import Content
from textual.widget import Widget

from console.palette import Commands
from screens.cells import cut, fitted
from screens.place import Place
from screens.widgets.popup import Told
from screens.widgets.question import Question
from screens.widgets.row_list import ListRow, RowList, plain
from screens.widgets.status_line import StatusLine
from services.contract.problem import Refused
from tests.screens.canned import MANAGER, CannedClient, said, settled, started, text_of
from themes.palette import THEMES

_LONG = " ".join(f"sentence {number} of a long text." for number in range(80))
_NAMES = ["Queen St", "花園センター青山通り店", "Cafe\u0301 du Marche\u0301", "🌱🌱🌱 Garden", "x" * 150, ""]


class Stage(App[None]):
    """Shows one widget in our colours."""

    def __init__(self, widget: Widget) -> None:
        super().__init__()
        self.register_theme(THEMES[0])
        self.theme = THEMES[0].name
        self._widget = widget

    def compose(self) -> ComposeResult:
        yield self._widget


def _shop(*names: str) -> CannedClient:
    stores = [
        {"key": f"shop-{at}", "name": name, "timezone": "Pacific/Auckland", "integrations": [], "days": {}}
        for at, name in enumerate(names)
    ]
    service = {"version": "0", "since": "2026-11-01T00:00:00+00:00", "machines": []}
    return CannedClient(
        {
            "GET /v1/me": MANAGER,
            "GET /v1/status": {"service": service, "stores": stores},
            "GET /v1/log": {"attempts": []},
        }
    )


@pytest.mark.parametrize("name", _NAMES)
@pytest.mark.parametrize("width", [1, 2, 7, 12, 40])
def test_a_name_takes_exactly_its_room(name: str, width: int) -> None:
    assert cell_len(fitted(name, width)) == width
    assert cell_len(cut(name, width)) <= width
    assert cut(name, 400) == name


async def test_a_long_sentence_takes_more_lines_and_a_short_one_gives_them_back() -> None:
    line = StatusLine()
    async with Stage(line).run_test(size=(40, 10)) as pilot:
        heights = []
        for text in ("Saved.", "It may not be sent: " + "why " * 20, _LONG, "Saved."):
            line.say(text)
            await pilot.pause()
            heights.append(line.size.height)
        assert heights == [1, 3, 4, 1]
        line.say(_LONG)
        await pilot.pause()
        assert str(line.render()).endswith("…")
        line.keep_to(one_line=True)
        await pilot.pause()
        assert (line.size.height, str(line.render())[-1]) == (1, "…")


async def test_the_cursor_stays_in_sight_when_a_list_grows() -> None:
    rows = [ListRow(plain(f"row {number}"), number) for number in range(40)]
    listing = RowList()
    async with Stage(listing).run_test(size=(20, 10)) as pilot:
        listing.show(rows[:3])
        await pilot.pause()
        listing.show(rows, at=30)
        await pilot.pause()
        assert "row 30" in [listing.render_line(y).text.strip() for y in range(listing.size.height)]


async def test_a_long_question_scrolls_and_keeps_its_keys_in_sight(tmp_path: Path) -> None:
    async with started(_shop("Queen St"), tmp_path, "1") as (app, pilot):
        place = app.screen
        assert isinstance(place, Place)
        place.confirm("Retry", _LONG, lambda _: None)
        await settled(pilot)
        question, told = place.query_one(Question), place.query_one(Told)
        assert str(question.border_subtitle) == "↑ ↓ scroll"
        assert place.query_one("#hint").region.bottom <= question.region.bottom - 1
        await pilot.press("down", "pagedown")
        await settled(pilot)
        assert told.scroll_offset.y == 9
        for _ in range(12):
            await pilot.press("pagedown")
        assert told.scroll_offset.y == told.max_scroll_y > 0


async def test_a_short_question_says_nothing_of_scrolling(tmp_path: Path) -> None:
    async with started(_shop("Queen St"), tmp_path, "1") as (app, pilot):
        place = app.screen
        assert isinstance(place, Place)
        place.confirm("Send", "It is sent.", lambda _: None)
        await settled(pilot)
        assert not place.query_one(Question).border_subtitle


async def test_a_question_is_seen_whole_whatever_the_line_below_says(tmp_path: Path) -> None:
    async with started(_shop("Queen St"), tmp_path, "1") as (app, pilot):
        place = app.screen
        assert isinstance(place, Place)
        line = place.query_one(StatusLine)
        place.say(_LONG)
        place.tell_whole(Refused("It was refused."))
        await settled(pilot)
        assert line.size.height == 1
        await pilot.press("escape")
        await settled(pilot)
        assert line.size.height == 4


async def test_an_answer_that_is_empty_is_asked_for_again(tmp_path: Path) -> None:
    async with started(_shop("Queen St"), tmp_path, "1") as (app, pilot):
        place = app.screen
        assert isinstance(place, Place)
        place.confirm("Pause", "", lambda _: None, asks="Reason", longest=5)
        await settled(pilot)
        await pilot.press("enter")
        await settled(pilot)
        assert "Something must be typed here." in text_of(app, "Question")
        await pilot.press(*"audit and more")
        assert said(app) == ""
        assert place.query_one("#answer").value == "audit"  # type: ignore[attr-defined]  # it is a field


async def test_a_name_is_no_markup_in_the_palette(tmp_path: Path) -> None:
    async with started(_shop("[/order] by [Xero]", "Harbour"), tmp_path, "1") as (app, _):
        place = app.screen
        assert isinstance(place, Place)
        hits = [hit async for hit in Commands(place).discover()]
        assert any("[/order] by [Xero]" in str(hit.prompt) for hit in hits)
        assert {type(hit.prompt) for hit in hits} == {Content}
        assert {hit.help for hit in hits} == {None}, "what stands there is read as markup"
