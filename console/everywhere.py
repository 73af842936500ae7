"""What can be done in every place of the console."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from console.going import Going
from screens.messages import Go, Shop
from screens.place import Place
from screens.widgets.chooser import Choice
from screens.widgets.jump import Jump, targets
from themes.palette import CHOICES

if TYPE_CHECKING:
    from console.hints import Guide
    from console.preferences import Preferences


class Everywhere(Going):
    """An application of places, with the commands that all of them have."""

    def __init__(self, shop: Shop, guide: Guide | None, preferences: Preferences) -> None:
        super().__init__(shop, guide)
        self._preferences = preferences

    async def action_command(self, name: str) -> None:
        """Do a command that is everywhere."""
        if name.startswith("go_"):
            await self.go(Go(name.removeprefix("go_")))
            return
        done = getattr(self, f"do_{name}")()
        if asyncio.iscoroutine(done):
            await done

    def do_read_again(self) -> None:
        """Read what is shown again."""
        if isinstance(self.screen, Place):
            self.say("")
            self.screen.look()

    def do_palette(self) -> None:
        """Open the palette."""
        self.action_command_palette()

    async def do_back(self) -> None:
        """Go back to where one came from."""
        if self._came_from:
            await self.show_place(self._came_from.pop())

    def do_quit(self) -> None:
        """Leave."""
        self.exit()

    async def do_help(self) -> None:
        """Explain the place one is in."""
        place = self.screen
        if isinstance(place, Place) and self.current_mode != "help":
            await self.go(Go("help"))
            from screens.help.screen import Help

            explains = self.screen
            if isinstance(explains, Help):
                explains.about(place)

    def do_store(self) -> None:
        """Choose the store to look at."""
        if isinstance(self.screen, Place):
            choices = [Choice(key, name, key) for key, name in self.shop.stores]
            self.screen.choose("Store", choices, self.look_at)

    def do_jump(self) -> None:
        """Label what can take the focus, and go where the letter says."""
        place = self.screen
        self.push_screen(Jump(targets(place)), lambda widget: place.set_focus(widget) if widget else None)

    def do_theme(self) -> None:
        """Take the next colours, and keep the choice."""
        names = list(CHOICES)
        following = names[(names.index(self.theme) + 1) % len(names)] if self.theme in names else names[0]
        self.theme = following
        self._preferences.set("theme", following)
        self.say(f"Colours: {CHOICES[following]}.", "ok")
