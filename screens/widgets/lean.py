"""Showing the focus in few bytes: only what changes with it is repainted.

Textual repaints a widget whole, and what frames it with all its content, whenever the
focus comes or goes: six kilobytes over SSH for one press of Tab. `_on_focus`,
`_on_blur` and `watch_has_focus` here stand in for those of `textual.widget.Widget`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual import events
from textual.containers import VerticalScroll
from textual.geometry import Region
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget

if TYPE_CHECKING:
    _Mixin = Widget
else:
    _Mixin = object  # Textual takes styles and keys from the first base that is a widget

FRAME_PARTS = {"framed--line", "framed--title"}
"""Component classes of what is `Framed`; base.tcss gives them their colours."""
_DOUBLE = {"╭": "╒", "─": "═", "╮": "╕"}
"""The upper border where the focus is: seen without colour too."""


def line_style(widget: Widget, part: str) -> Style:
    """Return the style of a line that is drawn as a part of a widget: the cursor's.

    Textual's own (`get_visual_style`) leaves out that a style is reversed: with 16 colours
    or none nobody would see the cursor.
    """
    style = widget.get_visual_style(part)
    reverse = widget.get_component_styles(part).text_style.reverse
    return replace(style, reverse=True) if reverse else style


class LeanFocus(_Mixin):
    """Repaints `focus_regions` when the focus comes or goes."""

    def focus_regions(self) -> Sequence[Region]:
        """Return what looks different with the focus, as parts of the widget."""
        return ()

    def watch_has_focus(self, _has_focus: bool) -> None:  # noqa: FBT001 - as Textual declares it
        """Leave the styles alone: none asks for the focus; scrollbars would be repainted."""

    def _on_focus(self, event: events.Focus) -> None:
        event.prevent_default()
        self._focus_is(there=True)
        if self.parent is not None:
            self.parent.post_message(events.DescendantFocus(self))

    def _on_blur(self, event: events.Blur) -> None:
        event.prevent_default()
        self._focus_is(there=False)
        if self.parent is not None:
            self.parent.post_message(events.DescendantBlur(self))

    def _focus_is(self, *, there: bool) -> None:
        self.has_focus = there
        if regions := self.focus_regions():
            self.refresh(*regions)


class Framed(_Mixin):
    """Marks the upper line of its frame while the focus is in it."""

    _marked = False

    def mark(self, *, there: bool) -> None:
        """Show, or no longer show, that the focus is in it."""
        if there != self._marked:
            self._marked = there
            # Textual counts parts of a widget from its content, within the frame.
            self.refresh(Region(0, 0, self.outer_size.width, 1).translate(-self.content_offset))

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the lines, the first one as a frame that holds the focus has it."""
        lines = super().render_lines(crop)
        if self._marked and crop.y == 0 and lines:
            lines[0] = self._with_focus(lines[0])
        return lines

    def _with_focus(self, strip: Strip) -> Strip:
        line = self.get_component_rich_style("framed--line", partial=True)
        title = self.get_component_rich_style("framed--title", partial=True)
        told = []
        for text, style, control in strip:
            frame = not set(text) - _DOUBLE.keys()
            shown = "".join(_DOUBLE.get(each, each) for each in text) if frame else text
            more = line if frame else title
            told.append(Segment(shown, more if style is None else style + more, control))
        return Strip(told, strip.cell_length)


class Reading(LeanFocus, VerticalScroll):
    """A page to scroll through with the keys; its frame says that it has them."""

    DEFAULT_CSS = "Reading { scrollbar-size-vertical: 1; }"
