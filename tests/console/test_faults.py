"""A fault in the console: a plain sentence, and no value of a variable."""

import inspect
import stat
from pathlib import Path

import pytest
from textual.app import App
from textual.widgets import Input

from console.faults import PlainEnd, ended_by, log_file, note_fault
from tests.wire.line import line, python

SECRET = "client-secret-of-a-test"
_NOTHING: dict[str, str] = {}
_CRASHES = """
import sys
from pathlib import Path
from console.app import Console
from console.opening import open_console
def broken(self):
    secret = "client-" + "secret-of-a-test"
    raise ValueError(f"cannot take {secret}")
Console.do_store = broken
from console.cli import report
from services.contract.problem import Problem
try:
    open_console(Path("/nonexistent/tillbook.sock"))
except Problem as problem:
    sys.exit(report(problem, as_json=False))
"""


def _fault() -> Exception:
    secret = SECRET
    try:
        return KeyError(_NOTHING[secret])
    except KeyError as error:
        return error


def test_the_log_says_where_and_no_value(tmp_path: Path) -> None:
    path = note_fault(_fault(), tmp_path / "state" / "console.log")
    assert path is not None
    text = path.read_text(encoding="utf-8")
    assert "KeyError" in text
    assert "test_faults.py" in text
    assert "_fault" in text
    assert SECRET not in text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_the_interpreter_says_itself_is_kept(tmp_path: Path) -> None:
    error = AttributeError("'NoneType' object has no attribute 'x'")
    path = note_fault(error, tmp_path / "console.log")
    assert path is not None
    assert "'NoneType' object has no attribute 'x'" in path.read_text(encoding="utf-8")


def test_the_newest_is_kept_behind_older_ones(tmp_path: Path) -> None:
    for error in (KeyError("a"), IndexError("b")):
        note_fault(error, tmp_path / "console.log")
    text = (tmp_path / "console.log").read_text(encoding="utf-8")
    assert text.index("KeyError") < text.index("IndexError")


def test_a_home_that_takes_nothing_is_no_second_fault(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    assert note_fault(_fault(), blocked / "console.log") is None


def test_a_person_is_told_plainly(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    problem = ended_by(_fault())
    assert problem.code == "console_fault"
    assert str(log_file()) in problem.next
    assert SECRET not in f"{problem} {problem.detail}"


def test_textual_still_ends_the_way_that_is_replaced() -> None:
    assert {"_handle_exception", "_fatal_error", "panic", "_close_messages_no_wait"} <= set(dir(App))
    ending = inspect.getattr_static(App, "_handle_exception")
    assert "_fatal_error" in ending.__code__.co_names
    assert {"_handle_exception", "_fatal_error", "panic"} <= set(vars(PlainEnd))


async def test_a_handler_that_breaks_shows_nothing_of_its_variables(
    capsys: pytest.CaptureFixture[str],
) -> None:
    class Broken(PlainEnd):
        def on_mount(self) -> None:
            field = Input(SECRET)
            raise RuntimeError(field.value)

    app = Broken()
    with pytest.raises(RuntimeError):
        async with app.run_test():
            pass
    assert isinstance(app.fault, RuntimeError)
    assert app.return_code == 1
    said = capsys.readouterr()
    assert SECRET not in said.out + said.err


def test_on_a_terminal_nothing_but_a_sentence_is_left(tmp_path: Path) -> None:
    with line(python(_CRASHES), XDG_STATE_HOME=str(tmp_path), HOME=str(tmp_path)) as console:
        console.until(b"Overview")
        console.settle()
        console.press("s")
        console.until(b"Start it again")
        assert console.ended() >> 8 == 1
    assert b"because of a fault in it" in console.seen
    assert b"Traceback" not in console.seen
    assert SECRET.encode() not in console.seen
    log = (tmp_path / "tillbook" / "console.log").read_text(encoding="utf-8")
    assert "ValueError" in log
    assert "broken" in log
    assert SECRET not in log
