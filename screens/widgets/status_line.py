"""The line above the keys: what just happened, or why something cannot be done.

What matters stays until something newer is said; nothing important is only a toast.
"""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

GLYPHS = {"ok": "✓", "attention": "!", "stopped": "✗", "idle": "·"}
"""Glyph of each role, beside which the words stand."""


class StatusLine(Widget):
    """Says one thing at a time; empty it takes its line all the same."""

    DEFAULT_CSS = """
    StatusLine {
        height: 1;
        padding: 0 1;
        background: $background;
        color: $foreground;
    }
    """

    def __init__(self) -> None:
        super().__init__(id="said")
        self._said = ("", "idle")

    @property
    def said(self) -> str:
        """What it says at present."""
        return self._said[0]

    def say(self, text: str, role: str = "idle") -> None:
        """Say something; an empty text clears the line."""
        if (text, role) != self._said:
            self._said = (text, role)
            self.refresh()

    def render(self) -> Content:
        """Return the line."""
        text, role = self._said
        if not text:
            return Content("")
        told = Content.assemble((f"{GLYPHS[role]} ", f"${role} bold"), (text, "$foreground"))
        return told.truncate(self.size.width, ellipsis=True)
