"""The set-up on screen: each step, who may do it, and an error on the way."""

from functools import partial
from pathlib import Path

from textual.message import Message

from console.app import Console
from screens.messages import Copy, Go
from screens.widgets.key_bar import KeyBar
from services.contract.problem import Refused, Unreachable
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
from tests.screens.settings.test_settings import ORGANISATIONS
from tests.screens.setup.test_setup_view import asked
from tests.screens.shop_answers import QUEEN, integration, status, store, store_status

AT = f"/v1/stores/{QUEEN}"
AT_SETUP = Go("setup", store=QUEEN)
at_setup = partial(started, at=AT_SETUP)


def shop(state: str = "not_set_up", /, **changes: Answer) -> CannedClient:
    answers: dict[str, Answer] = {
        "GET /v1/me": MANAGER,
        "GET /v1/status": status(store_status(of=integration(state))),
        "GET /v1/log": {"attempts": []},
        "GET /v1/stores": [store()],
        f"GET {AT}/schedule": {"frequency": "daily", "at": "05:00", "start": "2026-11-01"},
        f"GET {AT}/mapping": {"store": QUEEN, "version": 4},
        f"GET {AT}/mapping/check": {"issues": []},
        f"GET {AT}/reference/accounts": {"read": "2026-11-20T17:30:00+00:00", "rows": []},
        f"GET {AT}/xero/consent": asked("none"),
        f"POST {AT}/xero/consent": asked(),
        f"DELETE {AT}/xero/consent": asked("cancelled"),
        f"POST {AT}/xero/consent/paste": asked("done"),
        f"GET {AT}/xero/organisations": ORGANISATIONS,
        f"POST {AT}/xero/organisations": ORGANISATIONS[1],
        f"PUT {AT}/schedule": {"frequency": "daily", "at": None, "start": None},
        f"PATCH {AT}": store(),
        f"POST {AT}/sync": {"queued": ["2026-11-20"]},
        f"GET {AT}/days": {"store": QUEEN, "days": []},
    }
    return CannedClient(answers | changes)


def waiting(**changes: Answer) -> CannedClient:
    """Return a shop whose consent is waited for."""
    return shop("setup_unfinished", **{f"GET {AT}/xero/consent": asked(), **changes})


def step(app: Console) -> str:
    return str(app.screen.query_one("#step").border_subtitle)


async def test_a_new_set_up_asks_for_the_client_id_and_the_right_for_accounts(tmp_path: Path) -> None:
    client = shop()
    async with at_setup(client, tmp_path, "enter", "a", "enter") as (app, pilot):
        client.answers |= waiting().answers
        await typed(pilot, "C-1")
        ((_, path, body),) = client.changes()
        assert path == f"{AT}/xero/consent"
        assert body == {
            "client_id": "C-1",
            "flow": "pkce",
            "redirect": "http://localhost:8742/callback",
            "creates_accounts": True,
        }
        assert step(app) == "Step 3 of 7"
        assert "http://localhost:8742/go" in text_of(app, "#words")


async def test_a_secret_is_asked_for_hidden(tmp_path: Path) -> None:
    client = shop()
    async with at_setup(client, tmp_path, "enter", "k") as (app, pilot):
        await typed(pilot, "C-1")
        assert app.screen.query("#answer").last().password  # type: ignore[attr-defined]  # it is an Input
        await typed(pilot, "hush")
        ((_, _, body),) = client.changes()
        assert (body["client_secret"], body["flow"]) == ("hush", "web")
        assert "hush" not in text_of(app, "#step")


async def test_the_address_is_copied_pasted_back_or_called_off(tmp_path: Path) -> None:
    client = waiting()
    heard: list[Message] = []
    async with at_setup(client, tmp_path, "c", "v", hears=heard.append) as (_, pilot):
        await typed(pilot, "http://localhost:8742/callback?code=1")
        await pressed(pilot, "x")
        assert [(method, path) for method, path, _ in client.changes()] == [
            ("POST", f"{AT}/xero/consent/paste"),
            ("DELETE", f"{AT}/xero/consent"),
        ]
    copied: list[Message] = [each for each in heard if isinstance(each, Copy)]
    assert copied


async def test_a_consent_given_elsewhere_goes_on_by_itself(tmp_path: Path) -> None:
    client = waiting()
    async with at_setup(client, tmp_path) as (app, pilot):
        client.answers[f"GET {AT}/xero/consent"] = asked("done")
        await pressed(pilot, "f5")
        assert step(app) == "Step 4 of 7"
        assert said(app) == "Step 4 of 7: Organisation"


async def test_the_organisation_is_chosen_and_typed_out(tmp_path: Path) -> None:
    client = waiting(**{f"GET {AT}/xero/consent": asked("done")})
    async with at_setup(client, tmp_path, "enter", *"kauri", "enter") as (app, pilot):
        client.answers |= shop("connected").answers
        await typed(pilot, "Kauri Ltd")
        assert client.changes() == [
            ("POST", f"{AT}/xero/organisations", {"tenant": "t-2", "confirm": "Kauri Ltd"})
        ]
        assert step(app) == "Step 7 of 7"


async def test_an_organisation_that_does_not_match_is_refused_and_told_whole(tmp_path: Path) -> None:
    refusal = Refused("Kauri Ltd keeps its books in AUD.", "The store takes NZD.", "Choose another one.")
    client = waiting(**{f"GET {AT}/xero/consent": asked("done"), f"POST {AT}/xero/organisations": refusal})
    async with at_setup(client, tmp_path, "enter", *"kauri", "enter") as (app, pilot):
        await typed(pilot, "Kauri Ltd")
        assert "Next: Choose another one." in text_of(app, "Notice")
        await pressed(pilot, "escape")
        assert step(app) == "Step 4 of 7"


async def test_organisations_that_cannot_be_listed_are_told_whole(tmp_path: Path) -> None:
    down = Refused("Xero has been taken away from this app.", "The consent was withdrawn.", "Begin afresh.")
    client = waiting(**{f"GET {AT}/xero/consent": asked("done"), f"GET {AT}/xero/organisations": down})
    async with at_setup(client, tmp_path, "enter") as (app, _):
        assert "Begin afresh." in text_of(app, "Notice")


async def test_schedule_zone_and_numbers_are_set_in_their_step(tmp_path: Path) -> None:
    client = shop("connected")
    async with at_setup(client, tmp_path, "left", "enter", "enter", "t") as (app, pilot):
        await typed(pilot, "20:00")
        await pressed(pilot, "d")
        await typed(pilot, "2026-12-01")
        await pressed(pilot, "z")
        await typed(pilot, "Pacific/Chatham")
        assert [(path.removeprefix(AT), body) for _, path, body in client.changes()] == [
            ("/schedule", {"frequency": "daily"}),
            ("/schedule", {"at": "20:00"}),
            ("/schedule", {"start": "2026-12-01"}),
            ("", {"timezone": "Pacific/Chatham"}),
        ]
        await pressed(pilot, "n")
        assert app.current_mode == "mapping"


async def test_sync_now_sends_and_shows_the_days(tmp_path: Path) -> None:
    client = shop("connected")
    async with at_setup(client, tmp_path, "y", "y") as (app, _):
        assert client.changes() == [("POST", f"{AT}/sync", {})]
        assert app.current_mode == "days"


async def test_save_and_exit_keeps_everything_and_sends_nothing(tmp_path: Path) -> None:
    client = shop("connected")
    async with at_setup(client, tmp_path, "e") as (app, _):
        assert client.changes() == []
        assert app.current_mode == "overview"


async def test_what_belongs_to_another_step_says_so(tmp_path: Path) -> None:
    client = shop()
    async with started(client, tmp_path) as (app, pilot):
        for key, why in (
            ("v", "Paste: no consent is under way here."),
            ("t", "Sync time: go to the step about when days are sent."),
            ("a", "Accounts: go to the step of the app first."),
            ("y", "Sync now: finish the steps before it."),
            ("left", "This is the first step."),
        ):
            await pressed(pilot, key, at=AT_SETUP)
            assert said(app) == why
        assert client.changes() == []


async def test_staff_see_the_steps_and_who_may_do_them(tmp_path: Path) -> None:
    client = shop(**{"GET /v1/me": STAFF})
    async with at_setup(client, tmp_path, "enter") as (app, _):
        assert said(app) == "Do it: you may not connect a ledger; a manager may."
        assert not [path for _, path, _, _ in client.asked if path.endswith("/consent")]


async def test_a_set_up_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    async with at_setup(
        shop(**{f"GET {AT}/schedule": Unreachable("No answer.", "It is busy.", "Wait.")}), tmp_path
    ) as (app, _):
        assert "It is busy." in text_of(app, "#trouble")


async def test_enter_pastes_while_the_consent_is_waited_for(tmp_path: Path) -> None:
    client = waiting()
    async with at_setup(client, tmp_path, "enter") as (app, pilot):
        assert "Paste the address" in str(app.screen.query_one("Question").border_title)
        await typed(pilot, "http://localhost:8742/callback?code=1&state=2")
        assert ("POST", f"{AT}/xero/consent/paste") in [each[:2] for each in client.changes()]
        assert said(app) == "", "what was being done is no longer said once it is done"


async def test_the_keys_of_the_consent_are_in_the_bar_while_it_is_waited_for(tmp_path: Path) -> None:
    async with at_setup(waiting(), tmp_path) as (app, _):
        shown = str(app.screen.query_one(KeyBar).render())
        assert "v Paste  c Copy" in shown
        assert "Sync now" not in shown
