"""The overview: tiles above, what was sent below."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Grid
from textual.message import Message
from textual.widgets import DataTable

from screens.commands import Command
from screens.overview import view
from screens.overview.tile import Tile
from screens.place import Place
from screens.widgets.panel import Panel
from services.contract.answers import StatusAnswer
from services.contract.replies import LogAnswer

_SENT_SHOWN = 50


@dataclass
class StatusRead(Message):
    """How every store and its integrations are."""

    answer: StatusAnswer


@dataclass
class SentRead(Message):
    """What was sent last."""

    answer: LogAnswer


class Overview(Place):
    """Every integration of every store, and what needs somebody."""

    TITLE_TEXT = "Overview"
    CSS_PATH = "overview.tcss"
    HELP_TEXT = "Every integration of every store. Below, what was sent to the ledgers last."
    REFRESHED_BY: ClassVar[tuple[str, ...]] = ("integration", "day", "store")
    COMMANDS_HERE = (
        Command("open", "enter", "Open", "Open what is chosen.", bar=90),
        Command("pause", "p", "Pause", "Send nothing for now.", right="pause", bar=80),
    )

    def content(self) -> ComposeResult:
        """Show the tiles, and below what was sent."""
        yield Grid(id="tiles")
        with Panel(title="What was sent", id="sent"):
            yield DataTable[str](cursor_type="row", zebra_stripes=False)

    def on_mount(self) -> None:
        """Give the list its columns."""
        table = self.query_one(DataTable)
        table.add_columns("Time", "Documents", "Result")

    def read(self) -> None:
        """Ask how everything is."""
        self.ask("the state", lambda service: service.status(), StatusRead)
        self.ask("what was sent", lambda service: service.log(limit=_SENT_SHOWN), SentRead)

    @on(StatusRead)
    def _status_read(self, message: StatusRead) -> None:
        grid = self.query_one("#tiles", Grid)
        shown = {tile.view.key: tile for tile in self.query(Tile)}
        wanted = view.tiles(message.answer)
        for each in wanted:
            if each.key in shown:
                shown.pop(each.key).show(each)
            else:
                grid.mount(Tile(each))
        for gone in shown.values():
            gone.remove()

    @on(SentRead)
    def _sent_read(self, message: SentRead) -> None:
        table = self.query_one(DataTable)
        table.clear()
        for row in view.rows(message.answer["attempts"]):
            table.add_row(row.time, row.what, f"{row.mark.glyph} {row.mark.word}", key=str(row.id))

    def do_open(self) -> None:
        """Open what is chosen."""

    def do_pause(self) -> None:
        """Ask why, then pause."""
        self.confirm("Pause", "Nothing is sent until it is resumed.", lambda _: None, asks="Why")
