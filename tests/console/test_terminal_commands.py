"""`tillbook terminal …` as a person sees it, against a stand-in for the service."""

import io
import json
from typing import Any

import pytest

from tests.console.conftest import Command, Serve
from tests.console.fake_service import problem

_PAYMENT: dict[str, object] = {
    "id": 7,
    "terminal": "front",
    "store": "queen-st",
    "till": "tillbook",
    "reference": "r-1",
    "kind": "payment",
    "amount": "12.50",
    "currency": "NZD",
    "business_date": "2026-11-20",
    "state": "approved",
    "partial": False,
    "charged": "12.50",
    "tender_reference": "GXYN8EDC9W",
    "created": "2026-11-20T10:00:00+00:00",
    "settled": "2026-11-20T10:00:09+00:00",
    "settled_by": "terminal",
    "note": "",
    "result": None,
    "problem": None,
    "receipts": [],
}
_UNKNOWN = {
    **_PAYMENT,
    "state": "unknown",
    "charged": None,
    "tender_reference": None,
    "problem": {"code": "terminal_unknown", "what": "W.", "why": "Y.", "next": "N.", "detail": ""},
}
_STEP = {
    "number": 1,
    "kind": "display",
    "text": "insert card",
    "state": None,
    "prompt": None,
    "printed": None,
}
_TERMINAL: dict[str, object] = {
    "key": "front",
    "store": "queen-st",
    "name": "Front",
    "protocol": "zvt",
    "title": "ZVT",
    "currency": "NZD",
    "settings": {"host": "10.0.0.9"},
    "secrets": ["password"],
    "tenders": ["eftpos"],
    "enabled": True,
    "machine": None,
    "here": True,
    "abilities": [],
    "state": "unresolved",
    "error": _UNKNOWN["problem"],
    "running": None,
    "unresolved": [_UNKNOWN],
    "last": _UNKNOWN,
    "asked": None,
    "last_settled": None,
    "practice": True,
}
_LISTENER = {"address": "http://127.0.0.1:8743", "why": ""}
_KEY = {
    "id": 3,
    "store": "queen-st",
    "till": "1",
    "begins": "tbk_abc",
    "refunds": False,
    "created": "2026-11-20T10:00:00+00:00",
    "created_by": "anna",
    "last_used": None,
    "revoked": None,
    "revoked_by": "",
}
_DAY: dict[str, Any] = {
    "date": "2026-11-19",
    "approved": "12.50",
    "counted": "12.00",
    "tenders": "12.50",
    "posted": None,
    "received": "0.00",
    "fees": "0.00",
    "open": "12.50",
    "age": 1,
    "state": "differs",
    "checks": [
        {
            "check": "terminal_totals",
            "left": "12.00",
            "right": "12.50",
            "holds": False,
            "difference": "-0.50",
            "words": "What the terminals counted.",
        }
    ],
    "schemes": [{"terminal": "front", "scheme": "Visa", "counted": "12.00", "approved": "12.50"}],
}


def _progress(payment: dict[str, object], *, running: bool = False) -> dict[str, object]:
    return {
        "payment": payment,
        "running": running,
        "last": 1,
        "steps": [_STEP],
        "display": "insert card",
        "prompt": None,
    }


def test_a_payment_shows_its_steps_and_ends_with_its_reference(serve: Serve, command: Command) -> None:
    path = "/v1/terminals/front/payments"
    fake = serve(
        {
            f"POST {path}": _progress({**_PAYMENT, "state": "acked"}, running=True),
            f"GET {path}/r-1": _progress(_PAYMENT),
        }
    )
    said = command("terminal", "pay", "front", "12.50", "--reference", "r-1", "--yes")
    assert said.status == 0
    assert "approved" in said.out
    assert "GXYN8EDC9W" in said.out
    assert "insert card" in said.err
    assert fake.asked == [f"POST {path}", f"GET {path}/r-1"]
    answer = command("terminal", "pay", "front", "12.50", "--reference", "r-1", "--yes", "--json")
    assert json.loads(answer.out)["tender_reference"] == "GXYN8EDC9W"


@pytest.mark.parametrize("state,status", [("declined", 1), ("cancelled", 1), ("unknown", 5)])
def test_the_exit_status_tells_the_outcome(serve: Serve, command: Command, state: str, status: int) -> None:
    serve({"POST /v1/terminals/front/payments": _progress({**_UNKNOWN, "state": state})})
    said = command("terminal", "pay", "front", "12.50", "--yes")
    assert said.status == status
    assert "N." in said.out


@pytest.mark.parametrize(
    "arguments",
    [
        ("pay", "front", "1.00"),
        ("refund", "front", "1.00"),
        ("settle", "front"),
        ("remove", "front"),
        ("key", "revoke", "3"),
    ],
    ids=" ".join,
)
def test_nobody_is_charged_unasked(serve: Serve, command: Command, arguments: tuple[str, ...]) -> None:
    fake = serve({})
    said = command("terminal", *arguments)
    assert said.status == 2
    assert "--yes" in said.err
    assert fake.asked == []


def test_a_reference_is_told_so_that_it_can_be_asked_again(serve: Serve, command: Command) -> None:
    serve({"POST /v1/terminals/front/payments": _progress(_PAYMENT)})
    said = command("terminal", "pay", "front", "12.50", "--yes")
    assert "Reference: cli-" in said.err


def test_the_list_says_what_is_wrong_and_what_to_do(serve: Serve, command: Command) -> None:
    serve({"GET /v1/terminals": {"terminals": [_TERMINAL]}, "GET /v1/terminals/front": _TERMINAL})
    said = command("terminal", "list")
    assert "Unresolved" in said.out
    assert "[practice]" in said.out
    assert "N." in said.out
    shown = command("terminal", "show", "front").out
    assert "kept in the vault" in shown
    assert "outcome unknown" in shown


def test_a_secret_is_read_from_standard_input(
    serve: Serve, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = serve({"POST /v1/terminals": _TERMINAL})
    monkeypatch.setattr("sys.stdin", io.StringIO("000000\n"))
    added = ("terminal", "add", "front", "--store", "queen-st", "--protocol", "zvt", "--set", "host=10.0.0.9")
    said = command(*added, "--secret", "password")
    assert said.status == 0
    assert "000000" not in said.out + said.err
    assert fake.asked == ["POST /v1/terminals"]
    assert command(*added, "--secret", "password").status == 2, "nothing more to read"
    assert command(*added, "--set", "host").status == 2


def test_a_decision_takes_an_outcome_and_a_reason(serve: Serve, command: Command) -> None:
    fake = serve({"POST /v1/terminal-payments/7/decide": {**_PAYMENT, "settled_by": "anna", "note": "slip"}})
    assert command("terminal", "resolve", "front", "--payment", "7", "--yes").status == 2
    said = command(
        "terminal", "resolve", "front", "--payment", "7", "--as", "approved", "--note", "slip", "--yes"
    )
    assert said.status == 0
    assert "anna: slip" in said.out
    assert fake.asked == ["POST /v1/terminal-payments/7/decide"]


def test_what_nobody_can_find_out_ends_with_5(serve: Serve, command: Command) -> None:
    serve({"POST /v1/terminals/front/resolve": {"payments": [_UNKNOWN]}})
    assert command("terminal", "resolve", "front").status == 5
    serve_nothing = command("terminal", "resolve", "front", "--json")
    assert json.loads(serve_nothing.out)["payments"][0]["id"] == 7


def test_a_new_key_is_shown_with_where_to_call(
    serve: Serve, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    serve(
        {
            "POST /v1/till-keys": {"key": _KEY, "secret": "tbk_abcdef", "listener": _LISTENER},
            "GET /v1/till-keys": {
                "keys": [_KEY],
                "listener": {"address": None, "why": "Port 8743 is taken."},
            },
        }
    )
    made = command("terminal", "key", "create", "--store", "queen-st", "--till", "1").out
    assert "tbk_abcdef" in made
    assert "http://127.0.0.1:8743" in made
    listed = command("terminal", "key", "list").out
    assert "tbk_abc..." in listed
    assert "Port 8743 is taken." in listed


_AGREEMENT: dict[str, Any] = {
    "store": "queen-st",
    "currency": "NZD",
    "first": "2026-10-22",
    "last": "2026-11-20",
    "tenders": ["eftpos"],
    "accounts": ["612"],
    "days": [_DAY],
    "first_difference": "2026-11-19",
    "first_open": "2026-11-19",
    "open": "12.50",
    "ages": {"0-1": "12.50", "2-7": "0.00"},
}


@pytest.mark.parametrize("first_open,unpaid", [(None, ""), ("2026-10-02", "not paid in full is 2026-10-02.")])
def test_a_day_that_waits_is_not_called_well(
    serve: Serve, command: Command, first_open: str | None, unpaid: str
) -> None:
    waits = {**_DAY["checks"][0], "holds": None, "words": "No end of day was run."}
    day = {**_DAY, "state": "waiting", "checks": [waits]}
    answer = {**_AGREEMENT, "days": [day], "first_difference": None, "first_open": first_open, "ages": {}}
    serve({"GET /v1/stores/queen-st/card-agreement": answer})
    said = command("terminal", "agree", "--store", "queen-st")
    assert said.status == 0
    assert "The first date that waits is 2026-11-19: No end of day was run." in said.out
    assert unpaid in said.out
    assert "Everything agrees" not in said.out


def test_the_first_day_that_differs_is_named(serve: Serve, command: Command) -> None:
    serve({"GET /v1/stores/queen-st/card-agreement": _AGREEMENT})
    said = command("terminal", "agree", "--store", "queen-st")
    assert said.status == 1
    assert "The first date that does not agree is 2026-11-19." in said.out
    assert "-0.50 apart" in said.out
    assert "12.50 for 0-1 days" in said.out


def test_what_has_no_partner_is_listed_with_what_to_type(serve: Serve, command: Command) -> None:
    tender = {
        "store": "queen-st",
        "register": "1",
        "receipt": "R-1",
        "position": 1,
        "time": "2026-11-20T10:00:00+00:00",
        "business_date": "2026-11-20",
        "type": "eftpos",
        "amount": "12.50",
        "reference": None,
        "terminal": None,
    }
    pair = {"payment": 7, "register": "1", "receipt": "R-1", "position": 1, "why": ""}
    laid = {"store": "queen-st", "currency": "NZD", "payments": [_PAYMENT], "tenders": [tender]}
    serve({"GET /v1/stores/queen-st/card-payments/unmatched": {**laid, "suggestions": [pair]}})
    said = command("terminal", "unmatched", "--store", "queen-st")
    assert said.status == 1
    assert "tillbook terminal match 7 --store queen-st --register 1 --receipt R-1 --position 1" in said.out


def test_a_refusal_is_told_with_the_next_step(serve: Serve, command: Command) -> None:
    refusal = problem(409, "terminal_busy", "Front is in use.", "Another payment runs.", "Wait.")
    serve({"POST /v1/terminals/front/payments": refusal})
    said = command("terminal", "pay", "front", "1.00", "--yes")
    assert said.status == 1
    assert "Wait." in said.err
