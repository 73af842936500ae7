"""One thing looked at closely: its facts, wrapped for the room there is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from screens.widgets.lean import Reading
from screens.widgets.panel import Panel
from screens.widgets.row_list import looks_alike

_LABEL = 15
_LEAST = 20
"""Cells that what is told has beside its label, however little room there is."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What something is, beside its label."""

    label: str
    told: Content


Line: TypeAlias = Content | Fact


def fact(label: str, text: str, more: str = "") -> Fact:
    """Return a fact; `more` is told dim behind it."""
    return Fact(label, Content.assemble((text, "$foreground"), (f"  {more}" if more else "", "$dim")))


def told(lines: Iterable[Line], width: int) -> Content:
    """Return lines as they fit; what a fact tells stays in its column."""
    return Content("\n").join([part for line in lines for part in _wrapped(line, width)])


def _wrapped(line: Line, width: int) -> list[Content]:
    if isinstance(line, Content):
        return line.wrap(width) if line.cell_length > width else [line]
    parts = line.told.wrap(max(width - _LABEL, _LEAST)) or [line.told]
    labels = [line.label, *[""] * (len(parts) - 1)]
    return [
        Content.assemble((label.ljust(_LABEL), "$dim"), part)
        for label, part in zip(labels, parts, strict=True)
    ]


class CloserLook(Panel):
    """Shows one thing, from its top; drawn anew when there is more or less room."""

    DEFAULT_CSS = """
    CloserLook Reading { scrollbar-size-vertical: 1; scrollbar-gutter: stable; }
    CloserLook Static { height: auto; }
    """

    def __init__(self, *, title: str, id: str) -> None:  # noqa: A002 - as every widget has it
        super().__init__(title=title, id=id)
        self._lines: Sequence[Line] = ()
        self._title = title
        self._drawn = Content("")

    def compose(self) -> ComposeResult:
        """Put a page into the frame."""
        with Reading():
            yield Static(self._drawn, id="whole")

    def show(self, title: str, lines: Sequence[Line]) -> None:
        """Show something; it begins at its top unless it was shown already."""
        if title != self._title:
            self.query_one(Reading).scroll_home(animate=False)
        self._title, self._lines = title, lines
        self.entitle(title)
        self._draw()

    def take_keys(self) -> None:
        """Have the keys scroll it."""
        self.query_one(Reading).focus()

    def on_resize(self, _event: events.Resize) -> None:
        """Wrap it for the new size."""
        self._draw()

    def _draw(self) -> None:
        """Draw it, unless it looks as before: that would cost two kilobytes over SSH."""
        if not (width := self.size.width - 1):
            return
        drawn = told(self._lines, width)
        if not looks_alike(drawn, self._drawn):
            self._drawn = drawn
            self.query_one("#whole", Static).update(drawn)
