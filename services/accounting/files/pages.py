"""Lines on pages of 80 columns, numbered, with a heading on each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

WIDTH = 80
HEIGHT = 60
"""Lines of a page, heading and all: what A4 and Letter take at six lines an inch."""
_HEADING = 3
NEW_PAGE = "\f"


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that stay together on a page where they fit on one."""

    lines: tuple[str, ...]
    new_page: bool = False
    """Whether it begins a page of its own."""


def printed(title: str, subtitle: str, blocks: Iterable[Block]) -> str:
    """Return the pages as one text, form feeds between.

    The title and the number of the page are on top.
    """
    pages = list(_pages(blocks))
    shown = [_page(title, subtitle, number, len(pages), lines) for number, lines in enumerate(pages, 1)]
    return NEW_PAGE.join(shown)


def _page(title: str, subtitle: str, number: int, of: int, lines: Sequence[str]) -> str:
    page = f"page {number} of {of}"
    room = WIDTH - len(page) - 1
    heading = [f"{title[:room]:<{room}} {page}", subtitle[:WIDTH], "=" * WIDTH]
    return "".join(f"{line.rstrip()}\n" for line in (*heading, *lines))


def _pages(blocks: Iterable[Block]) -> Iterator[list[str]]:
    room = HEIGHT - _HEADING
    page: list[str] = []
    for block in blocks:
        if page and (block.new_page or len(page) + len(block.lines) > room):
            yield page
            page = []
        lines = list(block.lines)
        while len(page) + len(lines) > room:
            here = room - len(page)
            yield page + lines[:here]
            page, lines = [], lines[here:]
        page += lines
    if page:
        yield page
