"""The last line of every place: its keys, as many as fit, in one widget.

It stands in for Textual's Footer, which makes a widget a key, repaints all of them at
every move of the focus and never lets go of the old ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content
from textual.geometry import Region
from textual.widget import Widget

from screens.commands import ALWAYS, Command

_GAP = 2


@dataclass(frozen=True, slots=True)
class Key:
    """One command as the bar shows it; `usable` false: grey, still in its place."""

    command: Command
    usable: bool

    @property
    def width(self) -> int:
        """Cells it takes."""
        return len(self.command.key_name) + 1 + len(self.command.label)


def fitting(keys: Sequence[Key], width: int) -> list[Key]:
    """Return the keys that fit, in their order: the least important go first.

    Before them goes what can be done at times only, and not now. What is always shown is
    kept even when it does not fit.
    """
    kept = [key for key in keys if key.command.bar > 0]
    while kept and _width(kept) > width:
        least = min(kept, key=lambda key: (key.usable or not key.command.passing, key.command.bar))
        if least.command.bar >= ALWAYS:
            break
        kept.remove(least)
    return kept


def _width(keys: Sequence[Key]) -> int:
    return sum(key.width for key in keys) + _GAP * max(len(keys) - 1, 0)


class KeyBar(Widget):
    """Shows the keys that work now; those that do not are grey."""

    DEFAULT_CSS = """
    KeyBar {
        height: 1;
        padding: 0 1;
        background: $panel;
        color: $foreground;
    }
    """

    def __init__(self) -> None:
        super().__init__(id="keys")
        self._keys: tuple[Key, ...] = ()

    def show(self, keys: Sequence[Key]) -> None:
        """Show these keys; without effect, and without a byte, when they are the same."""
        before, self._keys = self._keys, tuple(keys)
        if before != self._keys:
            self.refresh(*self._changed(before))

    def _changed(self, before: Sequence[Key]) -> list[Region]:
        """Return the parts that differ; none: all of it."""
        old, new = fitting(before, self.size.width), fitting(self._keys, self.size.width)
        if [key.command for key in old] != [key.command for key in new]:
            return []
        regions, x = [], 0
        for was, key in zip(old, new, strict=True):
            if was != key:
                regions.append(Region(x, 0, key.width, 1))
            x += key.width + _GAP
        return regions or [Region()]

    def render(self) -> Content:
        """Return the line."""
        shown = fitting(self._keys, self.size.width)
        return Content(" " * _GAP).join([_told(key) for key in shown])


def _told(key: Key) -> Content:
    name, label = key.command.key_name, key.command.label
    if not key.usable:
        return Content.styled(f"{name} {label}", "$dim strike")
    return Content.assemble((name, "$focus bold"), (f" {label}", "$foreground"))
