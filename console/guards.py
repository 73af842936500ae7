"""Whether this terminal can show the console; a plain sentence when it cannot."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import TextIO

from services.contract.problem import Refused

SMALLEST = (60, 20)
"""Columns and rows below which nothing sensible can be shown."""
_NEEDED = "╭─│✓✗…"
_COMMANDS = "The same is there as commands: tillbook status, days, log (tillbook --help lists all)."


def check_terminal(
    stream: TextIO | None = None,
    environ: Mapping[str, str] = os.environ,
    *,
    commands: str = _COMMANDS,
) -> None:
    """Raise Refused when the console cannot be shown here, saying what to do instead.

    `commands` says what does the same without a console.
    """
    stream = stream or sys.stdout
    if not (stream.isatty() and sys.stdin.isatty()):
        raise Refused(
            "The console needs a terminal.", "This is a pipe or a file.", commands, code="no_terminal"
        )
    if environ.get("TERM", "") in {"", "dumb"}:
        raise Refused(
            "This terminal cannot show the console.",
            f"TERM is {environ.get('TERM') or 'not set'}: it moves no cursor.",
            f"Use another terminal, or set TERM to what it is, such as xterm-256color. {commands}",
            code="dumb_terminal",
        )
    _check_encoding(stream, commands)
    _check_size(stream, commands)


def _check_encoding(stream: TextIO, commands: str) -> None:
    # Textual writes to the original standard error, whose encoding is the locale's.
    for each in (stream, sys.__stderr__ or stream):
        try:
            _NEEDED.encode(each.encoding or "ascii")
        except (UnicodeEncodeError, LookupError):
            raise Refused(
                "This terminal's text is not UTF-8.",
                f"Lines and marks cannot be shown in {each.encoding}.",
                f"Start it with LANG=C.UTF-8 tillbook. {commands}",
                code="no_utf8",
            ) from None


def _check_size(stream: TextIO, commands: str) -> None:
    columns, rows = os.get_terminal_size(stream.fileno())
    # A size of nothing is what a terminal says that does not know.
    if columns and rows and (columns < SMALLEST[0] or rows < SMALLEST[1]):
        raise Refused(
            f"This terminal has {columns} columns and {rows} rows.",
            f"The console needs {SMALLEST[0]} by {SMALLEST[1]}.",
            f"Make the window larger. {commands}",
            code="too_small",
        )
