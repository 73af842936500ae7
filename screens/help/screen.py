"""The help, of the place it was opened in."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from screens.commands import Command
from screens.help import view
from screens.place import Place
from screens.widgets.lean import Reading


class Help(Place):
    """What the place one came from is for, and its keys."""

    TITLE_TEXT = "Help"
    HELP_TEXT = "Esc goes back to where you were."
    COMMANDS_HERE: ClassVar[tuple[Command, ...]] = ()
    DEFAULT_CSS = """
    Help VerticalScroll { padding: 0 2; scrollbar-size-vertical: 1; }
    Help Static { max-width: 96; }
    """

    def content(self) -> ComposeResult:
        """Show one long page."""
        with Reading():
            yield Static(Content(""), id="page")

    def about(self, place: Place) -> None:
        """Show the help of a place."""
        here = [(command, place.obstacle(command)) for command in place.COMMANDS_HERE]
        everywhere = [(command, None) for command in place.EVERYWHERE]
        page = view.page(place.TITLE_TEXT, place.HELP_TEXT, here, everywhere)
        self.query_one("#page", Static).update(page)
        scroll = self.query_one(VerticalScroll)
        scroll.scroll_home(animate=False)
        scroll.focus()
