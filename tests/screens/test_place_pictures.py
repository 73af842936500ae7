"""Every place on the practice month: light, 16 colours, little room."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.pictures.recorded import RecordedClient, dates, recorded_at
from tests.pictures.walk import WALK, go_to, settled
from tests.screens.canned import Size, Snap, console


@pytest.fixture(autouse=True)
def a_time_that_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("screens.moments.now", recorded_at)


def _compared(snap_compare: Snap, folder: Path, name: str, theme: str, size: Size) -> bool:
    app = console(RecordedClient(), folder, theme=theme, practice=True)

    async def lead(pilot: Pilot[None]) -> None:
        await settled(pilot)
        await go_to(pilot, app, name, dates())

    return snap_compare(app, terminal_size=size, run_before=lead)


@pytest.mark.parametrize("theme", ["tillbook-light", "tillbook-16"])
@pytest.mark.parametrize("name", WALK)
def test_every_place_in_other_colours(tmp_path: Path, snap_compare: Snap, name: str, theme: str) -> None:
    assert _compared(snap_compare, tmp_path, name, theme, (80, 24))


@pytest.mark.parametrize("name", WALK)
def test_every_place_in_little_room(tmp_path: Path, snap_compare: Snap, name: str) -> None:
    assert _compared(snap_compare, tmp_path, name, "tillbook-dark", (60, 20))


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=["80x24", "120x36"])
def test_the_help_in_the_dark(tmp_path: Path, snap_compare: Snap, size: Size) -> None:
    assert _compared(snap_compare, tmp_path, "help", "tillbook-dark", size)
