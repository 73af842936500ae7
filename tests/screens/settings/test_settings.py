"""The settings on screen: what can be changed, by whom, and what it leads to."""

import pytest
from textual.message import Message

from console.app import Console
from screens.messages import Go
from screens.moments import Times
from screens.settings import view
from services.contract.integration import DisconnectionAnswer
from services.contract.problem import Refused, Unreachable
from tests.screens.canned import (
    MANAGER,
    NOW,
    STAFF,
    Answer,
    CannedClient,
    pressed,
    said,
    text_of,
    typed,
)
from tests.screens.shop_answers import QUEEN, finding, integration, paused, status, store, store_status

SIZE = (80, 24)
AT = f"/v1/stores/{QUEEN}"
ORGANISATIONS = [
    {
        "tenant": "t-1",
        "name": "Queen St Ltd",
        "country": "NZ",
        "currency": "NZD",
        "tax_basis": "accrual",
        "chosen": True,
    },
    {
        "tenant": "t-2",
        "name": "Kauri Ltd",
        "country": "NZ",
        "currency": "NZD",
        "tax_basis": "cash",
        "chosen": False,
    },
]


def receipt() -> DisconnectionAnswer:
    return {
        "state": "ended",
        "organisation": "Kauri Ltd",
        "tenant": "t-2",
        "at": "2026-11-10T01:00:00+00:00",
        "by": "mia",
        "days": 2,
        "amount": "1200.50",
        "dates": ["2026-11-08", "2026-11-09"],
        "shared_with": [],
        "removed": "2026-11-10T01:00:01+00:00",
        "proof": {
            "call": "GET /Organisation",
            "at": "2026-11-10T01:00:02+00:00",
            "status": 403,
            "said": "Forbidden",
        },
        "next_try": None,
    }


def shop(**changes: Answer) -> CannedClient:
    waits = integration(waiting={"days": 3, "amount": "8412.60"})
    answers: dict[str, Answer] = {
        "GET /v1/me": MANAGER,
        "GET /v1/status": status(store_status(of=waits)),
        "GET /v1/log": {"attempts": []},
        "GET /v1/stores": [store()],
        f"GET {AT}/schedule": {"frequency": "daily", "at": "05:00", "start": "2026-11-01"},
        f"GET {AT}/mapping/versions": {
            "versions": [{"version": 4, "saved": "2026-11-18T20:30:00+00:00", "by": "mia"}]
        },
        f"GET {AT}/reference/accounts": {"read": "2026-11-20T17:30:00+00:00", "rows": []},
        f"GET {AT}/xero/disconnections": [receipt()],
        f"GET {AT}/xero/organisations": ORGANISATIONS,
        f"POST {AT}/xero/organisations": ORGANISATIONS[1],
        f"PUT {AT}/schedule": {"frequency": "weekly", "at": None, "start": None},
        f"PATCH {AT}": store(on_change="delta"),
        f"POST {AT}/reference/refresh": {"accounts": 40},
        f"POST {AT}/xero/disconnect": waits,
        f"POST {AT}/xero/pause": paused(),
        f"POST {AT}/xero/resume": integration(),
        f"POST {AT}/sync": {"queued": []},
    }
    return CannedClient(answers | changes)


@pytest.fixture
def client() -> CannedClient:
    return shop()


def known(of: object = None) -> view.Known:
    told = shop().answers
    return view.Known(
        store(),
        of or integration(),  # type: ignore[arg-type]  # an integration
        told[f"GET {AT}/schedule"],
        told[f"GET {AT}/mapping/versions"],
        told[f"GET {AT}/reference/accounts"],
        (receipt(),),
    )


def lines(of: object = None) -> dict[str, str]:
    rows = view.rows(known(of), Times(NOW.tzinfo, NOW))
    return {told[:16].strip(): told[16:] for told in (row.draw(200).plain for row in rows)}


def test_everything_that_is_set_stands_on_a_line() -> None:
    assert lines() == {
        "State": "✓ Connected since 02 Nov 09:00 by mia",
        "Waiting": "nothing",
        "Organisation": "Queen St Ltd",
        "Frequency": "daily: each day after it closed; enough for most shops",
        "Sync time": "05:00 (Pacific/Auckland)",
        "Start date": "2026-11-01",
        "After a change": "wait: a person decides each time",
        "Mapping": "version 4, saved 2 days ago by mia",
        "Reference data": "read 3 h ago",
        "Last sync": "07:30",
        "Connection": "dies 19 Jan 2027 unless used, 59 days from now",
        "Scopes": "offline_access, invoices",
        "Calls left": "4,978 today (100 in reserve), 60 now",
        "Disconnected": "10 Nov 14:00 by mia, from Kauri Ltd",
    }


def test_a_pause_an_error_and_a_warning_stand_first() -> None:
    more = paused(error=finding("The consent has ended."), warnings=[finding("It dies in 3 days.")])
    assert list(lines(more))[:5] == ["State", "Pause", "Waiting", "Error", "Warning"]
    assert lines(more)["Pause"] == "until 23 Nov 08:00: stocktake"
    assert lines(more)["Waiting"] == "3 days, 8,412.60"
    told = view.pause_words(more["paused"], Times(NOW.tzinfo, NOW))  # type: ignore[arg-type]  # it is paused
    assert told == (
        "Paused by sam since 20 Nov 14:00, until 23 Nov 08:00 (Pacific/Auckland). Reason: stocktake"
    )


def test_the_receipt_of_a_disconnection_holds_its_proof() -> None:
    told = view.receipt(receipt(), Times(NOW.tzinfo, NOW)).plain.splitlines()
    assert told == [
        "Disconnected from Kauri Ltd by mia, 10 Nov 14:00.",
        "2 days unsent: 1,200.50 (2026-11-08, 2026-11-09).",
        "Proof: GET /Organisation was answered 403 at 10 Nov 14:00: Forbidden",
    ]


@pytest.mark.parametrize(
    "down,keys,asked",
    [
        (3, ("w", "e", "e", "k", "enter"), ("PUT", f"{AT}/schedule", {"frequency": "weekly"})),
        (6, ("d", "e", "l", "enter"), ("PATCH", AT, {"on_change": "delta"})),
        (8, (), ("POST", f"{AT}/reference/refresh", None)),
    ],
    ids=["frequency", "after a change", "reference data"],
)
async def test_enter_changes_the_setting_under_the_cursor(
    app: Console, client: CannedClient, down: int, keys: tuple[str, ...], asked: tuple[str, str, object]
) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await pressed(pilot, "5", *("down",) * down, "enter", *keys)
        assert client.changes() == [asked]


async def test_time_and_start_are_typed(app: Console, client: CannedClient) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await pressed(pilot, "5", *("down",) * 4, "enter")
        await typed(pilot, "20:00")
        await pressed(pilot, "down", "enter")
        await typed(pilot, "2026-12-01")
        assert [body for _, _, body in client.changes()] == [{"at": "20:00"}, {"start": "2026-12-01"}]


async def test_the_mapping_and_the_log_are_gone_to(app: Console) -> None:
    heard: list[Message] = []
    async with app.run_test(size=SIZE, message_hook=heard.append) as pilot:
        await pressed(pilot, "5", *("down",) * 7, "enter")
    assert "mapping" in {each.to for each in heard if isinstance(each, Go)}


async def test_another_organisation_is_typed_out_first(app: Console, client: CannedClient) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await pressed(pilot, "5", "down", "down", "enter", *"kauri", "enter")
        assert "what does not match is refused" in text_of(app, "Question")
        await typed(pilot, "Kauri")
        assert client.changes() == []
        await typed(pilot, "Kauri Ltd")
        assert client.changes() == [
            ("POST", f"{AT}/xero/organisations", {"tenant": "t-2", "confirm": "Kauri Ltd"})
        ]


async def test_disconnecting_shows_what_stays_unsent_and_wants_the_name(
    app: Console, client: CannedClient
) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await pressed(pilot, "5", "x")
        assert client.changes() == [("POST", f"{AT}/xero/disconnect", {"dry_run": True})]
        assert "3 days (8,412.60) stay unsent" in text_of(app, "Question")
        await typed(pilot, "Queen St Ltd")
        assert client.changes()[-1] == ("POST", f"{AT}/xero/disconnect", {"dry_run": False})
        assert said(app) == "Disconnected; the receipt is under State."


async def test_what_a_disconnection_leaves_is_what_its_receipt_will_say(
    app: Console, client: CannedClient
) -> None:
    foreseen = {**receipt(), "state": "forecast", "days": 5, "amount": "9912.60"}
    client.answers[f"POST {AT}/xero/disconnect"] = integration(disconnection=foreseen)
    async with app.run_test(size=SIZE) as pilot:
        await pressed(pilot, "5", "x")
        assert "5 days (9,912.60) stay unsent" in text_of(app, "Question")


async def test_a_shop_that_is_disconnected_says_how_it_is_connected_again(
    app: Console, client: CannedClient
) -> None:
    client.answers["GET /v1/status"] = status(store_status(of=integration(state="disconnected")))
    async with app.run_test(size=SIZE) as pilot:
        for key, label in (("p", "Pause"), ("r", "Send due"), ("x", "Disconnect")):
            await pressed(pilot, "5", key)
            assert said(app) == f"{label}: the shop is disconnected; w connects it again."
        assert "none; w connects the shop again" in text_of(app, "#lines")


async def test_a_refused_setting_is_told_whole(app: Console, client: CannedClient) -> None:
    client.answers[f"PUT {AT}/schedule"] = Refused(
        "2026-13-01 is no date.", "There is no month 13.", "Correct it."
    )
    async with app.run_test(size=SIZE) as pilot:
        await pressed(pilot, "5", *("down",) * 5, "enter")
        await typed(pilot, "2026-13-01")
        assert "There is no month 13." in text_of(app, "Notice")


async def test_staff_may_pause_and_not_change(app: Console, client: CannedClient) -> None:
    client.answers["GET /v1/me"] = STAFF
    async with app.run_test(size=SIZE) as pilot:
        await pressed(pilot, "5", *("down",) * 3, "enter")
        assert said(app) == "You may not change settings; a manager may."
        await pressed(pilot, "p")
        await typed(pilot, "stocktake")
        await typed(pilot, "never")
        assert client.changes() == [("POST", f"{AT}/xero/pause", {"reason": "stocktake"})]


async def test_a_line_that_only_tells_says_so(app: Console, client: CannedClient) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await pressed(pilot, "5", "down", "enter")
        assert said(app) == "This line only tells; it is changed elsewhere."
        assert "Days that are over and not sent" in text_of(app, "#meaning")
        assert client.changes() == []


async def test_settings_that_cannot_be_read_say_so(app: Console, client: CannedClient) -> None:
    client.answers[f"GET {AT}/schedule"] = Unreachable("No answer.", "It is busy.", "Wait.")
    async with app.run_test(size=SIZE) as pilot:
        await pressed(pilot, "5")
        assert "It is busy." in text_of(app, "#trouble")
        assert not app.screen.query_one("#settings").display
