"""The line above the keys: what just happened, or why something cannot be done.

What matters stays until something newer is said; nothing important is only a toast. A
longer sentence takes more lines, over what is above it.
"""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

GLYPHS = {"ok": "✓", "attention": "!", "stopped": "✗", "idle": "·"}
"""Glyph of each role, beside which the words stand."""
_MOST_LINES = 4


class StatusLine(Widget):
    """Says one thing at a time; empty it takes its line all the same."""

    DEFAULT_CSS = """
    StatusLine {
        dock: bottom;
        layer: above;
        height: auto;
        margin: 0 0 1 0;
        padding: 0 1;
        background: $background;
        color: $foreground;
    }
    """

    def __init__(self) -> None:
        super().__init__(id="said")
        self._said = ("", "idle")
        self._most = _MOST_LINES

    @property
    def said(self) -> str:
        """What it says at present."""
        return self._said[0]

    def say(self, text: str, role: str = "idle") -> None:
        """Say something; an empty text clears the line."""
        if (text, role) != self._said:
            before, self._said = self._lines(), (text, role)
            self._show(before)

    def keep_to(self, *, one_line: bool) -> None:
        """Take one line only while something else is asked above it."""
        before, self._most = self._lines(), 1 if one_line else _MOST_LINES
        self._show(before)

    def _show(self, before: int) -> None:
        self.refresh(layout=self._lines() != before)

    def get_content_height(self, container: object, viewport: object, width: int) -> int:  # noqa: ARG002 - Textual's
        """Return the lines that what it says takes."""
        return self._lines(width)

    def _lines(self, width: int = 0) -> int:
        width = width or self.size.width
        return max(1, min(len(self._told().wrap(width)), self._most)) if width else 1

    def _told(self) -> Content:
        text, role = self._said
        if not text:
            return Content("")
        return Content.assemble((f"{GLYPHS[role]} ", f"${role} bold"), (text, "$foreground"))

    def render(self) -> Content:
        """Return what it says; what finds no room ends in an ellipsis."""
        lines = self._told().wrap(self.size.width)
        if len(lines) <= self._most:
            return self._told()
        rest = Content(" ").join([line.rstrip() for line in lines[self._most - 1 :]])
        last = rest.truncate(self.size.width, ellipsis=True)
        return Content("\n").join([*lines[: self._most - 1], last])
