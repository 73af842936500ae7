"""Card terminals on screen: what is asked, what is changed, what is said."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Static

from console.app import Console
from screens.terminals.screen import Terminals
from screens.widgets.chooser import Chooser
from screens.widgets.key_bar import KeyBar
from screens.widgets.question import Question
from services.contract.problem import Unreachable
from tests.screens.canned import MANAGER, STAFF, CannedClient, pressed, said, started
from tests.screens.days.test_days import status as shop_status
from tests.screens.terminals.answers import (
    LISTENING,
    PORTS,
    ZVT,
    agreement,
    agreement_day,
    payment,
    running,
    settlement,
    status,
    terminal,
    till_key,
    unmatched,
)

RIGHTS = ["use_terminals", "take_payments", "refund", "resolve_payments", "set_up_terminals"]
CASHIER = {**STAFF, "may": [*STAFF["may"], "use_terminals", "take_payments"]}  # type: ignore[misc]
PATH = "/v1/terminals/counter-1"


def canned(*terminals: object) -> CannedClient:
    return CannedClient(
        {
            "GET /v1/me": {**MANAGER, "may": [*MANAGER["may"], *RIGHTS]},  # type: ignore[misc]
            "GET /v1/status": shop_status(("queen-st", "Queen St")),
            "GET /v1/log": {"attempts": []},
            "GET /v1/terminals": {"terminals": list(terminals)},
            f"GET {PATH}": terminals[0] if terminals else terminal(),
            "GET /v1/terminal-payments": {
                "payments": [payment(), payment(2, "declined"), payment(7, "unknown", "40.00")]
            },
            f"POST {PATH}/test": status(),
            f"POST {PATH}/totals": settlement(closes=False),
            f"POST {PATH}/settle": settlement(),
            f"POST {PATH}/abort": {"done": True},
            f"POST {PATH}/answer": {"done": True},
            f"POST {PATH}/payments": running(),
            f"POST {PATH}/resolve": {"payments": [payment(7, "approved", "40.00")]},
            f"POST {PATH}/reprint": {"terminal": "counter-1", "display": [], "printed": [["TOTAL 12.00"]]},
            f"PATCH {PATH}": terminal(enabled=False),
            f"DELETE {PATH}": terminal(),
            "POST /v1/terminal-payments/7/decide": payment(7, "approved", "40.00"),
            "GET /v1/terminal-protocols": {"protocols": [ZVT]},
            "GET /v1/terminal-ports": PORTS,
            "POST /v1/terminal-test": status(),
            "POST /v1/terminals": terminal(),
            "GET /v1/stores/queen-st/card-agreement": agreement(
                agreement_day("2026-11-19"), agreement_day("2026-11-20", "differs")
            ),
            "GET /v1/stores/queen-st/card-payments/unmatched": unmatched(),
            "POST /v1/stores/queen-st/card-payments/matches": {},
            "POST /v1/stores/queen-st/card-payments/dismissals": {},
            "POST /v1/stores/queen-st/card-payouts": {},
            "GET /v1/till-keys": {
                "keys": [
                    till_key(),
                    till_key(2, "till-2", revoked="2026-11-03T01:00:00+00:00", revoked_by="mia"),
                ],
                "listener": LISTENING,
            },
            "POST /v1/till-keys": {
                "key": till_key(3, "till-3"),
                "secret": "tbk_4f2a-shown-once",
                "listener": LISTENING,
            },
            "DELETE /v1/till-keys/1": till_key(revoked="2026-11-21T01:00:00+00:00"),
        }
    )


UNRESOLVED = terminal(state="unresolved", unresolved=[payment(7, "unknown", "40.00")])
PRACTICE = terminal(practice=True)
ASKING = terminal(
    state="busy", running=running({"text": "Signature OK?", "choices": ["yes", "no"], "secret": False})
)


def letters(text: str) -> list[str]:
    named = {" ": "space", "-": "minus", ".": "full_stop"}
    return [named.get(each, each) for each in text]


def shown(app: Console, where: str = "#whole") -> str:
    return str(app.screen.query_one(where, Static).render())


async def test_terminals_and_payments_of_the_first_are_read(tmp_path: Path) -> None:
    client = canned(terminal(), terminal(key="counter-2", name="Counter 2", state="offline"))
    async with started(client, tmp_path, "6") as (app, _):
        assert isinstance(app.screen, Terminals)
        asked = [(path, query) for _, path, query, _ in client.asked if "terminal" in path]
        assert asked[-2:] == [
            ("/v1/terminals", {"store": "queen-st"}),
            ("/v1/terminal-payments", {"terminal": "counter-1", "limit": 100}),
        ]
        assert "192.0.2.10" in shown(app)


async def test_a_test_moves_no_money_and_tells_how_it_is(tmp_path: Path) -> None:
    client = canned(terminal())
    async with started(client, tmp_path, "6", "t") as (app, _):
        assert [path for _, path, _ in client.changes()] == [f"{PATH}/test"]
        assert said(app) == "Ready: Idle (41 ms)"


async def test_totals_and_end_of_day_show_their_schemes(tmp_path: Path) -> None:
    client = canned(terminal())
    async with started(client, tmp_path, "6", "o") as (app, pilot):
        assert "Mastercard" in shown(app)
        await pressed(pilot, "d")
        assert [path for _, path, _ in client.changes()] == [f"{PATH}/totals"]
        await pressed(pilot, "y")
        assert [path for _, path, _ in client.changes()] == [f"{PATH}/totals", f"{PATH}/settle"]
        assert said(app) == "End of day: done"


async def test_a_test_payment_needs_a_practice_terminal_and_an_amount(tmp_path: Path) -> None:
    client = canned(PRACTICE)
    async with started(client, tmp_path, "6", "y", *letters("12.00")) as (_, pilot):
        assert client.changes() == []
        await pressed(pilot, "enter")
        ((_, path, body),) = client.changes()
        assert (path, body["amount"]) == (f"{PATH}/payments", "12.00")
        assert body["reference"].startswith("test-")


async def test_no_test_payment_on_a_real_terminal(tmp_path: Path) -> None:
    client = canned(terminal())
    async with started(client, tmp_path, "6", "y") as (app, _):
        assert said(app).startswith("Test payment: only on a practice terminal")
        assert client.changes() == []


async def test_a_question_of_the_terminal_is_answered(tmp_path: Path) -> None:
    client = canned(ASKING)
    async with started(client, tmp_path, "6", "r") as (app, pilot):
        assert app.screen.query_one(Chooser).display
        await pressed(pilot, "enter")
        ((_, path, body),) = client.changes()
        assert (path, body["choice"]) == (f"{PATH}/answer", "yes")


async def test_an_abort_is_asked_for_at_once(tmp_path: Path) -> None:
    client = canned(ASKING)
    async with started(client, tmp_path, "6", "x") as (app, _):
        assert [path for _, path, _ in client.changes()] == [f"{PATH}/abort"]
        assert said(app) == "Counter 1 was asked to abort; the payment may be approved all the same."


async def test_what_is_unresolved_is_asked_again(tmp_path: Path) -> None:
    client = canned(UNRESOLVED)
    async with started(client, tmp_path, "6", "u") as (app, _):
        assert said(app) == "40.00 is approved"


async def test_a_decision_takes_a_state_and_a_note(tmp_path: Path) -> None:
    client = canned(UNRESOLVED)
    async with started(client, tmp_path, "6", "v", "enter") as (app, pilot):
        assert app.screen.query_one(Question).display
        await pressed(pilot, "enter")
        assert client.changes() == []
        await pressed(pilot, *letters("slip 12"), "enter")
        ((_, path, body),) = client.changes()
        assert path == "/v1/terminal-payments/7/decide"
        assert body == {"state": "approved", "note": "slip 12"}


async def test_who_may_not_decide_is_told_who_may(tmp_path: Path) -> None:
    client = canned(UNRESOLVED)
    client.answers["GET /v1/me"] = CASHIER
    async with started(client, tmp_path, "6", "v") as (app, _):
        assert said(app).endswith("a manager may.")
        assert client.changes() == []


async def test_switching_off_asks_first(tmp_path: Path) -> None:
    client = canned(terminal())
    async with started(client, tmp_path, "6", "f") as (_, pilot):
        assert client.changes() == []
        await pressed(pilot, "y")
        assert client.changes() == [("PATCH", PATH, {"enabled": False})]


async def test_enter_leads_to_a_payment_and_all_of_it(tmp_path: Path) -> None:
    async with started(canned(terminal()), tmp_path, "6", "enter", "down", "down") as (app, _):
        assert "outcome unknown" in shown(app)


async def test_a_terminal_is_added_after_a_test(tmp_path: Path) -> None:
    client = canned()
    async with started(client, tmp_path, "6", "a", "w") as (app, pilot):
        assert said(app) == "Save: fill in name and protocol first."
        await pressed(pilot, "enter", *letters("bar"), "enter", "enter", "enter", "t")
        ((_, path, body),) = client.changes()
        assert (path, body["name"], body["protocol"]) == ("/v1/terminal-test", "bar", "zvt")
        assert said(app) == "It answered in 41 ms, terminal 52500041: Idle"
        await pressed(pilot, "w")
        assert [path for _, path, _ in client.changes()] == ["/v1/terminal-test", "/v1/terminals"]
        assert isinstance(app.screen, Terminals)
        assert said(app) == "Counter 1 is saved."


async def test_serial_ports_that_were_found_are_offered(tmp_path: Path) -> None:
    client = canned(terminal())
    async with started(
        client, tmp_path, "6", "c", *["down"] * 4, "enter", "down", "enter", "enter", "enter", "w"
    ):
        ((method, path, body),) = client.changes()
        assert body["settings"]["connection"] == "serial"
        assert (method, path, body["settings"]["device"]) == ("PATCH", PATH, "/dev/ttyUSB0")


async def test_removing_needs_its_key_typed(tmp_path: Path) -> None:
    client = canned(terminal())
    async with started(client, tmp_path, "6", "c", "x", "enter") as (_, pilot):
        assert client.changes() == []
        await pressed(pilot, *letters("counter-1"), "enter")
        assert client.changes() == [("DELETE", PATH, None)]


async def test_a_charge_and_its_receipt_are_joined(tmp_path: Path) -> None:
    client = canned(terminal())
    async with started(client, tmp_path, "6", "m", "tab", "j", "enter") as (_, pilot):
        assert client.changes() == []
        await pressed(pilot, "y")
        ((_, path, body),) = client.changes()
        assert path == "/v1/stores/queen-st/card-payments/matches"
        assert (body["payment"], body["receipt"]) == (5, "A-17")


async def test_what_has_no_other_is_dismissed_with_a_reason(tmp_path: Path) -> None:
    client = canned(terminal())
    async with started(client, tmp_path, "6", "m", "tab", "x", *letters("training"), "enter"):
        ((_, path, body),) = client.changes()
        assert path == "/v1/stores/queen-st/card-payments/dismissals"
        assert (body["payment"], body["note"]) == (5, "training")


async def test_a_payout_is_noted_with_its_fee(tmp_path: Path) -> None:
    client = canned(terminal())
    async with started(client, tmp_path, "6", "m", "b", "enter", "enter"):
        ((_, path, body),) = client.changes()
        assert path == "/v1/stores/queen-st/card-payouts"
        assert (body["business_date"], body["amount"], body["fee"]) == ("2026-11-20", "512.40", "0")


async def test_a_key_is_shown_once(tmp_path: Path) -> None:
    client = canned(terminal())
    async with started(client, tmp_path, "6", "k", "a", *letters("till-3"), "enter") as (app, pilot):
        assert "tbk_4f2a-shown-once" in shown(app, "#words")
        await pressed(pilot, "6", "k")
        assert "tbk_4f2a-shown-once" not in shown(app, "#words")


async def test_a_key_is_revoked_after_a_question(tmp_path: Path) -> None:
    client = canned(terminal())
    async with started(client, tmp_path, "6", "k", "x") as (_, pilot):
        assert client.changes() == []
        await pressed(pilot, "y")
        assert [(method, path) for method, path, _ in client.changes()] == [("DELETE", "/v1/till-keys/1")]


@pytest.mark.parametrize(
    "question,keys",
    [
        ("GET /v1/terminals", ["6"]),
        ("GET /v1/terminal-protocols", ["6", "a"]),
        ("GET /v1/stores/queen-st/card-agreement", ["6", "m"]),
        ("GET /v1/till-keys", ["6", "k"]),
    ],
)
async def test_a_failed_read_is_told_in_place_of_it(tmp_path: Path, question: str, keys: list[str]) -> None:
    client = canned(terminal())
    client.answers[question] = Unreachable("Tillbook gave no answer.", "It is busy.", "Wait.")
    async with started(client, tmp_path, *keys) as (app, _):
        assert app.screen.query_one("#trouble").display
        assert "Tillbook gave no answer." in shown(app, "#trouble")


async def test_pairing_asks_for_name_password_and_code(tmp_path: Path) -> None:
    client = canned(terminal(protocol="linkly_cloud"))
    client.answers["GET /v1/terminal-protocols"] = {
        "protocols": [{**ZVT, "name": "linkly_cloud", "pairs": True}]
    }
    client.answers[f"POST {PATH}/pair"] = terminal()
    async with started(
        client, tmp_path, "6", "c", "l", *letters("shop"), "enter", *letters("word"), "enter"
    ) as (app, pilot):
        assert client.changes() == []
        await pressed(pilot, *letters("12"), "enter")
        body = {"username": "shop", "password": "word", "code": "12"}
        assert client.changes() == [("POST", f"{PATH}/pair", body)]
        assert isinstance(app.screen, Terminals)
        assert said(app) == "Counter 1 is paired."


async def test_what_is_not_paired_with_says_so(tmp_path: Path) -> None:
    async with started(canned(terminal()), tmp_path, "6", "c", "l") as (app, _):
        assert said(app) == "Pair: a terminal of this protocol is not paired with."


async def test_the_till_keys_leave_the_key_bar_its_line(tmp_path: Path) -> None:
    async with started(canned(terminal()), tmp_path, "6", "k") as (app, _):
        bar = app.screen.query_one(KeyBar)
        assert (bar.region.y, bar.region.height) == (app.size.height - 1, 1)
