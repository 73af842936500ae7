"""People and audit on screen: who may do what, who did what."""

from functools import partial
from pathlib import Path
from typing import cast

import pytest

from screens.moments import Times
from screens.people import view
from services.contract.answers import AuditAnswer
from services.contract.problem import Unreachable
from services.contract.rights import PeopleAnswer
from tests.screens.canned import (
    MANAGER,
    NOW,
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
    typed,
)
from tests.screens.shop_answers import status

keys = partial(pressing, "7")
TIMES = Times(NOW.tzinfo, NOW)


def people(**members: list[str]) -> PeopleAnswer:
    roles = [
        {"role": role, "groups": [f"tillbook-{role}"], "members": members.get(role, []), "may": []}
        for role in ("manager", "support", "staff", "viewer")
    ]
    return cast("PeopleAnswer", {"roles": roles, "owner": "tillbook"})


def entry(number: int, action: str = "pause", who: str = "sam", **changes: object) -> AuditAnswer:
    answer = {
        "id": number,
        "at": "2026-11-20T18:30:00+00:00",
        "who": who,
        "action": action,
        "subject": "queen-st",
        "before": {"state": "connected", "until": None},
        "after": {"state": "paused", "reason": "stocktake"},
    }
    return cast("AuditAnswer", answer | changes)


def shop(**changes: Answer) -> CannedClient:
    entries = [
        entry(40 - each, "save_mapping" if each % 3 else "pause", "mia" if each % 2 else "sam")
        for each in range(12)
    ]
    answers: dict[str, Answer] = {
        "GET /v1/me": MANAGER,
        "GET /v1/status": status(),
        "GET /v1/log": {"attempts": []},
        "GET /v1/people": people(manager=["mia"], staff=["sam", "kim"]),
        "GET /v1/audit": {"entries": entries},
    }
    return CannedClient(answers | changes)


def test_roles_are_told_with_their_groups_and_ones_own_is_marked() -> None:
    told = view.roles(people(manager=["mia"], staff=["sam", "kim"]), ["manager"]).plain.splitlines()
    assert told == [
        "▸ manager  mia  group tillbook-manager",
        "  support  nobody  group tillbook-support",
        "  staff    sam, kim  group tillbook-staff",
        "  viewer   nobody  group tillbook-viewer",
        "  root and tillbook, who runs the service, are managers.",
    ]


def test_a_change_is_told_with_before_and_after_in_the_stores_time() -> None:
    assert view.rows([entry(7)], TIMES)[0].draw(80).plain.split() == ["07:30", "sam", "pause", "queen-st"]
    assert view.whole(entry(7), TIMES).plain.splitlines() == [
        "pause: queen-st",
        "sam, 21 Nov 2026 07:30:00 NZDT, number 7",
        "Before: state connected; until none",
        "After: state paused; reason stocktake",
    ]


@pytest.mark.parametrize("word,found", [("SAM", True), ("queen", True), ("save map", False), ("", True)])
def test_a_word_is_looked_for_in_who_what_and_where(word: str, *, found: bool) -> None:
    assert view.holds(entry(7), word) is found


async def test_a_word_narrows_the_changes_and_none_shows_all(tmp_path: Path) -> None:
    async with started(shop(), tmp_path, "7", "slash") as (app, pilot):
        await typed(pilot, "save mapping")
        assert app.screen.query_one("#changes").border_subtitle is not None
        assert "with “save mapping”, 8 newest" in str(app.screen.query_one("#changes").border_subtitle)
        await pressed(pilot, "slash")
        await typed(pilot, "nobody did this")
        assert "No change with “nobody did this”" in text_of(app, "#audit")
        await pressed(pilot, "slash", "backspace", "enter")
        assert "12 newest" in str(app.screen.query_one("#changes").border_subtitle)


async def test_the_change_under_the_cursor_is_told_whole(tmp_path: Path) -> None:
    async with started(shop(), tmp_path, "7", "down") as (app, _):
        assert "number 39" in text_of(app, "#change")


async def test_staff_see_people_and_who_may_see_the_changes(tmp_path: Path) -> None:
    client = shop(**{"GET /v1/me": STAFF})
    async with started(client, tmp_path, "7", "slash") as (app, _):
        assert "sam, kim" in text_of(app, "#roles")
        assert "support or a manager may see them" in text_of(app, "#changes")
        assert said(app).startswith("Find: you may not read the audit log")
        assert not [path for _, path, _, _ in client.asked if path == "/v1/audit"]


async def test_what_cannot_be_read_says_so_in_its_place(tmp_path: Path) -> None:
    down = Unreachable("No answer.", "It is busy.", "Wait.")
    async with started(shop(**{"GET /v1/people": down, "GET /v1/audit": down}), tmp_path, "7") as (app, _):
        assert "It is busy." in text_of(app, "#roles")
        assert "It is busy." in text_of(app, "#changes")


@both_sizes
def test_people_look_as_they_did(tmp_path: Path, snap_compare: Snap, size: Size) -> None:
    assert snap_compare(console(shop(), tmp_path), terminal_size=size, run_before=keys("down"))


@other_themes
def test_people_in_other_colours(tmp_path: Path, snap_compare: Snap, theme: str) -> None:
    assert snap_compare(console(shop(), tmp_path, theme=theme), terminal_size=USUAL, run_before=keys())


def test_people_in_a_small_window(tmp_path: Path, snap_compare: Snap) -> None:
    assert snap_compare(console(shop(), tmp_path), terminal_size=SMALL, run_before=keys())


def test_no_change_was_made_yet(tmp_path: Path, snap_compare: Snap) -> None:
    client = shop(**{"GET /v1/audit": {"entries": []}})
    assert snap_compare(console(client, tmp_path), terminal_size=USUAL, run_before=keys())


def test_people_are_being_read(tmp_path: Path, snap_compare: Snap, monkeypatch: pytest.MonkeyPatch) -> None:
    never_answered(monkeypatch)
    assert snap_compare(console(shop(), tmp_path), terminal_size=USUAL, run_before=keys())


def test_people_cannot_be_read(tmp_path: Path, snap_compare: Snap) -> None:
    down = Unreachable("No answer.", "It is busy.", "Wait.")
    client = shop(**{"GET /v1/people": down, "GET /v1/audit": down})
    assert snap_compare(console(client, tmp_path), terminal_size=USUAL, run_before=keys())


def test_values_are_told_in_words_and_empty_ones_not_at_all() -> None:
    after = {"read": 3, "set_apart": {}, "dates": ["2026-11-20", "2026-11-21"], "moved": {"cash": "611"}}
    told = view.whole({**entry(7), "before": None, "after": after}, TIMES).plain
    assert told.splitlines()[-1] == "After: read 3; dates 2026-11-20, 2026-11-21; moved cash 611"
