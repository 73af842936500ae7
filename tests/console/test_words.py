"""What people read: at 80 columns, without colour, in the C locale.

With hostile names.
"""

import json
import os
import pty
import re
import subprocess
import sys
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.console import answers
from tests.console.conftest import Command, Serve
from tests.console.fake_service import Laid

_PROGRAM = Path(sys.executable).parent / "tillbook"
_STORE = ("--store", "queen-st")
_DATE = ("--date", "2026-11-19")
_PREVIEW = "GET /v1/stores/queen-st/days/2026-11-19/preview"
_COLOUR = re.compile(r"\x1b\[[0-9;]*(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])[;m]")


def _everything(text: str) -> list[tuple[tuple[str, ...], Laid]]:
    """Return commands with answers that hold `text` wherever a name may stand."""
    organisation = {
        "tenant": text, "name": text, "country": "NZ", "currency": "NZD", "tax_basis": text, "chosen": True,
    }  # fmt: skip
    issue = {"part": "categories", "key": text, "problem": text, "proposal": text, "confidence": "name"}
    account = {"Code": "200", "Name": text, "Type": "REVENUE"}
    audit = {"id": 1, "at": "2026-11-19T10:00:00+00:00", "who": text, "action": text, "subject": text}
    refused = {"file": text, "line": 1, "receipt": text, "reason": text}
    imported = {
        "read": 1, "new": 0, "revised": 0, "unchanged": 0, "refused": [refused],
        "set_apart": {text: 1}, "dates": [],
    }  # fmt: skip
    store = {
        "key": text, "name": text, "country": "NZ", "currency": "NZD", "timezone": text, "frequency": "daily",
    }  # fmt: skip
    return [
        (("status",), {"GET /v1/status": answers.status(text, text)}),
        (("preview", *_STORE, *_DATE), {_PREVIEW: answers.day(text)}),
        (("totals", *_STORE, *_DATE), {"GET /v1/stores/queen-st/totals": answers.totals(text)}),
        (("log",), {"GET /v1/log": answers.attempts(text)}),
        (("days", *_STORE, "--month", "2026-11"), {"GET /v1/stores/queen-st/days": answers.month(text)}),
        (
            ("sync", *_STORE, *_DATE),
            {
                "POST /v1/stores/queen-st/sync": {"queued": ["2026-11-19"]},
                "GET /v1/stores/queen-st/sync": {"days": [answers.day(text)]},
            },
        ),
        (("organisation", "list", *_STORE), {"GET /v1/stores/queen-st/xero/organisations": [organisation]}),
        (("mapping", "check", *_STORE), {"GET /v1/stores/queen-st/mapping/check": {"issues": [issue]}}),
        (
            ("mapping", "suggest", *_STORE),
            {"GET /v1/stores/queen-st/mapping/suggest": {"proposals": [issue]}},
        ),
        (
            ("reference", "list", "accounts", *_STORE),
            {"GET /v1/stores/queen-st/reference/accounts": {"read": None, "rows": [account]}},
        ),
        (("audit",), {"GET /v1/audit": {"entries": [audit]}}),
        (("store", "list"), {"GET /v1/stores": [store]}),
        (("import", __file__), {"POST /v1/imports": imported}),
        (("source", "show", "x"), {"GET /v1/sources/x": {"name": "x", "shipped": False, "text": text}}),
        (
            ("mapping", "export", *_STORE),
            {"GET /v1/stores/queen-st/mapping": {"store": text, "version": 1, "contact": text}},
        ),
    ]


def _named(value: object) -> str:
    return " ".join(value[:2]) if isinstance(value, tuple) else ""


def _run(arguments: tuple[str, ...], home: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG"))}
    return subprocess.run(
        [str(_PROGRAM), *arguments],
        env={**kept, "TILLBOOK_HOME": str(home), **environment},
        capture_output=True,
        timeout=180,
        check=False,
    )


def _on_a_terminal(arguments: tuple[str, ...], home: Path, **environment: str) -> str:
    """Run a command with a terminal for its output; return what the terminal got."""
    ours, theirs = pty.openpty()
    given = {
        **os.environ,
        "TILLBOOK_HOME": str(home),
        "TERM": "xterm-256color",
        "COLUMNS": "80",
        **environment,
    }
    with subprocess.Popen([str(_PROGRAM), *arguments], env=given, stdout=theirs, stderr=theirs, stdin=theirs):
        os.close(theirs)
        said = b""
        with suppress(OSError):  # the other end is closed
            while part := os.read(ours, 65536):
                said += part
    os.close(ours)
    return said.decode()


def _obeyed(text: str) -> set[str]:
    """Return the characters in it that a terminal would obey."""
    found = {character for character in text if unicodedata.category(character) in {"Cc", "Cf"}}
    return found - {"\n"}


@pytest.mark.parametrize("arguments,laid", _everything(answers.NASTY), ids=_named)
def test_nothing_a_terminal_would_obey_is_printed(
    command: Command, serve: Serve, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], laid: Laid
) -> None:
    serve(laid)
    monkeypatch.setenv("COLUMNS", "1000")
    said = command(*arguments)
    assert said.status in {0, 1}
    assert "Queen" in said.out
    assert "[bold]not bold[/bold]" in said.out
    assert _obeyed(said.out) == set()
    assert _obeyed(said.err) == set()


@pytest.mark.parametrize("arguments,laid", _everything(answers.NASTY), ids=_named)
def test_json_holds_the_same_text_and_only_ascii(
    command: Command, serve: Serve, arguments: tuple[str, ...], laid: Laid
) -> None:
    serve(laid)
    said = command(*arguments, "--json")
    assert said.out.isascii()
    assert _obeyed(said.out) == set()
    assert answers.NASTY in json.dumps(json.loads(said.out), ensure_ascii=False).replace(
        json.dumps(answers.NASTY, ensure_ascii=False)[1:-1], answers.NASTY
    )


@pytest.mark.parametrize("arguments,laid", _everything(answers.LONG), ids=_named)
def test_tables_fit_80_columns_and_numbers_are_whole(
    command: Command, serve: Serve, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], laid: Laid
) -> None:
    serve(laid)
    monkeypatch.setenv("COLUMNS", "80")
    said = command(*arguments)
    table = [line for line in said.out.splitlines() if "  " in line.strip() or "─" in line]
    assert all(len(line) <= 80 for line in table if not line.startswith("  "))
    assert "…" not in said.out.replace("… ", "")


def test_an_amount_is_never_cut(command: Command, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    serve({"GET /v1/stores/queen-st/totals": answers.totals(answers.LONG)})
    monkeypatch.setenv("COLUMNS", "60")
    said = command("totals", *_STORE, *_DATE)
    assert "123456789.12" in said.out
    assert "1234567" in said.out


@pytest.mark.parametrize(
    "arguments,laid,words",
    [
        (
            ("status",),
            {"GET /v1/status": {"service": {"version": "1", "since": None}, "stores": []}},
            "tillbook store add",
        ),
        (("log",), {"GET /v1/log": {"attempts": []}}, "Nothing has been sent"),
        (("audit",), {"GET /v1/audit": {"entries": []}}, "Nothing"),
        (("store", "list"), {"GET /v1/stores": []}, "tillbook store add"),
        (
            ("days", *_STORE, "--month", "2026-11"),
            {"GET /v1/stores/queen-st/days": {"days": []}},
            "No business",
        ),
        (
            ("totals", *_STORE, *_DATE),
            {
                "GET /v1/stores/queen-st/totals": {
                    "store": "queen-st",
                    "rows": [],
                    "tenders": [],
                    "set_apart": [],
                }
            },
            "no receipts",
        ),
        (
            ("organisation", "list", *_STORE),
            {"GET /v1/stores/queen-st/xero/organisations": []},
            "no organisation",
        ),
        (
            ("reference", "list", "tracking", *_STORE),
            {"GET /v1/stores/queen-st/reference/tracking": {"read": None, "rows": []}},
            "tillbook reference refresh",
        ),
        (
            ("sync", *_STORE),
            {
                "POST /v1/stores/queen-st/sync": {"queued": []},
                "GET /v1/stores/queen-st/schedule": {"frequency": "manual", "at": None, "start": None},
            },
            "Nothing is due.",
        ),
        (
            ("sync", *_STORE),
            {
                "POST /v1/stores/queen-st/sync": {"queued": []},
                "GET /v1/stores/queen-st/schedule": {"frequency": "daily", "at": None, "start": "2026-11-01"},
            },
            "Nothing is due from 2026-11-01 on",
        ),
        (("log", "--failed"), {"GET /v1/log": {"attempts": []}}, "Nothing has failed."),
        (
            ("mapping", "check", *_STORE),
            {"GET /v1/stores/queen-st/mapping/check": {"issues": []}},
            "is mapped",
        ),
        (
            ("mapping", "suggest", *_STORE),
            {"GET /v1/stores/queen-st/mapping/suggest": {"proposals": []}},
            "nothing to propose",
        ),
    ],
    ids=_named,
)
def test_an_empty_list_says_what_it_means(
    command: Command, serve: Serve, arguments: tuple[str, ...], laid: Laid, words: str
) -> None:
    serve(laid)
    said = command(*arguments)
    assert said.status == 0
    assert words in said.out


def test_a_reason_is_told_once(command: Command, serve: Serve) -> None:
    day = answers.day(answers.FINDING["what"])
    serve(
        {
            "POST /v1/stores/queen-st/sync": {"queued": ["2026-11-19"]},
            "GET /v1/stores/queen-st/sync": {"days": [day]},
        }
    )
    said = command("sync", *_STORE, *_DATE)
    assert said.out.count(answers.FINDING["what"]) == 1


def test_what_has_to_be_copied_is_not_parted(
    command: Command, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant = "a5f0c6de-4e1f-5b1c-9d56-0c3d1f6b2a01"
    found = {
        "tenant": tenant, "name": answers.LONG, "country": "NZ", "currency": "NZD", "tax_basis": "accrual",
        "chosen": False,
    }  # fmt: skip
    serve({"GET /v1/stores/queen-st/xero/organisations": [found]})
    monkeypatch.setenv("COLUMNS", "80")
    assert tenant in command("organisation", "list", *_STORE).out


def test_the_changes_of_a_mapping_are_listed(command: Command, serve: Serve) -> None:
    newest = {
        "store": "queen-st", "version": 2, "shape": "journal",
        "categories": {"a": "200", "b": {"account": "850"}},
    }  # fmt: skip
    serve({"GET /v1/stores/queen-st/mapping": newest})
    same = json.loads(command("mapping", "diff", *_STORE, "--json").out)
    assert same == {"from": 2, "to": 2, "changes": []}
    assert "are the same" in command("mapping", "diff", *_STORE).out


def test_states_have_a_glyph_and_a_word(command: Command, serve: Serve) -> None:
    serve({"GET /v1/status": answers.status()})
    out = command("status").out
    assert "✗ Error" in out
    assert "12 posted, 2 waiting, 1 blocked" in out
    assert "Add it to [categories]." in out


@pytest.mark.parametrize("kind,way", [("ACCREC", "into"), ("PAYMENT", "into"), ("ACCRECCREDIT", "out of")])
def test_a_preview_fits_a_terminal_and_says_which_way_money_goes(
    kind: str, way: str, command: Command, serve: Serve
) -> None:
    day: dict[str, Any] = answers.day("grocery")
    day["documents"][0] |= {"kind": kind, "contact": ""}
    day["tax_return"]["box6_zero_rated"] = "0.00"
    serve({_PREVIEW: day})
    lines = command("preview", *_STORE, *_DATE).out.splitlines()
    assert f"  paid cash 1234567.89 {way} 611" in lines
    assert "  2026-11-19, due 2026-11-19, Inclusive" in lines
    assert "  tax return, box5 total sales incl gst and zero rated: 1234567.89" in lines
    assert not [line for line in lines if "box6" in line or len(line) > 80]


def test_an_error_says_what_why_and_next_on_standard_error(command: Command, serve: Serve) -> None:
    serve({_PREVIEW: {"status": 404, "error": {**answers.FINDING, "detail": "trace"}}})
    said = command("preview", *_STORE, *_DATE)
    assert said.out == ""
    assert said.err.splitlines() == [answers.FINDING[part] for part in ("what", "why", "next")]


@pytest.mark.parametrize(
    "environment", [{"LC_ALL": "C"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}], ids=len
)
@pytest.mark.parametrize("arguments,laid", _everything("Café Ünïcødé → 店")[:7], ids=_named)
def test_the_c_locale_gets_plain_marks_and_no_traceback(
    serve: Serve, home: Path, environment: Mapping[str, str], arguments: tuple[str, ...], laid: Laid
) -> None:
    serve(laid)
    done = _run(arguments, home, **environment)
    assert b"Traceback" not in done.stderr
    assert done.returncode in {0, 1}
    text = done.stdout.decode("utf-8", errors="strict")
    assert not set(text) & set("✗✓─│…‖→") - set("→")
    assert "Caf" in text


def test_json_in_the_c_locale_is_the_same(serve: Serve, home: Path) -> None:
    serve({"GET /v1/status": answers.status("Café")})
    plain = _run(("status", "--json"), home, LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert json.loads(plain.stdout)["stores"][0]["name"] == "Café"


def test_no_color_is_kept_on_a_terminal(serve: Serve, home: Path) -> None:
    serve({"GET /v1/log": answers.attempts()})
    said = _on_a_terminal(("log",), home, NO_COLOR="1")
    assert "POS-queen-st" in said
    assert not _COLOUR.search(said)


def test_a_reader_that_goes_away_is_no_error(serve: Serve, home: Path) -> None:
    attempt = answers.attempts()["attempts"]
    assert isinstance(attempt, list)
    serve({"GET /v1/log": {"attempts": attempt * 5000}})
    command = f"'{_PROGRAM}' log | head -1; exit ${{PIPESTATUS[0]}}"
    environment = {**os.environ, "TILLBOOK_HOME": str(home)}
    done = subprocess.run(
        ["bash", "-c", command], env=environment, capture_output=True, timeout=180, check=False
    )
    assert done.returncode == 0
    assert done.stderr == b""
