"""A fault in the console: a plain sentence for the person, a file for support.

Textual prints what broke with every local variable, and a variable may hold a client
secret that was just typed. This is the one place that replaces Textual's own ending
(`_handle_exception`, `_fatal_error`, `panic`); a test fails when Textual changes it.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from textual.app import App

from services.contract.problem import Problem

_FILE = "console.log"
_KEPT_BYTES = 200_000
_OF_THE_INTERPRETER = (AttributeError, ImportError, IndexError, NameError, TypeError, ZeroDivisionError)
"""Their text is the interpreter's and names no data; that of others may hold some."""


class PlainEnd(App[None]):
    """An application whose faults end it without printing what its variables held."""

    fault: Exception | None = None
    """What ended it; None: it was left."""

    def _handle_exception(self, error: Exception) -> None:
        self.fault = self.fault or error
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        self._close_messages_no_wait()

    def panic(self, *_renderables: Any) -> None:  # noqa: ANN401 - as Textual declares it
        """End; what would be shown of it is in the file."""
        self._close_messages_no_wait()


def note_fault(error: BaseException, path: Path | None = None) -> Path | None:
    """Write where a fault happened to the person's log; None: it takes nothing.

    Files, lines and functions, and the text only where it cannot hold data.
    """
    path = path or log_file()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        before = path.read_bytes()[-_KEPT_BYTES:] if path.exists() else b""
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(opened, "wb") as log:
            log.write(before + _told(error).encode("utf-8", "replace"))
    except OSError:
        return None
    return path


def _told(error: BaseException) -> str:
    lines = [f"{datetime.now().astimezone().isoformat(timespec='seconds')} {_named(error)}"]
    cause: BaseException | None = error
    while cause is not None:
        lines += [
            f"  {frame.filename}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(cause.__traceback__)
        ]
        cause = cause.__cause__ or cause.__context__
        if cause is not None:
            lines.append(f" after {_named(cause)}")
    return "\n".join(lines) + "\n"


def _named(error: BaseException) -> str:
    kind = type(error).__qualname__
    return f"{kind}: {error}" if isinstance(error, _OF_THE_INTERPRETER) else kind


def ended_by(error: BaseException) -> Problem:
    """Return what a person is told when a fault ended the console."""
    path = note_fault(error)
    kept = f"Where it happened is in {path}." if path else "It could not be written down."
    return Problem(
        "The console ended because of a fault in it.",
        "Nothing is lost: what was queued goes on in the service.",
        f"Start it again; if it happens again, give the file to support. {kept}",
        code="console_fault",
    )


def log_file(environ: Mapping[str, str] = os.environ) -> Path:
    """Return where the console writes what broke."""
    home = Path(environ.get("HOME") or "/nonexistent")
    base = environ.get("XDG_STATE_HOME") or home / ".local" / "state"
    return Path(base) / "tillbook" / _FILE
