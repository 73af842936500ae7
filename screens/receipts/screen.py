"""The receipts behind a number: a list of any length, and the receipt chosen."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from screens.asking import Failed
from screens.commands import Command
from screens.day.leads import Behind
from screens.messages import Go
from screens.place import Place
from screens.receipts import view
from screens.widgets.lean import Reading
from screens.widgets.paged_table import PAGE, PagedTable
from screens.widgets.panel import Panel
from screens.widgets.trouble import Empty, Trouble
from services.contract.drilling import BehindAnswer, BehindRow, BillAnswer, ReceiptAnswer


@dataclass
class BehindRead(Message):
    """A page of the receipts behind the number."""

    about: Behind
    answer: BehindAnswer


@dataclass
class ReceiptRead(Message):
    """One receipt."""

    answer: ReceiptAnswer


@dataclass
class BillRead(Message):
    """One supplier's bill."""

    answer: BillAnswer


class Receipts(Place):
    """The receipts behind a number."""

    TITLE_TEXT = "Receipts"
    CSS_PATH = "receipts.tcss"
    HELP_TEXT = (
        "Each receipt behind the number you opened, oldest first, with what it adds and the sum so far. The"
        " last sum is the number. As commands: tillbook receipts --store KEY --date D, tillbook receipt,"
        " tillbook bill"
    )
    REFRESHED_BY: ClassVar[tuple[str, ...]] = ("day", "import")
    COMMANDS_HERE = (Command("show", "enter", "Receipt", "Show the receipt under the cursor.", bar=90),)

    def __init__(self) -> None:
        super().__init__()
        self._date = ""
        self._about = Behind("all receipts")
        self._receipts: dict[int, BehindRow] = {}

    def content(self) -> ComposeResult:
        """Show the list, and the receipt beside it."""
        with Panel(title="Receipts", id="behind"):
            yield PagedTable(*view.COLUMNS, id="receipts")
            yield Trouble(id="trouble")
            yield Empty(id="empty")
        with Panel(title="Receipt", id="one"), Reading():
            yield Static(Content.styled("Enter shows the receipt under the cursor.", "$dim"), id="receipt")

    def on_mount(self) -> None:
        """Begin in the list."""
        self.query_one(Trouble).display = False
        self._say_empty("No number was opened yet.", "Enter on a number of a day lists its receipts.")
        self.query_one(PagedTable).focus()

    def _say_empty(self, what: str, step: str = "") -> None:
        """Say in place of the list what there is not."""
        self.query_one(PagedTable).display = False
        empty = self.query_one(Empty)
        empty.display = True
        empty.say(what, step)

    def visit(self, message: Go) -> None:
        """Show what is behind the number that was opened."""
        if isinstance(message.topic, Behind) and message.date is not None:
            self._about, self._date = message.topic, message.date
            self.query_one("#receipt", Static).update(Content.styled("Enter shows the receipt.", "$dim"))
            self.query_one(PagedTable).cursor = 0
            self._say_empty("Reading …")
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
        self.query_one(Trouble).display = self.query_one(Empty).display = False
        table.display = True
        if not answer["count"]:
            self._say_empty("No receipt is behind this number.", "Nothing that came in adds to it.")
        elif self.focused is None:
            table.focus()
        if table.total != answer["count"] or not self._receipts:
            table.show(answer["count"])
        for place, each in enumerate(answer["receipts"]):
            self._receipts[answer["first"] + place] = each
        table.give(answer["first"], [view.row(each) for each in answer["receipts"]])
        title = f"{self._about.words[:1].upper()}{self._about.words[1:]}: {view.money(answer['amount'])}"
        self.query_one("#behind", Panel).entitle(title, view.count_of(answer))
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
        if chosen is None or store is None:
            return
        register, receipt, kind = chosen["register"], chosen["receipt"], chosen["kind"]
        if kind in view.BILLS:
            self.ask("the bill", lambda service: service.bill(store, kind, receipt), BillRead)
        elif kind in view.OF_NO_RECORD:
            self._show_record(view.of_no_record(chosen))
        else:
            self.ask("the receipt", lambda service: service.receipt(store, register, receipt), ReceiptRead)

    @on(ReceiptRead)
    def _receipt_read(self, message: ReceiptRead) -> None:
        self._show_record(view.whole(message.answer, self._record_width()))

    @on(BillRead)
    def _bill_read(self, message: BillRead) -> None:
        self._show_record(view.whole_bill(message.answer, self._record_width()))

    def _record_width(self) -> int:
        return max(self.query_one("#one").content_size.width - 2, 30)

    def _show_record(self, record: Content) -> None:
        self.query_one("#receipt", Static).update(record)

    def failed(self, message: Failed) -> None:
        """Say what went wrong."""
        super().failed(message)
        if message.about.startswith("receipts from") and not self._receipts:
            self.query_one(PagedTable).display = self.query_one(Empty).display = False
            trouble = self.query_one(Trouble)
            trouble.display = True
            trouble.show(message.problem, keys="F5 tries again.")
