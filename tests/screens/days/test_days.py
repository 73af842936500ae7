"""The month on screen: what is asked, what is changed, what is said."""

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from console.app import Console
from screens.days.grid import DaysGrid
from screens.days.screen import Days
from screens.messages import Go
from services.contract.answers import StatusAnswer
from services.contract.problem import Unreachable
from tests.screens.canned import (
    MANAGER,
    STAFF,
    CannedClient,
    Size,
    Snap,
    console,
    pressed,
    pressing,
    said,
    settled,
    text_of,
    typed,
)
from tests.screens.days.test_days_view import day

SIZE = (80, 24)


def status(*stores: tuple[str, str]) -> StatusAnswer:
    return {
        "service": {"version": "0", "since": "2026-11-01T00:00:00+00:00", "machines": []},
        "stores": [
            {"key": key, "name": name, "timezone": "Pacific/Auckland", "integrations": [], "days": {}}
            for key, name in stores
        ],
    }


@pytest.fixture
def client() -> CannedClient:
    days = [day(f"2026-11-{number:02}", amount=f"{number * 37 % 50 + 100}.00") for number in range(2, 19)]
    days += [
        day("2026-11-19", "missing", None),
        day("2026-11-20", "blocked", "410.20", "Category garden is not mapped."),
        day("2026-11-21", "open", "12.00"),
    ]
    return CannedClient(
        {
            "GET /v1/me": MANAGER,
            "GET /v1/status": status(("queen-st", "Queen St"), ("harbour", "Harbour Road Garden Centre")),
            "GET /v1/log": {"attempts": []},
            "GET /v1/stores/queen-st/days": {"store": "queen-st", "days": days},
            "GET /v1/stores/harbour/days": {"store": "harbour", "days": days[3:]},
            "POST /v1/stores/queen-st/days/2026-11-19/no-trade": day("2026-11-19", "no_trade"),
            "POST /v1/stores/queen-st/sync": {"queued": ["2026-11-20"]},
        }
    )


async def shown(pilot: Pilot[Any], *keys: str) -> None:
    """Wait until what was asked is shown, then press keys."""
    await pressed(pilot, "2", *keys)


async def test_the_month_is_asked_for_every_store(app: Console, client: CannedClient) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await shown(pilot)
        asked = [(path, query) for _, path, query, _ in client.asked if path.endswith("/days")]
        assert asked == [
            ("/v1/stores/queen-st/days", {"month": "2026-11"}),
            ("/v1/stores/harbour/days", {"month": "2026-11"}),
        ]
        assert isinstance(app.screen, Days)
        assert said(app) == "Sat 21 November: open"


async def test_no_trade_asks_for_a_name_and_only_then_changes(app: Console, client: CannedClient) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await shown(pilot, "left", "left", "n")
        assert client.changes() == []
        await pilot.press("enter")
        await settled(pilot)
        assert client.changes() == [("POST", "/v1/stores/queen-st/days/2026-11-19/no-trade", {"name": "mia"})]
        assert said(app) == "2026-11-19: no trade, confirmed by mia."


async def test_somebody_elses_name_confirms_too(app: Console, client: CannedClient) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await shown(pilot, "left", "left", "n")
        await typed(pilot, "Kim Brown")
        assert [body for _, _, body in client.changes()] == [{"name": "Kim Brown"}]


async def test_a_shop_without_a_store_says_how_to_begin(app: Console, client: CannedClient) -> None:
    client.answers["GET /v1/status"] = status()
    async with app.run_test(size=SIZE) as pilot:
        await shown(pilot)
        assert "There is no store yet." in text_of(app, "#empty")


async def test_a_month_without_records_says_what_to_do(app: Console, client: CannedClient) -> None:
    for key in ("queen-st", "harbour"):
        client.answers[f"GET /v1/stores/{key}/days"] = {"store": key, "days": []}
    async with app.run_test(size=SIZE) as pilot:
        await shown(pilot, "left_square_bracket")
        assert "has no business date in this month." in text_of(app, "#empty")
        assert client.asked[-1][2] == {"month": "2026-10"}


async def test_escape_leaves_a_question_without_a_change(app: Console, client: CannedClient) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await shown(pilot, "left", "y")
        await pilot.press("escape")
        await settled(pilot)
        assert client.changes() == []
        assert app.current_mode == "days"


async def test_sending_says_what_it_does_and_asks(app: Console, client: CannedClient) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await shown(pilot, "left", "y", "y")
        assert [(path, body) for _, path, body in client.changes()] == [
            ("/v1/stores/queen-st/sync", {"date": "2026-11-20"})
        ]


async def test_what_cannot_be_done_says_why(app: Console, client: CannedClient) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await shown(pilot, "n")
        assert said(app) == "21 November is open: only a missing day can be marked."
        assert client.changes() == []


async def test_who_may_not_send_is_told_who_may(app: Console, client: CannedClient) -> None:
    client.answers["GET /v1/me"] = STAFF
    async with app.run_test(size=SIZE) as pilot:
        await shown(pilot, "left", "y")
        assert said(app).startswith("Send: you may not send")
        assert client.changes() == []


async def test_a_failed_read_is_told_in_place_of_the_list(app: Console, client: CannedClient) -> None:
    client.answers["GET /v1/stores/harbour/days"] = Unreachable(
        "Tillbook gave no answer.", "It is busy.", "Wait."
    )
    async with app.run_test(size=SIZE) as pilot:
        await shown(pilot)
        assert app.screen.query_one("#trouble").display
        assert not app.screen.query_one("#list").display


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (60, 20)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("theme", ["tillbook-dark", "tillbook-light", "tillbook-contrast", "tillbook-16"])
def test_the_month_looks_as_it_did(
    client: CannedClient, tmp_path: Path, snap_compare: Snap, theme: str, size: Size
) -> None:
    app = console(client, tmp_path, theme=theme)
    assert snap_compare(app, terminal_size=size, run_before=pressing("2", "left"))


async def test_what_needs_somebody_is_under_the_cursor(app: Console) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await app.go(Go("days", store="queen-st", topic="blocked"))
        await settled(pilot)
        chosen = app.screen.query_one(DaysGrid).chosen
        assert chosen is not None
        assert (chosen[0].store, chosen[1].date.day) == ("queen-st", 20)
        await app.go(Go("days", store="queen-st", topic="refused"))
        await settled(pilot)
        assert said(app).startswith("No day of Queen St is refused in November 2026; [ shows")


async def test_the_store_one_came_for_is_under_the_cursor_in_any_case(app: Console) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await shown(pilot)
        grid = app.screen.query_one(DaysGrid)
        for store, name, topic in (
            ("harbour", "Harbour Road Garden Centre", "refused"),
            ("queen-st", "", None),
        ):
            await app.go(Go("overview"))
            await settled(pilot)
            await app.go(Go("days", store=store, topic=topic))
            await settled(pilot)
            assert grid.chosen is not None
            assert grid.chosen[0].store == store
            if topic:
                assert said(app).startswith(f"No day of {name} is refused in November 2026")
        await pilot.press("down", "left")
        await settled(pilot)
        assert said(app).startswith("Fri 20 November: blocked"), "what was said is no news for another date"
