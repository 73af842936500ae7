"""What takes the keys at the foot of a place, and gives them back."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget

from screens.widgets.status_line import StatusLine


class Told(VerticalScroll, can_focus=False):
    """What a popup says; the popup scrolls it, and its frame says that there is more."""

    DEFAULT_CSS = """
    Told { height: auto; max-height: 40vh; scrollbar-size-vertical: 1; }
    """

    def watch_show_vertical_scrollbar(self) -> None:
        """Say in the frame that there is more than is seen."""
        if isinstance(self.parent, Popup):
            self.parent.border_subtitle = Content("↑ ↓ scroll" if self.show_vertical_scrollbar else "")


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

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "scroll_told(-1)", "Up", show=False),
        Binding("down", "scroll_told(1)", "Down", show=False),
        Binding("pageup", "scroll_told(-8)", "Page up", show=False),
        Binding("pagedown", "scroll_told(8)", "Page down", show=False),
    ]

    had_keys: Widget | None = None
    """Who had the keys before, and gets them back."""

    @property
    def was_left(self) -> bool:
        """Whether something newer took its place before it was shown: nothing is in it."""
        return not self.children

    def on_mount(self) -> None:
        """Have the line below keep to itself: what is asked must be seen whole."""
        if not self.was_left:
            self._line_keeps(one_line=True)

    def _line_keeps(self, *, one_line: bool) -> None:
        for line in self.screen.query(StatusLine):
            line.keep_to(one_line=one_line)

    def take_keys(self, widget: Widget) -> None:
        """Have a widget of it take the keys, and remember who had them."""
        had = self.screen.focused
        if had is not None:
            # What another popup holds is gone when this one goes; who gave it the keys is not.
            before = next((each for each in had.ancestors_with_self if isinstance(each, Popup)), None)
            self.had_keys = had if before is None else before.had_keys
        widget.focus()

    def action_scroll_told(self, lines: int) -> None:
        """Scroll what is told, where there is more of it than room."""
        for told in self.query(Told):
            told.scroll_relative(y=lines, animate=False)

    def leave(self) -> None:
        """Go, and give the keys back."""
        if self.had_keys is not None and self.had_keys.is_attached and self.had_keys.focusable:
            # At once, and first: what is asked next must find the keys where they belong.
            self.screen.set_focus(self.had_keys)
        self._line_keeps(one_line=any(each is not self for each in self.screen.query(Popup)))
        self.remove()
