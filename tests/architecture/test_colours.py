"""Every theme can be read: contrast as WCAG 2 counts it, and the cursor."""

from collections.abc import Iterator

import pytest
from textual.color import Color
from textual.theme import Theme

from tests.architecture.tree import ROOT
from themes.palette import ROLES, TERMINAL_THEMES, THEMES

_TEXT, _FRAME = 4.5, 1.6
_CURSORS = ("paged-table--cursor", "row-list--cursor", "days-list--cursor")


def _luminance(colour: Color) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(part / 255) for part in (colour.r, colour.g, colour.b))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours (WCAG 2.2, relative luminance)."""
    darker, lighter = sorted((_luminance(Color.parse(one)), _luminance(Color.parse(other))))
    return (lighter + 0.05) / (darker + 0.05)


def _pairs(theme: Theme) -> Iterator[tuple[str, str, float, float]]:
    grounds = {"background": theme.background, "surface": theme.surface, "panel": theme.panel}
    texts = {name: theme.variables[name] for name in (*ROLES, "dim", "focus")}
    texts["foreground"] = theme.foreground or ""
    for ground, colour in grounds.items():
        for text, ink in texts.items():
            yield text, ground, contrast(ink, colour or ""), _TEXT
        if ground != "panel":
            yield "frame", ground, contrast(theme.variables["frame"], colour or ""), _FRAME
    for text in ("foreground", *ROLES):
        yield text, "cursor", contrast(texts[text], theme.variables["cursor"]), _TEXT


def test_the_ratio_is_that_of_the_standard() -> None:
    assert round(contrast("#000000", "#ffffff"), 2) == 21
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_every_text_can_be_read_on_every_ground(theme: Theme) -> None:
    poor = {
        f"{text} on {ground}": round(ratio, 2)
        for text, ground, ratio, least in _pairs(theme)
        if ratio < least
    }
    assert not poor


@pytest.mark.parametrize("theme", TERMINAL_THEMES, ids=lambda theme: theme.name)
def test_the_terminals_own_colours_are_all_that_is_used(theme: Theme) -> None:
    used = {name: theme.variables[name] for name in (*ROLES, "dim", "frame", "focus")}
    assert all(value.startswith("ansi_") for value in used.values())
    assert {theme.background, theme.foreground} == {"ansi_default"}


@pytest.mark.parametrize("theme", TERMINAL_THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize("cursor", _CURSORS)
def test_the_cursor_is_shown_reversed_where_no_colour_is_known(theme: Theme, cursor: str) -> None:
    # What a terminal makes of its sixteen colours is its owner's: only reversing is sure to be read.
    style = (ROOT / "themes" / "base.tcss").read_text(encoding="utf-8")
    rule = next(part for part in style.split("}") if f".-theme-{theme.name} .{cursor}" in part)
    assert "text-style: reverse" in rule
