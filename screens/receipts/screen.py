"""The receipts behind a number: a list of any length, and the receipt chosen."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from screens.asking import Failed
from screens.commands import Command
from screens.day.view import Behind
from screens.messages import Go
from screens.place import Place
from screens.receipts import view
from screens.widgets.paged_table import PAGE, PagedTable
from screens.widgets.panel import Panel
from services.contract.drilling import BehindAnswer, ReceiptAnswer


@dataclass
class BehindRead(Message):
    """A page of the receipts behind the number."""

    about: Behind
    answer: BehindAnswer


@dataclass
class ReceiptRead(Message):
    """One receipt."""

    answer: ReceiptAnswer


class Receipts(Place):
    """The receipts behind a number."""

    TITLE_TEXT = "Receipts"
    CSS_PATH = "receipts.tcss"
    HELP_TEXT = (
        "Each receipt behind the number you opened, oldest first, with what it adds and the sum so far. The"
        " last sum is the number. As commands: tillbook receipts --store KEY --date D, tillbook receipt"
    )
    REFRESHED_BY: ClassVar[tuple[str, ...]] = ("day", "import")
    COMMANDS_HERE = (Command("show", "enter", "Receipt", "Show the receipt under the cursor.", bar=90),)

    def __init__(self) -> None:
        super().__init__()
        self._date = ""
        self._about = Behind("all receipts")
        self._receipts: dict[int, tuple[str, str]] = {}

    def content(self) -> ComposeResult:
        """Show the list, and the receipt beside it."""
        with Panel(title="Receipts", id="behind"):
            yield PagedTable(*view.COLUMNS, id="receipts")
        with Panel(title="Receipt", id="one"), VerticalScroll():
            yield Static(Content.styled("Enter shows the receipt under the cursor.", "$dim"), id="receipt")

    def on_mount(self) -> None:
        """Begin in the list."""
        self.query_one(PagedTable).focus()

    def visit(self, message: Go) -> None:
        """Show what is behind the number that was opened."""
        if isinstance(message.topic, Behind) and message.date is not None:
            self._about, self._date = message.topic, message.date
            self.query_one("#receipt", Static).update(Content.styled("Enter shows the receipt.", "$dim"))
            self.query_one(PagedTable).cursor = 0
            self.look()

    def note(self) -> str:
        """Return the date and the number."""
        return f"{self._date}  {self._about.words}" if self._date else ""

    def read(self) -> None:
        """Ask for the first page."""
        self._receipts.clear()
        self._ask(0)

    def _ask(self, first: int) -> None:
        store, day, about = self.shop.store, self._date, self._about
        if store is None or not day:
            return
        number = {name: value for name, value in asdict(about).items() if name != "words"}
        self.ask(
            f"receipts from {first}",
            lambda service: service.behind(store, day, number, first=first, limit=PAGE),
            lambda answer: BehindRead(about, answer),
        )

    @on(BehindRead)
    def _behind_read(self, message: BehindRead) -> None:
        if message.about != self._about or message.answer["date"] != self._date:
            return
        answer, table = message.answer, self.query_one(PagedTable)
        if table.total != answer["count"] or not self._receipts:
            table.show(answer["count"])
        for place, each in enumerate(answer["receipts"]):
            self._receipts[answer["first"] + place] = (each["register"], each["receipt"])
        table.give(answer["first"], [view.row(each) for each in answer["receipts"]])
        self.query_one("#behind", Panel).entitle(
            f"{self._about.words.capitalize()}: {view.money(answer['amount'])}", f"{answer['count']} receipts"
        )
        self.refresh_bars()

    @on(PagedTable.PageWanted)
    def _page_wanted(self, message: PagedTable.PageWanted) -> None:
        self._ask(message.first)

    @on(PagedTable.Selected)
    def _selected(self) -> None:
        self.do_show()

    def why_not(self, command: Command) -> str | None:
        """Return why no receipt can be shown."""
        table = self.query_one(PagedTable)
        return None if table.total else f"{command.label}: there is none behind this number."

    def do_show(self) -> None:
        """Show the receipt under the cursor."""
        store = self.shop.store
        chosen = self._receipts.get(self.query_one(PagedTable).cursor)
        if chosen is not None and store is not None:
            register, receipt = chosen
            self.ask("the receipt", lambda service: service.receipt(store, register, receipt), ReceiptRead)

    @on(ReceiptRead)
    def _receipt_read(self, message: ReceiptRead) -> None:
        shown = self.query_one("#receipt", Static)
        width = max(self.query_one("#one").content_size.width - 2, 30)
        shown.update(view.whole(message.answer, width))

    def failed(self, message: Failed) -> None:
        """Say what went wrong."""
        super().failed(message)
        self.query_one("#behind", Panel).entitle(self._about.words.capitalize(), "not read; F5 tries again")
