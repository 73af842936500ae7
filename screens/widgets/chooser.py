"""Choosing one of many by typing.

What matches is listed, what may not be taken says why.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from screens.widgets.popup import Popup

_MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Choice:
    """One that can be chosen, or the reason why not."""

    value: str
    label: str
    note: str = ""
    """Shown dim beside the label, and searched as well."""
    obstacle: str | None = None
    """Why it may not be taken; None: it may."""


def matching(choices: Sequence[Choice], typed: str) -> list[Choice]:
    """Return the choices that hold every word typed; those that begin with it first."""
    words = typed.casefold().split()
    found = [
        choice
        for choice in choices
        if all(word in f"{choice.label} {choice.note}".casefold() for word in words)
    ]
    return sorted(found, key=lambda choice: not choice.label.casefold().startswith(typed.casefold()))


class Chooser(Popup):
    """A field and a list below it; `then` is called with the value chosen."""

    DEFAULT_CSS = """
    Chooser OptionList { height: auto; max-height: 10; border: none; background: $surface; padding: 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave", show=False),
        Binding("down", "move(1)", "Down", show=False),
        Binding("up", "move(-1)", "Up", show=False),
    ]

    def __init__(self, title: str, choices: Sequence[Choice], then: Callable[[str], None]) -> None:
        super().__init__()
        self.border_title = Content(title)
        self._choices = choices
        self._then = then
        self._shown: list[Choice] = []

    def compose(self) -> ComposeResult:
        """Show the field and everything there is."""
        field = Input(placeholder="Type to search, Enter takes, Esc leaves", compact=True)
        field.cursor_blink = False
        yield field
        yield OptionList(compact=True, markup=False)

    def on_mount(self) -> None:
        """Take the keys."""
        if self.was_left:
            return
        self.query_one(OptionList).can_focus = False
        self.take_keys(self.query_one(Input))
        self._list("")

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._list(event.value)

    @on(Input.Submitted)
    def _taken(self, event: Input.Submitted) -> None:
        event.stop()
        options = self.query_one(OptionList)
        if options.highlighted is None:
            return
        choice = self._shown[options.highlighted]
        if choice.obstacle is None:
            self.leave()
            self._then(choice.value)

    def action_move(self, by: int) -> None:
        """Move in the list while the field keeps the keys."""
        options = self.query_one(OptionList)
        (options.action_cursor_down if by > 0 else options.action_cursor_up)()

    def action_leave(self) -> None:
        """Choose nothing."""
        self.leave()

    def _most(self) -> int:
        """Return how wide the column of labels may be; a longer label is not cut."""
        return self.app.size.width * 2 // 5

    def _list(self, typed: str) -> None:
        options = self.query_one(OptionList)
        found = matching(self._choices, typed)
        self._shown = found[:_MOST_SHOWN]
        options.clear_options()
        column = min(max((cell_len(choice.label) for choice in self._choices), default=0), self._most())
        options.add_options([Option(told(choice, column)) for choice in self._shown])
        options.highlighted = 0 if self._shown else None
        more = len(found) - len(self._shown)
        self.border_subtitle = Content(
            f"{more} more: type to narrow" if more else f"{len(found)} of {len(self._choices)}"
        )


def told(choice: Choice, column: int) -> Content:
    """Return a choice as it is listed, its note from the cell after `column` on."""
    label = choice.label + " " * (column - cell_len(choice.label))
    if choice.obstacle is not None:
        return Content.assemble((label, "$dim"), (f"  {choice.obstacle}", "$attention"))
    return Content.assemble((label, "$foreground"), (f"  {choice.note}", "$dim"))
