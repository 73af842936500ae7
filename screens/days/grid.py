"""The month as a grid, store by day: a glyph a date, the cursor on one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Region
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from screens.cells import cut, fitted
from screens.days.view import Cell, Month
from screens.widgets.lean import LeanFocus

_SHORTEST_NAME = 10
_LONGEST_NAME = 24
_CELL = 2
_LONGEST_MONTH = 31
_WEEKEND = 5


class DaysGrid(LeanFocus, Widget, can_focus=True):
    """Shows months of stores; posts `Moved` when the cursor moves, `Opened` on Enter."""

    DEFAULT_CSS = """
    DaysGrid { height: auto; max-height: 10; min-height: 2; background: $background; color: $foreground; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "move(0, -1)", "Day before", show=False),
        Binding("right", "move(0, 1)", "Day after", show=False),
        Binding("up", "move(-1, 0)", "Store above", show=False),
        Binding("down", "move(1, 0)", "Store below", show=False),
        Binding("enter", "open", "Open", show=False),
    ]

    at = reactive((0, 0), repaint=False)
    """Row (store) and column (date) of the cursor."""

    @dataclass
    class Moved(Message):
        """The cursor is on another date."""

        month: Month
        cell: Cell

        def can_replace(self, message: Message) -> bool:
            """Only the newest matters."""
            return isinstance(message, DaysGrid.Moved)

    @dataclass
    class Opened(Message):
        """Enter was pressed on a date."""

        month: Month
        cell: Cell

    def __init__(self) -> None:
        super().__init__(id="grid")
        self._months: Sequence[Month] = ()
        self._top = 0
        self._left = 0
        """How many dates are out of sight on the left, where not all of them find room."""

    @property
    def chosen(self) -> tuple[Month, Cell] | None:
        """The store and date under the cursor."""
        if not self._months:
            return None
        row, column = self.at
        month = self._months[min(row, len(self._months) - 1)]
        return month, month.cells[min(column, len(month.cells) - 1)]

    def show(self, months: Sequence[Month], *, store: str | None = None, column: int | None = None) -> None:
        """Show these months; the cursor goes to `store` and `column` where given."""
        changed_height = len(months) != len(self._months)
        self._months = months
        row = next((at for at, each in enumerate(months) if each.store == store), self.at[0])
        row = max(min(row, len(months) - 1), 0)
        last = len(months[row].cells) - 1 if months else 0
        at = (row, max(min(self.at[1] if column is None else column, last), 0))
        moved = at != self.at
        self.set_reactive(DaysGrid.at, at)
        self._keep_in_sight()
        self.refresh(layout=changed_height)
        if self.chosen and (moved or store is not None):
            self.post_message(self.Moved(*self.chosen))

    def get_content_height(self, container: object, viewport: object, width: int) -> int:  # noqa: ARG002 - Textual's
        """Return a line for the dates and one for each store."""
        return len(self._months) + 1

    def render_line(self, y: int) -> Strip:
        """Return the line of dates, or that of a store."""
        row = self._top + y - 1
        if y == 0:
            line = self._dates()
        elif row < len(self._months):
            line = self._store(row)
        else:
            return Strip.blank(self.size.width, self.rich_style)
        strip = Strip(line.render_segments(self.visual_style))
        return strip.crop(0, self.size.width).extend_cell_length(self.size.width, self.rich_style)

    def watch_at(self, before: tuple[int, int], now: tuple[int, int]) -> None:
        """Repaint what the cursor leaves and comes to."""
        self._keep_in_sight()
        if before[0] == now[0]:
            columns = [self._name_width + 1 + _CELL * (at - self._left) for at in (before[1], now[1])]
            parts = [Region(x, y, _CELL, 1) for x in columns for y in (0, now[0] - self._top + 1)]
        else:
            rows = [each - self._top + 1 for each in (before[0], now[0])]
            parts = [Region(0, y, self.size.width, 1) for y in (0, *rows)]
        self.refresh(*parts)
        if self.chosen:
            self.post_message(self.Moved(*self.chosen))

    def focus_regions(self) -> Sequence[Region]:
        """Return the row under the cursor."""
        return (Region(0, self.at[0] - self._top + 1, self.size.width, 1),)

    def action_move(self, rows: int, columns: int) -> None:
        """Move the cursor."""
        if self._months:
            row = max(0, min(self.at[0] + rows, len(self._months) - 1))
            last = len(self._months[row].cells) - 1
            self.at = (row, max(0, min(self.at[1] + columns, last)))

    def action_open(self) -> None:
        """Open the date under the cursor."""
        if self.chosen:
            self.post_message(self.Opened(*self.chosen))

    def _keep_in_sight(self) -> None:
        before = (self._top, self._left)
        row, column = self.at
        visible = max(self.size.height - 1, 1)
        if not self._top <= row < self._top + visible:
            self._top = row
        self._top = max(0, min(self._top, len(self._months) - visible))
        if self.size.width:
            room = self._dates_shown
            dates = len(self._months[0].cells) if self._months else 0
            self._left = max(min(self._left, column, dates - room), column - room + 1, 0)
        if before != (self._top, self._left):
            self.refresh()

    def on_resize(self, _event: events.Resize) -> None:
        """Keep the cursor in sight in the new size."""
        self._keep_in_sight()

    @property
    def _name_width(self) -> int:
        room = self.size.width - _LONGEST_MONTH * _CELL - 1
        return max(_SHORTEST_NAME, min(room, _LONGEST_NAME))

    @property
    def _dates_shown(self) -> int:
        return max((self.size.width - self._name_width - 1) // _CELL, 1)

    @property
    def _in_sight(self) -> slice:
        return slice(self._left, self._left + self._dates_shown)

    def _dates(self) -> Content:
        more = "<" if self._left else " "
        parts: list[tuple[str, str]] = [(" " * self._name_width, ""), (more, "$dim")]
        cells = self._months[0].cells if self._months else ()
        for column, cell in enumerate(cells[self._in_sight], self._left):
            style = "$dim" if cell.date.weekday() >= _WEEKEND else "$foreground"
            if column == self.at[1]:
                style = "$focus bold"
            parts.append((f"{cell.date.day:>{_CELL}}", style))
        return Content.assemble(*parts)

    def _name_of(self, row: int) -> str:
        """Return a store's name; its key where the beginnings of two names are alike."""
        width, month = self._name_width, self._months[row]
        shown = [cut(each.name, width) for each in self._months]
        return fitted(month.name if shown.count(shown[row]) == 1 else month.store, width)

    def _store(self, row: int) -> Content:
        month = self._months[row]
        here = row == self.at[0]
        parts: list[tuple[str, str]] = [(f"{self._name_of(row)} ", "bold" if here else "$foreground")]
        for column, cell in enumerate(month.cells[self._in_sight], self._left):
            style = f"${cell.mark.role} bold"
            if here and column == self.at[1]:
                style = (
                    f"${cell.mark.role} bold reverse"
                    if self.has_focus
                    else f"${cell.mark.role} bold underline"
                )
            parts.append((f" {cell.mark.glyph}", style))
        return Content.assemble(*parts)
