"""Questions that stay open while answers come in, or another thing is looked at."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from screens.terminals.adding import AddTerminal
from screens.terminals.screen import Terminals
from screens.widgets.popup import Popup
from tests.screens.canned import CannedClient, pressed, said, settled, started
from tests.screens.terminals.answers import settlement, terminal
from tests.screens.terminals.test_terminals import PATH, canned

REPRINTED = {"terminal": "counter-1", "display": [], "printed": [["TOTAL 12.00"]]}


def held(client: CannedClient, question: str) -> threading.Event:
    """Let a question be answered only once the event is set."""
    go, answer = threading.Event(), client.answers[question]

    def waits(*_: object) -> Any:  # noqa: ANN401 - whatever is canned
        assert go.wait(60)
        return answer

    client.answers[question] = waits
    return go


async def pressed_meanwhile(pilot: Pilot[Any], *keys: str) -> None:
    """Press keys while a question is still open at the service."""
    for key in keys:
        await pilot.press(key)
        await pilot.pause()


async def test_a_question_about_a_draft_goes_with_the_draft(tmp_path: Path) -> None:
    client = canned(terminal())
    async with started(client, tmp_path, "6", "c", "end", "enter") as (app, pilot):
        assert app.screen.query_one("#answer", Input).password
        await pressed(pilot, "f1", "6", "a")
        assert isinstance(app.screen, AddTerminal)
        assert not app.screen.query(Popup)
        await pressed(pilot, "5", "enter", "escape")
        draft = app.screen.draft
        assert draft is not None
        assert not draft.changed


async def test_a_question_about_a_draft_that_is_kept_stays(tmp_path: Path) -> None:
    async with started(canned(terminal()), tmp_path, "6", "a", "enter", "b", "enter", "up", "enter") as (
        app,
        pilot,
    ):
        await pressed(pilot, "f1", "6", "a")
        assert app.screen.query(Popup)


async def test_a_question_about_a_draft_goes_when_the_draft_is_saved(tmp_path: Path) -> None:
    client = canned(terminal())
    client.answers[f"PATCH {PATH}"] = terminal()
    async with started(client, tmp_path, "6", "c", "enter", "x", "enter") as (app, pilot):
        form = app.screen
        go = held(client, f"PATCH {PATH}")
        await pressed_meanwhile(pilot, "w", "up", "enter")
        assert form.query(Popup)
        go.set()
        await settled(pilot)
        assert isinstance(app.screen, Terminals)
        assert not form.query(Popup)


async def test_an_answer_about_a_line_that_is_gone_fills_in_nothing(tmp_path: Path) -> None:
    async with started(canned(terminal()), tmp_path, "6", "c", "end", "enter") as (app, pilot):
        form = app.screen
        assert isinstance(form, AddTerminal)
        assert form.draft is not None
        form.draft = type(form.draft)(form.draft.store)
        await pressed(pilot, "5", "enter")
        assert not form.draft.changed


@pytest.mark.parametrize(
    "key,question,answer",
    [
        ("o", f"POST {PATH}/totals", settlement(closes=False)),
        ("i", f"POST {PATH}/reprint", REPRINTED),
    ],
    ids=["totals", "reprint"],
)
async def test_an_answer_leaves_the_keys_to_an_open_question(
    tmp_path: Path, key: str, question: str, answer: object
) -> None:
    client = canned(terminal(practice=True))
    client.answers[question] = answer
    async with started(client, tmp_path, "6") as (app, pilot):
        go = held(client, question)
        await pressed_meanwhile(pilot, key, "y", "q")
        go.set()
        await settled(pilot)
        await pressed(pilot, "x")
        assert app.screen.query_one("#answer", Input).value == "qx"


async def test_a_question_about_a_terminal_goes_when_one_comes_for_another(tmp_path: Path) -> None:
    bar = terminal(key="bar", name="Bar")
    client = canned(bar)
    async with started(client, tmp_path, "6", "f") as (app, pilot):
        assert app.screen.query(Popup)
        await pressed(pilot, "a", "enter", "b", "enter", "enter", "enter")
        client.answers["GET /v1/terminals"] = {"terminals": [bar, terminal()]}
        await pressed(pilot, "w")
        assert said(app) == "Counter 1 is saved."
        await pressed(pilot, "y")
        assert [method for method, _, _ in client.changes()] == ["POST"]
        assert not app.screen.query(Popup)


async def test_a_question_about_a_terminal_goes_with_the_terminal(tmp_path: Path) -> None:
    client = canned(terminal(), terminal(key="counter-2"))
    async with started(client, tmp_path, "6", "d") as (app, pilot):
        assert app.screen.query(Popup)
        client.answers["GET /v1/terminals"] = {"terminals": [terminal(key="counter-2")]}
        place = app.screen
        assert isinstance(place, Terminals)
        place.look()
        await settled(pilot)
        assert not app.screen.query(Popup)
        assert said(app) == "Counter 1 is gone; nothing was done."
        await pressed(pilot, "y")
    assert not [path for _, path, _, _ in client.asked if path.endswith("/settle")]
