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

    had_keys: Widget | None = None
    """Who had the keys before, and gets them back."""

    @property
    def was_left(self) -> bool:
        """Whether something newer took its place before it was shown: nothing is in it."""
        return not self.children

    def take_keys(self, widget: Widget) -> None:
        """Have a widget of it take the keys, and remember who had them."""
        had = self.screen.focused
        if had is not None:
            # What another popup holds is gone when this one goes; who gave it the keys is not.
            before = next((each for each in had.ancestors_with_self if isinstance(each, Popup)), None)
            self.had_keys = had if before is None else before.had_keys
        widget.focus()

    def leave(self) -> None:
        """Go, and give the keys back."""
        if self.had_keys is not None and self.had_keys.is_attached and self.had_keys.focusable:
            # At once, and first: what is asked next must find the keys where they belong.
            self.screen.set_focus(self.had_keys)
        self.remove()
