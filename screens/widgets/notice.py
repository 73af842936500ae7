"""Why a change was refused, whole: it stays until it is closed."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from screens.messages import Copy
from screens.widgets.popup import Popup, Told
from services.contract.problem import Problem


class Notice(Popup, can_focus=True):
    """Shows a problem at the foot of the place it happened in."""

    DEFAULT_CSS = """
    Notice { max-height: 80vh; border: heavy $stopped; border-title-color: $stopped; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter", "close", "Close", show=False),
        Binding("c", "copy", "Copy", show=False),
    ]

    def __init__(self, problem: Problem) -> None:
        super().__init__()
        self.border_title = Content(f"✗ {problem.what}")
        self._problem = problem

    def compose(self) -> ComposeResult:
        """Show why, what to do next, the details, and the keys."""
        with Told():
            for label, text in (
                ("", self._problem.why),
                ("Next: ", self._problem.next),
                ("Details: ", self._problem.detail),
            ):
                if text:
                    yield Static(Content.assemble((label, "$dim"), (text, "$foreground")))
        keys = (("Esc", "$focus bold"), (" Close   ", ""), ("c", "$focus bold"), (" Copy", ""))
        yield Static(Content.assemble(*keys))

    def on_mount(self) -> None:
        """Take the keys."""
        if not self.was_left:
            self.take_keys(self)

    def action_close(self) -> None:
        """Go on."""
        self.leave()

    def action_copy(self) -> None:
        """Copy the whole of it for support."""
        problem = self._problem
        told = "\n".join(part for part in (str(problem), problem.detail, problem.code) if part)
        self.post_message(Copy(told, "what went wrong"))
