"""Questions and lists that come one after another, quicker than they are shown."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from screens.place import Place
from screens.widgets.chooser import Choice, Chooser
from screens.widgets.notice import Notice
from screens.widgets.popup import Popup
from screens.widgets.question import Question
from services.contract.problem import Refused
from tests.screens.canned import pressed, settled, started
from tests.screens.terminals.answers import terminal
from tests.screens.terminals.test_terminals import canned

CHOICES = [Choice("one", "One"), Choice("two", "Two")]


def _ignore(_value: str) -> None:
    """Do nothing with an answer."""


@asynccontextmanager
async def _at_a_list(folder: Path) -> AsyncIterator[tuple[Place, Pilot[Any]]]:
    """A place with a list that has the keys."""
    async with started(canned(terminal()), folder, "6") as (app, pilot):
        place = app.screen
        assert isinstance(place, Place)
        assert place.focused is not None
        yield place, pilot


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
    async with _at_a_list(tmp_path) as (place, pilot):
        for ask in _questions(place):
            ask()
            for _ in range(turns):
                await asyncio.sleep(0)
        await settled(pilot)
        assert [type(each) for each in place.query(Popup)] == [Chooser]


async def test_the_keys_come_back_to_the_list_after_one_question_more(tmp_path: Path) -> None:
    async with _at_a_list(tmp_path) as (place, pilot):
        had = place.focused
        place.confirm("One", "", _ignore, asks="One")
        await settled(pilot)
        place.tell_whole(Refused("Two"))
        await settled(pilot)
        assert not place.query(Question)
        assert place.query_one(Notice).has_focus
        await pressed(pilot, "escape")
        assert place.focused is had


async def test_the_keys_come_back_to_the_list_after_an_answer_that_asks_on(tmp_path: Path) -> None:
    async with _at_a_list(tmp_path) as (place, pilot):
        had = place.focused
        place.confirm("One", "", lambda _: place.confirm("Two", "", _ignore))
        await pressed(pilot, "y")
        assert [each.border_title for each in place.query(Question)] == ["Two"]
        await pressed(pilot, "n")
        assert place.focused is had
