"""The chosen store's days, one a line, with bars of their takings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from screens.days.view import OUTSIDE, Cell, Month, line, most_taken
from screens.widgets.lean import LeanFocus, line_style


class DaysList(LeanFocus, ScrollView, can_focus=True):
    """Shows a month as a list, newest last; posts `Chosen` when its cursor moves."""

    DEFAULT_CSS = """
    DaysList { height: 1fr; background: $background; color: $foreground; scrollbar-size-vertical: 1; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"days-list--cursor"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "Day before", show=False),
        Binding("down", "move(1)", "Day after", show=False),
        Binding("pageup", "move(-7)", "Week before", show=False),
        Binding("pagedown", "move(7)", "Week after", show=False),
    ]

    @dataclass
    class Chosen(Message):
        """The cursor is on another date."""

        cell: Cell

        def can_replace(self, message: Message) -> bool:
            """Only the newest matters."""
            return isinstance(message, DaysList.Chosen)

    def __init__(self) -> None:
        super().__init__(id="list")
        self._cells: tuple[Cell, ...] = ()
        self._at = 0

    def show(self, month: Month, day: date) -> None:
        """Show the dates that have begun, with the cursor on `day`."""
        cells = tuple(cell for cell in month.cells if cell.mark.word not in OUTSIDE)
        at = next((at for at, cell in enumerate(cells) if cell.date >= day), len(cells) - 1)
        if cells == self._cells:
            self._move_to(at)
            return
        self._cells, self._at = cells, at
        self.virtual_size = Size(0, len(self._cells))
        self._keep_in_sight()
        self.refresh()

    def _move_to(self, at: int) -> None:
        """Put the cursor on another row; two rows are repainted, not all."""
        before, self._at = self._at, at
        self._keep_in_sight()
        for each in {before, at}:
            self.refresh(Region(0, each - self.scroll_offset.y, self.size.width, 1))

    def render_line(self, y: int) -> Strip:
        """Return the line of one date."""
        at = self.scroll_offset.y + y
        width = self.scrollable_content_region.width
        if not 0 <= at < len(self._cells):
            return Strip.blank(width, self.rich_style)
        # A style put over the line afterwards would be hidden by the ground of its segments.
        style = line_style(self, "days-list--cursor") if at == self._at else self.visual_style
        told = line(self._cells[at], most_taken(self._cells), width)
        return Strip(told.render_segments(style)).extend_cell_length(width, style.rich_style)

    def action_move(self, by: int) -> None:
        """Move the cursor."""
        if self._cells:
            self._move_to(max(0, min(self._at + by, len(self._cells) - 1)))
            self.post_message(self.Chosen(self._cells[self._at]))

    def on_resize(self, _event: events.Resize) -> None:
        """Keep the cursor in sight in the new size."""
        self._keep_in_sight()

    def _keep_in_sight(self) -> None:
        height = self.size.height
        if height and not self.scroll_offset.y <= self._at < self.scroll_offset.y + height:
            self.scroll_to(y=max(0, self._at - height + 1), animate=False, immediate=True, force=True)
