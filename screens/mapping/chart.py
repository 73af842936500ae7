"""A chart of accounts from Xero's file: shown row by row before it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from screens.asking import Failed
from screens.commands import Command
from screens.mapping import chart_view
from screens.messages import Go
from screens.place import Place
from screens.widgets.panel import Panel
from screens.widgets.row_list import RowList
from screens.widgets.trouble import Empty, Trouble
from services.contract.mapping_editor import ChartFileAnswer, ChartRow, RefusedRow


@dataclass
class FileRead(Message):
    """What the file holds; `kept`: it was confirmed."""

    answer: ChartFileAnswer


class Chart(Place):
    """What a file of a chart of accounts holds."""

    TITLE_TEXT = "Chart of accounts"
    CSS_PATH = "chart.tcss"
    HELP_TEXT = (
        "The accounts of Xero's own file, and each row that is refused with the reason. Nothing is kept"
        " before y; then these accounts are what the mapping chooses from until the shop is connected. As a"
        " command: tillbook mapping chart FILE --dry-run"
    )
    COMMANDS_HERE: ClassVar[tuple[Command, ...]] = (
        Command("keep", "y", "Take it", "Choose from these accounts from now on.", right="set_up", bar=95),
        Command("other", "i", "Another file", "Look at another file.", right="set_up", bar=80),
        Command("editor", "h", "Editor", "Go back to the editor; nothing is kept.", bar=70),
    )

    def __init__(self) -> None:
        super().__init__()
        self._path = ""
        self._file: ChartFileAnswer | None = None

    def content(self) -> ComposeResult:
        """Show the accounts, and the rows that are refused."""
        yield Trouble(id="trouble")
        yield Empty(id="empty")
        with Vertical(id="rows"):
            with Panel(title="Accounts", id="accounts"):
                yield RowList(id="taken")
            with Panel(title="Refused rows", id="refusals"):
                yield RowList(id="refused")

    def on_mount(self) -> None:
        """Begin with the accounts."""
        self.query_one(Trouble).display = False
        self.query_one(Empty).say("No file was read yet.", "i names one, as Xero exports it.")
        self.query_one("#rows").display = False
        self.query_one("#taken").focus()

    def visit(self, message: Go) -> None:
        """Read the file that was named."""
        if isinstance(message.topic, str):
            self._path, self._file = message.topic, None
            self.look()

    def note(self) -> str:
        """Return the file's name."""
        return Path(self._path).name

    def read(self) -> None:
        """Have the file read; nothing is kept by that."""
        store, path = self.shop.store, self._path
        if store is not None and path:
            self.ask("the file", lambda service: service.import_chart(store, Path(path)), FileRead)

    @on(FileRead)
    def _file_read(self, message: FileRead) -> None:
        self._file = file = message.answer
        self.query_one(Trouble).display = self.query_one(Empty).display = False
        self.query_one("#rows").display = True
        self.query_one("#accounts", Panel).entitle("Accounts", chart_view.counted_accounts(file))
        self.query_one("#taken", RowList).show(chart_view.account_rows(file))
        self.query_one("#refusals").display = bool(file["refused"])
        self.query_one("#refusals", Panel).entitle("Refused rows", str(len(file["refused"])))
        self.query_one("#refused", RowList).show(chart_view.refused_rows(file))
        if file["kept"]:
            self.say("Taken: choose from these accounts in the mapping.", "ok")
            self.post_message(Go("mapping", store=self.shop.store))
        else:
            self.say("Nothing is kept yet: y takes it.", "attention")
        self.refresh_bars()

    @on(RowList.Moved)
    def _moved(self, message: RowList.Moved) -> None:
        """Tell the row under the cursor whole: the list cuts what is long."""
        if message.listing.id == "refused" and isinstance(message.leads_to, dict):
            self.say(chart_view.refusal_told(cast("RefusedRow", message.leads_to)), "attention")
        elif isinstance(message.leads_to, dict):
            account = cast("ChartRow", message.leads_to)
            self.say(chart_view.account_told(account), "attention" if account["note"] else "idle")

    def failed(self, message: Failed) -> None:
        """Show why the file cannot be used."""
        super().failed(message)
        self.query_one("#rows").display = self.query_one(Empty).display = False
        trouble = self.query_one(Trouble)
        trouble.display = True
        trouble.show(message.problem, keys="i names another file.")

    def why_not(self, command: Command) -> str | None:
        """Return why there is nothing to take."""
        if command.name == "keep" and self._file is None:
            return "Take it: no file was read yet."
        return None

    def do_keep(self) -> None:
        """Say what it replaces, then keep it."""
        store, path, file = self.shop.store, self._path, self._file
        if store is None or file is None:
            return
        self.confirm(
            f"Take {len(file['accounts'])} accounts",
            chart_view.consequences(file),
            lambda _: self.ask(
                "the file",
                lambda service: service.import_chart(store, Path(path), confirm=True),
                FileRead,
                changing=True,
            ),
        )

    def do_other(self) -> None:
        """Ask for another file."""
        self.confirm(
            "Another file",
            "The chart of accounts as Xero exports it.",
            lambda path: self.visit(Go("chart", topic=path)),
            asks="Path of the file on this machine",
            value=self._path,
        )

    def do_editor(self) -> None:
        """Go back to the editor."""
        self.post_message(Go("mapping", store=self.shop.store))
