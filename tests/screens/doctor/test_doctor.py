"""The doctor on screen: asked by a key, the worst first, each with its next step."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from textual.message import Message
from textual.pilot import Pilot

from screens.doctor import view
from screens.messages import Copy
from screens.widgets.row_list import RowList
from services.contract.problem import Unreachable
from services.contract.support import DoctorAnswer
from tests.screens.canned import (
    MANAGER,
    SMALL,
    STAFF,
    USUAL,
    Answer,
    CannedClient,
    Size,
    Snap,
    both_sizes,
    console,
    never_answered,
    other_themes,
    pressed,
    pressing,
    said,
    started,
    text_of,
)
from tests.screens.shop_answers import status

keys = partial(pressing, "8")


def answer() -> DoctorAnswer:
    def found(severity: str, store: str | None, what: str, why: str = "", how: str = "") -> dict[str, Any]:
        return {"severity": severity, "store": store, "code": "c", "what": what, "why": why, "next": how}

    locked = found(
        "stops",
        "queen-st",
        "The books are locked up to 30 November 2026.",
        "2 waiting days are on or before it.",
        "An adviser moves the lock date in Xero, or the days go out by file.",
    )
    findings = [
        {**locked, "dates": ["2026-11-19", "2026-11-20"]},
        found("warns", None, "No backup has been made yet.", "The books are on one disk only.", "Make one."),
        *(found("fine", "queen-st", f"Account {200 + each} takes what it should.") for each in range(14)),
    ]
    counts = {"stops": 1, "warns": 1, "fine": 14}
    told = {"checked": "2026-11-20T20:30:00+00:00", "service": "0.1.0", "findings": findings}
    return {**told, "counts": counts}  # type: ignore[typeddict-item]  # findings as above


def shop(**changes: Answer) -> CannedClient:
    answers: dict[str, Answer] = {
        "GET /v1/me": MANAGER,
        "GET /v1/status": status(),
        "GET /v1/log": {"attempts": []},
        "GET /v1/doctor": answer(),
    }
    return CannedClient(answers | changes)


def test_a_finding_is_a_glyph_its_store_and_what_is_wrong() -> None:
    told = [row.draw(80).plain for row in view.rows(answer())]
    assert told[0] == "✗ queen-st: The books are locked up to 30 November 2026."
    assert told[1] == "! No backup has been made yet."
    assert told[2].startswith("✓ queen-st: Account 200")
    assert view.counted(answer()) == "1 stop, 1 warn, 14 fine"


def test_a_finding_is_told_whole_with_its_dates() -> None:
    assert view.whole(answer()["findings"][0]).plain.splitlines() == [
        "The books are locked up to 30 November 2026.",
        "2 waiting days are on or before it.",
        "Next: An adviser moves the lock date in Xero, or the days go out by file.",
        "Business dates: 2026-11-19, 2026-11-20",
    ]


async def test_nothing_is_examined_unasked_as_that_uses_calls(tmp_path: Path) -> None:
    client = shop()
    async with started(client, tmp_path, "8", "f5") as (app, pilot):
        assert "Nothing was examined yet." in text_of(app, "#empty")
        assert not [path for _, path, _, _ in client.asked if path == "/v1/doctor"]
        await pressed(pilot, "c")
        assert said(app) == "Copy: nothing was examined yet."


async def test_e_examines_and_the_worst_stands_first(tmp_path: Path) -> None:
    heard: list[Message] = []
    async with started(shop(), tmp_path, "8", "e", hears=heard.append) as (app, pilot):
        assert said(app) == "1 stop, 1 warn, 14 fine"
        assert app.screen.query_one("#list", RowList).has_focus
        assert "An adviser moves the lock date" in text_of(app, "#chosen")
        await pressed(pilot, "down", "c")
        assert "The books are on one disk only." in text_of(app, "#chosen")
    (copied,) = {each.text for each in heard if isinstance(each, Copy)}
    assert "Business dates: 2026-11-19, 2026-11-20" in copied


async def test_who_may_not_examine_sees_the_reason(tmp_path: Path) -> None:
    client = shop(**{"GET /v1/me": STAFF})
    async with started(client, tmp_path, "8", "e") as (app, _):
        assert said(app).startswith("Examine: you may not run the doctor")
        assert not [path for _, path, _, _ in client.asked if path == "/v1/doctor"]


async def test_an_examination_that_fails_says_so_and_can_be_tried_again(tmp_path: Path) -> None:
    client = shop(**{"GET /v1/doctor": Unreachable("No answer.", "It is busy.", "Wait.")})
    async with started(client, tmp_path, "8", "e") as (app, pilot):
        assert "It is busy." in text_of(app, "#trouble")
        client.answers["GET /v1/doctor"] = answer()
        await pressed(pilot, "e")
        assert not app.screen.query_one("#trouble").display


@both_sizes
def test_the_findings_look_as_they_did(tmp_path: Path, snap_compare: Snap, size: Size) -> None:
    assert snap_compare(console(shop(), tmp_path), terminal_size=size, run_before=keys("e"))


@other_themes
def test_the_findings_in_other_colours(tmp_path: Path, snap_compare: Snap, theme: str) -> None:
    assert snap_compare(console(shop(), tmp_path, theme=theme), terminal_size=USUAL, run_before=keys("e"))


def test_the_findings_in_a_small_window(tmp_path: Path, snap_compare: Snap) -> None:
    assert snap_compare(console(shop(), tmp_path), terminal_size=SMALL, run_before=keys("e"))


def test_before_an_examination(tmp_path: Path, snap_compare: Snap) -> None:
    assert snap_compare(console(shop(), tmp_path), terminal_size=USUAL, run_before=keys())


def test_while_it_examines(tmp_path: Path, snap_compare: Snap, monkeypatch: pytest.MonkeyPatch) -> None:
    async def asks(pilot: Pilot[Any]) -> None:
        await pressed(pilot, "8")
        never_answered(monkeypatch)
        await pressed(pilot, "e")

    assert snap_compare(console(shop(), tmp_path), terminal_size=USUAL, run_before=asks)


def test_an_examination_that_fails(tmp_path: Path, snap_compare: Snap) -> None:
    client = shop(**{"GET /v1/doctor": Unreachable("No answer.", "It is busy.", "Wait.", "ReadTimeout")})
    assert snap_compare(console(client, tmp_path), terminal_size=USUAL, run_before=keys("e"))


async def test_who_may_not_examine_reads_who_may(tmp_path: Path) -> None:
    async with started(shop(**{"GET /v1/me": STAFF}), tmp_path, "8") as (app, _):
        assert "Support or a manager may have everything examined." in text_of(app, "#empty")
