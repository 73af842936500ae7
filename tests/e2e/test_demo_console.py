"""`tillbook demo` on a terminal: every state, hints, nothing left afterwards."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.processes import PROGRAM, plain_environment
from tests.wire.line import Line, line

_MADE_WITHIN = 200.0
"""Seconds for the practice month on the busiest of machines; a quiet one takes ten."""
_WORDS: tuple[bytes, ...] = (
    b"posted",
    b"missing",
    b"no trade",
    b"posted by file",
    b"changed",
    b"refused",
    b"blocked",
    b"waiting",
)
_WORDS += (b"outcome unknown", b"posted, differs")


@contextmanager
def _demo(home: Path) -> Iterator[Line]:
    own = {"HOME": str(home.parent), "XDG_CONFIG_HOME": str(home.parent), "XDG_STATE_HOME": str(home.parent)}
    with line([str(PROGRAM), "demo", "--home", str(home)], (120, 40), **plain_environment(**own)) as console:
        console.until(b"Needs you", _MADE_WITHIN)
        console.settle()
        yield console


def _children(home: Path) -> list[str]:
    found = []
    for each in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = each.read_bytes()
        except OSError:  # it went meanwhile
            continue
        if str(home).encode() in command:
            found.append(command.decode().replace("\0", " "))
    return found


def test_it_opens_on_every_state_leads_and_ends_with_everything(tmp_path: Path) -> None:
    home = tmp_path / "demo"
    with _demo(home) as console:
        assert b"PRACTICE" in console.seen
        console.until(b"1/9")
        assert _children(home)
        console.go("2", b"2/9")
        for word in _WORDS:
            console.until(word)
        console.press("q")
        assert os.waitstatus_to_exitcode(console.ended()) == 0
        assert b"nothing of it is left running" in console.seen
        assert console.comes_true(lambda: not _children(home)), _children(home)


def test_a_lost_line_ends_all_of_it(tmp_path: Path) -> None:
    home = tmp_path / "demo"
    with _demo(home) as console:
        assert _children(home)
        console.hang_up()
        console.ended()
        assert console.comes_true(lambda: not _children(home)), _children(home)


def test_without_a_terminal_it_says_what_to_do() -> None:
    done = subprocess.run(
        [str(PROGRAM), "demo"],
        env=plain_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 1
    assert "The console needs a terminal." in done.stderr
    assert "tillbook demo --headless" in done.stderr
