"""The mapping editor on screen: what is asked, what is changed, what is said."""

from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from console.app import Console
from screens.mapping.chooser import AccountChooser
from screens.mapping.screen import Mapping
from screens.widgets.panel import Panel
from screens.widgets.question import Question
from screens.widgets.row_list import RowList
from services.contract.problem import Refused, Unreachable
from tests.screens.canned import MANAGER, STAFF, CannedClient, pressed, said, settled
from tests.screens.days.test_days import status
from tests.screens.mapping.answers import (
    CHOICES,
    GROCERY,
    NO_RIGHT,
    SAMPLE,
    editor,
    setting,
)

SIZE = (80, 24)
PATH = "/v1/stores/queen-st/mapping"
NEW_ACCOUNT = {
    "code": "619",
    "name": "POS clearing - Cash",
    "type": "CURRENT",
    "tax_type": "NONE",
    "payments": True,
    "problems": [],
    "types": ["CURRENT", "CURRLIAB"],
    "created": False,
}
NO_ADVICE = {"text": "Ask your accountant before you link accounts.", "by": None, "at": None}


@pytest.fixture
def client() -> CannedClient:
    return CannedClient(
        {
            "GET /v1/me": MANAGER,
            "GET /v1/status": status(("queen-st", "Queen St")),
            "GET /v1/log": {"attempts": []},
            f"GET {PATH}/editor": editor(),
            f"GET {PATH}/sample": SAMPLE,
            f"GET {PATH}/choices": CHOICES,
            f"PUT {PATH}/draft": editor(),
            f"DELETE {PATH}/draft": editor(changes=[], draft=None),
            f"POST {PATH}/draft/save": {"version": 5, "issues": []},
            f"GET {PATH}/accounts": NEW_ACCOUNT,
            f"POST {PATH}/accounts": {**NEW_ACCOUNT, "created": True},
            f"POST {PATH}/advice": {**NO_ADVICE, "by": "mia", "at": "2026-11-20T09:00:00+00:00"},
            "POST /v1/stores/queen-st/reference/refresh": {"accounts": 50, "tax-rates": 7},
        }
    )


async def shown(pilot: Pilot[Any], *keys: str) -> None:
    """Wait until the mapping is shown, then press keys."""
    await pressed(pilot, "3", *keys)


def detail(app: Console) -> tuple[str, str]:
    title = app.screen.query_one("#detail", Panel).border_title or ""
    return str(title), str(app.screen.query_one("#words", Static).content)


def changed(client: CannedClient) -> list[Any]:
    return [body for method, path, body in client.changes() if path == f"{PATH}/draft" and method == "PUT"]


async def test_the_mapping_is_shown_with_the_cursor_on_what_is_missing(app: Console) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await shown(pilot)
        assert isinstance(app.screen, Mapping)
        title, told = detail(app)
        assert title == "Tender cash"
        assert told.startswith("Tender cash has no account.")


async def test_the_cursor_of_another_store_is_on_what_is_missing_there(
    app: Console, client: CannedClient
) -> None:
    client.answers["GET /v1/status"] = status(("queen-st", "Queen St"), ("harbour", "Harbour"))
    harbour = PATH.replace("queen-st", "harbour")
    client.answers |= {f"GET {harbour}/editor": editor(store="harbour"), f"GET {harbour}/sample": SAMPLE}
    async with app.run_test(size=SIZE) as pilot:
        await shown(pilot, *("down",) * 4)
        assert detail(app)[0] != "Tender cash"
        await pressed(pilot, "s", *"harb", "enter")
        assert detail(app)[0] == "Tender cash"


async def test_the_cursor_passes_over_headings(app: Console) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await shown(pilot, "down")
        assert detail(app)[0] == "Category discounts"
        await pilot.press("up", "up", "up")
        await settled(pilot)
        assert detail(app)[0] == "Tender cash"


async def test_an_account_is_chosen_by_typing_and_kept_at_once(app: Console, client: CannedClient) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await shown(pilot, "enter", *"eftpos")
        assert changed(client) == []
        await pilot.press("enter")
        await settled(pilot)
        assert changed(client) == [
            {"changes": [{"part": "tenders", "key": "cash", "value": "612", "tax_type": None}]}
        ]


async def test_what_cannot_be_taken_says_the_steps_and_is_not_taken(
    app: Console, client: CannedClient
) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await shown(pilot, "enter", *"layby")
        reason = app.screen.query_one("#reason", Static)
        assert "tick Enable payments to this account" in str(reason.content)
        await pilot.press("enter")
        await settled(pilot)
        assert changed(client) == []
        assert app.screen.query(AccountChooser)


async def test_the_chart_is_read_again_from_within_the_choice(app: Console, client: CannedClient) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await shown(pilot, "enter", "ctrl+r")
        assert ("POST", "/v1/stores/queen-st/reference/refresh", None) in client.changes()
        assert said(app) == "Read: 50 accounts, 7 tax rates."
        assert len(app.screen.query(AccountChooser)) == 1, "it is open again"


async def test_a_suggestion_is_taken_by_a_key(app: Console, client: CannedClient) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await shown(pilot, "a")
        assert changed(client)[0]["changes"][0]["value"] == "611"


async def test_all_suggestions_are_taken_after_a_question(app: Console, client: CannedClient) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await shown(pilot, "u")
        assert changed(client) == []
        assert "guesses" in str(app.screen.query_one(Question).query(Static).first().content)
        await pilot.press("y")
        await settled(pilot)
        assert [each["key"] for each in changed(client)[0]["changes"]] == ["cash"]


async def test_the_warning_is_acknowledged_once_before_the_first_change(
    app: Console, client: CannedClient
) -> None:
    client.answers[f"GET {PATH}/editor"] = editor(advice=NO_ADVICE)
    async with app.run_test(size=SIZE) as pilot:
        await shown(pilot, "a")
        assert client.changes() == []
        await pilot.press("y")
        await settled(pilot)
        assert [(method, path) for method, path, _ in client.changes()] == [
            ("POST", f"{PATH}/advice"),
            ("PUT", f"{PATH}/draft"),
        ]
        await pilot.press("a")
        await settled(pilot)
        assert len([path for _, path, _ in client.changes() if path.endswith("/advice")]) == 1


async def test_a_tax_type_of_its_own_keeps_the_account(app: Console, client: CannedClient) -> None:
    none = {"value": "NONE", "label": "NONE No GST", "note": "0 %", "obstacle": None, "proposed": False}
    client.answers[f"GET {PATH}/choices"] = {**CHOICES, "choices": [none]}
    client.answers[f"GET {PATH}/editor"] = editor(settings=[GROCERY])
    async with app.run_test(size=SIZE) as pilot:
        await shown(pilot, "t", "enter")
        assert changed(client)[0]["changes"] == [
            {"part": "categories", "key": "grocery", "value": "201", "tax_type": "NONE"}
        ]


async def test_a_text_is_typed_with_what_it_was(app: Console, client: CannedClient) -> None:
    client.answers[f"GET {PATH}/choices"] = {**CHOICES, "choices": [], "free": True}
    client.answers[f"GET {PATH}/editor"] = editor(settings=[setting("due_days", "due_days", "0")])
    async with app.run_test(size=SIZE) as pilot:
        await shown(pilot, "enter", "end", "backspace", "7", "enter")
        assert changed(client)[0]["changes"][0]["value"] == "7"


async def test_one_change_is_undone_and_all_are_discarded_after_a_question(
    app: Console, client: CannedClient
) -> None:
    client.answers[f"GET {PATH}/editor"] = editor(settings=[GROCERY])
    async with app.run_test(size=SIZE) as pilot:
        await shown(pilot, "z")
        queries = [query for method, _, query, _ in client.asked if method == "DELETE"]
        assert queries == [{"part": "categories", "key": "grocery"}]
        client.answers[f"GET {PATH}/editor"] = editor()
        await pilot.press("f5")
        await settled(pilot)
        await pilot.press("x")
        await settled(pilot)
        assert len([path for method, path, _ in client.changes() if method == "DELETE"]) == 1
        await pilot.press("y")
        await settled(pilot)
        assert [query for method, _, query, _ in client.asked if method == "DELETE"][1] == {}


async def test_saving_says_what_changes_and_names_the_version(app: Console, client: CannedClient) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await shown(pilot, "w")
        asked = str(app.screen.query_one(Question).query(Static).first().content)
        assert "Category grocery: 200 Sales - Grocery → 201 Sales - Hardware" in asked
        assert client.changes() == []
        await pilot.press("y")
        await settled(pilot)
        assert ("POST", f"{PATH}/draft/save", {"version": 4}) in client.changes()
        assert said(app) == "Saved as version 5."


async def test_what_was_saved_meanwhile_is_said_and_read_again(app: Console, client: CannedClient) -> None:
    client.answers[f"POST {PATH}/draft/save"] = Refused(
        "ben saved version 5 meanwhile.", "", "Look at what saving would change, then save again."
    )
    async with app.run_test(size=SIZE) as pilot:
        await shown(pilot, "w", "y")
        assert said(app).startswith("ben saved version 5 meanwhile.")
        assert len([path for _, path, _, _ in client.asked if path.endswith("/editor")]) == 2


async def test_a_change_that_could_not_be_kept_is_sent_when_the_service_answers(
    app: Console, client: CannedClient
) -> None:
    gone = Unreachable("Tillbook is not running.", "", "")
    client.answers[f"PUT {PATH}/draft"] = gone
    async with app.run_test(size=SIZE) as pilot:
        await shown(pilot, "a")
        assert said(app) == "Not kept yet: it is sent as soon as the service answers."
        assert isinstance(app.screen, Mapping)
        assert app.screen.note().endswith("! not kept yet")
        client.answers[f"PUT {PATH}/draft"] = editor(settings=[GROCERY])
        app._link_from_thread(gone)  # noqa: SLF001 - as the watcher tells it
        await settled(pilot)
        app._link_from_thread(None)  # noqa: SLF001 - as the watcher tells it
        await settled(pilot)
        assert [each["changes"][0]["value"] for each in changed(client)] == ["611", "611"]
        assert "not kept" not in app.screen.note()


async def test_a_refused_change_is_said_and_forgotten(app: Console, client: CannedClient) -> None:
    client.answers[f"PUT {PATH}/draft"] = Refused("Account 611 is archived.", "", "Choose another.")
    async with app.run_test(size=SIZE) as pilot:
        await shown(pilot, "a")
        assert said(app) == "Account 611 is archived. Choose another."
        assert app.shop.link is None, "a refusal says nothing of the link"
        assert isinstance(app.screen, Mapping)
        assert "not kept" not in app.screen.note()


async def test_a_new_account_is_created_after_a_question_and_mapped(
    app: Console, client: CannedClient
) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await shown(pilot, "c", "enter")
        assert client.changes() == []
        await pilot.press("enter")
        await settled(pilot)
        account = next(body for _, path, body in client.changes() if path == f"{PATH}/accounts")
        assert account == {
            "code": "619",
            "name": "POS clearing - Cash",
            "type": "CURRENT",
            "tax_type": "NONE",
            "payments": True,
            "dry_run": False,
        }
        assert changed(client)[0]["changes"][0] == {
            "part": "tenders",
            "key": "cash",
            "value": "619",
            "tax_type": None,
        }


async def test_without_the_right_the_steps_in_xero_are_shown(app: Console, client: CannedClient) -> None:
    client.answers[f"GET {PATH}/editor"] = editor(cannot_create=NO_RIGHT)
    client.answers[f"GET {PATH}/accounts"] = {**NEW_ACCOUNT, "problems": [NO_RIGHT]}
    async with app.run_test(size=SIZE) as pilot:
        await shown(pilot, "c")
        title, told = detail(app)
        assert title == "Create it in Xero"
        assert "Add account. Account type Current Asset, code 619" in told
        assert client.changes() == []


async def test_the_address_of_the_chart_is_shown(app: Console) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await shown(pilot, "o")
        assert "https://go.xero.com/" in detail(app)[1]


async def test_another_day_is_taken_as_sample(app: Console, client: CannedClient) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await shown(pilot, "[")
        assert client.asked[-1][:3] == ("GET", f"{PATH}/sample", {"date": "2026-11-19"})


async def test_who_may_not_set_up_sees_all_and_changes_nothing(app: Console, client: CannedClient) -> None:
    client.answers["GET /v1/me"] = STAFF
    async with app.run_test(size=SIZE) as pilot:
        await shown(pilot, "enter", "a", "w")
        assert client.changes() == []
        assert said(app) == (
            "Save: you may not change stores, sources, mappings or schedules; a manager may."
        )
        assert detail(app)[0] == "Tender cash"


@pytest.mark.parametrize(
    "key,reason",
    [
        ("t", "Tax type: only categories and special lines can have one of their own."),
        ("z", "Undo: this setting was not changed."),
        ("i", "Import chart: Xero tells the chart; r reads it again."),
    ],
)
async def test_what_cannot_be_done_says_why(app: Console, key: str, reason: str) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await shown(pilot, key)
        assert said(app) == reason


async def test_a_failed_read_is_told_in_place_of_the_mapping(app: Console, client: CannedClient) -> None:
    client.answers[f"GET {PATH}/editor"] = Unreachable("Tillbook gave no answer.", "It is busy.", "Wait.")
    async with app.run_test(size=SIZE) as pilot:
        await shown(pilot)
        assert app.screen.query_one("#trouble").display
        assert not app.screen.query_one("#columns").display
        client.answers[f"GET {PATH}/editor"] = editor()
        await pilot.press("f5")
        await settled(pilot)
        assert app.screen.query_one("#columns").display
        assert not app.screen.query_one("#trouble").display


async def test_what_was_shown_stays_when_the_link_is_lost(app: Console, client: CannedClient) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await shown(pilot)
        client.answers[f"GET {PATH}/editor"] = Unreachable("Tillbook is not running.", "", "")
        app._link_from_thread(Unreachable("Tillbook is not running.", "", ""))  # noqa: SLF001 - as the watcher
        await settled(pilot)
        assert app.screen.query_one("#columns").display
        assert app.screen.query_one("#list", RowList).leads_to is not None
        await pilot.press("a")
        await settled(pilot)
        assert said(app) == "Accept: Tillbook is not running."
