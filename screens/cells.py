"""Text laid out by the cells it takes: a Chinese sign takes two, an accent none."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size


def cut(text: str, width: int) -> str:
    """Return text in at most `width` cells; an ellipsis says that there is more."""
    if cell_len(text) <= width:
        return text
    if width < 1:
        return ""
    return f"{set_cell_size(text, max(width - 1, 0)).rstrip()}…"


def fitted(text: str, width: int) -> str:
    """Return text in exactly `width` cells: cut, or with blanks behind it."""
    shown = cut(text, width)
    return shown + " " * (width - cell_len(shown))
