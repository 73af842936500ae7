"""How the settings look, in every state."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from services.contract.problem import Refused, Unreachable
from tests.screens.canned import (
    SMALL,
    USUAL,
    Size,
    Snap,
    both_sizes,
    console,
    cut_off,
    never_answered,
    other_themes,
    pressed,
    pressing,
    typed,
)
from tests.screens.settings.test_settings import AT, receipt, shop
from tests.screens.shop_answers import LONG_NAME, finding, integration, paused, status, store, store_status

keys = partial(pressing, "5")


@both_sizes
def test_a_connected_store(tmp_path: Path, snap_compare: Snap, size: Size) -> None:
    assert snap_compare(console(shop(), tmp_path), terminal_size=size, run_before=keys("down", "down"))


@other_themes
def test_settings_in_other_colours(tmp_path: Path, snap_compare: Snap, theme: str) -> None:
    assert snap_compare(console(shop(), tmp_path, theme=theme), terminal_size=USUAL, run_before=keys())


@both_sizes
def test_paused_with_an_error_and_long_names(tmp_path: Path, snap_compare: Snap, size: Size) -> None:
    error = finding("Xero refuses the connection.", "The consent has ended.", "Connect again.")
    of = paused(error=error, organisation=LONG_NAME, warnings=[finding("The connection dies in 3 days.")])
    answer = status(store_status(name=LONG_NAME, of=of))
    client = shop(**{"GET /v1/status": answer, "GET /v1/stores": [store(name=LONG_NAME)]})
    assert snap_compare(console(client, tmp_path), terminal_size=size, run_before=keys("down"))


def test_disconnected_with_its_receipt(tmp_path: Path, snap_compare: Snap) -> None:
    of = integration("disconnected", disconnection=receipt(), connection_ends=None)
    client = shop(**{"GET /v1/status": status(store_status(of=of))})
    assert snap_compare(console(client, tmp_path), terminal_size=USUAL, run_before=keys())


def test_a_small_window(tmp_path: Path, snap_compare: Snap) -> None:
    assert snap_compare(console(shop(), tmp_path), terminal_size=SMALL, run_before=keys())


@both_sizes
def test_what_a_disconnection_leaves_unsent(tmp_path: Path, snap_compare: Snap, size: Size) -> None:
    assert snap_compare(console(shop(), tmp_path), terminal_size=size, run_before=keys("x"))


def test_the_choice_of_a_frequency(tmp_path: Path, snap_compare: Snap) -> None:
    press = keys("down", "down", "down", "enter")
    assert snap_compare(console(shop(), tmp_path), terminal_size=USUAL, run_before=press)


def test_a_refusal_is_told_whole(tmp_path: Path, snap_compare: Snap) -> None:
    refusal = Refused("26:00 is no time.", "A day has 24 hours.", "Type it as 20:00.", "invalid_time")
    client = shop(**{f"PUT {AT}/schedule": refusal})

    async def refused(pilot: Pilot[Any]) -> None:
        await pressed(pilot, "5", *("down",) * 4, "enter")
        await typed(pilot, "26:00")

    assert snap_compare(console(client, tmp_path), terminal_size=USUAL, run_before=refused)


def test_they_are_being_read(tmp_path: Path, snap_compare: Snap, monkeypatch: pytest.MonkeyPatch) -> None:
    never_answered(monkeypatch)
    assert snap_compare(console(shop(), tmp_path), terminal_size=USUAL, run_before=keys())


def test_they_cannot_be_read(tmp_path: Path, snap_compare: Snap) -> None:
    client = shop(**{f"GET {AT}/schedule": Unreachable("No answer.", "It is busy.", "Wait.")})
    assert snap_compare(console(client, tmp_path), terminal_size=USUAL, run_before=keys())


def test_the_link_is_cut(tmp_path: Path, snap_compare: Snap) -> None:
    async def lose(pilot: Pilot[Any]) -> None:
        await pressed(pilot, "5")
        await cut_off(pilot)

    assert snap_compare(console(shop(), tmp_path), terminal_size=USUAL, run_before=lose)
