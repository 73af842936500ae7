"""A frame with a title: where the focus is, its border and title say so."""

from __future__ import annotations

from typing import Any

from textual.containers import Vertical
from textual.content import Content


class Panel(Vertical):
    """A titled frame around other widgets."""

    DEFAULT_CSS = """
    Panel {
        height: 1fr;
        border: round $frame;
        border-title-color: $foreground;
        border-title-style: bold;
        border-subtitle-color: $dim;
        padding: 0 1;
    }
    Panel:focus-within {
        border: round $focus;
        border-title-color: $focus;
    }
    """

    def __init__(self, *children: Any, title: str = "", **more: Any) -> None:  # noqa: ANN401 - a widget's own
        super().__init__(*children, **more)
        self.entitle(title)

    def entitle(self, title: str, note: str = "") -> None:
        """Set the title, and a note in the lower border; both are text, never markup."""
        # A Content is taken as it is; a string would be read as markup.
        self.border_title = Content(title)
        self.border_subtitle = Content(note)
