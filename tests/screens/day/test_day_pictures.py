"""How a day looks, in every state."""

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
from tests.screens.day.test_day import AT_DAY, DAY, shop
from tests.screens.shop_answers import QUEEN, change, day_documents, document, finding

keys = partial(pressing, at=AT_DAY)


def stopped() -> CannedClient:
    failing = {"check": "9 debits = credits", "left": "500.00", "right": "500.01", "holds": False}
    lock = {"kind": "lock", "due": "2026-11-30", "days_left": 9, "first": "2026-11-20", "last": "2026-11-30"}
    shown = day_documents(
        "blocked",
        documents=[document("blocked", number="POS-the-harbour-road-garden-centre-2026-11-20")],
        proof=[*day_documents()["proof"][:2], failing],
        blocked=[finding("Category garden is not mapped.", "A till used it.", "Map it.")],
        warnings=["Till 2 was not counted."],
        deadline=lock,
    )
    return shop(**{f"GET /v1/stores/{QUEEN}/sync": {"days": [shown]}, f"GET {DAY}/preview": shown})


def changed() -> CannedClient:
    fields = [{"name": "date", "sent": "2026-11-20", "now": "2026-11-19"}]
    edited = change("ledger", number="POS-queen-st-2026-11-20-R", kind="ACCRECCREDIT", fields=fields)
    return shop("changed", (change(), edited))


@both_sizes
def test_a_posted_day(tmp_path: Path, snap_compare: Snap, size: Size) -> None:
    assert snap_compare(console(shop(), tmp_path), terminal_size=size, run_before=keys("down"))


@other_themes
def test_a_day_in_other_colours(tmp_path: Path, snap_compare: Snap, theme: str) -> None:
    app = console(stopped(), tmp_path, theme=theme)
    assert snap_compare(app, terminal_size=USUAL, run_before=keys())


@both_sizes
def test_a_day_that_cannot_be_sent(tmp_path: Path, snap_compare: Snap, size: Size) -> None:
    assert snap_compare(console(stopped(), tmp_path), terminal_size=size, run_before=keys("y"))


@both_sizes
def test_what_changed_since_posting(tmp_path: Path, snap_compare: Snap, size: Size) -> None:
    assert snap_compare(console(changed(), tmp_path), terminal_size=size, run_before=keys())


def test_a_small_window_has_one_column(tmp_path: Path, snap_compare: Snap) -> None:
    assert snap_compare(console(shop(), tmp_path), terminal_size=SMALL, run_before=keys())


def test_the_choice_of_a_shape(tmp_path: Path, snap_compare: Snap) -> None:
    assert snap_compare(console(shop(), tmp_path), terminal_size=USUAL, run_before=keys("v"))


def test_the_forecast_of_a_decision(tmp_path: Path, snap_compare: Snap) -> None:
    assert snap_compare(console(changed(), tmp_path), terminal_size=USUAL, run_before=keys("c", "enter"))


def test_a_day_without_records(tmp_path: Path, snap_compare: Snap) -> None:
    shown = day_documents("missing", documents=[], proof=[])
    nothing: dict[str, Any] = {"store": QUEEN, "rows": [], "tenders": [], "set_apart": []}
    posted = {"store": QUEEN, "date": "2026-11-20", "rows": [], "debits": "0.00", "credits": "0.00"}
    client = shop(
        **{
            f"GET /v1/stores/{QUEEN}/sync": {"days": [shown]},
            f"GET {DAY}/preview": shown,
            f"GET /v1/stores/{QUEEN}/totals": nothing,
            f"GET {DAY}/postings": posted,
        }
    )
    assert snap_compare(console(client, tmp_path), terminal_size=USUAL, run_before=keys())


def test_it_is_being_read(tmp_path: Path, snap_compare: Snap, monkeypatch: pytest.MonkeyPatch) -> None:
    never_answered(monkeypatch)
    assert snap_compare(console(shop(), tmp_path), terminal_size=USUAL, run_before=keys())


def test_it_cannot_be_read(tmp_path: Path, snap_compare: Snap) -> None:
    down = Unreachable("Tillbook gave no answer.", "It is busy.", "Wait a moment.", "ReadTimeout")
    client = shop(**{f"GET {DAY}/postings": down})
    assert snap_compare(console(client, tmp_path), terminal_size=USUAL, run_before=keys())


def test_the_link_is_cut(tmp_path: Path, snap_compare: Snap) -> None:
    async def lose(pilot: Pilot[Any]) -> None:
        await pressed(pilot, at=AT_DAY)
        await cut_off(pilot)

    assert snap_compare(console(shop(), tmp_path), terminal_size=USUAL, run_before=lose)
