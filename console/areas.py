"""The places of the console and the keys that lead to them: one table."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from screens.commands import ALWAYS, Command

if TYPE_CHECKING:
    from screens.place import Place


@dataclass(frozen=True, slots=True)
class Area:
    """One place: its name in messages, the class that shows it.

    Its key if it has one.
    """

    name: str
    module: str
    shows: str
    """Name of the class in that module."""
    label: str
    key: str = ""

    def make(self) -> Place:
        """Make the place; only then is its module loaded: a start over SSH is short."""
        place: Place = getattr(import_module(self.module), self.shows)()
        return place


AREAS = (
    Area("overview", "screens.overview.screen", "Overview", "Overview", "1"),
    Area("days", "screens.days.screen", "Days", "Days", "2"),
    Area("day", "screens.day.screen", "Day", "Day"),
    Area("receipts", "screens.receipts.screen", "Receipts", "Receipts"),
    Area("mapping", "screens.mapping.screen", "Mapping", "Mapping", "3"),
    Area("mapping_history", "screens.mapping.history", "MappingHistory", "Mapping versions"),
    Area("chart", "screens.mapping.chart", "Chart", "Chart of accounts"),
    Area("log", "screens.log.screen", "Log", "Log", "4"),
    Area("settings", "screens.settings.screen", "Settings", "Settings", "5"),
    Area("setup", "screens.setup.screen", "Setup", "Set-up"),
    Area("terminals", "screens.terminals.screen", "Terminals", "Card terminals", "6"),
    Area("terminal", "screens.terminals.adding", "AddTerminal", "Add a card terminal"),
    Area("card_money", "screens.terminals.money", "CardMoney", "Card money"),
    Area("till_keys", "screens.terminals.keys", "TillKeys", "Till keys"),
    Area("people", "screens.people.screen", "People", "People and audit", "7"),
    Area("doctor", "screens.doctor.screen", "Doctor", "Doctor", "8"),
    Area("help", "screens.help.screen", "Help", "Help"),
)
FIRST = "overview"


def go_commands() -> tuple[Command, ...]:
    """Return the commands that lead to the places with a key."""
    return tuple(
        Command(f"go_{area.name}", area.key, area.label, f"Go to {area.label.lower()}.", bar=0)
        for area in AREAS
        if area.key
    )


EVERYWHERE = (
    *go_commands(),
    Command("store", "s", "Store", "Choose the store to look at.", bar=60),
    Command("read_again", "f5", "Read again", "Read what is shown again.", bar=0),
    Command("theme", "f2", "Colours", "Choose the colours: dark, light, high contrast, 16.", bar=0),
    Command("jump", "g", "Jump", "Label everything that can take the focus; a letter goes there.", bar=20),
    Command("back", "escape", "Back", "Go back to where you came from.", bar=30),
    Command("help", "f1", "Help", "Say what this place is for and which keys it has.", bar=ALWAYS),
    Command("palette", "ctrl+p", "All commands", "Find any command by its name.", bar=70),
    Command("quit", "q", "Quit", "Leave the console; the service goes on.", bar=ALWAYS),
)
