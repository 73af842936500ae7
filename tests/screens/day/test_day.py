"""A day on screen: proof, receipts behind a number, both sides of a change."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from textual.message import Message

from screens.day.leads import Behind
from screens.messages import Go
from screens.widgets.row_list import RowList
from services.contract.problem import Unreachable
from tests.screens.canned import (
    MANAGER,
    STAFF,
    Answer,
    CannedClient,
    pressed,
    said,
    started,
    text_of,
    typed,
)
from tests.screens.day.test_day_view import resolved
from tests.screens.shop_answers import (
    QUEEN,
    behind,
    change,
    day_documents,
    document,
    finding,
    postings,
    receipt,
    status,
    totals,
)

RECEIPTS = "1 receipts: lines + cash rounding = tenders"
RECEIPTS_SAID = "Receipts: lines + cash rounding = tenders"
DAY = f"/v1/stores/{QUEEN}/days/2026-11-20"
AT_DAY = Go("day", store=QUEEN, date="2026-11-20")
at_day = partial(started, at=AT_DAY)


def shop(state: str = "posted", changed: tuple[Any, ...] = (), /, **changes: Answer) -> CannedClient:
    shown = day_documents(state)
    answers: dict[str, Answer] = {
        "GET /v1/me": MANAGER,
        "GET /v1/status": status(),
        "GET /v1/log": {"attempts": []},
        f"GET /v1/stores/{QUEEN}/days": {"store": QUEEN, "days": []},
        f"GET /v1/stores/{QUEEN}/totals": totals(),
        f"GET {DAY}/postings": postings(),
        f"GET /v1/stores/{QUEEN}/sync": {"days": [shown]},
        f"GET {DAY}/preview": shown,
        f"GET /v1/stores/{QUEEN}/changes": {"store": QUEEN, "on_change": "wait", "changes": list(changed)},
        f"GET {DAY}/receipts": behind(),
        f"GET /v1/stores/{QUEEN}/registers/1/receipts/261120-1-001": receipt(),
        f"POST /v1/stores/{QUEEN}/sync": {"queued": ["2026-11-20"]},
        f"POST {DAY}/correct": resolved(),
        f"POST {DAY}/keep": resolved(by="keep", steps=[]),
    }
    return CannedClient(answers | changes)


def unsent(**more: object) -> CannedClient:
    """Return a shop whose day waits, with more of what is told of it."""
    shown = day_documents("waiting", documents=[document("waiting")], **more)
    return shop(**{f"GET /v1/stores/{QUEEN}/sync": {"days": [shown]}, f"GET {DAY}/preview": shown})


async def test_the_four_parts_of_the_proof_are_shown(tmp_path: Path) -> None:
    async with at_day(shop(), tmp_path) as (app, _):
        assert "homewares" in text_of(app, "#tills")
        assert "✓ Invoice POS-queen-s" in text_of(app, "#documents")
        assert "611 POS" in text_of(app, "#ledger")
        assert "✓ Receipts: lines" in text_of(app, "#proof")
        assert "Fri 20 Nov" in text_of(app, "#top")


@pytest.mark.parametrize(
    "keys,behind_it",
    [
        (("enter",), Behind("sale", kind="sale")),
        (("tab", "down", "enter"), Behind("Sales - Homewares - 15% GST on Income", document="sales", line=0)),
        (("tab", "tab", "down", "down", "down", "enter"), Behind("tender cash", tender="cash")),
        (("tab", "tab", "enter"), Behind("credits of TAX Tax", moves="TAX", side="credit")),
        (("tab", "tab", "tab", "enter"), Behind(RECEIPTS_SAID, check=RECEIPTS)),
    ],
    ids=["tills", "documents", "ledger", "tax", "proof"],
)
async def test_enter_on_any_number_lists_the_receipts_behind_it(
    tmp_path: Path, keys: tuple[str, ...], behind_it: Behind
) -> None:
    client = shop()
    heard: list[Message] = []
    async with at_day(client, tmp_path, *keys, hears=heard.append) as (app, _):
        assert app.current_mode == "receipts"
        assert "5 receipts" in str(app.screen.query_one("#behind").border_subtitle)
    topics = {each.topic for each in heard if isinstance(each, Go) and each.to == "receipts"}
    assert topics == {behind_it}
    (asked,) = [query for _, path, query, _ in client.asked if path == f"{DAY}/receipts"]
    assert asked["limit"] == 100


async def test_an_equality_of_nothing_says_that_nothing_is_behind_it(tmp_path: Path) -> None:
    due = {"check": "6 due from the tills' own contact = 0", "left": "0.00", "right": "0.00", "holds": True}
    async with at_day(unsent(proof=[due]), tmp_path, "tab", "tab", "tab", "enter") as (app, _):
        assert said(app) == "Receipts: 0.00, so nothing is behind it."
        assert app.current_mode == "day"


async def test_an_account_moved_by_several_lets_choose(tmp_path: Path) -> None:
    lines = document()["lines"]
    both = document(lines=[lines[0], {**lines[1], "account": "200"}])
    shown = day_documents(documents=[both])
    async with at_day(
        shop(**{f"GET /v1/stores/{QUEEN}/sync": {"days": [shown]}}), tmp_path, "tab", "tab", "down", "enter"
    ) as (app, pilot):
        assert "What moved the account" in text_of(app, "Chooser")
        await pressed(pilot, "down", "enter")
        assert app.current_mode == "receipts"


async def test_sending_names_what_is_posted_and_asks(tmp_path: Path) -> None:
    client = unsent()
    async with at_day(client, tmp_path, "y") as (app, pilot):
        assert "POS-queen-st-2026-11-20 499.98" in text_of(app, "Question")
        assert client.changes() == []
        await pressed(pilot, "y")
        assert client.changes() == [("POST", f"/v1/stores/{QUEEN}/sync", {"date": "2026-11-20"})]
        assert said(app) == "2026-11-20 is queued."


async def test_send_is_off_while_an_equality_fails_and_says_the_two_numbers(tmp_path: Path) -> None:
    failing = [{"check": "9 debits = credits", "left": "500.00", "right": "500.01", "holds": False}]
    client = unsent(proof=failing)
    async with at_day(client, tmp_path, "y") as (app, _):
        assert said(app) == "Send: Debits = credits: 500.00 is not 500.01."
        assert client.changes() == []


async def test_a_posted_day_is_not_sent_again(tmp_path: Path) -> None:
    client = shop()
    async with at_day(client, tmp_path, "y") as (app, _):
        assert said(app) == "Send: the day is posted."
        assert client.changes() == []


async def test_a_preview_in_another_shape_changes_nothing_and_leads_back(tmp_path: Path) -> None:
    client = unsent()
    async with at_day(client, tmp_path, "v", *"journal", "enter") as (app, pilot):
        asked = [(path, query) for _, path, query, _ in client.asked if query.get("shape")]
        assert asked == [(f"{DAY}/postings", {"shape": "journal"}), (f"{DAY}/preview", {"shape": "journal"})]
        assert "as journal (preview)" in str(app.screen.note())  # type: ignore[attr-defined]  # the place's own
        await pressed(pilot, "y")
        assert said(app).startswith("Send: this is a preview in another shape")
        await pressed(pilot, "v", "enter")
        assert client.changes() == []
        assert "preview" not in str(app.screen.note())  # type: ignore[attr-defined]  # the place's own


async def test_a_number_of_a_preview_is_opened_in_its_shape(tmp_path: Path) -> None:
    client = unsent()
    async with at_day(client, tmp_path, "v", *"journal", "enter") as (_, pilot):
        await pressed(pilot, "tab", "tab", "enter")
        (asked,) = [query for _, path, query, _ in client.asked if path == f"{DAY}/receipts"]
        assert (asked["moves"], asked["side"], asked["shape"]) == ("TAX", "credit", "journal")


async def test_a_changed_day_shows_both_sides_and_d_goes_back_to_the_proof(tmp_path: Path) -> None:
    async with at_day(shop("changed", (change(),)), tmp_path) as (app, pilot):
        assert app.screen.query_one("#changes", RowList).has_focus
        assert "347.88     366.28     +18.40" in text_of(app, "#changes")
        await pressed(pilot, "y")
        assert said(app).startswith("Send: the day was posted and changed since; c decides")
        await pressed(pilot, "d")
        assert app.screen.query_one("#tills", RowList).has_focus
        assert not app.screen.query_one("#part-changes").display


async def test_deciding_tells_the_steps_first(tmp_path: Path) -> None:
    client = shop("changed", (change(),))
    async with at_day(client, tmp_path, "c", "enter") as (app, pilot):
        assert client.changes() == [("POST", f"{DAY}/correct", {"by": "delta", "dry_run": True})]
        assert "Create POS-D 18.40; Pay POS-D 18.40." in text_of(app, "Question")
        await pressed(pilot, "y")
        assert client.changes()[-1] == ("POST", f"{DAY}/correct", {"by": "delta", "dry_run": False})
        assert said(app) == "2026-11-20: delta is under way."


async def test_leaving_a_difference_asks_for_the_reason(tmp_path: Path) -> None:
    client = shop("changed", (change(),))
    async with at_day(client, tmp_path, "c", *"keep", "enter") as (_, pilot):
        await typed(pilot, "agreed with the accountant")
        await pressed(pilot, "y")
        notes = [(path, body["note"], body["dry_run"]) for _, path, body in client.changes()]
        assert notes == [(f"{DAY}/keep", "agreed with the accountant", asked) for asked in (True, False)]


async def test_a_decision_that_cannot_be_done_says_why(tmp_path: Path) -> None:
    client = shop("changed", (change(),))
    paid = [finding("It is reconciled.", "The bank line is matched.", "Post a delta.")]
    client.answers[f"POST {DAY}/correct"] = resolved(possible=False, reasons=paid, by="resend")
    async with at_day(client, tmp_path, "c", *"resend", "enter") as (app, _):
        assert "Next: Post a delta." in text_of(app, "Notice")
        assert [body["dry_run"] for _, _, body in client.changes()] == [True]


async def test_who_may_not_correct_sees_the_reason(tmp_path: Path) -> None:
    client = shop("changed", (change(),), **{"GET /v1/me": STAFF})
    async with at_day(client, tmp_path, "c") as (app, _):
        assert said(app).startswith("Decide: you may not correct posted days")
        assert client.changes() == []


async def test_the_day_before_and_after_are_one_key_away(tmp_path: Path) -> None:
    client = shop()
    heard: list[Message] = []
    async with at_day(client, tmp_path, "left_square_bracket", hears=heard.append) as (app, pilot):
        asked = [query for _, path, query, _ in client.asked if path == f"/v1/stores/{QUEEN}/totals"]
        assert asked[-1] == {"from": "2026-11-19", "to": "2026-11-19"}
        await pressed(pilot, "m")
        assert app.current_mode == "days"
    months: list[Message] = [each for each in heard if isinstance(each, Go) and each.to == "days"]
    assert months


async def test_a_day_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    client = shop(**{f"GET {DAY}/postings": Unreachable("No answer.", "It is busy.", "Wait.")})
    async with at_day(client, tmp_path) as (app, _):
        assert "It is busy." in text_of(app, "#trouble")
        assert not app.screen.query_one("#parts").display
