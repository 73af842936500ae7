"""Jump mode: a letter at everything that can take the focus.

The letter goes there.
"""

from __future__ import annotations

from string import ascii_lowercase
from typing import Any

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.geometry import Offset
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.widgets import Static


def targets(screen: Screen[Any]) -> dict[str, Widget]:
    """Return what can take the focus and is to be seen, by letter, from the top left."""
    seen = [widget for widget in screen.focus_chain if widget.region.area and widget.visible]
    ordered = sorted(seen, key=lambda widget: (widget.region.y, widget.region.x))
    return dict(zip(ascii_lowercase, ordered, strict=False))


class Jump(ModalScreen[Widget | None]):
    """Shows the letters over the place below; any other key leaves."""

    DEFAULT_CSS = """
    Jump { background: transparent; layers: letters; }
    Jump Static { layer: letters; width: 3; height: 1; }
    """

    def __init__(self, found: dict[str, Widget]) -> None:
        super().__init__()
        self._found = found

    def compose(self) -> ComposeResult:
        """Put a letter at each target."""
        for letter, widget in self._found.items():
            label = Static(Content.styled(f" {letter} ", "$focus bold reverse"))
            label.absolute_offset = Offset(widget.region.x, widget.region.y)
            yield label

    def on_key(self, event: events.Key) -> None:
        """Go to the letter's target."""
        event.stop()
        self.dismiss(self._found.get(event.key))
