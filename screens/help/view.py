"""The help's text, made from the commands of a place and the glossary."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from screens.commands import Command
from screens.help.glossary import GLOSSARY, TERMINAL_ADVICE


def keys(commands: Sequence[tuple[Command, str | None]]) -> Content:
    """Return a table of keys; each command with the reason why it cannot be done now."""
    width = max((len(command.key_name) for command, _ in commands), default=0)
    return Content("\n").join([_key(command, obstacle, width) for command, obstacle in commands])


def _key(command: Command, obstacle: str | None, width: int) -> Content:
    told = Content.assemble(
        (command.key_name.rjust(width), "$focus bold"), ("  ", ""), (command.help, "$foreground")
    )
    if obstacle is None:
        return told
    return Content.assemble(told, ("\n" + " " * (width + 2), ""), (f"! {obstacle}", "$attention"))


def glossary() -> Content:
    """Return the words of the trade, in order."""
    return Content("\n\n").join(
        [
            Content.assemble((word, "bold"), ("  ", ""), (meaning, "$foreground"))
            for word, meaning in sorted(GLOSSARY.items())
        ]
    )


def heading(text: str) -> Content:
    """Return the heading of a section."""
    return Content.styled(text, "$focus bold")


def page(
    title: str,
    about: str,
    here: Sequence[tuple[Command, str | None]],
    everywhere: Sequence[tuple[Command, str | None]],
) -> Content:
    """Return the whole help of a place."""
    parts = [heading(title), Content(about)]
    if here:
        parts += [heading("Keys here"), keys(here)]
    parts += [heading("Keys everywhere"), keys(everywhere), heading("Words"), glossary()]
    parts += [heading("The terminal"), Content("\n\n").join([Content(each) for each in TERMINAL_ADVICE])]
    return Content("\n\n").join(parts)
