"""The first line of every place: where you are, of which shop, who you are."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

from screens.messages import Shop

_PRODUCT = "Tillbook"


class TopBar(Widget):
    """Shows place and store on the left, practice, link and person on the right."""

    DEFAULT_CSS = """
    TopBar {
        height: 1;
        padding: 0 1;
        background: $panel;
        color: $foreground;
    }
    """

    def __init__(self, place: str) -> None:
        super().__init__(id="top")
        self._place = place
        self._shop = Shop()
        self._note = ""

    def show(self, shop: Shop, note: str = "") -> None:
        """Show the shop; `note` says more of the place, such as a date."""
        if (shop, note) != (self._shop, self._note):
            self._shop, self._note = shop, note
            self.refresh()

    def render(self) -> Content:
        """Return the line; what is on the left is cut short where both have no room."""
        right = self._right()
        room = max(self.size.width - right.cell_length - 1, 1)
        left = self._left().truncate(room, ellipsis=True)
        return Content.assemble(left, " " * (self.size.width - left.cell_length - right.cell_length), right)

    def _left(self) -> Content:
        parts = [(_PRODUCT, "$dim"), ("  ", ""), (self._place, "bold")]
        for more in (self._shop.name, self._note):
            if more:
                parts += [("  ", ""), (more, "$foreground")]
        return Content.assemble(*parts)

    def _right(self) -> Content:
        parts: list[tuple[str, str]] = []
        if self._shop.practice:
            parts += [(" PRACTICE ", "$attention reverse"), ("  ", "")]
        if self._shop.link is not None:
            parts += [("✗ not connected", "$stopped bold"), ("  ", "")]
        if self._shop.me is not None:
            roles = " ".join(self._shop.me["roles"][:1])
            parts += [(self._shop.me["user"], "$foreground"), (f" {roles}" if roles else "", "$dim")]
        return Content.assemble(*parts)
