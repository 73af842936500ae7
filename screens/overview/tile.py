"""One integration as a tile: its state as glyph and word, and what matters of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from screens.overview.view import TileView


class Tile(Static, can_focus=True):
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
    Tile:focus { border: double $focus; border-title-style: bold reverse; border-title-color: $focus; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,down", "app.focus_next", "Next", show=False),
        Binding("left,up", "app.focus_previous", "Previous", show=False),
    ]

    @dataclass
    class Focused(Message):
        """The focus came to this tile."""

    def __init__(self, view: TileView) -> None:
        super().__init__(_told(view))
        self.view = view
        self.border_title = Content(view.title)

    def show(self, view: TileView) -> None:
        """Show a newer state; not a byte when it is the same."""
        if view != self.view:
            self.view = view
            self.update(_told(view), layout=False)

    def on_focus(self) -> None:
        """Tell that the keys act on this one now."""
        self.post_message(self.Focused())


def _told(view: TileView) -> Content:
    state = Content.styled(f"{view.mark.glyph} {view.mark.word}", f"${view.mark.role} bold")
    return Content("\n").join([state, *(Content.styled(line, "$foreground") for line in view.lines)])
