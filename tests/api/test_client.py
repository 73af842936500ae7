"""The client against the service: each method, and what goes wrong."""

from __future__ import annotations

import io
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from console.client import Client, NoService
from services.accounting.ledger import NotSent, OutcomeUnknown
from services.contract.problem import NotFound, Problem, Refused, Unreachable
from tests.api.fakes import OFFICE_ANSWERS, SHOP_ANSWERS, Running

_DAY = date(2026, 11, 19)
_ONE_DAY = {"first": _DAY, "last": _DAY}

# method of the room, how the client calls it, what the room gets besides `store` and `who`
_OFFICE: dict[str, tuple[Callable[[Client], object], dict[str, Any]]] = {
    "status": (lambda c: c.status(), {}),
    "totals": (lambda c: c.totals("queen-st", first="2026-11-19", last="2026-11-19"), _ONE_DAY),
    "begin_consent": (
        lambda c: c.begin_consent("queen-st", client_id="A", client_secret="hush", flow="web", redirect="r"),
        {
            "client_id": "A",
            "client_secret": "hush",
            "flow": "web",
            "redirect": "r",
            "creates_accounts": False,
        },
    ),
    "consent": (lambda c: c.consent("queen-st"), {}),
    "cancel_consent": (lambda c: c.cancel_consent("queen-st"), {}),
    "paste": (
        lambda c: c.paste("queen-st", "http://localhost/?code=1"),
        {"address": "http://localhost/?code=1"},
    ),
    "organisations": (lambda c: c.organisations("queen-st"), {}),
    "choose_organisation": (
        lambda c: c.choose_organisation("queen-st", tenant="t", confirm="Kauri"),
        {"tenant": "t", "confirm": "Kauri", "take_over": False},
    ),
    "reference": (lambda c: c.reference("queen-st", "tax-rates"), {"kind": "tax-rates"}),
    "refresh_reference": (lambda c: c.refresh_reference("queen-st"), {}),
    "mapping": (lambda c: c.mapping("queen-st", 2), {"version": 2}),
    "save_mapping": (lambda c: c.save_mapping("queen-st", {"shape": None}), {"body": {"shape": None}}),
    "mapping_versions": (lambda c: c.mapping_versions("queen-st"), {}),
    "check_mapping": (lambda c: c.check_mapping("queen-st"), {}),
    "suggest_mapping": (lambda c: c.suggest_mapping("queen-st"), {}),
    "preview": (
        lambda c: c.preview("queen-st", "2026-11-19", shape="journal"),
        {"day": _DAY, "shape": "journal"},
    ),
    "days": (lambda c: c.days("queen-st", "2026-11"), {"month": "2026-11"}),
    "close_day": (lambda c: c.close_day("queen-st", "2026-11-19"), {"day": _DAY}),
    "no_trade": (
        lambda c: c.no_trade("queen-st", "2026-11-19", name="Mia"),
        {"day": _DAY, "name": "Mia"},
    ),
    "sync": (lambda c: c.sync("queen-st", date="2026-11-19"), _ONE_DAY),
    "sync_state": (lambda c: c.sync_state("queen-st", first="2026-11-19", last="2026-11-19"), _ONE_DAY),
    "schedule": (lambda c: c.schedule("queen-st"), {}),
    "set_schedule": (
        lambda c: c.set_schedule("queen-st", frequency="daily", at="20:00", start="2026-11-19"),
        {"frequency": "daily", "at": "20:00", "start": _DAY},
    ),
    "log": (
        lambda c: c.log(store="queen-st", failed=True, limit=5, before=9),
        {"failed": True, "limit": 5, "before": 9},
    ),
    "retry": (lambda c: c.retry([3, 4], dry_run=True), {"ids": [3, 4], "dry_run": True}),
    "pause": (
        lambda c: c.pause("queen-st", reason="stocktake", until="2026-11-21T09:00:00+13:00"),
        {"reason": "stocktake", "until": "2026-11-21T09:00:00+13:00"},
    ),
    "resume": (lambda c: c.resume("queen-st"), {"of_others": True}),
    "disconnect": (lambda c: c.disconnect("queen-st", dry_run=True), {"dry_run": True}),
    "audit": (
        lambda c: c.audit(since="2026-11-20T00:00:00+00:00", limit=7),
        {"since": datetime(2026, 11, 20, tzinfo=UTC), "limit": 7},
    ),
}
_SHOP: dict[str, tuple[Callable[[Client], object], dict[str, Any]]] = {
    "stores": (lambda c: c.stores(), {}),
    "set_store": (
        lambda c: c.set_store("queen-st", cash_rounding="", name="Q"),
        {"key": "queen-st", "changes": {"name": "Q", "cash_rounding": ""}},
    ),
    "sources": (lambda c: c.sources(), {}),
    "source": (lambda c: c.source("a ö?"), {"name": "a ö?"}),
    "add_source": (lambda c: c.add_source("n", "text"), {"name": "n", "text": "text"}),
}


def _given(arguments: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in arguments.items() if name not in {"store", "who"}}


@pytest.mark.parametrize("method", OFFICE_ANSWERS)
def test_each_call_reaches_the_office_and_its_answer_comes_back(service: Running, method: str) -> None:
    call, expected = _OFFICE[method]
    with service.client() as client:
        assert call(client) == OFFICE_ANSWERS[method]
    (made,) = service.office.calls
    assert made.method == method
    assert _given(made.arguments) == expected
    assert made.arguments.get("store", "queen-st") == "queen-st"


@pytest.mark.parametrize("method", _SHOP)
def test_each_call_reaches_the_shop_and_its_answer_comes_back(service: Running, method: str) -> None:
    call, expected = _SHOP[method]
    with service.client() as client:
        assert call(client) == SHOP_ANSWERS[method]
    (made,) = service.shop.calls
    assert (made.method, _given(made.arguments)) == (method, expected)


def test_a_new_store_has_the_defaults_of_the_command_line(service: Running) -> None:
    with service.client() as client:
        client.add_store("queen-st", name="Q", country="NZ", currency="NZD", timezone="Pacific/Auckland")
    assert service.shop.calls[0].arguments["details"] == {
        "key": "queen-st",
        "name": "Q",
        "country": "NZ",
        "currency": "NZD",
        "timezone": "Pacific/Auckland",
        "cutoff": "00:00",
        "prices": "inclusive",
        "gst_basis": "accrual",
        "cash_rounding": None,
    }


def test_what_is_not_given_is_left_to_the_service(service: Running) -> None:
    with service.client() as client:
        client.sync("queen-st")
        client.log()
        client.disconnect("queen-st")
    assert [_given(call.arguments) for call in service.office.calls] == [
        {"first": None, "last": None},
        {"failed": False, "limit": None, "before": None},
        {"dry_run": False},
    ]


@pytest.mark.parametrize(
    "raised,kind,code",
    [
        (NotFound("gone", "why", "next", "tech", "unknown_store"), NotFound, "unknown_store"),
        (Refused("no", "why", "next"), Refused, "refused"),
        (Refused("bad", "why", "next", code="invalid_store"), Refused, "invalid_store"),
        (Unreachable("far", "why", "next"), Unreachable, "unreachable"),
        (NotSent("far", "why", "next"), Unreachable, "not_sent"),
        (OutcomeUnknown("who knows", "why", "next"), Refused, "outcome_unknown"),
    ],
)
def test_a_problem_arrives_as_it_was_raised(
    service: Running, raised: Problem, kind: type[Problem], code: str
) -> None:
    service.office.fails = raised
    with service.client() as client, pytest.raises(kind) as caught:
        client.schedule("queen-st")
    assert (caught.value.what, caught.value.why, caught.value.next) == (raised.what, raised.why, raised.next)
    assert (caught.value.detail, caught.value.code) == (raised.detail, code)
    assert not isinstance(caught.value, NoService)


def test_with_no_service_the_next_step_is_to_start_one(tmp_path: Path) -> None:
    with Client(tmp_path / "none.sock") as client, pytest.raises(NoService) as caught:
        client.status()
    assert caught.value.what == "Tillbook is not running."
    assert caught.value.next == "Start it with: tillbook serve"


def test_a_socket_left_behind_counts_as_no_service(tmp_path: Path) -> None:
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(tmp_path / "left.sock"))
    left.close()
    with Client(tmp_path / "left.sock") as client, pytest.raises(NoService):
        client.sync("queen-st")


@contextmanager
def _answering(address: Path, answer: bytes) -> Iterator[Path]:
    """A socket that reads one call, answers `answer` and hangs up."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(address))
        listener.listen()

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield address
        thread.join(60)


def test_a_change_whose_answer_is_lost_is_unknown_not_failed(tmp_path: Path) -> None:
    with (
        _answering(tmp_path / "s", b"") as address,
        Client(address) as client,
        pytest.raises(Problem) as caught,
    ):
        client.sync("queen-st")
    assert caught.value.code == "outcome_unknown"


def test_a_question_whose_answer_is_lost_can_be_asked_again(tmp_path: Path) -> None:
    with (
        _answering(tmp_path / "s", b"") as address,
        Client(address) as client,
        pytest.raises(Unreachable) as caught,
    ):
        client.status()
    assert caught.value.next == "Try again in a moment."


def test_a_service_that_is_silent_is_not_waited_for_longer_than_asked(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "s"))
        listener.listen()
        with Client(tmp_path / "s", timeout=0.05) as client, pytest.raises(Unreachable, match="no answer"):
            client.status()


def test_a_service_stopped_in_the_middle_of_a_change_leaves_it_unknown(tmp_path: Path) -> None:
    # What the server says for a call that it had to give up.
    answer = b"HTTP/1.1 500 Internal Server Error\r\ncontent-length: 21\r\n\r\nInternal Server Error"
    with (
        _answering(tmp_path / "s", answer) as address,
        Client(address) as client,
        pytest.raises(Problem) as caught,
    ):
        client.refresh_reference("queen-st")
    assert caught.value.code == "outcome_unknown"


def test_something_else_at_the_socket_is_named(tmp_path: Path) -> None:
    answer = b"HTTP/1.1 418 Teapot\r\ncontent-length: 2\r\n\r\nhi"
    with (
        _answering(tmp_path / "s", answer) as address,
        Client(address) as client,
        pytest.raises(Problem) as caught,
    ):
        client.status()
    assert "does not speak as Tillbook does" in caught.value.what


def test_a_file_is_sent_as_it_is_read(service: Running, tmp_path: Path) -> None:
    file = tmp_path / "day 1.jsonl"
    file.write_bytes(b"{}\n" * 300_000)
    with service.client() as client:
        answer = client.import_file(file, source="online-retail", store="queen-st")
    assert answer["read"] == 300_000
    arguments = service.shop.calls[0].arguments
    assert (arguments["name"], arguments["source"], arguments["store"]) == (
        "day 1.jsonl",
        "online-retail",
        "queen-st",
    )


def test_a_profile_is_tried_on_a_file(service: Running, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(b"a\nb\n")
    with service.client() as client:
        assert client.test_source("mine", file, store="queen-st")["read"] == 2
    assert service.shop.calls[0].arguments["source"] == "mine"


def test_an_empty_file_is_a_file(service: Running) -> None:
    with service.client() as client:
        assert client.import_stream(io.BytesIO(b""), "empty.jsonl")["read"] == 0


_PROBE = """
import json, sys, time
began = time.process_time()
import console.client
took = (time.process_time() - began) * 1000
print(json.dumps([took, sorted({name.partition(".")[0] for name in sys.modules})]))
"""


def test_loading_the_client_loads_httpx_and_little_else() -> None:
    done = subprocess.run([sys.executable, "-P", "-c", _PROBE], capture_output=True, check=True, timeout=180)
    took, loaded = json.loads(done.stdout)
    sys.stdout.write(f"import console.client: {took:.0f} ms of CPU\n")
    assert "httpx" in loaded
    assert not {"rich", "click", "pygments", "pydantic", "typing_extensions", "anyio", "httpx_sse"} & set(
        loaded
    )
