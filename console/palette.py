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
            yield DiscoveryHit(
                self._label(command), partial(self._do, command), command.label, self._help(command)
            )

    async def search(self, query: str) -> Hits:
        """Give those that match."""
        matcher = self.matcher(query)
        for command in self._commands():
            score = max(matcher.match(command.label), matcher.match(command.help))
            if score > 0:
                yield Hit(
                    score,
                    self._label(command),
                    partial(self._do, command),
                    command.label,
                    self._help(command),
                )

    def _commands(self) -> list[Command]:
        place = self.screen
        if not isinstance(place, Place):
            return []
        return [command for command in place.commands() if command.name != "palette"]

    def _label(self, command: Command) -> Content:
        style = "$foreground" if self._obstacle(command) is None else "$dim"
        return Content.assemble((command.label, style), (f"  {command.key_name}", "$dim"))

    def _help(self, command: Command) -> str:
        return self._obstacle(command) or command.help

    def _obstacle(self, command: Command) -> str | None:
        place = self.screen
        return place.obstacle(command) if isinstance(place, Place) else None

    async def _do(self, command: Command) -> None:
        place = self.screen
        if isinstance(place, Place):
            here = command in place.COMMANDS_HERE
            await (place if here else self.app).run_action(f"command('{command.name}')")
