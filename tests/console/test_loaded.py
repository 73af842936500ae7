"""What a command loads: seen in a fresh process, with a stand-in for the service."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.console import answers
from tests.console.conftest import Serve

_PROBE = """
import json, sys
from console.cli import run
status = run(sys.argv[1:])
sys.stderr.write(json.dumps([status, sorted(sys.modules)]))
"""
_ENGINES = {
    "alembic", "cryptography", "dbos", "fastapi", "keyring", "psycopg", "pysqlite3", "sqlalchemy", "sqlite3",
    "sqlmodel", "textual", "uvicorn", "xero_python",
}  # fmt: skip
_DAY = ("--store", "queen-st", "--date", "2026-11-19")


def _loaded(home: Path, *arguments: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-P", "-c", _PROBE, *arguments],
        env={**os.environ, "TILLBOOK_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    status, modules = json.loads(done.stderr.splitlines()[-1])
    assert status == 0, done.stderr
    return set(modules)


@pytest.mark.parametrize(
    "arguments", [("status",), ("status", "--json"), ("preview", *_DAY), ("log",)], ids=len
)
def test_a_command_loads_no_engine_and_no_room_but_the_contract(
    serve: Serve, home: Path, arguments: tuple[str, ...]
) -> None:
    serve(
        {
            "GET /v1/status": answers.status(),
            "GET /v1/stores/queen-st/days/2026-11-19/preview": answers.day(),
            "GET /v1/log": answers.attempts(),
        }
    )
    loaded = _loaded(home, *arguments)
    assert {name.partition(".")[0] for name in loaded} & _ENGINES == set()
    rooms = {".".join(name.split(".")[:2]) for name in loaded if name.startswith("services.")}
    assert rooms == {"services.contract"}


def test_status_loads_nothing_for_tables_and_no_other_command(serve: Serve, home: Path) -> None:
    serve({"GET /v1/status": answers.status()})
    loaded = _loaded(home, "status")
    assert not {name for name in loaded if name.partition(".")[0] == "rich"}
    assert {name for name in loaded if name.startswith("console.commands.")} == {"console.commands.overview"}
    assert "services.contract.answers" not in loaded


def test_the_probe_would_see_it(home: Path) -> None:
    assert "argparse" not in _loaded(home, "--version")
    assert {"console.commands.days", "console.commands.demo"} <= _loaded(home, "--help")
