"""The month: a grid of stores by days.

And the chosen store's days with their takings.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.message import Message

from screens.asking import Failed
from screens.commands import Command
from screens.days import view
from screens.days.grid import DaysGrid
from screens.days.listing import DaysList
from screens.messages import Go, ShopChanged
from screens.place import Place
from screens.widgets.panel import Panel
from screens.widgets.trouble import Empty, Trouble
from services.contract.answers import DaysAnswer
from themes.states import DAY, mark

_OVER = frozenset({"waiting", "blocked", "refused", "outcome unknown", "changed"})


@dataclass
class MonthRead(Message):
    """The month of each store."""

    month: str
    answers: list[DaysAnswer]


class Days(Place):
    """A month of business dates."""

    TITLE_TEXT = "Days"
    CSS_PATH = "days.tcss"
    HELP_TEXT = (
        "Every business date of the month, store by day. Arrows move, Enter opens a day. A date without"
        " records is missing until they come in, or somebody confirms that the shop was closed. Bars show"
        " the takings; a day unlike other weeks is marked. As a command: tillbook days --store KEY"
        " --month YYYY-MM"
    )
    REFRESHED_BY: ClassVar[tuple[str, ...]] = ("day", "store", "import")
    COMMANDS_HERE = (
        Command("open", "enter", "Open", "Open the day: totals, documents, proof.", bar=95),
        Command("send", "y", "Send", "Send the day to the ledger.", right="send", bar=85),
        Command(
            "no_trade", "n", "No trade", "Confirm that the shop was closed that day.", right="send", bar=75
        ),
        Command("close", "c", "Close", "Close the business date before its cut-off.", right="send", bar=65),
        Command("earlier", "left_square_bracket", "Before", "Show the month before.", bar=61),
        Command("later", "right_square_bracket", "After", "Show the month after.", bar=60),
        Command("today", "t", "Today", "Show this month.", bar=40),
    )

    def __init__(self) -> None:
        super().__init__()
        self._wanted: date | None = None
        self._sought: str | None = None
        """A state of a date: the cursor goes to the newest that is in it."""
        self._to_store = False
        """Whether somebody came for a store: the cursor goes to it."""
        self._missed = ""
        """That no date is in the state sought: told once, in place of the date under the cursor."""
        self._month = ""
        self._shown = ""
        """The month that is shown; empty: none yet."""

    def content(self) -> ComposeResult:
        """Show the grid, and below the days of the store chosen in it."""
        with Panel(title="Month", id="month"):
            yield DaysGrid()
        with Panel(title="Days", id="listing"):
            yield DaysList()
            yield Trouble(id="trouble")
            yield Empty(id="empty")

    def on_mount(self) -> None:
        """Begin in the grid."""
        self.query_one(Trouble).display = False
        self._say_empty("Reading …")
        self.query_one(DaysGrid).focus()

    def visit(self, message: Go) -> None:
        """Show the month of a date, with the cursor on it and on the store."""
        self._to_store = self._to_store or message.store is not None
        if message.date is not None:
            self._wanted = date.fromisoformat(message.date)
            self._month = view.month_of(self._wanted)
            self.look()
        elif isinstance(message.topic, str):
            self._sought = message.topic
            self.do_today()
        elif self._to_store:
            self.look()

    @on(ShopChanged)
    def _store_changed(self, message: ShopChanged) -> None:
        """Go to the store chosen; the place then reads the month anew."""
        self._to_store = self._to_store or message.shop.store != self.shop.store

    def read(self) -> None:
        """Ask for the month of every store."""
        if not self._month:
            self._wanted = self.times.today()
            self._month = view.month_of(self._wanted)
        month, stores = self._month, [key for key, _ in self.shop.stores]
        if not stores:
            self._say_empty("There is no store yet.", "Add one with: tillbook store add, or tillbook init")
            return
        self.query_one("#month", Panel).entitle(view.heading(month), "Reading …")
        self.ask(
            "the month",
            lambda service: [service.days(store, month) for store in stores],
            lambda answers: MonthRead(month, answers),
        )

    @on(MonthRead)
    def _month_read(self, message: MonthRead) -> None:
        self.query_one(Trouble).display = self.query_one(Empty).display = False
        self.query_one(DaysList).display = True
        self._shown = message.month
        months = view.months(message.answers, dict(self.shop.stores), message.month)
        grid = self.query_one(DaysGrid)
        self._seek(months)
        column = (
            self._wanted.day - 1 if self._wanted and view.month_of(self._wanted) == message.month else None
        )
        to_store = self._wanted is not None or self._to_store
        grid.show(months, store=self.shop.store if to_store else None, column=column)
        self._wanted, self._to_store = None, False
        self.query_one("#month", Panel).entitle(view.heading(message.month), "")
        if grid.chosen:
            self._list(*grid.chosen)

    def _seek(self, months: list[view.Month]) -> None:
        """Put the cursor on the date that somebody came for, where the month has one."""
        sought, self._sought = self._sought, None
        if sought is None:
            return
        found = view.newest(months, self.shop.store, sought)
        self._wanted = found or self._wanted
        if found is None:
            state, month = mark(DAY, sought).word, view.heading(self._month)
            self._missed = f"No day of {self.shop.name} is {state} in {month}; [ shows the month before."

    def _say_empty(self, what: str, step: str = "") -> None:
        """Say in place of the list what there is not."""
        self.query_one(DaysList).display = False
        empty = self.query_one(Empty)
        empty.display = True
        empty.say(what, step)

    def failed(self, message: Failed) -> None:
        """Show what went wrong in place of the list; the grid keeps what it showed."""
        super().failed(message)
        if message.about == "the month":
            self.query_one("#month", Panel).entitle(view.heading(self._month))
            if self._shown == self._month:
                return  # it stays as it is; the line on top says that it may be old
            self.query_one(DaysList).display = self.query_one(Empty).display = False
            trouble = self.query_one(Trouble)
            trouble.display = True
            trouble.show(message.problem, keys="F5 tries again.")

    @on(DaysGrid.Moved)
    def _moved(self, message: DaysGrid.Moved) -> None:
        self._list(message.month, message.cell)
        missed, self._missed = self._missed, ""
        role = message.cell.mark.role
        self.say(missed or _said(message.cell), "idle" if missed or role == "dim" else role)

    def _list(self, month: view.Month, cell: view.Cell) -> None:
        self.query_one("#listing", Panel).entitle(month.name, view.counted(month))
        if view.has_begun(month):
            self.query_one(DaysList).show(month, cell.date)
        else:
            self._say_empty(
                f"{month.name} has no business date in this month.",
                "Import its receipts with: tillbook import FILE; [ and ] turn the month.",
            )
        self.refresh_bars()

    @on(DaysGrid.Opened)
    def _opened(self) -> None:
        self.do_open()

    @on(DaysList.Chosen)
    def _chosen_in_list(self, message: DaysList.Chosen) -> None:
        grid = self.query_one(DaysGrid)
        grid.at = (grid.at[0], message.cell.date.day - 1)

    def _chosen(self) -> tuple[view.Month, view.Cell] | None:
        return self.query_one(DaysGrid).chosen

    def why_not(self, command: Command) -> str | None:
        """Return why a date cannot be opened, sent, closed or marked."""
        if command.name in {"earlier", "later", "today"}:
            return None
        chosen = self._chosen()
        if chosen is None:
            return f"{command.label}: no month is shown yet."
        return _obstacle(command.name, chosen[1])

    def do_open(self) -> None:
        """Open the date under the cursor."""
        if chosen := self._chosen():
            month, cell = chosen
            self.post_message(Go("day", store=month.store, date=cell.date.isoformat()))

    def do_send(self) -> None:
        """Ask, then queue the date."""
        if chosen := self._chosen():
            month, cell = chosen
            day = cell.date.isoformat()
            self.confirm(
                f"Send {cell.date:%a %d %B} of {month.name}",
                "Its documents are made from the takings as they are now, checked, and posted to the"
                " organisation of the store. What is posted is not overwritten later.",
                lambda _: self.change(
                    f"{day} is queued.", lambda service: service.sync(month.store, date=day)
                ),
            )

    def do_no_trade(self) -> None:
        """Ask for a name, then mark the date."""
        if chosen := self._chosen():
            month, cell = chosen
            day = cell.date.isoformat()
            self.confirm(
                f"No trade on {cell.date:%a %d %B} at {month.name}",
                "Nobody will be asked for this day's takings again. Records that come in later open it.",
                lambda name: self.change(
                    f"{day}: no trade, confirmed by {name}.",
                    lambda service: service.no_trade(month.store, day, name=name),
                ),
                asks="Your name",
                value=self.shop.me["user"] if self.shop.me else "",
            )

    def do_close(self) -> None:
        """Ask, then close the date."""
        if chosen := self._chosen():
            month, cell = chosen
            day = cell.date.isoformat()
            self.confirm(
                f"Close {cell.date:%a %d %B} of {month.name}",
                "Sales that come in for it later make it a changed day.",
                lambda _: self.change(
                    f"{day} is closed.", lambda service: service.close_day(month.store, day)
                ),
            )

    def do_earlier(self) -> None:
        """Show the month before."""
        self._turn(view.turned(self._month, -1))

    def do_later(self) -> None:
        """Show the month after."""
        self._turn(view.turned(self._month, 1))

    def do_today(self) -> None:
        """Show this month."""
        self._wanted = self.times.today()
        self._turn(view.month_of(self._wanted))

    def _turn(self, month: str) -> None:
        self._month = month
        self.look()

    def changed(self) -> None:
        """Read again what a change led to."""
        self.look()


def _said(cell: view.Cell) -> str:
    told = f"{cell.date:%a %d %B}: {cell.mark.word}"
    if cell.deadline:
        told += f", {cell.deadline}"
    reason = " ".join(part for part in (cell.why, cell.next) if part)
    return f"{told}. {reason[0].upper()}{reason[1:]}" if reason else told


def _obstacle(name: str, cell: view.Cell) -> str | None:
    word = cell.mark.word
    day = f"{cell.date:%d %B}"
    if word in view.OUTSIDE:
        return f"{day} is {word}: there is nothing to do."
    if name == "send" and word not in _OVER:
        return f"{day} is {word}: there is nothing to send."
    if name == "no_trade" and word != "missing":
        return f"{day} is {word}: only a missing day can be marked."
    if name == "close" and word != "open":
        return f"{day} is {word}: only an open day can be closed."
    return None
