"""The places of the console, and how one comes from one to another."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from textual import on

from console.areas import AREAS, Area
from console.faults import PlainEnd
from screens.messages import Go, Shop, ShopChanged
from screens.place import Place

if TYPE_CHECKING:
    from console.hints import Guide


class Going(PlainEnd):
    """An application of places; each is made when one first goes there.

    `shop` is what every place knows of the shop; `guide` gives the hints of the practice shop.
    """

    def __init__(self, shop: Shop, guide: Guide | None) -> None:
        super().__init__()
        self.shop = shop
        self._guide = guide
        self._came_from: list[str] = []
        """The places that Esc leads back through, the last one last."""
        self._made: dict[str, Place] = {}
        for area in AREAS:
            self.add_mode(area.name, partial(self._make, area))

    def _make(self, area: Area) -> Place:
        place = self._made[area.name] = area.make()
        place.shop = self.shop
        # Its styles are those of now: Textual would take apart and apply all of them again.
        place._css_update_count = self._css_update_count  # noqa: SLF001 - there is no public way
        return place

    def say(self, text: str, role: str = "idle") -> None:
        """Say something on the line above the keys of the place shown."""
        if isinstance(self.screen, Place):
            self.screen.say(text, role)

    def look_at(self, store: str) -> None:
        """Look at another store."""
        self._tell(replace(self.shop, store=store))

    def _tell(self, shop: Shop) -> None:
        if shop == self.shop:
            return
        self.shop = shop
        for place in self._made.values():
            place.post_message(ShopChanged(shop))

    def _say_lost(self) -> None:
        """Say that the service cannot be reached, where it cannot."""
        if self.shop.link is not None:
            told = f"{self.shop.link.what} What you see may be old; it is tried again by itself."
            self.say(told, "stopped")

    @on(Go)
    async def go(self, message: Go) -> None:
        """Go to a place; Esc leads back."""
        if message.to not in {area.name for area in AREAS}:
            self.say(f"{message.to.replace('_', ' ').capitalize()}: not in this version.", "attention")
            return
        if message.store is not None and message.store != self.shop.store:
            self.look_at(message.store)
        if message.to != self.current_mode:
            self._came_from = [*self._came_from[-19:], self.current_mode]
        if self._guide is not None:
            self._guide.at(message.to)
            self._tell(replace(self.shop, hint=self._guide.hint))
        await self.show_place(message.to)
        place = self.screen
        if isinstance(place, Place):
            if place.shop != self.shop:
                place.post_message(ShopChanged(self.shop))
            place.visit(message)

    async def show_place(self, name: str) -> None:
        """Show a place; what the one left said is no news when one comes back.

        What a place says while it is left, such as that a change failed, is.
        """
        if name != self.current_mode:
            self.say("")
            await self.switch_mode(name)
            self._say_lost()
