"""The log on screen: filters, pages, one attempt whole, retry with its forecast."""

from typing import Any

import pytest
from textual.message import Message

from console.app import Console
from screens.messages import Copy
from screens.widgets.paged_table import PagedTable
from services.contract.answers import AttemptAnswer
from services.contract.problem import Refused, Unreachable
from tests.screens.canned import (
    MANAGER,
    SMALL,
    USUAL,
    VIEWER,
    Answer,
    CannedClient,
    Size,
    pressed,
    said,
    text_of,
    typed,
)
from tests.screens.shop_answers import HARBOUR, attempt, detail, status, store_status

SIZE = (80, 24)
FAILED = {9, 7, 6}


def log_of(count: int) -> Answer:
    """Return what pages the log of `count` attempts, newest first."""

    def one(number: int) -> AttemptAnswer:
        return attempt(number, "refused" if number in FAILED else "accepted")

    def page(_method: str, _path: str, query: dict[str, Any], _body: object) -> dict[str, object]:
        wanted = [one(number) for number in range(count, 0, -1)]
        if query.get("failed"):
            wanted = [each for each in wanted if each["outcome"] == "refused"]
        if "text" in query:
            wanted = [each for each in wanted if str(query["text"]) in each["documents"][0]]
        first = int(query["first"])
        calls = ["PUT CreditNotes", "PUT Invoices"]
        return {"first": first, "count": len(wanted), "calls": calls, "attempts": wanted[first : first + 100]}

    return page


def retry(_method: str, _path: str, _query: object, body: dict[str, Any]) -> dict[str, object]:
    foreseen = [
        {"id": each, "store": "queen-st", "date": "2026-11-20", "kind": "ACCREC", "number": f"POS-{each}"}
        | {"total": "1.00", "action": "create", "why": "", "payments": []}
        for each in body["ids"]
    ]
    return {"forecast": foreseen, "days": []}


def shop(count: int = 10, /, **changes: Answer) -> CannedClient:
    answers: dict[str, Answer] = {
        "GET /v1/me": MANAGER,
        "GET /v1/status": status(),
        "GET /v1/log": {"attempts": []},
        "GET /v1/log/page": log_of(count),
        "GET /v1/log/9": detail(9, "refused"),
        "GET /v1/log/10": detail(10),
        "POST /v1/retry": retry,
    }
    return CannedClient(answers | changes)


@pytest.fixture
def client() -> CannedClient:
    return shop()


def pages(client: CannedClient) -> list[dict[str, Any]]:
    return [query for _, path, query, _ in client.asked if path == "/v1/log/page"]


async def test_enter_shows_an_attempt_whole_and_c_copies_it(app: Console) -> None:
    heard: list[Message] = []
    async with app.run_test(size=SIZE, message_hook=heard.append) as pilot:
        await pressed(pilot, "4", "down", "enter", "c")
        assert "Account 200 has been archived." in text_of(app, "#attempt")
        assert "Sent attempt 9 to your clipboard" in said(app)
    (copied,) = {each.text for each in heard if isinstance(each, Copy)}
    assert "Call PUT Invoices, idempotency key k-1" in copied


async def test_each_filter_is_asked_of_the_service(app: Console, client: CannedClient) -> None:
    client.answers["GET /v1/status"] = status(store_status(), store_status(HARBOUR, "Harbour Road"))
    async with app.run_test(size=SIZE) as pilot:
        await pressed(pilot, "4", "f")
        assert pages(client)[-1] == {"first": 0, "limit": 100, "failed": True}
        await pressed(pilot, "a")
        assert pages(client)[-1] == {"first": 0, "limit": 100, "failed": True, "store": "queen-st"}
        await pressed(pilot, "k", "down", "enter")
        assert pages(client)[-1]["call"] == "PUT CreditNotes"
        await pressed(pilot, "slash")
        await typed(pilot, "POS-9")
        assert pages(client)[-1]["text"] == "POS-9"
        assert "No call matches: failed, Send credit notes, store queen-st, “POS-9”." in text_of(
            app, "#empty"
        )
        await pressed(pilot, "slash", "backspace", "enter")
        assert "text" not in pages(client)[-1]


async def test_a_million_rows_are_read_where_they_are_looked_at(app: Console, client: CannedClient) -> None:
    def page(_method: str, _path: str, query: dict[str, Any], _body: object) -> dict[str, object]:
        first = int(query["first"])
        rows = [attempt(1_000_000 - at) for at in range(first, first + 100)]
        return {"first": first, "count": 1_000_000, "calls": [], "attempts": rows}

    client.answers["GET /v1/log/page"] = page
    async with app.run_test(size=SIZE) as pilot:
        await pressed(pilot, "4", "end")
        assert text_of(app, "#attempts").splitlines()[-1].split()[0] == "1"
        assert {query["first"] for query in pages(client)} == {0, 999_900}


async def test_a_retry_shows_its_forecast_before_anything_is_done(app: Console, client: CannedClient) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await pressed(pilot, "4", "down", "r")
        assert client.changes() == [("POST", "/v1/retry", {"ids": [9], "dry_run": True})]
        assert "1 document would be created." in text_of(app, "Question")
        await pressed(pilot, "n")
        assert len(client.changes()) == 1
        await pressed(pilot, "r", "y")
        assert client.changes()[-1] == ("POST", "/v1/retry", {"ids": [9], "dry_run": False})
        assert said(app) == "1 of 1 queued to be sent again."


@pytest.mark.parametrize("size", [USUAL, SMALL], ids=["80x24", "60x20"])
async def test_the_keys_of_a_question_about_many_documents_are_seen(
    app: Console, client: CannedClient, size: Size
) -> None:
    whys = (
        "Sending is paused. root paused it: the accountant closes last month.",
        "It is outcome unknown, so what is in the ledger is not known for sure.",
        "Nothing of it is in the ledger under this date: it was kept as it is there, or left out.",
    )
    blocked = [
        {"number": f"POS-queen-st-{number}", "action": "blocked", "why": whys[number % 3]}
        for number in range(20260101, 20260301)
    ]
    client.answers["POST /v1/retry"] = {"forecast": blocked, "days": []}
    async with app.run_test(size=size) as pilot:
        await pressed(pilot, "4", "down", "r")
        question = app.screen.query_one("Question")
        assert "(POS-queen-st-" in text_of(app, "Question")
        assert question.content_region.contains_region(question.query_one("#hint").region)


async def test_what_was_accepted_is_not_retried(app: Console, client: CannedClient) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await pressed(pilot, "4", "r")
        assert said(app) == "Retry: go to an attempt that failed, or mark some with Space."
        assert client.changes() == []


async def test_many_are_retried_one_after_the_other_and_refusals_counted(
    app: Console, client: CannedClient
) -> None:
    def some(method: str, path: str, query: object, body: dict[str, Any]) -> dict[str, object]:
        if not body["dry_run"] and body["ids"] == [7]:
            raise Refused("Attempt 7 is of another organisation.", "", "")
        return retry(method, path, query, body)

    client.answers["POST /v1/retry"] = some
    async with app.run_test(size=SIZE) as pilot:
        await pressed(pilot, "4", "m")
        assert said(app) == "3 marked; r retries them."
        await pressed(pilot, "r", "y")
        done = [body["ids"] for _, _, body in client.changes() if not body["dry_run"]]
        assert done == [[6], [7], [9]]
        assert said(app) == ("2 of 3 queued to be sent again. Refused: Attempt 7 is of another organisation.")


async def test_a_retry_of_many_can_be_stopped(app: Console, client: CannedClient) -> None:
    async with app.run_test(size=SIZE) as pilot:

        def stops(method: str, path: str, query: object, body: dict[str, Any]) -> dict[str, object]:
            if not body["dry_run"]:
                app.call_from_thread(app.screen.do_stop)  # type: ignore[attr-defined]  # the place's own
            return retry(method, path, query, body)

        client.answers["POST /v1/retry"] = stops
        await pressed(pilot, "4", "m", "r", "y")
        assert [body["ids"] for _, _, body in client.changes() if not body["dry_run"]] == [[6]]
        assert said(app) == "Stopped: 1 of 3 queued to be sent again."


async def test_space_marks_and_goes_on(app: Console) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await pressed(pilot, "4", "down", "space")
        assert app.screen.query_one(PagedTable).cursor == 2
        assert "▸9" in text_of(app, "#attempts")


async def test_who_may_only_look_sees_the_reason(app: Console, client: CannedClient) -> None:
    client.answers["GET /v1/me"] = VIEWER
    async with app.run_test(size=SIZE) as pilot:
        await pressed(pilot, "4", "down", "r")
        assert said(app).startswith("Retry: you may not send, retry or close days")
        assert client.changes() == []


async def test_a_log_that_cannot_be_read_says_so_in_its_place(app: Console, client: CannedClient) -> None:
    client.answers["GET /v1/log/page"] = Unreachable("Tillbook gave no answer.", "It is busy.", "Wait.")
    async with app.run_test(size=SIZE) as pilot:
        await pressed(pilot, "4")
        assert "It is busy." in text_of(app, "#trouble")
        client.answers["GET /v1/log/page"] = log_of(3)
        await pressed(pilot, "f5")
        assert app.screen.query_one(PagedTable).has_focus
