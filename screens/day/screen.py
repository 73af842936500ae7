"""The closing proof of one day: four lists side by side, and what stops it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Grid
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from screens.asking import Failed
from screens.commands import Command
from screens.day import changes, view
from screens.day.deciding import Deciding
from screens.day.leads import Behind, Nothing, why_not
from screens.messages import Go
from screens.widgets.chooser import Choice
from screens.widgets.panel import Panel
from screens.widgets.row_list import ListRow, RowList
from screens.widgets.trouble import Trouble
from services.contract.answers import DayDocumentsAnswer, TotalsAnswer
from services.contract.changed import ChangeAnswer
from services.contract.drilling import PostingsAnswer

if TYPE_CHECKING:
    from screens.asking import Service

_FINAL = frozenset({"posted", "by_file", "no_trade", "sending", "differs"})
_MAY_HAVE_CHANGED = frozenset({"changed", "differs", "posted", "unknown"})


@dataclass
class DayRead(Message):
    """A day with its till totals, its postings, and what changed since it was posted."""

    day: DayDocumentsAnswer
    totals: TotalsAnswer
    postings: PostingsAnswer
    changes: list[ChangeAnswer]


class Day(Deciding):
    """A day's closing proof."""

    TITLE_TEXT = "Day"
    CSS_PATH = "day.tcss"
    HELP_TEXT = (
        "What the tills took, the documents made of it, what they debit and credit, and the equalities that"
        " must hold before the day is sent. Enter on a number lists the receipts behind it. What changed"
        " after posting stands side by side, sent and now. As commands: tillbook preview, totals, postings,"
        " receipts, changes --store KEY --date D"
    )
    REFRESHED_BY: ClassVar[tuple[str, ...]] = ("day", "mapping", "reference")
    COMMANDS_HERE = (
        Command("behind", "enter", "Receipts", "List the receipts behind the number.", bar=90),
        Command("send", "y", "Send", "Send the day to the ledger.", right="send", bar=85),
        Command("differences", "d", "Changes", "Show what changed since posting, or the proof.", bar=75),
        Command("decide", "c", "Decide", "Decide what is done about the changes.", right="correct", bar=72),
        Command("shape", "v", "Shape", "Preview the day in another shape; nothing is changed.", bar=70),
        Command("earlier", "left_square_bracket", "Before", "Show the day before.", bar=55),
        Command("later", "right_square_bracket", "After", "Show the day after.", bar=54),
        Command("month", "m", "Month", "Go to the month.", bar=50),
    )

    def __init__(self) -> None:
        super().__init__()
        self._date = ""
        self._shape: str | None = None
        self._day: DayDocumentsAnswer | None = None
        self._changes: list[ChangeAnswer] = []
        self._side_by_side = False

    def content(self) -> ComposeResult:
        """Show what stops the day, and the four lists."""
        yield Static(Content("Reading …"), id="obstacles")
        yield Trouble(id="trouble")
        with Panel(title="Changed since posting", id="part-changes"):
            yield RowList(id="changes")
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
        for name in ("#trouble", "#parts", "#part-changes"):
            self.query_one(name).display = False
        self.query_one("#tills").focus()

    def visit(self, message: Go) -> None:
        """Show the date that was opened."""
        if message.date is not None and message.date != self._date:
            self._date, self._shape, self._day = message.date, None, None
            self._side_by_side, self._changes = False, []
            self.query_one("#obstacles", Static).update(Content("Reading …"))
            self.query_one("#obstacles").display = True
            self.query_one("#parts").display = self.query_one("#part-changes").display = False
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
            told = "No day was opened yet. 2 goes to the month; Enter on a date opens it."
            self.query_one("#obstacles", Static).update(Content.styled(told, "$dim"))
            return
        self.ask("the day", lambda service: _read(service, store, day, shape), lambda read: DayRead(*read))

    @on(DayRead)
    def _day_read(self, message: DayRead) -> None:
        if message.day["date"] != self._date:
            return  # another day was opened meanwhile
        first = self._day is None
        self._day, self._changes = message.day, message.changes
        self.query_one(Trouble).display = False
        self._show_side(both=bool(message.changes) if first else self._side_by_side)
        self._list("changes", changes.rows(message.changes))
        self.query_one("#part-changes", Panel).entitle(
            "Changed since posting: what was sent, what is now", str(len(message.changes) or "")
        )
        self._list("tills", view.till_rows(message.totals))
        self._list("documents", view.document_rows(message.day["documents"]))
        self._list("ledger", view.posting_rows(message.postings, message.day["documents"]))
        self._list("proof", view.proof_rows(message.day["proof"], message.day["warnings"]))
        obstacles, told = self.query_one("#obstacles", Static), view.banner(message.day, len(message.changes))
        obstacles.update(told)
        obstacles.display = bool(told.plain)
        self.query_one("#part-proof", Panel).entitle("Proof", view.proof_state(message.day["proof"]))
        self.query_one("#part-documents", Panel).entitle(
            "Documents", str(len(message.day["documents"]) or "")
        )
        self.refresh_bars()

    def _show_side(self, *, both: bool) -> None:
        """Show both sides of what changed, or the proof; the focus goes with it."""
        self._side_by_side = both
        self.query_one("#parts").display, self.query_one("#part-changes").display = not both, both
        had = self.focused  # a question that is open keeps the keys
        if had is None or (isinstance(had, RowList) and both != (had.id == "changes")):
            self.query_one("#changes" if both else "#tills").focus()

    def _list(self, name: str, rows: list[ListRow]) -> None:
        self.query_one(f"#{name}", RowList).show(rows)

    def failed(self, message: Failed) -> None:
        """Show what went wrong in place of the lists."""
        super().failed(message)
        if message.about == "the day" and self._day is None:
            for name in ("#parts", "#part-changes", "#obstacles"):
                self.query_one(name).display = False
            trouble = self.query_one(Trouble)
            trouble.display = True
            trouble.show(message.problem, keys="F5 tries again.")

    @on(RowList.Opened)
    def _opened(self, message: RowList.Opened) -> None:
        self._open_number(message.leads_to)

    def _open_number(self, leads_to: object) -> None:
        """Go to the receipts behind a number; let choose where several things make it."""
        if isinstance(leads_to, Nothing):
            self.say(why_not(leads_to) or "", "idle")
        elif isinstance(leads_to, Behind):
            self._go_behind(leads_to)
        elif isinstance(leads_to, tuple) and len(leads_to) == 1:
            self._go_behind(leads_to[0])
        elif isinstance(leads_to, tuple):
            choices = [Choice(str(at), each.words) for at, each in enumerate(leads_to)]
            self.choose("What moved the account", choices, lambda at: self._go_behind(leads_to[int(at)]))

    @on(RowList.Moved)
    def _moved(self) -> None:
        self.refresh_bars()

    def _behind(self) -> object:
        focused = self.focused
        return focused.leads_to if isinstance(focused, RowList) else None

    def why_not(self, command: Command) -> str | None:
        """Return why the day cannot be sent, or a number not opened."""
        if command.name == "behind":
            return why_not(self._behind())
        if command.name == "send":
            return self._why_not_send()
        if command.name in {"differences", "decide"} and not self._changes:
            return f"{command.label}: nothing changed since this day was posted."
        if command.name == "shape" and self._day is None:
            return "Shape: the day is not read yet."
        return None

    def _why_not_send(self) -> str | None:
        if self._day is None:
            return "Send: the day is not read yet."
        if self._day["state"] in _FINAL:
            return f"Send: the day is {view.state_word(self._day)}."
        if self._day["state"] == "changed":
            return "Send: the day was posted and changed since; c decides what is done."
        if self._shape is not None:
            return "Send: this is a preview in another shape; v goes back to the shape of the mapping."
        stopped = view.failing(self._day)
        return f"Send: {stopped}" if stopped else None

    def do_behind(self) -> None:
        """List the receipts behind the number under the cursor."""
        self._open_number(self._behind())

    def _go_behind(self, behind: Behind) -> None:
        topic = replace(behind, shape=self._shape)
        self.post_message(Go("receipts", store=self.shop.store, date=self._date, topic=topic))

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
            lambda _: self.change(f"{day} is queued.", lambda service: service.sync(store, date=day)),
        )

    def changed(self) -> None:
        """Read again what a change led to."""
        self.look()

    def do_differences(self) -> None:
        """Show both sides of what changed, or the proof again."""
        self._show_side(both=not self._side_by_side)
        self.refresh_bars()

    def do_decide(self) -> None:
        """Decide about what changed."""
        if (store := self.shop.store) is not None:
            self.decide(store, self._date)

    def do_shape(self) -> None:
        """Choose the shape to preview."""
        own = Choice("", "as the mapping says", "the day as it is, or would be, sent")
        choices = [Choice(shape, shape.replace("_", " "), words) for shape, words in view.SHAPES.items()]
        self.choose("Preview as", [own, *choices], self._preview)

    def _preview(self, shape: str) -> None:
        self._shape = shape or None
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


def _read(
    service: Service, store: str, day: str, shape: str | None
) -> tuple[DayDocumentsAnswer, TotalsAnswer, PostingsAnswer, list[ChangeAnswer]]:
    """Read a day as it was sent.

    As it would be built now where it was not, or as `shape`.
    """
    totals, postings = service.totals(store, first=day, last=day), service.postings(store, day, shape=shape)
    if shape is None:
        sent = service.sync_state(store, first=day, last=day)["days"]
        if sent and sent[0]["state"] not in view.UNSENT:
            changed = sent[0]["state"] in _MAY_HAVE_CHANGED
            found = service.changed_documents(store, date=day)["changes"] if changed else []
            return sent[0], totals, postings, found
    return service.preview(store, day, shape=shape), totals, postings, []
