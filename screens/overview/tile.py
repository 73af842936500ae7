"""One integration as a tile: its state as glyph and word, and what matters of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Region
from textual.message import Message
from textual.widget import Widget

from screens.overview.view import TileView
from screens.widgets.lean import FRAME_PARTS, Framed, LeanFocus


class Tile(LeanFocus, Framed, Widget, can_focus=True):
    """Shows a `TileView`; repaints itself alone."""

    DEFAULT_CSS = """
    Tile {
        height: 6;
        border: round $frame;
        padding: 0 1;
        border-title-color: $foreground;
        border-title-style: bold;
        text-wrap: nowrap;
        text-overflow: ellipsis;
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = FRAME_PARTS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,down", "app.focus_next", "Next", show=False),
        Binding("left,up", "app.focus_previous", "Previous", show=False),
    ]

    @dataclass
    class Focused(Message):
        """The focus came to this tile."""

    def __init__(self, view: TileView) -> None:
        super().__init__()
        self.view = view
        self.border_title = Content(view.title)

    def show(self, view: TileView) -> None:
        """Show a newer state; not a byte when it is the same."""
        before, self.view = self.view, view
        if lines := _different(before, view):
            self.refresh(*(Region(0, y, self.size.width, 1) for y in lines))

    def render(self) -> Content:
        """Return state and lines."""
        return _told(self.view)

    def on_focus(self) -> None:
        """Tell that the keys act on this one now."""
        self.mark(there=True)
        self.post_message(self.Focused())

    def on_blur(self) -> None:
        """Show that they act on another."""
        self.mark(there=False)


def _told(view: TileView) -> Content:
    state = Content.styled(f"{view.mark.glyph} {view.mark.word}", f"${view.mark.role} bold")
    return Content("\n").join([state, *(Content.styled(line, "$foreground") for line in view.lines)])


def _different(before: TileView, now: TileView) -> list[int]:
    """Return the lines that look different; the state is line 0."""
    longest = max(len(before.lines), len(now.lines))
    old, new = ([*view.lines, *[""] * longest][:longest] for view in (before, now))
    lines = [y for y, (one, other) in enumerate(zip(old, new, strict=True), 1) if one != other]
    return lines if before.mark == now.mark else [0, *lines]
