"""What can be done, written down once: key, key bar, palette, help and rights.

A place lists its commands in `COMMANDS`; bindings, the key bar, the palette and the help
are all made from that list, so that they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from textual.binding import Binding

from services.contract.permissions import WORDS, Action, roles_with

ALWAYS = 100
"""Importance of what the key bar never drops."""


@dataclass(frozen=True, slots=True)
class Command:
    """One thing a person can do in a place."""

    name: str
    """Of the method that does it: `do_<name>`."""
    key: str
    label: str
    """A word or two, for the key bar."""
    help: str
    """A sentence, for palette and help."""
    right: str | None = None
    """The right it needs (`services.contract.permissions.Action`); None: everybody's."""
    bar: int = 50
    """Importance in the key bar: the highest stay when room is short; 0: not shown."""
    shown: str = ""
    """How the key is written, where that is not its name: "Enter", "1-8"."""
    passing: bool = False
    """Whether it can be done only at times; when not, the key bar drops it first."""

    @property
    def key_name(self) -> str:
        """The key as it is written for people."""
        return self.shown or KEY_NAMES.get(self.key, self.key)


KEY_NAMES = {
    "enter": "Enter",
    "escape": "Esc",
    "space": "Space",
    "f1": "F1",
    "f2": "F2",
    "f5": "F5",
    "ctrl+p": "^p",
    "ctrl+s": "^s",
    "question_mark": "?",
    "slash": "/",
    "left": "←",
    "right": "→",
    "up": "↑",
    "down": "↓",
    "plus": "+",
    "minus": "-",
    "full_stop": ".",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
}


def bindings_of(commands: Iterable[Command]) -> list[Binding]:
    """Return the bindings of commands; each runs `action_command` of its place."""
    return [
        Binding(command.key, f"command('{command.name}')", command.label, show=False, id=command.name)
        for command in commands
    ]


def refusal(command: Command) -> str:
    """Return why a person without the right may not do it."""
    action = Action(command.right or Action.READ)
    *others, manager = [role.value for role in reversed(roles_with(action))]
    holders = f"{', '.join(others)} or a {manager}" if others else f"a {manager}"
    return f"{command.label}: you may not {WORDS[action]}; {holders} may."
