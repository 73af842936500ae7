"""A line below the first: what to try next in the practice company."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static


class HintLine(Static):
    """Shows a hint; without one it takes no room."""

    DEFAULT_CSS = """
    HintLine {
        height: auto;
        max-height: 3;
        padding: 0 1;
        background: $surface;
        color: $foreground;
        display: none;
    }
    """

    def __init__(self) -> None:
        super().__init__(Content(""), id="try")
        self._hint = ""

    def show(self, hint: str) -> None:
        """Show what to try next; not a byte when it is the same."""
        if hint != self._hint:
            self._hint = hint
            self.display = bool(hint)
            self.update(Content.assemble(("Try ", "$focus bold"), (hint, "$foreground")))
