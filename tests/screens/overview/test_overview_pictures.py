"""How the overview looks, in every state."""

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
    settled,
)
from tests.screens.overview.test_overview import shop
from tests.screens.shop_answers import (
    HARBOUR,
    LONG_NAME,
    attempt,
    finding,
    integration,
    paused,
    status,
    store_status,
)


def busy() -> CannedClient:
    error = integration("error", error=finding("Xero refuses the connection: the consent has ended."))
    answer = status(
        store_status(of=paused(), unknown=1, refused=2, missing=1, posted=15),
        store_status(HARBOUR, LONG_NAME, of=error, blocked=3, posted=8),
    )
    sent = [attempt(9, "unknown"), attempt(8, "refused"), attempt(7, "partly", documents=["A", "B", "C"])]
    return shop(**{"GET /v1/status": answer, "GET /v1/log": {"attempts": [*sent, attempt(6)]}})


@both_sizes
def test_the_usual_morning(tmp_path: Path, snap_compare: Snap, size: Size) -> None:
    assert snap_compare(console(shop(), tmp_path), terminal_size=size, run_before=settled)


@other_themes
def test_the_usual_morning_in_other_colours(tmp_path: Path, snap_compare: Snap, theme: str) -> None:
    assert snap_compare(console(shop(), tmp_path, theme=theme), terminal_size=USUAL, run_before=settled)


@both_sizes
def test_much_to_do_in_stores_with_long_names(tmp_path: Path, snap_compare: Snap, size: Size) -> None:
    assert snap_compare(console(busy(), tmp_path, practice=True), terminal_size=size, run_before=settled)


def test_a_small_window_has_rows(tmp_path: Path, snap_compare: Snap) -> None:
    assert snap_compare(console(busy(), tmp_path), terminal_size=SMALL, run_before=settled)


@both_sizes
def test_nothing_is_set_up(tmp_path: Path, snap_compare: Snap, size: Size) -> None:
    fresh = status(store_status(of=integration("not_set_up"), posted=0))
    client = shop(**{"GET /v1/status": fresh, "GET /v1/log": {"attempts": []}})
    assert snap_compare(console(client, tmp_path), terminal_size=size, run_before=settled)


def test_there_is_no_store(tmp_path: Path, snap_compare: Snap) -> None:
    empty = {"service": status()["service"], "stores": []}
    assert snap_compare(
        console(shop(**{"GET /v1/status": empty}), tmp_path), terminal_size=USUAL, run_before=settled
    )


def test_it_is_being_read(tmp_path: Path, snap_compare: Snap, monkeypatch: pytest.MonkeyPatch) -> None:
    never_answered(monkeypatch)
    assert snap_compare(console(shop(), tmp_path), terminal_size=USUAL, run_before=settled)


def test_it_cannot_be_read(tmp_path: Path, snap_compare: Snap) -> None:
    down = Unreachable(
        "Tillbook is not running.", "Nothing answers at its socket.", "Start it: tillbook serve"
    )
    client = shop()

    def answered(*_asked: object) -> object:
        if sum(path == "/v1/status" for _, path, _, _ in client.asked) > 1:
            raise down
        return status()

    client.answers["GET /v1/status"] = answered
    assert snap_compare(console(client, tmp_path), terminal_size=USUAL, run_before=settled)


def test_the_link_is_cut(tmp_path: Path, snap_compare: Snap) -> None:
    async def lose(pilot: Pilot[Any]) -> None:
        await settled(pilot)
        await cut_off(pilot)

    assert snap_compare(console(shop(), tmp_path), terminal_size=USUAL, run_before=lose)


@both_sizes
def test_the_question_before_a_pause(tmp_path: Path, snap_compare: Snap, size: Size) -> None:
    async def ask(pilot: Pilot[Any]) -> None:
        await pressed(pilot, "p")

    assert snap_compare(console(shop(), tmp_path), terminal_size=size, run_before=ask)
