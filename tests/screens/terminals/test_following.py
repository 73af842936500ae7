"""What stays in sight while terminals work: outcomes, answers, the cursor."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from console.app import Console
from screens.messages import Happened
from screens.terminals.screen import Terminals
from screens.widgets.key_bar import KeyBar
from screens.widgets.notice import Notice
from screens.widgets.panel import Panel
from services.contract.answers import EventAnswer
from services.contract.problem import Unreachable
from tests.screens.canned import (
    WIDE,
    CannedClient,
    Size,
    both_sizes,
    pressed,
    said,
    settled,
    started,
    text_of,
    typed,
)
from tests.screens.terminals.answers import payment, result, running, terminal
from tests.screens.terminals.test_terminals import PATH, PRACTICE, UNRESOLVED, canned

EVENT = cast(
    "EventAnswer",
    {"id": 1, "kind": "terminal", "store": "queen-st", "date": None, "what": "counter-1", "at": ""},
)
BUSY = terminal(practice=True, state="busy", running=running())


async def happened(
    pilot: Pilot[Any], client: CannedClient, *terminals: object, payments: object = ()
) -> None:
    """Let something change at the service, and the place hear of it."""
    client.answers["GET /v1/terminals"] = {"terminals": list(terminals)}
    if payments:
        client.answers["GET /v1/terminal-payments"] = {"payments": list(cast("tuple[object]", payments))}
    pilot.app.screen.post_message(Happened([EVENT]))
    await settled(pilot)


def whole(app: Console) -> str:
    return str(app.screen.query_one("#whole", Static).render())


def title(app: Console) -> str:
    return str(app.screen.query_one("#chosen", Panel).border_title)


@pytest.mark.parametrize(
    "ended,outcome",
    [
        (payment(9, amount="25.00"), "Payment of 25.00 NZD: approved"),
        (
            payment(9, "declined", "25.00", result=result(text="NO FUNDS")),
            "Payment of 25.00 NZD: declined: NO FUNDS",
        ),
        (
            payment(9, "unknown", "25.00"),
            "Payment of 25.00 NZD: outcome unknown; u asks the terminal again",
        ),
    ],
    ids=["approved", "declined", "unknown"],
)
async def test_a_test_payment_is_followed_to_its_end(tmp_path: Path, ended: object, outcome: str) -> None:
    client = canned(PRACTICE)
    async with started(client, tmp_path, "6", "y") as (app, pilot):
        await typed(pilot, "25.00")
        assert said(app) == "Payment of 25.00 NZD on Counter 1 is under way; x on its line aborts it."
        await happened(pilot, client, BUSY, payments=(payment(9, "acked", "25.00"), payment()))
        assert "PRESENT CARD" in whole(app)
        await happened(pilot, client, PRACTICE, payments=(ended, payment()))
        assert said(app) == outcome
        assert title(app) == "Payment 9"


async def test_what_a_payment_that_was_aborted_came_to_is_told(tmp_path: Path) -> None:
    client = canned(BUSY)
    async with started(client, tmp_path, "6", "x") as (app, pilot):
        await happened(pilot, client, PRACTICE, payments=(payment(9, "cancelled", "25.00"),))
        assert said(app) == "Payment of 25.00 NZD: cancelled"


async def test_payments_of_tills_do_not_speak_unasked(tmp_path: Path) -> None:
    client = canned(terminal())
    async with started(client, tmp_path, "6") as (app, pilot):
        await happened(pilot, client, terminal(), payments=(payment(9, amount="25.00"), payment()))
        assert said(app) == ""
        assert title(app) == "Counter 1"


@pytest.mark.parametrize("key,shows", [("o", "Totals of Counter 1"), ("i", "Last receipt of Counter 1")])
async def test_what_a_terminal_answered_stays_when_something_happens(
    tmp_path: Path, key: str, shows: str
) -> None:
    client = canned(terminal())
    async with started(client, tmp_path, "6", key) as (app, pilot):
        before = whole(app)
        await happened(pilot, client, terminal(state="busy", running=running()))
        assert (title(app), whole(app)) == (shows, before)


async def test_the_end_of_day_stays_in_sight_and_says_how_it_went(tmp_path: Path) -> None:
    client = canned(terminal())
    async with started(client, tmp_path, "6", "d", "y") as (app, pilot):
        await happened(pilot, client, terminal(last_settled="2026-11-21T01:30:05+00:00"))
        assert title(app) == "End of day of Counter 1"
        assert "Mastercard" in whole(app)
        assert said(app) == "End of day: done"


async def test_a_payment_that_is_read_stays_when_a_newer_one_comes(tmp_path: Path) -> None:
    client = canned(terminal())
    async with started(client, tmp_path, "6", "enter", "down", "enter") as (app, pilot):
        assert title(app) == "Payment 2"
        newer = (payment(9), payment(), payment(2, "declined"), payment(7, "unknown", "40.00"))
        await happened(pilot, client, terminal(), payments=newer)
        assert title(app) == "Payment 2"
        await pressed(pilot, "shift+tab", "down")
        assert title(app) == "Payment 7"


async def test_tab_shows_what_the_list_is_about_that_has_the_keys(tmp_path: Path) -> None:
    client = canned(terminal())
    async with started(client, tmp_path, "6", "tab") as (app, pilot):
        assert title(app) == "Payment 1"
        await pressed(pilot, "shift+tab")
        assert title(app) == "Counter 1"


async def test_the_cursor_stays_on_its_terminal_when_another_is_added_before(tmp_path: Path) -> None:
    client = canned(terminal())
    async with started(client, tmp_path, "6") as (app, pilot):
        await happened(pilot, client, terminal(key="bar", name="Bar"), terminal())
        assert title(app) == "Counter 1"


async def test_one_comes_to_the_terminal_that_was_saved(tmp_path: Path) -> None:
    client = canned(terminal(key="bar", name="Bar"))
    async with started(client, tmp_path, "6", "a", "enter") as (app, pilot):
        await typed(pilot, "Counter 1")
        await pressed(pilot, "enter", "enter")
        client.answers["GET /v1/terminals"] = {"terminals": [terminal(key="bar", name="Bar"), terminal()]}
        await pressed(pilot, "w")
        assert isinstance(app.screen, Terminals)
        assert (said(app), title(app)) == ("Counter 1 is saved.", "Counter 1")


async def test_a_terminal_to_be_paired_with_stays_in_the_form_once_saved(tmp_path: Path) -> None:
    client = canned()
    cloud = {"name": "linkly_cloud", "title": "Linkly Cloud", "pairs": True, "settings": []}
    client.answers["GET /v1/terminal-protocols"] = {"protocols": [cloud]}
    client.answers["POST /v1/terminals"] = terminal(protocol="linkly_cloud")
    async with started(client, tmp_path, "6", "a", "enter") as (app, pilot):
        await typed(pilot, "Counter 1")
        await pressed(pilot, "enter", "enter", "t")
        assert said(app) == "Test: save it with w, then pair with it first with l."
        await pressed(pilot, "w")
        assert said(app) == "Counter 1 is saved. Pair with it next: l"
        await pressed(pilot, "l")
        assert "Pair: the name" in text_of(app, "Question")


async def test_a_terminal_that_is_switched_off_is_told_whole(tmp_path: Path) -> None:
    client = canned()
    gone = Unreachable(
        "The connection is gone.", "Its cable is out.", "Check the cable.", code="terminal_lost"
    )
    client.answers["POST /v1/terminal-test"] = gone
    client.answers[f"POST {PATH}/test"] = gone
    async with started(client, tmp_path, "6", "a", "enter") as (app, pilot):
        await typed(pilot, "Counter 1")
        await pressed(pilot, "enter", "enter", "t")
        told = text_of(app, "Notice")
        assert "Its cable is out." in told
        assert "Check the cable." in told
        await pressed(pilot, "escape", "enter")
        assert not app.screen.query(Notice)


async def test_what_was_said_goes_once_the_line_it_was_about_is_filled_in(tmp_path: Path) -> None:
    client = canned(terminal())
    async with started(client, tmp_path, "6", "c", "t") as (app, pilot):
        assert said(app).startswith("It answered in")
        await pressed(pilot, "enter")
        await typed(pilot, "Bar")
        assert said(app) == ""


async def test_a_currency_of_its_own_reaches_the_service(tmp_path: Path) -> None:
    client = canned()
    async with started(client, tmp_path, "6", "a", "enter") as (_, pilot):
        await typed(pilot, "Bar")
        await pressed(pilot, "enter", "enter", "down", "enter")
        await typed(pilot, "eur")
        await pressed(pilot, "w")
        ((_, _, body),) = client.changes()
        assert body["currency"] == "EUR"


async def test_the_currency_of_a_terminal_that_there_is_stays(tmp_path: Path) -> None:
    client = canned(terminal())
    async with started(client, tmp_path, "6", "c", "down", "down", "down", "enter") as (app, _):
        assert said(app) == "Currency: remove the terminal and add it anew to change this."


@both_sizes
async def test_the_lists_stand_in_one_line(tmp_path: Path, size: Size) -> None:
    async with started(canned(terminal()), tmp_path, "6", size=size) as (app, _):
        upper, chosen = app.screen.query_one("#terminals"), app.screen.query_one("#chosen")
        assert chosen.region.right == upper.region.right
        assert app.screen.query_one("#payments").region.x == upper.region.x


@pytest.mark.parametrize(
    "shown,there,gone",
    [
        (PRACTICE, {"Test payment", "Totals"}, {"Ask again", "Abort"}),
        (UNRESOLVED, {"Ask again", "Decide"}, {"Abort"}),
        (BUSY, {"Abort"}, {"Ask again"}),
        (terminal(), {"Totals", "End of day"}, {"Test payment"}),
    ],
    ids=["ready", "unresolved", "busy", "real"],
)
async def test_the_key_bar_names_what_can_be_done_now(
    tmp_path: Path, shown: object, there: set[str], gone: set[str]
) -> None:
    async with started(canned(shown), tmp_path, "6") as (app, _):
        bar = str(app.screen.query_one(KeyBar).render())
        assert all(label in bar for label in there)
        assert not any(label in bar for label in gone)


async def test_a_revoked_key_is_no_longer_shown(tmp_path: Path) -> None:
    client = canned(terminal())
    made: Any = client.answers["POST /v1/till-keys"]
    client.answers["POST /v1/till-keys"] = {**made, "key": {**made["key"], "id": 1}}
    async with started(client, tmp_path, "6", "k", "a", size=WIDE) as (app, pilot):
        await typed(pilot, "till-3")
        assert "tbk_4f2a-shown-once" in text_of(app, "#listening")
        await pressed(pilot, "x", "y")
        assert "tbk_4f2a-shown-once" not in text_of(app, "#listening")
