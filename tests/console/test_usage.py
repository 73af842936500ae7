"""Help, wrong usage, an absent service: what every command says and ends with."""

import json
from importlib import import_module

import pytest
import typer

from console.cli import COMMANDS
from tests.console.conftest import Command, Serve
from tests.console.fake_service import problem

_GROUPS = {
    "store": ("add", "set", "list"),
    "source": ("add", "list", "test", "show"),
    "organisation": ("list", "choose"),
    "reference": ("refresh", "list"),
    "mapping": (
        "export",
        "import",
        "check",
        "suggest",
        "diff",
        "try",
        "history",
        "choices",
        "chart",
        "create-account",
        "advice",
    ),
    "day": ("close", "no-trade"),
    "terminal": (
        "add",
        "set",
        "pair",
        "remove",
        "list",
        "show",
        "protocols",
        "ports",
        "test",
        "status",
        "pay",
        "refund",
        "reverse",
        "abort",
        "answer",
        "attempts",
        "resolve",
        "reprint",
        "settle",
        "totals",
        "agree",
        "payout",
        "payouts",
        "unmatched",
        "match",
        "dismiss",
        "unmatch",
        "matches",
        "key",
    ),
}
_PASSED_ON = ("init", "restore")
_NAMES = [name for names in COMMANDS.values() for name in names if name not in _PASSED_ON]
_ALL = [(name,) for name in _NAMES] + [(group, name) for group, names in _GROUPS.items() for name in names]
_STORE = ("--store", "queen-st")
_NEED_A_SERVICE = [
    ("terminal", "list"),
    ("terminal", "add", "front", *_STORE, "--protocol", "zvt", "--set", "host=10.0.0.9"),
    ("terminal", "pay", "front", "12.50", "--yes"),
    ("terminal", "refund", "front", "12.50", "--yes"),
    ("terminal", "settle", "front", "--yes"),
    ("terminal", "resolve", "front"),
    ("terminal", "agree", *_STORE),
    ("terminal", "unmatched", *_STORE),
    ("terminal", "key", "create", *_STORE, "--till", "1"),
    ("status",),
    ("log",),
    ("retry", "1"),
    ("audit",),
    ("totals", *_STORE, "--date", "2026-11-19"),
    ("preview", *_STORE, "--date", "2026-11-19"),
    ("sync", *_STORE),
    ("sync", *_STORE, "--date", "2026-11-19", "--wait"),
    ("days", *_STORE, "--month", "2026-11"),
    ("day", "close", *_STORE, "--date", "2026-11-19"),
    ("day", "no-trade", *_STORE, "--date", "2026-11-19"),
    ("connect", "xero", *_STORE, "--client-id", "ID"),
    ("connect", "xero", *_STORE, "--paste", "http://localhost:8742/callback?code=c"),
    ("organisation", "list", *_STORE),
    ("organisation", "choose", *_STORE),
    ("reference", "refresh", *_STORE),
    ("reference", "list", "accounts", *_STORE),
    ("pause", "xero", *_STORE, "--reason", "stocktaking"),
    ("resume", "xero", *_STORE),
    ("disconnect", "xero", *_STORE, "--yes"),
    ("mapping", "export", *_STORE),
    ("mapping", "check", *_STORE),
    ("mapping", "suggest", *_STORE),
    ("mapping", "history", *_STORE),
    ("mapping", "choices", "tenders", "cash", *_STORE),
    ("mapping", "create-account", *_STORE, "--part", "tenders", "--key", "cash", "--dry-run"),
    ("mapping", "advice", *_STORE),
    ("schedule", *_STORE),
    ("backfill", *_STORE, "--from", "2026-11-01", "--to", "2026-11-02", "--yes"),
    ("store", "list"),
    ("store", "add", *_STORE, "--name", "Queen St"),
    ("store", "set", *_STORE, "--name", "Queen St"),
    ("source", "list"),
    ("source", "show", "online-retail"),
]
_WRONG = [
    ("nonsense",),
    ("status", "--nonsense"),
    ("preview",),
    ("preview", *_STORE),
    ("preview", *_STORE, "--date", "19/11/2026"),
    ("sync", *_STORE, "--from", "2026-11-19"),
    ("sync", *_STORE, "--from", "2026-11-19", "--to", "2026-11-01"),
    ("sync", *_STORE, "--date", "2026-11-19", "--from", "2026-11-19", "--to", "2026-11-19"),
    ("totals", *_STORE),
    ("days", *_STORE, "--month", "November"),
    ("connect", "quickbooks", *_STORE, "--client-id", "ID"),
    ("connect", "xero", *_STORE),
    ("reference", "list", "colours", *_STORE),
    ("pause", "xero", *_STORE),
    ("import",),
    ("retry",),
    ("retry", "seven"),
    ("log", "--limit", "0"),
    ("store", "add", "--name", "Queen St"),
    ("demo", "--days", "0"),
]


def _named(arguments: tuple[str, ...]) -> str:
    return " ".join(arguments)


def test_each_module_makes_the_commands_it_is_listed_with() -> None:
    made = {}
    for module in COMMANDS:
        app = typer.Typer()
        import_module(f"console.commands.{module}").register(app)
        names = {each.name or (each.callback and each.callback.__name__) for each in app.registered_commands}
        made[module] = names | {group.name for group in app.registered_groups}
    assert made == {module: set(names) for module, names in COMMANDS.items()}


def test_the_list_of_commands_fits_a_terminal_and_cuts_nothing(command: Command) -> None:
    said = command("--help")
    assert said.status == 0
    listed = [line.split()[0] for line in said.out.partition("Commands:")[2].splitlines() if line.strip()]
    names = [name for module in COMMANDS.values() for name in module]
    assert listed == names
    assert not [line for line in said.out.splitlines() if line.endswith("...") and "Usage" not in line]
    assert max(map(len, said.out.splitlines())) <= 80


@pytest.mark.parametrize("arguments", _ALL, ids=_named)
def test_every_command_explains_itself(command: Command, arguments: tuple[str, ...]) -> None:
    said = command(*arguments, "--help")
    assert said.status == 0
    assert said.out.startswith(f"Usage: tillbook {' '.join(arguments)} ")
    assert max(map(len, said.out.splitlines())) <= 80
    assert not said.err


@pytest.mark.parametrize("arguments", _WRONG, ids=_named)
def test_wrong_usage_ends_with_2_and_points_at_the_help(command: Command, arguments: tuple[str, ...]) -> None:
    said = command(*arguments)
    assert said.status == 2
    assert said.out == ""
    assert "--help" in said.err


@pytest.mark.parametrize("arguments", _WRONG, ids=_named)
def test_wrong_usage_is_one_json_document_for_a_program(command: Command, arguments: tuple[str, ...]) -> None:
    said = command(*arguments, "--json")
    assert said.status == 2
    assert json.loads(said.out)["error"]["code"] == "invalid"


@pytest.mark.parametrize("arguments", _NEED_A_SERVICE, ids=_named)
def test_without_a_service_the_status_is_3_and_the_next_step_is_told(
    command: Command, arguments: tuple[str, ...]
) -> None:
    said = command(*arguments, "--json")
    assert said.status == 3
    assert json.loads(said.out)["error"]["code"] == "no_service"
    assert "tillbook serve" in said.err


def test_the_program_alone_says_what_to_type(command: Command) -> None:
    said = command()
    assert said.status == 1
    assert "tillbook --help" in said.err


def test_the_version_is_told(command: Command) -> None:
    said = command("--version")
    assert said.status == 0
    assert said.out.startswith("Tillbook ")


def test_a_script_that_cannot_be_asked_is_wrong_usage(command: Command, serve: Serve) -> None:
    waiting = {
        "state": "connected",
        "organisation": "Queen St Ltd",
        "waiting": {"days": 2, "amount": "10.00"},
    }
    service = serve({"POST /v1/stores/queen-st/xero/disconnect": waiting})
    said = command("disconnect", "xero", *_STORE)
    assert said.status == 2
    assert "--yes" in said.err
    assert service.asked == ["POST /v1/stores/queen-st/xero/disconnect"]


@pytest.mark.parametrize(
    "status,code,expected",
    [
        (403, "not_allowed", 4),
        (404, "not_found", 1),
        (400, "refused", 1),
        (422, "invalid", 2),
        (503, "unreachable", 1),
        (500, "failed", 1),
        (400, "outcome_unknown", 5),
    ],
)
def test_each_refusal_has_its_exit_status(
    command: Command, serve: Serve, status: int, code: str, expected: int
) -> None:
    serve({"GET /v1/status": problem(status, code, "It cannot be done.", "It is not.", "Do that.")})
    said = command("status", "--json")
    assert said.status == expected
    assert json.loads(said.out)["error"]["code"] == code
    assert said.err == "It cannot be done.\nIt is not.\nDo that.\n"
