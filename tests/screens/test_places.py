"""What every place keeps: its commands told everywhere, its states, safe text."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.app import App
from textual.color import Color
from textual.theme import Theme

from console.app import Console
from console.areas import AREAS, EVERYWHERE, Area
from console.palette import Commands
from console.told import LinkTold
from console.transport import NoService
from screens.commands import ALWAYS
from screens.days.grid import DaysGrid
from screens.help import view
from screens.messages import Happened
from screens.place import Place
from screens.widgets.key_bar import Key, fitting
from screens.widgets.status_line import StatusLine
from services.contract.problem import Problem, Refused
from tests.pictures.recorded import RecordedClient, dates, recorded_at
from tests.pictures.walk import WALK, eventually, go_to, settled, shown
from tests.screens.canned import Size, console
from themes.palette import THEMES

_TERMINALS = {"terminals", "terminal", "card_money", "till_keys"}
_HOSTILE = "\x1b]0;evil\x07\x1b[31m\u202e[bold]x[/order]\x9b5m"
_MARK = "[bold]x[/order]"
_NOT_TEXT = re.compile(
    r"(state|outcome|kind|flow|frequency|class|code|role|roles|may|id|key|date|at|since|until|first|last|day|month"
    r"|timezone|zone|started|answered|amount|total|tax|net|gross|debit|credit|version|currency|country|shape|part"
    r"|value|call|store|tenant|register|user|type|on_change|of|number|looked|last_sync|last_seen|day_resets|expires"
    r"|connection_ends|created|saved|sub_total|total_tax|due_date|time|status|category|account|tender|sum|running"
    r"|cash_rounding|cutoff|prices|gst_basis|tax_code|tax_type|line_amounts)$"
)
_MOST = 0.7
"""Part of the words that stays: a note on what went wrong may cover some lines."""
_GONE = NoService("Tillbook is not running.", "Nothing answers.", "Start it with: tillbook serve")
_BROKEN = Refused("It cannot be read.", "The table is gone.", "Ask support.", "no such table")


def _own(area: Area) -> bool:
    return area.name not in _TERMINALS


@pytest.fixture(autouse=True)
def _at_the_time_of_the_recording(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("screens.moments.now", recorded_at)
    monkeypatch.setattr(Place, "EVERYWHERE", EVERYWHERE)


def _text(app: App[Any]) -> str:
    """Return what is on the screen, as text with its lines."""
    strips = app.screen._compositor.render_strips()  # noqa: SLF001 - what is painted, no less
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)


def _link(app: Console, problem: Problem | None) -> None:
    app.post_message(LinkTold(problem))


def _words(app: App[Any]) -> set[str]:
    """Return the words on the screen between the line on top and the lines below."""
    return set(re.findall(r"[\w.,-]{3,}", "\n".join(_text(app).splitlines()[1:-3])))


def _places() -> list[Place]:
    return [area.make() for area in AREAS]


def test_every_command_is_in_the_help_of_its_place() -> None:
    for place in _places():
        here = [(command, None) for command in place.COMMANDS_HERE]
        everywhere = [(command, None) for command in Place.EVERYWHERE]
        page = view.page(place.TITLE_TEXT, place.HELP_TEXT, here, everywhere).plain
        assert place.HELP_TEXT, place
        for command in place.commands():
            assert command.help in page
            assert command.key_name in page


def test_every_command_can_be_done_and_every_key_is_one_commands() -> None:
    for place in _places():
        for command in place.COMMANDS_HERE:
            assert callable(getattr(place, f"do_{command.name}")), (place, command)
        for command in Place.EVERYWHERE:
            assert command.name.startswith("go_") or callable(getattr(Console, f"do_{command.name}"))
        keys = [command.key for command in place.commands()]
        assert len(keys) == len(set(keys)), (place, sorted(keys))


def test_no_key_is_one_that_terminals_keep_to_themselves() -> None:
    for place in _places():
        for command in place.commands():
            assert not re.search(r"alt\+|shift\+|ctrl\+(left|right|up|down|shift)", command.key), command


@pytest.mark.parametrize("width", [58, 78])
def test_the_key_bar_fits_and_keeps_help_and_quit(width: int) -> None:
    for place in _places():
        keys = fitting([Key(command, usable=True) for command in place.commands()], width)
        taken = sum(key.width for key in keys) + 2 * (len(keys) - 1)
        assert taken <= width, (place, taken)
        names = {key.command.name for key in keys}
        assert {"help", "quit"} <= names
        most = max(place.COMMANDS_HERE, key=lambda command: command.bar, default=None)
        assert most is None or most.bar >= ALWAYS or most.name in names


async def test_the_palette_finds_every_command(tmp_path: Path) -> None:
    app = console(RecordedClient(), tmp_path)
    async with shown(app, (80, 24)) as pilot:
        for area in filter(_own, AREAS):
            await go_to(pilot, app, area.name, dates())
            place = app.screen
            assert isinstance(place, Place)
            found = {str(hit.text) async for hit in Commands(place).discover()}
            assert found == {each.label for each in place.commands() if each.name != "palette"}


async def test_every_place_shows_the_practice_month(tmp_path: Path) -> None:
    client = RecordedClient()
    app = console(client, tmp_path, practice=True)
    async with shown(app, (80, 24)) as pilot:
        for name in WALK:
            await go_to(pilot, app, name, dates())
            assert await eventually(pilot, lambda: "Reading …" not in _text(app)), name
            assert "PRACTICE" in _text(app).splitlines()[0], name
    assert client.missed == []


async def test_every_place_says_why_it_shows_nothing(tmp_path: Path) -> None:
    """Error: what, why and next stand where the content was to be."""
    client = RecordedClient()
    app = console(client, tmp_path)
    async with shown(app, (80, 24)) as pilot:
        client.failing = _BROKEN
        for name in WALK:
            if name not in {"overview", "help", "receipts", "chart"}:
                await go_to(pilot, app, name, dates())
                if name == "doctor":
                    await pilot.press("e")  # it examines when it is told to
                assert await eventually(pilot, lambda: _says_why(_text(app))), name


def _says_why(text: str) -> bool:
    return "It cannot be read." in " ".join(text.split()) and "Reading …" not in text


async def test_every_place_keeps_what_it_showed_when_the_service_goes(tmp_path: Path) -> None:
    """Unreachable: what was shown stays, and the line on top says that it is old."""
    client = RecordedClient()
    app = console(client, tmp_path)
    async with shown(app, (120, 36)) as pilot:
        before = {}
        for name in WALK:
            await go_to(pilot, app, name, dates())
            before[name] = _words(app)
        client.failing = _GONE
        _link(app, _GONE)
        await settled(pilot)
        for name in WALK:
            await go_to(pilot, app, name, dates())
            assert await eventually(pilot, lambda: "not connected" in _text(app).splitlines()[0]), name
            words = before[name]
            kept = await eventually(pilot, lambda: len(words & _words(app)) >= _MOST * len(words))  # noqa: B023 - awaited at once
            assert kept, (name, words - _words(app))
        client.failing = None
        _link(app, None)
        assert await eventually(pilot, lambda: "not connected" not in _text(app))


async def test_a_shop_without_stores_is_told_the_first_step(tmp_path: Path) -> None:
    """Empty: what there is not, and the first step."""
    client = RecordedClient()
    client.answers["GET /v1/status"] = {**client.answers["GET /v1/status"], "stores": []}
    app = console(client, tmp_path)
    async with shown(app, (80, 24)) as pilot:
        for name in ("overview", "days", "day", "mapping", "settings", "setup"):
            await go_to(pilot, app, name, {**dates(), "changed": None})
            assert await eventually(pilot, lambda: "Reading …" not in _text(app)), name
            assert re.search(r"(?i)no store|no day|tillbook", _text(app)), (name, _text(app))


def _planted(answer: Any, name: str = "") -> Any:  # noqa: ANN401 - whatever was answered
    if isinstance(answer, dict):
        return {key: _planted(value, key) for key, value in answer.items()}
    if isinstance(answer, list):
        return [_planted(value, name) for value in answer]
    if isinstance(answer, str) and not _NOT_TEXT.search(name) and not re.fullmatch(r"[-\d.:T+/ ]*", answer):
        return answer + _HOSTILE
    return answer


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=["80x24", "120x36"])
async def test_codes_and_markup_in_any_text_never_reach_the_terminal(tmp_path: Path, size: Size) -> None:
    app = console(RecordedClient(_planted), tmp_path)
    seen = ""
    async with shown(app, size) as pilot:
        for name in WALK:
            await go_to(pilot, app, name, dates())
            text = _text(app)
            assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", text), (name, text)
            seen += text
        app.post_message(Happened([]))
        await settled(pilot)
    assert _MARK in seen, "the planted text was shown nowhere"


async def test_while_it_is_asked_a_place_says_so_and_nothing_moves(tmp_path: Path) -> None:
    """Loading: still words."""
    client = RecordedClient()
    app = console(client, tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        text = _text(app)
        assert "Reading …" in text or "Needs you" in text
        assert app.animation_level == "none"
        await settled(pilot)


async def test_what_was_said_in_a_place_is_no_news_when_one_comes_back(tmp_path: Path) -> None:
    app = console(RecordedClient(), tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        app.say("Saved.", "ok")
        await pilot.press("8")
        await settled(pilot)
        await pilot.press("escape")
        await settled(pilot)
        assert app.current_mode == "overview"
        assert app.screen.query_one(StatusLine).said == ""


async def test_a_place_come_to_while_the_service_is_away_says_so(tmp_path: Path) -> None:
    app = console(RecordedClient(), tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        _link(app, _GONE)
        await settled(pilot)
        await pilot.press("8")
        await settled(pilot)
        lost = "Tillbook is not running. What you see may"
        assert await eventually(pilot, lambda: app.screen.query_one(StatusLine).said.startswith(lost))


def _chosen_day(app: Console) -> str:
    chosen = app.screen.query_one(DaysGrid).chosen
    return f"{chosen[1].date:%a %d}" if chosen is not None else "none yet"


def _styled(app: Console, attribute: str) -> str:
    """Return what is on the screen in a style: reversed, underlined."""
    strips = app.screen._compositor.render_strips()  # noqa: SLF001 - what is painted, no less
    return "\n".join(
        "".join(each.text for each in strip if each.style is not None and getattr(each.style, attribute))
        for strip in strips
    )


@pytest.mark.parametrize("theme", ["tillbook-16", "tillbook-plain"])
async def test_the_cursor_of_every_list_is_seen_without_colour(tmp_path: Path, theme: str) -> None:
    app = console(RecordedClient(), tmp_path, theme=theme, practice=True)
    async with app.run_test(size=(80, 24)) as pilot:

        async def is_seen(told: Callable[[], str], attribute: str = "reverse") -> bool:
            return await eventually(pilot, lambda: told() in _styled(app, attribute))

        await settled(pilot)
        await go_to(pilot, app, "settings", dates())
        assert await is_seen(lambda: "State  "), "a short list"
        assert "Waiting  " not in _styled(app, "reverse")
        await pilot.press("s")
        assert await is_seen(lambda: "Queen St Store (practice)", "underline"), "a list to choose from"
        await pilot.press("escape")
        await go_to(pilot, app, "log", dates())
        assert await is_seen(lambda: "Invoices  "), "a table of any length"
        await go_to(pilot, app, "days", dates())
        assert await is_seen(lambda: _chosen_day(app)), "the days of a month"


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
async def test_what_enter_would_take_is_seen_in_a_list_to_choose_from(tmp_path: Path, theme: Theme) -> None:
    app = console(RecordedClient(), tmp_path, theme=theme.name, practice=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        for key, told in (("s", "Queen St Store (practice)"), ("ctrl+p", "Open")):
            await pilot.press(key)
            taken = told
            assert await eventually(pilot, lambda: taken in _on(app, theme.variables["cursor"]))  # noqa: B023 - awaited at once
            await pilot.press("escape")
            await settled(pilot)


def _on(app: Console, ground: str) -> str:
    """Return what is on the screen on a ground of a colour."""
    strips = app.screen._compositor.render_strips()  # noqa: SLF001 - what is painted, no less
    wanted = Color.parse(ground).rich_color
    return "\n".join(
        "".join(each.text for each in strip if each.style is not None and each.style.bgcolor == wanted)
        for strip in strips
    )
