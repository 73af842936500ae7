"""The themes: dark, light, high contrast, and the terminal's own 16 colours.

Beside Textual's colours each theme names the roles of `themes.states` (`$ok`,
`$attention`, `$stopped`, `$idle`) and what frames and rules are drawn with (`$frame`,
`$focus`, `$rule`, `$dim`). Contrast is tested: text 4.5:1, frames 1.6:1 at least.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from textual.theme import Theme

DARK: Final = "tillbook-dark"
LIGHT: Final = "tillbook-light"
CONTRAST: Final = "tillbook-contrast"
SIXTEEN: Final = "tillbook-16"
PLAIN: Final = "tillbook-plain"

ROLES: Final = ("ok", "attention", "stopped", "idle")
"""The roles a state can have; each is a variable of every theme."""

Ground = tuple[str, str, str]
"""Background, surface and panel."""


def _theme(name: str, *, dark: bool, ground: Ground, ink: str, own: Mapping[str, str], **roles: str) -> Theme:
    """Return a theme; `own` are variables of its kind, `roles` those of this one."""
    background, surface, panel = ground
    return Theme(
        name=name,
        ansi=ground == _TERMINALS,
        dark=dark,
        primary=roles["focus"],
        secondary=roles["idle"],
        accent=roles["focus"],
        success=roles["ok"],
        warning=roles["attention"],
        error=roles["stopped"],
        foreground=ink,
        background=background,
        surface=surface,
        panel=panel,
        boost=panel if ground == _TERMINALS else None,
        variables={
            **roles,
            "block-cursor-text-style": "none",
            "block-hover-background": "transparent",
            "border": roles["focus"],
            "border-blurred": roles["frame"],
            "block-cursor-blurred-background": surface,
            "block-cursor-blurred-foreground": ink,
            "scrollbar": roles["frame"],
            "scrollbar-background": background,
            "scrollbar-corner-color": background,
            **own,
        },
    )


def _coloured(name: str, *, dark: bool, ground: Ground, ink: str, **roles: str) -> Theme:
    """Return a theme of colours of ours."""
    background = ground[0]
    own = {
        "block-cursor-background": roles["cursor"],
        "block-cursor-foreground": ink,
        "input-cursor-background": ink,
        "input-cursor-foreground": background,
        "input-selection-background": roles["cursor"],
        "scrollbar-hover": roles["focus"],
        "scrollbar-active": roles["focus"],
        "scrollbar-background-hover": background,
        "scrollbar-background-active": background,
    }
    return _theme(name, dark=dark, ground=ground, ink=ink, own=own, **roles)


_TERMINALS: Final = ("ansi_default", "ansi_default", "ansi_default")


THEMES: Final = (
    _coloured(
        DARK,
        dark=True,
        ground=("#14171e", "#1b1f28", "#262a35"),
        ink="#dfe3ea",
        ok="#8fd6a4",
        attention="#f0c274",
        stopped="#f48f98",
        idle="#9fb4d6",
        dim="#9aa2b1",
        frame="#4a5162",
        rule="#343a47",
        focus="#7cb7ff",
        cursor="#29406a",
    ),
    _coloured(
        LIGHT,
        dark=False,
        ground=("#fbfbf8", "#f2f2ee", "#e4e5e1"),
        ink="#1e2329",
        ok="#1c6b38",
        attention="#7d5200",
        stopped="#ab1f2d",
        idle="#345a8c",
        dim="#565d68",
        frame="#a3a9b2",
        rule="#d3d6d8",
        focus="#0b57b0",
        cursor="#c8dcf5",
    ),
    _coloured(
        CONTRAST,
        dark=True,
        ground=("#000000", "#000000", "#1c1c1c"),
        ink="#ffffff",
        ok="#5cff8d",
        attention="#ffd75f",
        stopped="#ff8f8f",
        idle="#a8d1ff",
        dim="#d6d6d6",
        frame="#a8a8a8",
        rule="#6c6c6c",
        focus="#ffff5f",
        cursor="#003f80",
    ),
)
"""The themes in true colour; at 256 colours their roles stay apart."""


def _terminal(name: str, **roles: str) -> Theme:
    """Return a theme of the terminal's own colours, which its owner chose."""
    own = {
        "ansi-background": "ansi_black",
        "ansi-foreground": "ansi_white",
        "block-cursor-background": "ansi_white",
        "block-cursor-foreground": "ansi_black",
        "input-cursor-background": "ansi_white",
        "input-cursor-foreground": "ansi_black",
        "input-selection-background": "ansi_bright_blue",
        "input-selection-foreground": "ansi_black",
        "screen-selection-background": "ansi_bright_blue",
        "screen-selection-foreground": "ansi_black",
    }
    grey = {"cursor": "ansi_bright_black", "rule": "ansi_bright_black"}
    return _theme(name, dark=True, ground=_TERMINALS, ink="ansi_default", own=own, **{**grey, **roles})


TERMINAL_THEMES: Final = (
    _terminal(
        SIXTEEN,
        ok="ansi_green",
        attention="ansi_yellow",
        stopped="ansi_red",
        idle="ansi_cyan",
        dim="ansi_default",
        frame="ansi_bright_black",
        focus="ansi_bright_blue",
    ),
    _terminal(
        PLAIN,
        ok="ansi_default",
        attention="ansi_default",
        stopped="ansi_default",
        idle="ansi_default",
        dim="ansi_default",
        frame="ansi_default",
        focus="ansi_default",
        cursor="ansi_default",
        rule="ansi_default",
    ),
)
"""For 16 colours, and for NO_COLOR: bold, reverse and words carry the meaning."""

CHOICES: Final = {
    DARK: "Dark",
    LIGHT: "Light",
    CONTRAST: "High contrast",
    SIXTEEN: "The terminal's own 16 colours",
    PLAIN: "No colour",
}
"""What a person may choose, in words."""
