"""What takes the keys at the foot of a place, and gives them back."""

from __future__ import annotations

from textual.containers import Vertical
from textual.widget import Widget


class Popup(Vertical):
    """A framed question or notice; the place stays visible behind it.

    A dimmed screen with a box in it would cost forty kilobytes over SSH.
    """

    DEFAULT_CSS = """
    Popup {
        dock: bottom;
        height: auto;
        max-height: 14;
        margin: 0 0 2 0;
        padding: 0 1;
        background: $surface;
        border: heavy $focus;
        border-title-color: $focus;
        border-title-style: bold;
        layer: above;
    }
    """

    _had_keys: Widget | None = None

    def take_keys(self, widget: Widget) -> None:
        """Have a widget of it take the keys, and remember who had them."""
        had = self.screen.focused
        # What another popup held is gone when this one goes.
        if had is not None and not any(isinstance(each, Popup) for each in had.ancestors_with_self):
            self._had_keys = had
        widget.focus()

    def leave(self) -> None:
        """Go, and give the keys back."""
        self.remove()
        if self._had_keys is not None and self._had_keys.is_attached and self._had_keys.focusable:
            self._had_keys.focus()
