"""The example till, against a Tillbook that answers as it is told."""

import importlib.util
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

_EXAMPLE = Path(__file__).resolve().parents[2] / "packaging" / "examples" / "card_payment.py"
_BUSY = {"error": {"what": "The database is busy.", "why": "", "next": ""}}
_NO = {"error": {"what": "The till's key is not accepted.", "why": "It was revoked.", "next": "Make one."}}
_PAID: dict[str, Any] = {"state": "approved", "tender_reference": "ABCDEFGHJK"}


def _told(state: str, *, running: bool) -> dict[str, Any]:
    return {"payment": {**_PAID, "state": state}, "running": running, "steps": [], "last": 1}


class Told(HTTPServer):
    """Answers one call after the other as it was told, and notes them."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: list[tuple[int, object]] = []
        self.calls: list[str] = []


class _Handler(BaseHTTPRequestHandler):
    def _answer(self) -> None:
        assert isinstance(self.server, Told)
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.server.calls.append(self.command)
        status, told = self.server.answers.pop(0)
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = _answer  # noqa: N815 - the names of http.server

    def log_message(self, *_parts: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Told]:
    with Told() as made:
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield made
        made.shutdown()
        thread.join(60)


@pytest.fixture
def till(server: Told, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The example, calling the server; pressed for 12.50 at `front`."""
    spec = importlib.util.spec_from_file_location("card_payment", _EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "PORT", server.server_address[1])
    monkeypatch.setattr(module, "PAUSE_SECONDS", 0)
    monkeypatch.setenv("TILLBOOK_TILL_KEY", "tbk_x")
    monkeypatch.setattr("sys.argv", ["card_payment.py", "front", "12.50", "--reference", "sale-1"])
    return module


def test_a_service_that_cannot_now_is_asked_again(server: Told, till: ModuleType) -> None:
    server.answers = [
        (503, _BUSY),
        (200, _told("sent", running=True)),
        (503, _BUSY),
        (200, _told("approved", running=False)),
    ]
    assert till.main() == 0
    assert server.calls == ["POST", "POST", "GET", "GET"]


def test_a_refusal_is_no_payment(server: Told, till: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    server.answers = [(403, _NO)]
    assert till.main() == 1
    assert "not accepted" in capsys.readouterr().err


def test_a_refusal_after_the_order_is_never_taken_for_no_payment(
    server: Told, till: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    server.answers = [(200, _told("sent", running=True)), (403, _NO)]
    assert till.main() == 5
    assert "The payment was begun" in capsys.readouterr().err


@pytest.mark.parametrize("state,status", [("declined", 1), ("cancelled", 1), ("unknown", 5)])
def test_the_exit_status_says_what_it_came_to(
    server: Told, till: ModuleType, state: str, status: int
) -> None:
    server.answers = [(200, _told(state, running=False))]
    assert till.main() == status


@pytest.mark.parametrize("key", ["", "nonsense\n"])
def test_without_a_key_it_says_how_to_make_one(
    till: ModuleType, key: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TILLBOOK_TILL_KEY", key)
    with pytest.raises(SystemExit) as ended:
        till.main()
    assert ended.value.code == 2
    assert "key create" in capsys.readouterr().err
