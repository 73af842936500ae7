"""The command palette: every command of the place, and those that are everywhere."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from screens.place import Place

if TYPE_CHECKING:
    from screens.commands import Command


class Commands(Provider):
    """Finds commands by label and help.

    One that cannot be done is shown with the reason.
    """

    async def discover(self) -> Hits:
        """Give all of them."""
        for command in self._commands():
            yield DiscoveryHit(self._told(command), partial(self._do, command), command.label)

    async def search(self, query: str) -> Hits:
        """Give those that match."""
        matcher = self.matcher(query)
        for command in self._commands():
            score = max(matcher.match(command.label), matcher.match(command.help))
            if score > 0:
                yield Hit(score, self._told(command), partial(self._do, command), command.label)

    def _commands(self) -> list[Command]:
        place = self.screen
        if not isinstance(place, Place):
            return []
        return [command for command in place.commands() if command.name != "palette"]

    def _told(self, command: Command) -> Content:
        """Return label, key and help.

        All of it as what is shown: Textual reads the help of a hit as markup.
        """
        obstacle = self._obstacle(command)
        style = "$foreground" if obstacle is None else "$dim"
        return Content.assemble(
            (command.label, style), (f"  {command.key_name}\n{obstacle or command.help}", "$dim")
        )

    def _obstacle(self, command: Command) -> str | None:
        place = self.screen
        return place.obstacle(command) if isinstance(place, Place) else None

    async def _do(self, command: Command) -> None:
        place = self.screen
        if isinstance(place, Place):
            here = command in place.COMMANDS_HERE
            await (place if here else self.app).run_action(f"command('{command.name}')")
