"""What `make demo` starts, with a terminal and without one (CLI.md)."""

from __future__ import annotations

import os
import pty
import subprocess
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT

_SECONDS = 60


@pytest.fixture
def make(tmp_path: Path) -> list[str]:
    """A call of make with a program of the name that says what it was given."""
    program = tmp_path / "tillbook"
    program.write_text('#!/bin/sh\necho "given: $*"\n', encoding="utf-8")
    program.chmod(0o755)
    return ["make", "-s", "-o", "venv", "demo", f"BIN={tmp_path}"]


@pytest.mark.parametrize("more", [[], ["HEADLESS=1"]])
def test_a_demo_without_a_terminal_prints_the_summary(make: list[str], more: list[str]) -> None:
    done = subprocess.run(
        [*make, *more], cwd=ROOT, capture_output=True, text=True, timeout=_SECONDS, check=False
    )
    assert done.stdout == "given: demo --headless\n"


@pytest.mark.parametrize("more,given", [([], "demo"), (["HEADLESS=1"], "demo --headless")])
def test_a_demo_in_a_terminal_opens_the_console(make: list[str], more: list[str], given: str) -> None:
    ours, theirs = pty.openpty()
    try:
        subprocess.run([*make, *more], cwd=ROOT, stdin=theirs, stdout=theirs, timeout=_SECONDS, check=True)
        said = os.read(ours, 4096).decode()
    finally:
        os.close(ours)
        os.close(theirs)
    assert said == f"given: {given}\r\n"
