"""One integration as a tile: its state as glyph and word, and what matters of it."""

from __future__ import annotations

from textual.content import Content
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
    }
    Tile:focus { border: double $focus; border-title-style: bold reverse; border-title-color: $focus; }
    """

    def __init__(self, view: TileView) -> None:
        super().__init__(Content(""))
        self.view = view
        self.border_title = Content(view.title)

    def on_mount(self) -> None:
        """Show what it was made with."""
        self.show(self.view)

    def show(self, view: TileView) -> None:
        """Show a newer state; not a byte when it is the same."""
        if view != self.view or not self._shown:
            self.view = view
            self.update(_told(view), layout=False)
            self._shown = True

    _shown = False


def _told(view: TileView) -> Content:
    state = Content.styled(f"{view.mark.glyph} {view.mark.word}", f"${view.mark.role} bold")
    return Content("\n").join([state, *(Content.styled(line, "$foreground") for line in view.lines)])
