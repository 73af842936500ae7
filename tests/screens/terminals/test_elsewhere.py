"""What is shown and told of a terminal while one looks at another thing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.content import Content
from textual.visual import VisualType
from textual.widgets import Static

from screens.terminals.closer import CloserLook
from tests.screens.canned import WIDE, pressed, said, started, text_of, typed
from tests.screens.terminals.answers import payment, running, terminal
from tests.screens.terminals.test_following import happened, title
from tests.screens.terminals.test_terminals import PRACTICE, canned

BAR = terminal(key="bar", name="Bar")
SECRET = "tbk_4f2a-shown-once"


def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what is put into the closer look from now on."""
    seen: list[str] = []
    update = Static.update

    def noted(widget: Static, content: VisualType = "", *, layout: bool = True) -> None:
        if widget.id == "whole":
            seen.append(str(content))
        update(widget, content, layout=layout)

    monkeypatch.setattr(Static, "update", noted)
    return seen


async def test_a_new_key_is_gone_from_the_screen_once_one_left(tmp_path: Path) -> None:
    async with started(canned(terminal()), tmp_path, "6", "k", "a", size=WIDE) as (app, pilot):
        await typed(pilot, "till-3")
        assert SECRET in text_of(app, "#listening")
        keys = app.screen
        await pressed(pilot, "6")
        assert app.screen is not keys
        assert SECRET not in str(keys.query_one("#words", Static).render())
        assert str(keys.query_one("#listening").border_title) == "Where tills call"


async def test_what_looks_as_before_is_not_painted_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = canned(terminal())
    async with started(client, tmp_path, "6") as (_, pilot):
        seen = drawn(monkeypatch)
        await happened(pilot, client, terminal())
        assert seen == []
        await happened(pilot, client, terminal(state="busy", running=running()))
        assert len(seen) == 1
        assert "PRESENT CARD" in seen[0]


async def test_another_colour_is_painted_though_the_words_are_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with started(canned(terminal()), tmp_path, "6") as (app, _):
        closer = app.screen.query_one(CloserLook)
        closer.show("One", [Content.styled("word", "$ok")])
        seen = drawn(monkeypatch)
        closer.show("One", [Content.styled("word", "$stopped")])
        closer.show("One", [Content.styled("word", "$stopped")])
        assert seen == ["word"]


async def test_an_answer_goes_with_the_terminal_that_gave_it(tmp_path: Path) -> None:
    client = canned(terminal())
    async with started(client, tmp_path, "6", "o") as (app, pilot):
        assert title(app) == "Totals of Counter 1"
        await happened(pilot, client, BAR)
        assert title(app) == "Bar"


@pytest.mark.parametrize(
    "of_counter,told",
    [
        ({"last": payment(9, amount="25.00")}, "Payment of 25.00 NZD on Counter 1: approved"),
        (
            {"last": payment(9, "unknown", "25.00"), "unresolved": [payment(9, "unknown", "25.00")]},
            "Payment of 25.00 NZD on Counter 1: outcome unknown; u on its line asks the terminal again",
        ),
    ],
    ids=["approved", "unknown"],
)
async def test_a_payment_is_followed_while_another_terminal_is_looked_at(
    tmp_path: Path, of_counter: dict[str, Any], told: str
) -> None:
    client = canned(PRACTICE, BAR)
    async with started(client, tmp_path, "6", "y") as (app, pilot):
        await typed(pilot, "25.00")
        await pressed(pilot, "down")
        under_way = terminal(practice=True, last=payment(9, "acked", "25.00"))
        await happened(pilot, client, under_way, BAR)
        assert said(app) == "Payment of 25.00 NZD on Counter 1 is under way; x on its line aborts it."
        await happened(pilot, client, terminal(practice=True, **of_counter), BAR)
        assert (said(app), title(app)) == (told, "Bar")
