"""The overview on screen: what is asked, what one key does, where Enter leads."""

import threading
from pathlib import Path

import pytest
from textual.message import Message

from console.app import Console
from screens.messages import Go
from screens.overview import view
from screens.overview.tile import Tile
from screens.widgets.row_list import RowList
from services.contract.problem import NotAllowed, Refused, Unreachable
from tests.screens.canned import (
    MANAGER,
    VIEWER,
    Answer,
    CannedClient,
    pressed,
    said,
    settled,
    started,
    text_of,
    typed,
)
from tests.screens.shop_answers import QUEEN, attempt, integration, paused, status, store_status

SIZE = (80, 24)


def shop(**changes: Answer) -> CannedClient:
    answers: dict[str, Answer] = {
        "GET /v1/me": MANAGER,
        "GET /v1/status": status(store_status(refused=1, posted=18)),
        "GET /v1/log": {"attempts": [attempt(2, "refused"), attempt(1)]},
        f"POST /v1/stores/{QUEEN}/xero/pause": paused(),
        f"POST /v1/stores/{QUEEN}/xero/resume": integration(),
        f"POST /v1/stores/{QUEEN}/sync": {"queued": ["2026-11-20"]},
    }
    return CannedClient(answers | changes)


@pytest.fixture
def client() -> CannedClient:
    return shop()


async def test_one_key_pauses_with_reason_and_end(app: Console, client: CannedClient) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await pressed(pilot, "p")
        assert "nothing else is sent" in text_of(app, "Question")
        await typed(pilot, "stocktake")
        assert client.changes() == []
        await typed(pilot, "2h")
        assert client.changes() == [
            ("POST", f"/v1/stores/{QUEEN}/xero/pause", {"reason": "stocktake", "until": "2h"})
        ]
        assert said(app) == "Paused."


async def test_one_key_resumes_what_is_paused(app: Console, client: CannedClient) -> None:
    client.answers["GET /v1/status"] = status(store_status(of=paused()))
    async with app.run_test(size=SIZE) as pilot:
        await pressed(pilot, "p")
        assert "3 days, 8,412.60 wait" in text_of(app, "Question")
        await pressed(pilot, "y")
        assert [path for _, path, _ in client.changes()] == [f"/v1/stores/{QUEEN}/xero/resume"]


async def test_one_key_retries_what_is_due(app: Console, client: CannedClient) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await pressed(pilot, "r", "y")
        assert client.changes() == [("POST", f"/v1/stores/{QUEEN}/sync", {})]
        assert said(app) == "What is due is queued."


async def test_a_refused_change_is_told_whole_until_it_is_closed(app: Console, client: CannedClient) -> None:
    refusal = Refused("2h2 is not a time.", "A time is written as 2h.", "Say until when.", "T-1")
    client.answers[f"POST /v1/stores/{QUEEN}/xero/pause"] = refusal
    async with app.run_test(size=SIZE) as pilot:
        await pressed(pilot, "p")
        await typed(pilot, "stocktake")
        await typed(pilot, "2h2")
        shown = text_of(app, "Notice")
        assert all(part in shown for part in ("A time is written as 2h.", "Next: Say until when.", "T-1"))
        await pressed(pilot, "escape")
        assert not app.screen.query("Notice")


async def test_what_went_wrong_while_one_looked_elsewhere_is_still_told(
    app: Console, client: CannedClient
) -> None:
    elsewhere = threading.Event()

    def late(*_asked: object) -> None:
        elsewhere.wait(60)
        raise Unreachable("Tillbook gave no answer.", "It is busy.", "Wait.")

    client.answers[f"POST /v1/stores/{QUEEN}/sync"] = late
    async with app.run_test(size=SIZE) as pilot:
        await pressed(pilot, "r")
        await pilot.press("y", "8")
        assert app.current_mode != "overview"
        elsewhere.set()
        await pressed(pilot, "escape")
        assert app.current_mode == "overview"
        assert said(app) == "Tillbook gave no answer. Wait."


async def test_who_may_not_pause_sees_the_key_and_the_reason(app: Console, client: CannedClient) -> None:
    client.answers["GET /v1/me"] = VIEWER
    async with app.run_test(size=SIZE) as pilot:
        await pressed(pilot, "p")
        assert said(app).startswith(
            "Pause: you may not pause or resume an integration; staff, support or a manager"
        )
        assert client.changes() == []


async def test_what_is_no_accounting_says_why_it_cannot_be_paused(app: Console, client: CannedClient) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await pressed(pilot, "right", "p")
        assert said(app) == "Pause: not for Card terminals; go to the accounting (Tab, arrows)."
        assert client.changes() == []


@pytest.mark.parametrize(
    "keys,to",
    [
        (("enter",), Go("settings", store=QUEEN, topic="xero")),
        (("right", "right", "enter"), Go("days", store=QUEEN)),
        (("tab",) * 4 + ("enter",), Go("days", store=QUEEN, topic="refused")),
        (("tab",) * 5 + ("enter",), Go("log", store=QUEEN, topic=2)),
        (("m",), Go("days", store=QUEEN)),
    ],
    ids=["tile", "tills", "needs you", "sent", "month"],
)
async def test_enter_leads_to_what_it_is_about(app: Console, keys: tuple[str, ...], to: Go) -> None:
    heard: list[Message] = []
    async with app.run_test(size=SIZE, message_hook=heard.append) as pilot:
        await pressed(pilot, *keys)
    went = [(each.to, each.store, each.topic) for each in heard if isinstance(each, Go)]
    assert set(went) == {(to.to, to.store, to.topic)}


async def test_what_is_not_set_up_leads_to_the_set_up(app: Console, client: CannedClient) -> None:
    client.answers["GET /v1/status"] = status(store_status(of=integration("not_set_up")))
    async with app.run_test(size=SIZE) as pilot:
        await pressed(pilot, "enter")
        assert app.current_mode == "setup"


async def test_an_event_shows_the_newer_state_and_touches_only_its_tile(
    app: Console, client: CannedClient
) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        before = list(app.screen.query(Tile))
        client.answers["GET /v1/status"] = status(store_status(of=paused()))
        await pressed(pilot, "f5")
        assert list(app.screen.query(Tile)) == before
        assert before[0].view.mark.word == "Paused"


async def test_a_narrow_console_shows_rows_instead_of_tiles(app: Console) -> None:
    async with app.run_test(size=(60, 20)) as pilot:
        await settled(pilot)
        assert not app.screen.query_one("#tiles").display
        assert app.screen.query_one("#integrations", RowList).has_focus
        assert "✓ Connected" in text_of(app, "#integrations")


async def test_nothing_read_is_told_with_its_next_step(app: Console, client: CannedClient) -> None:
    client.answers["GET /v1/status"] = Unreachable("Tillbook is not running.", "", "Start it.")
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert "not connected" in text_of(app, "#top")


async def test_enter_on_what_comes_in_as_files_says_how(app: Console) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await pressed(pilot, "right", "right", "right", "enter")
        assert app.current_mode == "overview"
        assert said(app) == "Orders come in as files: tillbook import FILE."


def test_a_failure_in_the_list_of_what_was_sent_names_its_document_once() -> None:
    failed = {**attempt(1, "refused"), "documents": ["POS-1"]}
    failed["error"] = {"what": "POS-1: Account 265 is archived.", "why": "", "next": ""}
    (row,) = view.sent([failed], lambda _: None)  # type: ignore[list-item]  # as the service gives it
    assert row.draw(80).plain.endswith("refused  POS-1: Account 265 is archived.")


async def test_a_service_that_never_answered_is_told_in_place_of_the_tiles(tmp_path: Path) -> None:
    gone = NotAllowed(
        "You may not call Tillbook here.", "Its socket is not open to you.", "Ask for the group."
    )
    client = CannedClient({"GET /v1/me": gone, "GET /v1/status": gone})
    async with started(client, tmp_path) as (app, pilot):
        told = text_of(app, "#trouble")
        assert app.screen.query_one("#trouble").display
        assert not app.screen.query_one("#empty").display
        for part in ("You may not call Tillbook here.", "Ask for the group.", "tried again by itself"):
            assert part in told
        await pressed(pilot, "p")
        assert said(app) == "Pause: You may not call Tillbook here."
