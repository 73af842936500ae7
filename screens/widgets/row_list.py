"""A short list with a cursor, each row drawn for the width there is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from screens.cells import fitted
from screens.widgets.lean import LeanFocus, line_style

Draw = Callable[[int], Content]
"""Draws a row in so many cells."""


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row; `leads_to` is what Enter on it is about, None: nothing."""

    draw: Draw
    leads_to: object = None


class RowList(LeanFocus, ScrollView, can_focus=True):
    """Shows rows; the cursor rests on those that lead somewhere, else it scrolls."""

    DEFAULT_CSS = """
    RowList { height: 1fr; background: $background; color: $foreground; scrollbar-size-vertical: 1; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"row-list--cursor"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "Up", show=False),
        Binding("down", "move(1)", "Down", show=False),
        Binding("pageup", "move(-10)", "Page up", show=False),
        Binding("pagedown", "move(10)", "Page down", show=False),
        Binding("home", "move(-100000)", "First", show=False),
        Binding("end", "move(100000)", "Last", show=False),
        Binding("enter", "open", "Open", show=False),
    ]

    @dataclass
    class Opened(Message):
        """Enter was pressed on a row that leads somewhere."""

        listing: RowList
        leads_to: object

        @property
        def control(self) -> RowList:
            """The list."""
            return self.listing

    @dataclass
    class Moved(Message):
        """The cursor is on another row."""

        listing: RowList
        leads_to: object

        @property
        def control(self) -> RowList:
            """The list."""
            return self.listing

        def can_replace(self, message: Message) -> bool:
            """Only the newest matters."""
            return isinstance(message, RowList.Moved) and message.listing is self.listing

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - as every widget has it
        super().__init__(id=id)
        self._rows: Sequence[ListRow] = ()
        self._at = 0

    @property
    def leads_to(self) -> object:
        """What the row under the cursor leads to."""
        return self._rows[self._at].leads_to if self._rows else None

    def show(self, rows: Sequence[ListRow], *, at: int | None = None) -> None:
        """Show rows; the cursor stays where it was, or goes to `at`."""
        before, self._rows = (self._rows, self._at), rows
        self._at = max(0, min(self._at if at is None else at, len(rows) - 1))
        top = self.scroll_offset.y
        if len(before[0]) != len(rows):
            self.virtual_size = Size(0, len(rows))
        self._keep_in_sight()
        if len(before[0]) != len(rows) or top != self.scroll_offset.y:
            self.refresh()
        else:
            self._refresh_rows({*self._different(before[0]), before[1], self._at})

    def render_line(self, y: int) -> Strip:
        """Return the line of one row."""
        at = self.scroll_offset.y + y
        width = self.scrollable_content_region.width
        if not 0 <= at < len(self._rows):
            return Strip.blank(width, self.rich_style)
        here = at == self._at and self.has_focus
        # A style put over the line afterwards would be hidden by the ground of its segments.
        style = line_style(self, "row-list--cursor") if here else self.visual_style
        told = self._rows[at].draw(width).truncate(width, ellipsis=True)
        return Strip(told.render_segments(style)).extend_cell_length(width, style.rich_style)

    def action_move(self, by: int) -> None:
        """Move the cursor; past rows that lead nowhere, as far as there are others."""
        if not self._rows:
            return
        before = self._at
        self._at = max(0, min(self._at + by, len(self._rows) - 1))
        self._keep_in_sight()
        self._refresh_rows({before, self._at})
        self.post_message(self.Moved(self, self.leads_to))

    def action_open(self) -> None:
        """Open what the row leads to."""
        if self.leads_to is not None:
            self.post_message(self.Opened(self, self.leads_to))

    def focus_regions(self) -> Sequence[Region]:
        """Return the row under the cursor."""
        return self._region_of(self._at)

    def on_resize(self, _event: events.Resize) -> None:
        """Keep the cursor in sight in the new size."""
        self._keep_in_sight()

    def _different(self, before: Sequence[ListRow]) -> set[int]:
        """Return the rows in sight that look different now."""
        width = self.scrollable_content_region.width
        top = self.scroll_offset.y
        seen = range(top, min(top + self.size.height, len(self._rows)))
        return {at for at in seen if not looks_alike(before[at].draw(width), self._rows[at].draw(width))}

    def _refresh_rows(self, rows: set[int]) -> None:
        regions = [region for row in rows for region in self._region_of(row)]
        self.refresh(*(regions or (Region(),)))

    def _region_of(self, row: int) -> tuple[Region, ...]:
        y = row - self.scroll_offset.y
        return (Region(0, y, self.size.width, 1),) if 0 <= y < self.size.height else ()

    def _keep_in_sight(self) -> None:
        height, top = self.size.height, self.scroll_offset.y
        if not height:
            return
        if self._at < top:
            self.scroll_to(y=self._at, animate=False, immediate=True, force=True)
        elif self._at >= top + height:
            self.scroll_to(y=self._at - height + 1, animate=False, immediate=True, force=True)


def looks_alike(one: Content, other: Content) -> bool:
    """Whether two texts look the same; `==` of Textual leaves out their styles."""
    return one.plain == other.plain and one.spans == other.spans


def sides(left: str, right: str, *, style: str = "$foreground", amount: str = "$foreground") -> Draw:
    """Return what draws a label on the left and an amount on the right."""

    def draw(width: int) -> Content:
        room = max(width - len(right) - 1, 1)
        return Content.assemble((fitted(left, room), style), (" ", ""), (right, amount))

    return draw


def plain(text: str, style: str = "$foreground") -> Draw:
    """Return what draws a line of text."""
    return lambda _width: Content.styled(text, style)
