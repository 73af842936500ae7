"""The log: two forms, and what must never be in either."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.api.logs import start_logging, stop_logging
from services.contract.redaction import redacted

_CARD = "4111111111111111"


@pytest.mark.parametrize(
    "text,expected",
    [
        ("Authorization: Bearer abcdefgh12345678", "Authorization: Bearer [hidden]"),
        ("authorization='Basic dXNlcjpwYXNz'", "authorization='Basic [hidden]'"),
        ('{"access_token": "abc", "expires_in": 1800}', '{"access_token": "[hidden]", "expires_in": 1800}'),
        ("refresh_token=abc&grant_type=x", "refresh_token=[hidden]&grant_type=x"),
        ("client_secret: s3cret, scope: a", "client_secret: [hidden], scope: a"),
        ("GET /callback?state=s&code=abc123 HTTP", "GET /callback?state=s&code=[hidden] HTTP"),
        ("eyJhbGciOiJSUzI1.eyJpc3MiOiJo.c2lnbmF0dXJl", "[hidden]"),
        (f"till tbk_{'a1-_' * 10}x calls", "till [hidden] calls"),
        ("till tbk_a1b2c3… calls", "till tbk_a1b2c3… calls"),
        (f"paid with {_CARD}.", "paid with [card number]."),
        ("4111 1111 1111 1111", "[card number]"),
        ("4111-1111-1111-1111", "[card number]"),
        ("378282246310005", "[card number]"),
        ("receipt 4111111111111112", "receipt 4111111111111112"),
        ("POS-queen-st-2026-11-19", "POS-queen-st-2026-11-19"),
        ("2026-11-19T08:02:11+13:00 12.50 NZD", "2026-11-19T08:02:11+13:00 12.50 NZD"),
        ("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "6ba7b810-9dad-11d1-80b4-00c04fd430c8"),
        ("the code of the account is 200", "the code of the account is 200"),
    ],
)
def test_what_is_hidden_and_what_is_not(text: str, expected: str) -> None:
    assert redacted(text) == expected


@given(st.text(), st.text())
def test_a_card_number_between_any_words_is_hidden(before: str, after: str) -> None:
    assert _CARD not in redacted(f"{before} {_CARD} {after}")


@given(st.text())
def test_hiding_twice_changes_nothing(text: str) -> None:
    assert redacted(redacted(text)) == redacted(text)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    """The log file of a home whose logging has begun; afterwards all is as before."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers[:] = []
    start_logging(tmp_path)
    yield tmp_path / "log" / "tillbook.log"
    stop_logging()
    root.handlers[:], root.level = handlers, level


def test_a_fault_that_ends_a_thread_is_in_the_file_without_its_secrets(
    log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Else nobody would know why nothing is sent any more."""

    def fail() -> None:
        raise KeyError("access_token=abc")

    thread = threading.Thread(target=fail, name="ticker")
    thread.start()
    thread.join()
    (entry,) = map(json.loads, log.read_text(encoding="utf-8").splitlines())
    assert (entry["level"], entry["message"]) == ("critical", "a fault ended the thread ticker")
    assert "KeyError: 'access_token=[hidden]'" in entry["traceback"]
    assert "abc" not in capsys.readouterr().err


def test_the_file_holds_json_lines_without_secrets(log: Path) -> None:
    logging.getLogger("services.x").info("sent %s", "access_token=abc")
    try:
        int(f"card {_CARD}")
    except ValueError:
        logging.getLogger("services.x").exception("failed\nbadly")
    first, second = map(json.loads, log.read_text(encoding="utf-8").splitlines())
    assert (first["level"], first["logger"], first["message"]) == (
        "info",
        "services.x",
        "sent access_token=[hidden]",
    )
    assert first["time"].endswith("+00:00")
    assert second["message"] == "failed\nbadly"
    assert "'card [card number]'" in second["traceback"]
    assert _CARD not in log.read_text(encoding="utf-8")


def test_people_get_one_safe_line(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stop_logging()
    start_logging(log.parent.parent)
    logging.getLogger("services.x").warning("bad\x1b[31m name\nsecond")
    logging.getLogger("services.x").info("Tillbook is ready")
    warned, told = capsys.readouterr().err.splitlines()
    assert warned.endswith(" warning: bad [31m name second")
    assert told.endswith(" Tillbook is ready")
    assert len(told.split(" ")[0]) == len("12:03:04")


def test_what_libraries_chatter_stays_out(log: Path) -> None:
    logging.getLogger("uvicorn.error").info("Started server process")
    logging.getLogger("httpx").info("HTTP Request: GET https://x")
    logging.getLogger("uvicorn.error").error("broken")
    assert [json.loads(line)["message"] for line in log.read_text(encoding="utf-8").splitlines()] == [
        "broken"
    ]


def test_the_file_is_private_and_turned_over(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert log.parent.stat().st_mode & 0o077 == 0
    monkeypatch.setattr("services.api.logs._FILE_BYTES", 2_000)
    stop_logging()
    start_logging(log.parent.parent)
    for number in range(100):
        logging.getLogger("services.x").info("line %d", number)
    assert sorted(path.name for path in log.parent.iterdir())[:2] == ["tillbook.log", "tillbook.log.1"]
    assert len(list(log.parent.iterdir())) == 6
