"""How the log looks, in every state."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from services.contract.problem import Unreachable
from tests.screens.canned import (
    SMALL,
    USUAL,
    CannedClient,
    Size,
    Snap,
    both_sizes,
    console,
    cut_off,
    never_answered,
    other_themes,
    pressed,
    pressing,
)
from tests.screens.log.test_log import shop
from tests.screens.shop_answers import HARBOUR, LONG_NAME, attempt, status, store_status

keys = partial(pressing, "4")


def many_stores() -> CannedClient:
    outcomes = ("started", "accepted", "partly", "refused", "not_sent", "unknown", "resolved")
    rows = [
        attempt(
            1_234_567 - at, outcome, store=HARBOUR if at % 2 else "queen-st", documents=["POS-1", "POS-2"]
        )
        for at, outcome in enumerate(outcomes)
    ]
    page = {"first": 0, "count": 7, "calls": [], "attempts": rows}
    stores = status(store_status(), store_status(HARBOUR, LONG_NAME))
    return shop(**{"GET /v1/status": stores, "GET /v1/log/page": page})


@both_sizes
def test_an_attempt_that_failed(tmp_path: Path, snap_compare: Snap, size: Size) -> None:
    assert snap_compare(
        console(shop(), tmp_path), terminal_size=size, run_before=keys("down", "space", "up", "enter")
    )


@other_themes
def test_an_attempt_in_other_colours(tmp_path: Path, snap_compare: Snap, theme: str) -> None:
    app = console(shop(), tmp_path, theme=theme)
    assert snap_compare(app, terminal_size=USUAL, run_before=keys("down", "enter"))


@both_sizes
def test_every_outcome_of_several_stores(tmp_path: Path, snap_compare: Snap, size: Size) -> None:
    assert snap_compare(console(many_stores(), tmp_path), terminal_size=size, run_before=keys("down", "down"))


def test_a_small_window(tmp_path: Path, snap_compare: Snap) -> None:
    assert snap_compare(console(shop(), tmp_path), terminal_size=SMALL, run_before=keys())


@both_sizes
def test_the_forecast_before_a_retry(tmp_path: Path, snap_compare: Snap, size: Size) -> None:
    assert snap_compare(console(shop(), tmp_path), terminal_size=size, run_before=keys("m", "r"))


def test_nothing_was_sent_yet(tmp_path: Path, snap_compare: Snap) -> None:
    page = {"first": 0, "count": 0, "calls": [], "attempts": []}
    client = shop(**{"GET /v1/log/page": page})
    assert snap_compare(console(client, tmp_path), terminal_size=USUAL, run_before=keys())


def test_it_is_being_read(tmp_path: Path, snap_compare: Snap, monkeypatch: pytest.MonkeyPatch) -> None:
    never_answered(monkeypatch)
    assert snap_compare(console(shop(), tmp_path), terminal_size=USUAL, run_before=keys())


def test_it_cannot_be_read(tmp_path: Path, snap_compare: Snap) -> None:
    down = Unreachable("Tillbook gave no answer.", "It is busy.", "Wait a moment.")
    client = shop(**{"GET /v1/log/page": down})
    assert snap_compare(console(client, tmp_path), terminal_size=USUAL, run_before=keys())


def test_the_link_is_cut(tmp_path: Path, snap_compare: Snap) -> None:
    async def lose(pilot: Pilot[Any]) -> None:
        await pressed(pilot, "4")
        await cut_off(pilot)

    assert snap_compare(console(shop(), tmp_path), terminal_size=USUAL, run_before=lose)
