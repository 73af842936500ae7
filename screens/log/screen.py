"""The sync log: filter, leaf, open, retry with its forecast shown first."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from screens.asking import Failed
from screens.commands import Command
from screens.log import view
from screens.log.retrying import Retrying
from screens.log.words import doing
from screens.messages import Copy, Go
from screens.moments import counted
from screens.widgets.chooser import Choice
from screens.widgets.lean import Reading
from screens.widgets.paged_table import PAGE, PagedTable
from screens.widgets.panel import Panel
from screens.widgets.trouble import Empty, Trouble
from services.contract.log_pages import AttemptDetailAnswer, LogPageAnswer


@dataclass
class PageRead(Message):
    """A page of the log."""

    wanted: view.Wanted
    answer: LogPageAnswer


@dataclass
class AttemptRead(Message):
    """One attempt whole."""

    answer: AttemptDetailAnswer


class Log(Retrying):
    """Every remote write."""

    TITLE_TEXT = "Log"
    CSS_PATH = "log.tcss"
    HELP_TEXT = (
        "Every call that wrote to the ledger, newest first. Enter shows one whole: what happened, why, what"
        " to do, request and answer. Space marks, r shows what a retry would do before it does it; nothing"
        " is ever sent twice. As commands: tillbook log --failed, tillbook retry ID --dry-run"
    )
    REFRESHED_BY: ClassVar[tuple[str, ...]] = ("document", "day", "integration")
    COMMANDS_HERE = (
        Command("show", "enter", "Open", "Show the attempt whole.", bar=95),
        Command("retry", "r", "Retry", "Show what a retry would do, then do it.", right="send", bar=90),
        Command("failed", "f", "Failed", "Show only what failed, or everything.", bar=80),
        Command("find", "slash", "Find", "Look for part of a document's number.", bar=75),
        Command("kind", "k", "Kind", "Show only one kind of call.", bar=55),
        Command("all_stores", "a", "All stores", "Show every store, or only the one chosen.", bar=50),
        Command("mark", "space", "Mark", "Mark the attempt for a retry of many.", bar=65),
        Command("mark_all", "m", "Mark all", "Mark everything that failed among what was read.", bar=40),
        Command("copy", "c", "Copy", "Copy the attempt that is shown.", bar=45),
        Command("stop", "z", "Stop", "Stop a retry of many; what was queued stays queued.", bar=42),
    )

    def __init__(self) -> None:
        super().__init__()
        self._wanted = view.Wanted()
        self._calls: list[str] = []
        self._shown: AttemptDetailAnswer | None = None

    def content(self) -> ComposeResult:
        """Show the log, and the attempt chosen below."""
        with Panel(title="Log", id="log"):
            yield PagedTable(*self._layout.columns(), id="attempts")
            yield Trouble(id="trouble")
            yield Empty(id="empty")
        with Panel(title="Attempt", id="attempt"), Reading():
            yield Static(Content.styled("Enter shows the attempt under the cursor.", "$dim"), id="whole")

    def on_mount(self) -> None:
        """Begin in the log."""
        self.query_one(Trouble).display = False
        self.query_one(Empty).say("Reading …")
        self.query_one(PagedTable).display = False
        self.query_one(PagedTable).focus()

    def visit(self, message: Go) -> None:
        """Show the attempt one came for."""
        if isinstance(message.topic, int):
            self._open(message.topic)

    def read(self) -> None:
        """Ask for the page that is looked at."""
        table = self.query_one(PagedTable)
        self._ask(table.cursor // PAGE * PAGE)

    def _ask(self, first: int) -> None:
        wanted = self._wanted
        self.ask(
            f"the log from {first}",
            lambda service: service.log_page(first=first, limit=PAGE, **_given(wanted)),
            lambda answer: PageRead(wanted, answer),
        )

    @on(events.Resize)
    def _resized(self) -> None:
        self._lay_out()

    def _lay_out(self) -> None:
        """Take the columns that there is room for."""
        layout = view.Layout.of(self.size.width, len(self.shop.stores))
        if layout == self._layout:
            return
        self._layout = layout
        table = self.query_one(PagedTable)
        table.lay_out(*layout.columns())
        for first in sorted({at // PAGE * PAGE for at in self._attempts}):
            held = (self._attempts.get(at) for at in range(first, first + PAGE))
            table.give(first, [self._row(each) for each in held if each is not None])

    @on(PageRead)
    def _page_read(self, message: PageRead) -> None:
        if message.wanted != self._wanted:
            return
        answer, table = message.answer, self.query_one(PagedTable)
        self._lay_out()
        self._calls = answer["calls"]
        self._tell_empty(answer["count"])
        if table.total != answer["count"]:
            self._attempts.clear()
            table.show(answer["count"])
        self._attempts |= {answer["first"] + place: each for place, each in enumerate(answer["attempts"])}
        table.give(answer["first"], [self._row(each) for each in answer["attempts"]])
        self.query_one("#log", Panel).entitle(
            f"Log: {self._wanted.words()}",
            counted(answer["count"], "call") if answer["count"] else "",
        )
        self.refresh_bars()

    def _tell_empty(self, count: int) -> None:
        """Show the table, or say what there is not."""
        table, empty = self.query_one(PagedTable), self.query_one(Empty)
        self.query_one(Trouble).display = False
        had_focus = table.has_focus or self.focused is None
        table.display, empty.display = count > 0, count == 0
        if count and had_focus:
            table.focus()
        if self._wanted == view.Wanted():
            empty.say("Nothing was sent yet.", "Days are sent when they are over; y on a day sends it now.")
        else:
            empty.say(f"No call matches: {self._wanted.words()}.", "f, k, a and / change what is looked for.")

    @on(PagedTable.PageWanted)
    def _page_wanted(self, message: PagedTable.PageWanted) -> None:
        self._ask(message.first)

    @on(PagedTable.Selected)
    def _selected(self) -> None:
        self.do_show()

    @on(PagedTable.Highlighted)
    def _highlighted(self) -> None:
        self.refresh_bars()

    def why_not(self, command: Command) -> str | None:
        """Return why nothing can be opened, retried or copied."""
        if command.name in {"show", "mark", "mark_all"} and self._current() is None:
            return f"{command.label}: there is no call here."
        if command.name == "all_stores" and len(self.shop.stores) < 2:  # noqa: PLR2004 - one, or several
            return "All stores: there is one store."
        if command.name == "retry" and not self._chosen_ids():
            return "Retry: go to an attempt that failed, or mark some with Space."
        if command.name == "copy" and self._shown is None:
            return "Copy: open an attempt first."
        if command.name == "stop" and not self._batch.under_way:
            return "No retry is under way."
        return None

    # --- looking --------------------------------------------------------------------

    def do_show(self) -> None:
        """Show the attempt under the cursor whole."""
        if (attempt := self._current()) is not None:
            self._open(attempt["id"])

    def _open(self, number: int) -> None:
        self.ask("the attempt", lambda service: service.attempt(number), AttemptRead)

    @on(AttemptRead)
    def _attempt_read(self, message: AttemptRead) -> None:
        self._shown = message.answer
        self.query_one("#whole", Static).update(view.whole(message.answer, self.times))
        self.query_one("#attempt", Panel).entitle(f"Attempt {message.answer['id']}")
        self.query_one("#attempt VerticalScroll", VerticalScroll).scroll_home(animate=False)
        self.refresh_bars()

    def do_copy(self) -> None:
        """Copy the attempt that is shown."""
        if self._shown is not None:
            self.post_message(Copy(view.as_text(self._shown, self.times), f"attempt {self._shown['id']}"))

    # --- filtering ------------------------------------------------------------------

    def do_failed(self) -> None:
        """Show only what failed, or everything."""
        self._look_for(replace(self._wanted, failed=not self._wanted.failed))

    def do_find(self) -> None:
        """Ask what to look for."""
        self.confirm(
            "Find",
            "Part of a document's number; empty shows everything again.",
            lambda text: self._look_for(replace(self._wanted, text=text or None)),
            asks="Number",
            empty=True,
            value=self._wanted.text or "",
        )

    def do_kind(self) -> None:
        """Choose a kind of call."""
        kinds = (Choice(each, doing(each), each) for each in self._calls)
        choices = [Choice("", "every kind"), *kinds]
        self.choose(
            "Kind of call", choices, lambda call: self._look_for(replace(self._wanted, call=call or None))
        )

    def do_all_stores(self) -> None:
        """Show every store, or only the one chosen."""
        store = None if self._wanted.store else self.shop.store
        self._look_for(replace(self._wanted, store=store))

    def _look_for(self, wanted: view.Wanted) -> None:
        self._wanted = wanted
        self._attempts.clear()
        table = self.query_one(PagedTable)
        table.cursor = 0
        table.show(0)
        self._ask(0)

    def failed(self, message: Failed) -> None:
        """Say what went wrong; in place of the list when none was read yet."""
        super().failed(message)
        if message.about.startswith("the log from") and not self._attempts:
            self.query_one(PagedTable).display = self.query_one(Empty).display = False
            trouble = self.query_one(Trouble)
            trouble.display = True
            trouble.show(message.problem, keys="F5 tries again.")


def _given(wanted: view.Wanted) -> dict[str, object]:
    return {name: value for name, value in asdict(wanted).items() if value}
