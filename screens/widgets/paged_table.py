"""A table of any length: only the pages that are looked at are ever held.

Textual's DataTable measures and keeps every row: ten thousand make the console deaf for
a second. This one is told how many rows there are, asks for the pages it shows, and
draws lines from those it has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from screens.widgets.lean import LeanFocus, line_style

PAGE = 100
"""Rows asked for at once."""
_PAGES_KEPT = 12


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, its width in cells (0: what is left over), its side."""

    heading: str
    width: int
    right: bool = False


Row = tuple[Content, ...]
"""A cell for each column."""


class PagedTable(LeanFocus, ScrollView, can_focus=True):
    """Shows `total` rows; posts `PageWanted` for those it has not."""

    DEFAULT_CSS = """
    PagedTable { height: 1fr; background: $background; color: $foreground; scrollbar-size-vertical: 1; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "paged-table--heading",
        "paged-table--cursor",
        "paged-table--waiting",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "Up", show=False),
        Binding("down", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home", "first", "First", show=False),
        Binding("end", "last", "Last", show=False),
        Binding("enter", "select", "Open", show=False),
    ]

    cursor = reactive(0, repaint=False)
    """Index of the row under the cursor."""

    @dataclass
    class PageWanted(Message):
        """Rows `first` to `first + count - 1` are to be shown and are not there."""

        table: PagedTable
        first: int
        count: int

        @property
        def control(self) -> PagedTable:
            """The table that wants them."""
            return self.table

    @dataclass
    class Highlighted(Message):
        """The cursor is on another row; `row` is its index."""

        table: PagedTable
        row: int

        @property
        def control(self) -> PagedTable:
            """The table."""
            return self.table

        def can_replace(self, message: Message) -> bool:
            """Only the newest matters."""
            return isinstance(message, PagedTable.Highlighted)

    @dataclass
    class Selected(Message):
        """Enter was pressed on a row."""

        table: PagedTable
        row: int

        @property
        def control(self) -> PagedTable:
            """The table."""
            return self.table

    def __init__(self, *columns: Column, id: str | None = None) -> None:  # noqa: A002 - as every widget has it
        super().__init__(id=id)
        self._columns = columns
        self._total = 0
        self._pages: dict[int, Sequence[Row]] = {}
        self._asked: set[int] = set()

    @property
    def total(self) -> int:
        """How many rows there are."""
        return self._total

    def lay_out(self, *columns: Column) -> None:
        """Take other columns; the rows held were made for the old ones and are forgotten."""
        self._columns = columns
        self._pages.clear()
        self.refresh()

    def show(self, total: int) -> None:
        """Show a new set of rows: forget those held, and ask for those in sight."""
        self._total = total
        self._pages.clear()
        self._asked.clear()
        self.virtual_size = Size(0, total + 1)
        self.set_reactive(PagedTable.cursor, min(self.cursor, max(total - 1, 0)))
        self.refresh()

    def give(self, first: int, rows: Sequence[Row]) -> None:
        """Take the rows of one page; `first` as it was asked for."""
        page = first // PAGE
        while len(self._pages) >= _PAGES_KEPT:
            self._pages.pop(next(iter(self._pages)))
        self._pages[page] = rows
        self._asked.discard(page)
        self.refresh()

    def change(self, row: int, cells: Row) -> None:
        """Show one row anew."""
        page, place = divmod(row, PAGE)
        if page in self._pages and place < len(self._pages[page]):
            rows = list(self._pages[page])
            rows[place] = cells
            self._pages[page] = rows
            self._refresh_row(row)

    def render_line(self, y: int) -> Strip:
        """Return one line: the heading on top, rows below."""
        width = self.scrollable_content_region.width
        if y == 0:
            return self._strip(self._headings(), width, "paged-table--heading")
        row = self.scroll_offset.y + y - 1
        if row >= self._total:
            return Strip.blank(width, self.rich_style)
        cells = self._cells(row)
        here = row == self.cursor and self.has_focus
        return self._strip(cells, width, "paged-table--cursor" if here else "")

    def watch_cursor(self, before: int, now: int) -> None:
        """Repaint the two rows concerned, and keep the cursor in sight."""
        self._refresh_row(before)
        self._refresh_row(now)
        self._keep_in_sight(now)
        self.post_message(self.Highlighted(self, now))

    def focus_regions(self) -> Sequence[Region]:
        """Return the row under the cursor."""
        return self._region_of(self.cursor)

    def action_move(self, by: int) -> None:
        """Move the cursor by rows."""
        self.cursor = max(0, min(self.cursor + by, self._total - 1))

    def action_page(self, by: int) -> None:
        """Move the cursor by screens."""
        self.action_move(by * max(self.size.height - 2, 1))

    def action_first(self) -> None:
        """Go to the first row."""
        self.cursor = 0

    def action_last(self) -> None:
        """Go to the last row."""
        self.cursor = max(self._total - 1, 0)

    def action_select(self) -> None:
        """Open the row under the cursor."""
        if self._total:
            self.post_message(self.Selected(self, self.cursor))

    def _cells(self, row: int) -> Row:
        page, place = divmod(row, PAGE)
        held = self._pages.get(page)
        if held is None:
            self._want(page)
            return (Content.styled("…", "$dim"),)
        return held[place] if place < len(held) else (Content(""),)

    def _want(self, page: int) -> None:
        if page not in self._asked:
            self._asked.add(page)
            # A message posted while lines are drawn is never delivered.
            self.call_later(self._ask_for, page)

    def _ask_for(self, page: int) -> None:
        first = page * PAGE
        if first < self._total:
            self.post_message(self.PageWanted(self, first, min(PAGE, self._total - first)))

    def _keep_in_sight(self, row: int) -> None:
        rows = max(self.size.height - 1, 1)
        top = self.scroll_offset.y
        if row < top:
            self.scroll_to(y=row, animate=False)
        elif row >= top + rows:
            self.scroll_to(y=row - rows + 1, animate=False)

    def _refresh_row(self, row: int) -> None:
        self.refresh(*(self._region_of(row) or (Region(),)))

    def _region_of(self, row: int) -> tuple[Region, ...]:
        y = row - self.scroll_offset.y + 1
        return (Region(0, y, self.size.width, 1),) if 1 <= y < self.size.height else ()

    def _headings(self) -> Row:
        return tuple(Content.styled(column.heading, "bold") for column in self._columns)

    def _strip(self, cells: Row, width: int, component: str) -> Strip:
        # A style put over the line afterwards would be hidden by the ground of its segments.
        style = line_style(self, component) if component else self.visual_style
        strip = Strip(self._line(cells, width).render_segments(style))
        return strip.crop(0, width).extend_cell_length(width, style.rich_style)

    def _line(self, cells: Row, width: int) -> Content:
        parts: list[Content] = []
        for column, cell in zip(self._columns, cells, strict=False):
            wide = column.width or self._left_over(width)
            parts.append(_fitted(cell, wide, right=column.right))
        return Content("  ").join(parts)

    def _left_over(self, width: int) -> int:
        fixed = sum(column.width for column in self._columns) + 2 * (len(self._columns) - 1)
        return max(width - fixed, 4)


def _fitted(cell: Content, width: int, *, right: bool) -> Content:
    shown = cell.truncate(width, ellipsis=True)
    space = " " * (width - shown.cell_length)
    return Content.assemble(space, shown) if right else Content.assemble(shown, space)
