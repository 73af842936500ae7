"""The closing proof of one day: four lists side by side, and what stops it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Grid
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from screens.asking import Done, Failed
from screens.commands import Command
from screens.day import view
from screens.messages import Go
from screens.place import Place
from screens.widgets.chooser import Choice
from screens.widgets.panel import Panel
from screens.widgets.row_list import ListRow, RowList
from screens.widgets.trouble import Trouble
from services.contract.answers import DayDocumentsAnswer, TotalsAnswer
from services.contract.drilling import PostingsAnswer

if TYPE_CHECKING:
    from screens.asking import Service

_FINAL = frozenset({"posted", "by_file", "no_trade", "sending"})


@dataclass
class DayRead(Message):
    """A day with its till totals and postings."""

    day: DayDocumentsAnswer
    totals: TotalsAnswer
    postings: PostingsAnswer


class Day(Place):
    """A day's closing proof."""

    TITLE_TEXT = "Day"
    CSS_PATH = "day.tcss"
    HELP_TEXT = (
        "What the tills took, the documents made of it, what they debit and credit, and the equalities that"
        " must hold before the day is sent. Enter on a number of the tills lists the receipts behind it."
        " As commands: tillbook preview, totals, postings, receipts --store KEY --date D"
    )
    REFRESHED_BY: ClassVar[tuple[str, ...]] = ("day", "mapping", "reference")
    COMMANDS_HERE = (
        Command("behind", "enter", "Receipts", "List the receipts behind the number.", bar=90),
        Command("send", "y", "Send", "Send the day to the ledger.", right="send", bar=85),
        Command("shape", "v", "Shape", "Preview the day in another shape; nothing is changed.", bar=70),
        Command("earlier", "left_square_bracket", "Day before", "Show the day before.", bar=55),
        Command("later", "right_square_bracket", "Day after", "Show the day after.", bar=54),
        Command("month", "m", "Month", "Go to the month.", bar=50),
    )

    def __init__(self) -> None:
        super().__init__()
        self._date = ""
        self._shape: str | None = None
        self._day: DayDocumentsAnswer | None = None

    def content(self) -> ComposeResult:
        """Show what stops the day, and the four lists."""
        yield Static(Content("Reading …"), id="obstacles")
        yield Trouble(id="trouble")
        with Grid(id="parts"):
            for name, title in (
                ("tills", "Tills"),
                ("documents", "Documents"),
                ("ledger", "Debits and credits"),
                ("proof", "Proof"),
            ):
                with Panel(title=title, id=f"part-{name}"):
                    yield RowList(id=name)

    def on_mount(self) -> None:
        """Begin at the tills."""
        self.query_one(Trouble).display = False
        self.query_one("#tills").focus()

    def visit(self, message: Go) -> None:
        """Show the date that was opened."""
        if message.date is not None and message.date != self._date:
            self._date, self._shape, self._day = message.date, None, None
            self.look()

    def note(self) -> str:
        """Return the date and its state."""
        if self._day is None:
            return self._date
        shape = f"  as {self._shape.replace('_', ' ')} (preview)" if self._shape else ""
        return f"{view.heading(self._day)}{shape}"

    def read(self) -> None:
        """Ask for everything of the day."""
        store, day, shape = self.shop.store, self._date, self._shape
        if store is None or not day:
            return
        self.ask("the day", lambda service: _read(service, store, day, shape), lambda read: DayRead(*read))

    @on(DayRead)
    def _day_read(self, message: DayRead) -> None:
        if message.day["date"] != self._date:
            return  # another day was opened meanwhile
        self._day = message.day
        self.query_one(Trouble).display = False
        self.query_one("#parts").display = True
        self._list("tills", view.till_rows(message.totals))
        self._list("documents", view.document_rows(message.day["documents"]))
        self._list("ledger", view.posting_rows(message.postings))
        self._list("proof", view.proof_rows(message.day["proof"], message.day["warnings"]))
        obstacles = self.query_one("#obstacles", Static)
        obstacles.update(view.obstacles(message.day["blocked"]))
        obstacles.display = bool(message.day["blocked"])
        failed = sum(not check["holds"] for check in message.day["proof"])
        self.query_one("#part-proof", Panel).entitle("Proof", f"{failed} fail" if failed else "all hold")
        self.query_one("#part-documents", Panel).entitle("Documents", str(len(message.day["documents"])))
        self.refresh_bars()

    def _list(self, name: str, rows: list[ListRow]) -> None:
        self.query_one(f"#{name}", RowList).show(rows)

    def failed(self, message: Failed) -> None:
        """Show what went wrong in place of the lists."""
        super().failed(message)
        if message.about == "the day":
            self.query_one("#parts").display = self._day is not None
            if self._day is None:
                self.query_one("#obstacles").display = False
                trouble = self.query_one(Trouble)
                trouble.display = True
                trouble.show(message.problem, keys="F5 tries again.")

    @on(RowList.Opened)
    def _opened(self, message: RowList.Opened) -> None:
        if isinstance(message.leads_to, view.Behind):
            self._go_behind(message.leads_to)

    @on(RowList.Moved)
    def _moved(self) -> None:
        self.refresh_bars()

    def _behind(self) -> view.Behind | None:
        focused = self.focused
        leads_to = focused.leads_to if isinstance(focused, RowList) else None
        return leads_to if isinstance(leads_to, view.Behind) else None

    def why_not(self, command: Command) -> str | None:
        """Return why the day cannot be sent, or a number not opened."""
        if command.name == "behind" and self._behind() is None:
            return "Receipts: go to a number of the tills first."
        if command.name == "send":
            return self._why_not_send()
        return None

    def _why_not_send(self) -> str | None:
        if self._day is None:
            return "Send: the day is not read yet."
        if self._day["state"] in _FINAL:
            return f"Send: the day is {view.state_word(self._day)}."
        stopped = view.failing(self._day)
        return f"Send: {stopped}" if stopped else None

    def do_behind(self) -> None:
        """List the receipts behind the number under the cursor."""
        if behind := self._behind():
            self._go_behind(behind)

    def _go_behind(self, behind: view.Behind) -> None:
        self.post_message(Go("receipts", store=self.shop.store, date=self._date, topic=behind))

    def do_send(self) -> None:
        """Ask, then queue the day."""
        store, day = self.shop.store, self._date
        if store is None or self._day is None:
            return
        total = ", ".join(f"{each['number']} {view.money(each['total'])}" for each in self._day["documents"])
        self.confirm(
            f"Send {day}",
            f"Posted to the organisation of {self.shop.name}: {total or 'nothing'}."
            " What is posted is not overwritten.",
            lambda _: self._change(f"{day} is queued.", lambda service: service.sync(store, date=day)),
        )

    def do_shape(self) -> None:
        """Choose the shape to preview."""
        choices = [Choice(shape, shape.replace("_", " "), words) for shape, words in view.SHAPES.items()]
        self.choose("Preview as", choices, self._preview)

    def _preview(self, shape: str) -> None:
        self._shape = shape
        self.look()

    def do_earlier(self) -> None:
        """Show the day before."""
        self._step(-1)

    def do_later(self) -> None:
        """Show the day after."""
        self._step(1)

    def _step(self, by: int) -> None:
        if self._date:
            day = date.fromisoformat(self._date) + timedelta(days=by)
            self.visit(Go("day", date=day.isoformat()))

    def do_month(self) -> None:
        """Go to the month."""
        self.post_message(Go("days", date=self._date or None))

    def _change(self, said: str, question: Callable[[Service], object]) -> None:
        self.say(said, "ok")
        self.ask("the change", question, Done, changing=True)


def _read(
    service: Service, store: str, day: str, shape: str | None
) -> tuple[DayDocumentsAnswer, TotalsAnswer, PostingsAnswer]:
    """Read a day as it was sent.

    As it would be built now where it was not, or as `shape`.
    """
    totals, postings = service.totals(store, first=day, last=day), service.postings(store, day)
    if shape is None:
        sent = service.sync_state(store, first=day, last=day)["days"]
        if sent and sent[0]["state"] not in view.UNSENT:
            return sent[0], totals, postings
    return service.preview(store, day, shape=shape), totals, postings
