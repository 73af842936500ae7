"""A frame with a title: where the focus is, its border and title say so."""

from __future__ import annotations

from typing import Any, ClassVar

from textual import events
from textual.containers import Vertical
from textual.content import Content

from screens.widgets.lean import FRAME_PARTS, Framed


class Panel(Framed, Vertical):
    """A titled frame around other widgets."""

    COMPONENT_CLASSES: ClassVar[set[str]] = FRAME_PARTS

    DEFAULT_CSS = """
    Panel {
        height: 1fr;
        border: round $frame;
        border-title-color: $foreground;
        border-title-style: bold;
        border-subtitle-color: $dim;
        padding: 0 1;
    }
    """

    def __init__(self, *children: Any, title: str = "", **more: Any) -> None:  # noqa: ANN401 - a widget's own
        super().__init__(*children, **more)
        self._told = ("", "")
        self.entitle(title)

    def on_descendant_focus(self, _event: events.DescendantFocus) -> None:
        """Show that the keys are for what it frames."""
        self.mark(there=True)

    def on_descendant_blur(self, _event: events.DescendantBlur) -> None:
        """Show that they are for something else."""
        self.mark(there=False)

    def entitle(self, title: str, note: str = "") -> None:
        """Set the title, and a note in the lower border; both are text, never markup."""
        if (title, note) == self._told:
            return  # Textual would repaint all that it frames
        self._told = (title, note)
        # A Content is taken as it is; a string would be read as markup.
        self.border_title = Content(title)
        self.border_subtitle = Content(note)
