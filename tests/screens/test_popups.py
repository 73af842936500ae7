"""Questions and lists that come one after another, quicker than they are shown."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from screens.place import Place
from screens.widgets.chooser import Choice, Chooser
from screens.widgets.notice import Notice
from screens.widgets.popup import Popup
from screens.widgets.question import Question
from services.contract.problem import Refused
from tests.screens.canned import USUAL, console, pressed, settled
from tests.screens.terminals.answers import terminal
from tests.screens.terminals.test_terminals import canned

CHOICES = [Choice("one", "One"), Choice("two", "Two")]


def _ignore(_value: str) -> None:
    """Do nothing with an answer."""


def _questions(place: Place) -> tuple[Callable[[], None], ...]:
    return (
        lambda: place.choose("One", CHOICES, _ignore),
        lambda: place.confirm("Two", "", _ignore, asks="Two"),
        lambda: place.tell_whole(Refused("Three")),
        lambda: place.choose("Four", CHOICES, _ignore),
    )


@pytest.mark.parametrize("turns", range(4))
async def test_what_is_asked_before_the_last_question_is_shown_takes_its_place(
    tmp_path: Path, turns: int
) -> None:
    app = console(canned(terminal()), tmp_path)
    async with app.run_test(size=USUAL) as pilot:
        await pressed(pilot, "6")
        place = app.screen
        assert isinstance(place, Place)
        for ask in _questions(place):
            ask()
            for _ in range(turns):
                await asyncio.sleep(0)
        await settled(pilot)
        assert [type(each) for each in place.query(Popup)] == [Chooser]


async def test_the_keys_come_back_to_the_list_after_one_question_more(tmp_path: Path) -> None:
    app = console(canned(terminal()), tmp_path)
    async with app.run_test(size=USUAL) as pilot:
        await pressed(pilot, "6")
        place, had = app.screen, app.screen.focused
        assert isinstance(place, Place)
        assert had is not None
        place.confirm("One", "", _ignore, asks="One")
        await settled(pilot)
        place.tell_whole(Refused("Two"))
        await settled(pilot)
        assert not place.query(Question)
        assert place.query_one(Notice).has_focus
        await pressed(pilot, "escape")
        assert place.focused is had


async def test_the_keys_come_back_to_the_list_after_an_answer_that_asks_on(tmp_path: Path) -> None:
    app = console(canned(terminal()), tmp_path)
    async with app.run_test(size=USUAL) as pilot:
        await pressed(pilot, "6")
        place, had = app.screen, app.screen.focused
        assert isinstance(place, Place)
        assert had is not None
        place.confirm("One", "", lambda _: place.confirm("Two", "", _ignore))
        await pressed(pilot, "y")
        assert [each.border_title for each in place.query(Question)] == ["Two"]
        await pressed(pilot, "n")
        assert place.focused is had
