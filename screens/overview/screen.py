"""The overview: every integration, what needs somebody, what was sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Grid, Horizontal
from textual.message import Message

from screens.asking import Failed
from screens.commands import Command
from screens.integrating import Integrating
from screens.messages import Go, ShopChanged
from screens.overview import view
from screens.overview.tile import Tile
from screens.widgets.panel import Panel
from screens.widgets.row_list import RowList
from screens.widgets.trouble import Empty, Trouble

if TYPE_CHECKING:
    from services.contract.answers import StatusAnswer
    from services.contract.problem import Problem
    from services.contract.replies import LogAnswer
    from services.contract.terminal_shop import TerminalAnswer

_SENT_SHOWN = 50


@dataclass
class StatusRead(Message):
    """How every store and its integrations are."""

    answer: StatusAnswer
    terminals: list[TerminalAnswer]


@dataclass
class SentRead(Message):
    """What was sent last."""

    answer: LogAnswer


class Overview(Integrating):
    """Every integration of every store, and what needs somebody."""

    TITLE_TEXT = "Overview"
    CSS_PATH = "overview.tcss"
    HELP_TEXT = (
        "Every integration of every store with its state, what waits and how many calls Xero still"
        " allows. Below, what needs somebody and what was sent. Enter opens; p pauses and resumes; r sends"
        " what failed again. As commands: tillbook status, tillbook log"
    )
    REFRESHED_BY: ClassVar[tuple[str, ...]] = ("integration", "day", "store", "import", "terminal")
    COMMANDS_HERE = (
        Command("open", "enter", "Open", "Open what is under the cursor.", bar=95),
        Command("pause", "p", "Pause", "Pause the accounting, or resume it.", right="pause", bar=85),
        Command("retry", "r", "Retry", "Send again what failed or waits, now.", right="send", bar=80),
        Command("month", "m", "Month", "Go to the month of the store.", bar=45),
    )

    def __init__(self) -> None:
        super().__init__()
        self._views: Sequence[view.TileView] = ()
        self._status: StatusAnswer | None = None

    def content(self) -> ComposeResult:
        """Show the integrations above, two lists below."""
        yield Trouble(id="trouble")
        yield Empty(id="empty")
        yield Grid(id="tiles")
        with Panel(title="Integrations", id="rows"):
            yield RowList(id="integrations")
        with Horizontal(id="below"):
            with Panel(title="Needs you", id="needs"):
                yield RowList(id="attention")
            with Panel(title="What was sent", id="sent"):
                yield RowList(id="attempts")

    def on_mount(self) -> None:
        """Say that it is being read."""
        for name in ("#trouble", "#tiles", "#rows", "#below"):
            self.query_one(name).display = False
        self.query_one(Empty).say("Reading …")

    def read(self) -> None:
        """Ask how everything is."""
        self.ask(
            "the state",
            lambda service: (service.status(), service.terminals()["terminals"]),
            lambda read: StatusRead(*read),
        )
        self.ask("what was sent", lambda service: service.log(limit=_SENT_SHOWN), SentRead)

    @on(StatusRead)
    def _status_read(self, message: StatusRead) -> None:
        self._status = message.answer
        self._views = view.tiles(message.answer, message.terminals)
        self.query_one("#trouble").display = False
        empty = self.query_one(Empty)
        empty.display = not self._views
        if not self._views:
            empty.say("There is no store yet.", "Add one with: tillbook store add, or tillbook init")
        self.query_one("#below").display = bool(self._views)
        rows = view.attention(message.answer, message.terminals)
        self.query_one("#attention", RowList).show(rows)
        needs = sum(row.leads_to is not None for row in rows)
        self.query_one("#needs", Panel).entitle("Needs you", str(needs) if needs else "")
        self._arrange()
        self.refresh_bars()

    @on(SentRead)
    def _sent_read(self, message: SentRead) -> None:
        self.query_one("#attempts", RowList).show(view.sent(message.answer["attempts"], self.shop.zone_of))

    @on(events.Resize)
    def _resized(self) -> None:
        self._arrange()

    def _arrange(self) -> None:
        """Show tiles where they fit, else a row each."""
        if self._status is None or not self._views:
            return
        tiled = view.fits_tiles(self._views, self.size.width, self.size.height)
        grid, rows = self.query_one("#tiles", Grid), self.query_one("#rows")
        grid.display, rows.display = tiled, not tiled
        self.query_one("#integrations", RowList).show([view.tile_row(each) for each in self._views])
        if tiled:
            self._show_tiles(grid)
        if self.focused is None:
            (self.query(Tile).first() if tiled else self.query_one("#integrations")).focus()

    def _show_tiles(self, grid: Grid) -> None:
        shown = {tile.view.key: tile for tile in self.query(Tile)}
        if list(shown) != [each.key for each in self._views]:
            grid.remove_children()
            grid.mount_all(Tile(each) for each in self._views)
            return
        for each in self._views:
            shown[each.key].show(each)

    def failed(self, message: Failed) -> None:
        """Keep what is shown, marked by the top line.

        Say what went wrong where nothing is.
        """
        super().failed(message)
        if self._status is None and message.about == "the state":
            self._tell_trouble(message.problem, "F5 tries again.")

    @on(ShopChanged)
    def _never_connected(self, message: ShopChanged) -> None:
        """Say why nothing is seen: the service gave no answer from the start."""
        link = message.shop.link
        if message.shop.me is None and link is not None:
            self._tell_trouble(link, "It is tried again by itself.")

    def _tell_trouble(self, problem: Problem, keys: str) -> None:
        self.query_one(Empty).display = False
        trouble = self.query_one(Trouble)
        trouble.display = True
        trouble.show(problem, keys=keys)

    def _chosen(self) -> view.TileView | None:
        """Return the integration under the cursor; in the lists, the store's accounting."""
        focused = self.focused
        if isinstance(focused, Tile):
            return focused.view
        leads_to = focused.leads_to if isinstance(focused, RowList) else None
        if isinstance(leads_to, view.TileView):
            return leads_to
        stores = [leads_to.store] if isinstance(leads_to, Go) else [self.shop.store]
        of_store = (each for each in self._views if each.store in stores and each.kind == "xero")
        return next(of_store, None)

    @on(Tile.Focused)
    @on(RowList.Moved)
    def _moved(self) -> None:
        self.refresh_bars()

    @on(RowList.Opened)
    def _opened(self, message: RowList.Opened) -> None:
        self._go(message.leads_to)

    def why_not(self, command: Command) -> str | None:
        """Return why what is chosen cannot be paused or retried."""
        if command.name in {"open", "month"}:
            return None
        chosen = self._chosen()
        if chosen is None or chosen.kind != "xero":
            what = chosen.title if chosen else "this"
            return f"{command.label}: not for {what}; go to the accounting (Tab, arrows)."
        if chosen.state not in {"connected", "paused", "error"}:
            return f"{command.label}: {chosen.title} is {chosen.mark.word.lower()}."
        return None

    def do_open(self) -> None:
        """Open what is under the cursor."""
        focused = self.focused
        self._go(focused.view if isinstance(focused, Tile) else getattr(focused, "leads_to", None))

    def _go(self, leads_to: object) -> None:
        go = leads_to.goes if isinstance(leads_to, view.TileView) else leads_to
        if isinstance(go, Go) and go.to == "orders":
            self.say("Orders come in as files: tillbook import FILE.")
        elif isinstance(go, Go):
            self.post_message(Go(go.to, go.store, go.date, go.topic))

    def do_pause(self) -> None:
        """Pause for a reason, or resume."""
        if (chosen := self._chosen()) is not None:
            ask = self.resume if chosen.state == "paused" else self.pause
            ask(chosen.store, chosen.title, self._waits(chosen))

    def do_retry(self) -> None:
        """Queue what is due."""
        if (chosen := self._chosen()) is not None:
            self.send_due(chosen.store, chosen.title, self._waits(chosen))

    def _waits(self, chosen: view.TileView) -> str:
        return f"{chosen.waits}." if chosen.waits else ""

    def changed(self) -> None:
        """Read again what a change led to."""
        self.look()

    def do_month(self) -> None:
        """Go to the month."""
        chosen = self._chosen()
        self.post_message(Go("days", store=chosen.store if chosen else None))
