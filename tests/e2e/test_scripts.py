"""What a script may rely on: --json, --yes, the exit status (CLI.md)."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.e2e.processes import PROGRAM, plain_environment
from tests.e2e.shop import Ran


def _ran(home: Path, *arguments: str) -> Ran:
    done = subprocess.run(
        [str(PROGRAM), *arguments, "--json"],
        env=plain_environment(TILLBOOK_HOME=str(home)),
        input="",
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize(
    "arguments,what",
    [
        (("init", "--colour", "red"), "--colour"),
        (("init", "--cutoff"), "--cutoff"),
        (("restore",), "FILE"),
        (("restore", "backup.db"), "replaces the books"),
        (("status", "--colour"), "--colour"),
    ],
)
def test_wrong_usage_is_told_as_json_too(tmp_path: Path, arguments: tuple[str, ...], what: str) -> None:
    ran = _ran(tmp_path, *arguments)
    assert (ran.status, ran.answer["error"]["code"]) == (2, "invalid")
    assert what in ran.answer["error"]["what"]
    assert ran.answer["error"]["next"] in ran.err
    assert list(tmp_path.iterdir()) == []


def test_a_script_may_say_yes_where_nobody_is_asked(tmp_path: Path) -> None:
    pause = ("pause", "xero", "--store", "queen-st", "--reason", "stocktaking")
    for arguments in (pause, ("status",), ("changes", "--store", "queen-st")):
        ran = _ran(tmp_path, *arguments, "--yes")
        assert (ran.status, ran.answer["error"]["code"]) == (3, "no_service"), arguments
    assert _ran(tmp_path, "init", "--yes").answer["error"]["code"] == "invalid_store"


def test_where_somebody_is_asked_yes_is_the_answer(tmp_path: Path) -> None:
    restore = ("restore", str(tmp_path / "none.db"))
    assert _ran(tmp_path, *restore).status == 2
    assert _ran(tmp_path, *restore, "--yes").answer["error"]["code"] == "no_backup"
    pay = ("terminal", "pay", "counter", "1.00")
    assert [_ran(tmp_path, *pay).status, _ran(tmp_path, *pay, "--yes").status] == [2, 3]


def test_the_help_names_yes_only_where_it_means_something(tmp_path: Path) -> None:
    def helped(command: str) -> str:
        done = subprocess.run(
            [str(PROGRAM), command, "--help"], env=plain_environment(), capture_output=True, text=True,
            timeout=180, check=True,
        )  # fmt: skip
        return done.stdout

    assert ("--yes" in helped("disconnect"), "--yes" in helped("pause")) == (True, False)
    assert json.loads(_ran(tmp_path, "status").out)["error"]["what"]
