"""Answers on the terminal: JSON for programs, tables and words for people."""

from __future__ import annotations

import json
import locale
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import IntEnum
from io import TextIOWrapper
from typing import TypeVar

from services.contract.problem import NotAllowed, Problem
from services.contract.text import printable
from themes.states import Mark

Answer = TypeVar("Answer")

# A table that goes to a file or a pipe, where nobody said how wide it may be.
_PIPE_COLUMNS = 160


class ExitStatus(IntEnum):
    """What a command's exit status means (CLI.md)."""

    DONE = 0
    PARTLY = 1
    USAGE = 2
    UNREACHABLE = 3
    NOT_ALLOWED = 4
    UNKNOWN = 5


_STATUS_OF_CODE = {
    "invalid": ExitStatus.USAGE,
    "no_service": ExitStatus.UNREACHABLE,
    "outcome_unknown": ExitStatus.UNKNOWN,
}


def show(answer: Answer, words: Callable[[Answer], None], *, as_json: bool) -> None:
    """Print an answer: as one JSON document, or through `words` for a person."""
    if as_json:
        show_json(answer)
    else:
        words(answer)


def show_json(answer: object) -> None:
    """Print one JSON document; in ASCII, so that no terminal or pipe can misread it."""
    print(json.dumps(answer, indent=2), flush=True)


def say(*lines: str) -> None:
    """Print lines for a person on standard output; control characters never reach it."""
    for line in lines:
        print(printable(line))


def say_text(text: str) -> None:
    """Print a text of several lines, such as a file, as `say` does."""
    print(printable(text, lines=True), end="")


def tell(line: str) -> None:
    """Print a line that is no part of the answer, on standard error."""
    print(printable(line), file=sys.stderr, flush=True)


def progress(line: str) -> None:
    """Show how far long work is: overwritten in place on a terminal, else not at all."""
    if sys.stderr.isatty():
        print(f"\r\033[K{printable(line)}", end="", file=sys.stderr, flush=True)


def progress_done() -> None:
    """Clear the line that `progress` wrote."""
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr, flush=True)


def prepare_streams() -> None:
    """See that no character can fail to be printed, whatever the locale."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def shows_unicode() -> bool:
    """Whether this terminal's locale can show more than ASCII.

    Python writes UTF-8 in the C locale too; what the locale itself says counts here.
    """
    encodings = (locale.getencoding(), sys.stdout.encoding or "ascii")
    return all(name.lower().startswith("utf") for name in encodings)


def glyph(mark: Mark) -> str:
    """Return the mark's glyph, or its plain form where the locale cannot show it."""
    return mark.glyph if shows_unicode() else mark.ascii


def marked(mark: Mark) -> str:
    """Return glyph and word."""
    return f"{glyph(mark)} {mark.word}"


def table(
    headings: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    right: Sequence[int] = (),
    whole: Sequence[int] = (),
) -> None:
    """Print a plain table; columns in `right` (numbers) and `whole` are never parted."""
    from rich.box import ASCII2, SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    grid = Table(box=SIMPLE_HEAD if shows_unicode() else ASCII2, pad_edge=False, show_edge=False)
    for index, heading in enumerate(headings):
        number = index in right
        grid.add_column(
            Text(heading),
            justify="right" if number else "left",
            no_wrap=number or index in whole,
            overflow="fold",
        )
    for row in rows:
        grid.add_row(*(Text(printable(cell)) for cell in row))
    Console(highlight=False, markup=False, emoji=False, width=_columns()).print(grid)


def _columns() -> int | None:
    """Return how wide a table may be; None: as the terminal or COLUMNS says."""
    return None if sys.stdout.isatty() or os.environ.get("COLUMNS") else _PIPE_COLUMNS


def finding_lines(finding: Mapping[str, object], indent: str = "  ") -> list[str]:
    """Return what, why and next of a finding, a line each."""
    return [f"{indent}{finding[part]}" for part in ("what", "why", "next") if finding.get(part)]


def report(problem: Problem, *, as_json: bool) -> ExitStatus:
    """Tell a person what went wrong and return the exit status (CLI.md)."""
    if as_json:
        show_json({"error": problem.answer()})
    for line in (problem.what, problem.why, problem.next):
        if line:
            tell(line)
    if problem.detail and os.environ.get("TILLBOOK_DETAIL"):
        tell(problem.detail)
    return status_of(problem)


def status_of(problem: Problem) -> ExitStatus:
    """Return the exit status a problem ends a command with."""
    if isinstance(problem, NotAllowed):
        return ExitStatus.NOT_ALLOWED
    return _STATUS_OF_CODE.get(problem.code, ExitStatus.PARTLY)
