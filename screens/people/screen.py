"""People and audit: the roles above, every change below."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from screens.asking import Failed
from screens.commands import Command
from screens.people import view
from screens.place import Place
from screens.widgets.lean import Reading
from screens.widgets.panel import Panel
from screens.widgets.row_list import ListRow, RowList, plain
from screens.widgets.trouble import told
from services.contract.answers import AuditAnswer
from services.contract.replies import AuditPageAnswer
from services.contract.rights import PeopleAnswer

_SHOWN = 500


@dataclass
class PeopleRead(Message):
    """Every role with its groups and members."""

    answer: PeopleAnswer


@dataclass
class AuditRead(Message):
    """Changes, newest first."""

    answer: AuditPageAnswer


class People(Place):
    """Who may do what, and who did what."""

    TITLE_TEXT = "People and audit"
    CSS_PATH = "people.tcss"
    HELP_TEXT = (
        "Roles are groups of the operating system: add a person to a group and the next key knows it. Below,"
        " every change with who made it; nothing in it can be altered. As a command: tillbook audit"
    )
    REFRESHED_BY: ClassVar[tuple[str, ...]] = ("integration", "store", "mapping", "day")
    COMMANDS_HERE = (
        Command(
            "find", "slash", "Find", "Show only changes with a word in them.", right="read_audit", bar=80
        ),
    )

    def __init__(self) -> None:
        super().__init__()
        self._entries: list[AuditAnswer] = []
        self._word = ""

    def content(self) -> ComposeResult:
        """Show the roles, the changes, and the change chosen."""
        with Panel(title="Roles", id="roles"):
            yield Static(Content("Reading …"), id="people")
        with Panel(title="Changes", id="changes"):
            yield Static(Content.styled("Reading …", "$dim"), id="reading")
            yield RowList(id="audit")
        with Panel(title="Change", id="change"), Reading():
            yield Static(Content(""), id="whole")

    def on_mount(self) -> None:
        """Begin in the changes."""
        self.query_one("#audit").focus()

    def read(self) -> None:
        """Ask for the roles, and for the changes where one may see them."""
        self.ask("the people", lambda service: service.people(), PeopleRead)
        if self.shop.may("read_audit"):
            self.ask("the audit", lambda service: service.audit(limit=_SHOWN), AuditRead)
        else:
            self._tell_why("support or a manager may see them.")

    def _tell_why(self, why: str) -> None:
        """Say in place of the changes why there are none to see."""
        reading = self.query_one("#reading", Static)
        reading.display = True
        reading.update(Content.styled(f"Changes: {why}", "$dim"))

    @on(PeopleRead)
    def _people_read(self, message: PeopleRead) -> None:
        self._roles_shown = True
        mine = self.shop.me["roles"] if self.shop.me else []
        self.query_one("#people", Static).update(view.roles(message.answer, mine))

    @on(AuditRead)
    def _audit_read(self, message: AuditRead) -> None:
        self._entries = message.answer["entries"]
        self.query_one("#reading").display = False
        self._list()

    def _list(self) -> None:
        entries = [each for each in self._entries if view.holds(each, self._word)]
        listing = self.query_one("#audit", RowList)
        listing.show(view.rows(entries, self.times) or [ListRow(plain(self._nothing(), "$dim"))])
        word = f"with “{self._word}”, " if self._word else ""
        self.query_one("#changes", Panel).entitle("Changes", f"{word}{len(entries)} newest")
        self.query_one("#whole", Static).update(Content(""))
        self._explain(listing.leads_to)

    def _nothing(self) -> str:
        return f"No change with “{self._word}”; / looks for another word." if self._word else "No change yet."

    @on(RowList.Moved)
    def _moved(self, message: RowList.Moved) -> None:
        self._explain(message.leads_to)

    def _explain(self, entry: object) -> None:
        if isinstance(entry, dict):
            whole = view.whole(cast("AuditAnswer", entry), self.times)
            self.query_one("#whole", Static).update(whole)

    def do_find(self) -> None:
        """Ask for a word."""
        told = "A word of who, what or where; empty shows all."
        self.confirm("Find", told, self._find, asks="Word", value=self._word, empty=True)

    def _find(self, word: str) -> None:
        self._word = word
        self._list()

    _roles_shown = False
    """Whether there is something that a failure leaves as it was."""

    def failed(self, message: Failed) -> None:
        """Say what went wrong where it was to be shown."""
        super().failed(message)
        if message.about == "the audit":
            self._tell_why(f"{message.problem} F5 tries again.")
        elif not self._roles_shown:
            self.query_one("#people", Static).update(told(message.problem, keys="F5 tries again."))
