"""The doctor: looks, changes nothing, says what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from screens.asking import Failed
from screens.commands import Command
from screens.doctor import view
from screens.messages import Copy
from screens.place import Place
from screens.widgets.lean import Reading
from screens.widgets.panel import Panel
from screens.widgets.row_list import RowList
from screens.widgets.trouble import Empty, Trouble
from services.contract.support import DoctorAnswer, DoctorFinding

_NOTHING, _STEP = "Nothing was examined yet.", "e looks at everything; it only reads."


@dataclass
class Examined(Message):
    """What the doctor found."""

    answer: DoctorAnswer


class Doctor(Place):
    """What will fail tomorrow."""

    TITLE_TEXT = "Doctor"
    CSS_PATH = "doctor.tcss"
    HELP_TEXT = (
        "Looks for what will fail tomorrow: accounts, tax types, lock dates, rights, limits, disk, clock. It"
        " only reads. As a command: tillbook doctor; for support: tillbook bundle --out FILE"
    )
    COMMANDS_HERE = (
        Command("examine", "e", "Examine", "Look at everything again, Xero too.", right="support", bar=90),
        Command("copy", "c", "Copy", "Copy what was found.", bar=50),
    )

    def __init__(self) -> None:
        super().__init__()
        self._answer: DoctorAnswer | None = None

    def content(self) -> ComposeResult:
        """Show the findings, and the one chosen below."""
        yield Trouble(id="trouble")
        yield Empty(id="empty")
        with Panel(title="Findings", id="findings"):
            yield RowList(id="list")
        with Panel(title="What to do", id="chosen"), Reading():
            yield Static(Content(""), id="words")

    def on_mount(self) -> None:
        """Wait to be asked: looking asks Xero."""
        for name in ("#trouble", "#findings", "#chosen"):
            self.query_one(name).display = False
        self.query_one(Empty).say(_NOTHING, _STEP)

    def read(self) -> None:
        """Ask nothing unasked: an examination uses calls of the allowance."""
        if self._answer is None and not self.shop.may("support"):
            self.query_one(Empty).say(_NOTHING, "Support or a manager may have everything examined.")

    def do_examine(self) -> None:
        """Look at everything."""
        self.query_one(Empty).say("Examining …", "Xero is asked too: this takes some seconds.")
        self.query_one(Empty).display = self._answer is None
        self.say("Examining …")
        self.ask("the examination", lambda service: service.doctor(), Examined)

    @on(Examined)
    def _examined(self, message: Examined) -> None:
        self._answer = message.answer
        self.query_one(Empty).display = self.query_one("#trouble").display = False
        self.query_one("#findings").display = self.query_one("#chosen").display = True
        findings = self.query_one("#list", RowList)
        findings.show(view.rows(message.answer), at=0)
        findings.focus()
        self.query_one("#findings", Panel).entitle("Findings", view.counted(message.answer))
        self.say(view.counted(message.answer), "attention" if message.answer["counts"]["stops"] else "ok")
        self._explain(findings.leads_to)
        self.refresh_bars()

    @on(RowList.Moved)
    def _moved(self, message: RowList.Moved) -> None:
        self._explain(message.leads_to)

    def _explain(self, finding: object) -> None:
        if isinstance(finding, dict):
            self.query_one("#words", Static).update(view.whole(cast("DoctorFinding", finding)))

    def why_not(self, command: Command) -> str | None:
        """Return why there is nothing to copy."""
        return "Copy: nothing was examined yet." if command.name == "copy" and self._answer is None else None

    def do_copy(self) -> None:
        """Copy what was found."""
        if self._answer is not None:
            text = "\n\n".join(view.whole(each).plain for each in self._answer["findings"])
            self.post_message(Copy(text, "the findings"))

    def failed(self, message: Failed) -> None:
        """Show what went wrong in place of the findings."""
        super().failed(message)
        if self._answer is None:
            self.query_one(Empty).display = False
            trouble = self.query_one(Trouble)
            trouble.display = True
            trouble.show(message.problem, keys="e tries again.")
