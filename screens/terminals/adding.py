"""Adding a card terminal, or changing one: a line each, Enter fills it in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from screens.asking import Failed
from screens.commands import Command
from screens.messages import Go
from screens.place import Place
from screens.terminals import draft as drafts
from screens.terminals.draft import Draft, Field
from screens.widgets.chooser import Choice
from screens.widgets.panel import Panel
from screens.widgets.row_list import RowList
from screens.widgets.trouble import Empty, Trouble
from services.contract.terminal_shop import (
    PortAnswer,
    ProtocolAnswer,
    StatusOfTerminalAnswer,
    TerminalAnswer,
)

if TYPE_CHECKING:
    from screens.asking import Service

_TYPED = "typed"


@dataclass
class FormRead(Message):
    """The protocols there are, the serial ports, and the terminal that is changed."""

    protocols: Sequence[ProtocolAnswer]
    ports: Sequence[PortAnswer]
    terminal: TerminalAnswer | None


@dataclass
class Tried(Message):
    """How the terminal answered."""

    answer: StatusOfTerminalAnswer


@dataclass
class Saved(Message):
    """The terminal was saved, or removed."""

    said: str


class AddTerminal(Place):
    """Adding or changing a card terminal."""

    TITLE_TEXT = "Add a card terminal"
    CSS_PATH = "adding.tcss"
    HELP_TEXT = (
        "Fill in a line with Enter. For a serial port, those that were found are offered. t connects and"
        " asks the terminal how it is; it moves no money and saves nothing. w saves. As commands: tillbook"
        " terminal add, ports, test, set, remove"
    )
    COMMANDS_HERE = (
        Command("fill", "enter", "Fill in", "Fill in the line under the cursor.", bar=95),
        Command("test", "t", "Test", "Connect and ask how it is; moves no money.", "use_terminals", bar=90),
        Command("save", "w", "Save", "Save the terminal.", right="set_up_terminals", bar=88),
        Command("pair", "l", "Pair", "Pair with a terminal that shows a code.", "set_up_terminals", bar=70),
        Command("ports", "p", "Ports", "Look for serial ports again.", right="use_terminals", bar=60),
        Command("remove", "x", "Remove", "Remove the terminal.", right="set_up_terminals", bar=40),
    )

    def __init__(self) -> None:
        super().__init__()
        self._draft: Draft | None = None
        self._wanted: str | None = None
        self._protocols: Sequence[ProtocolAnswer] = ()
        self._ports: Sequence[PortAnswer] = ()

    def content(self) -> ComposeResult:
        """Show the lines, and below what the one under the cursor means."""
        yield Trouble(id="trouble")
        yield Empty(id="empty")
        with Panel(title=self.TITLE_TEXT, id="form"):
            yield RowList(id="fields")
        with Panel(title="What it means", id="meaning"):
            yield Static(Content(""), id="words")

    def on_mount(self) -> None:
        """Say that it is being read."""
        self.query_one("#trouble").display = self.query_one("#form").display = False
        self.query_one(Empty).say("Reading …")
        self.query_one("#fields").focus()

    def visit(self, message: Go) -> None:
        """Begin with the terminal one came for, or anew; keep what is not saved."""
        wanted = message.topic if isinstance(message.topic, str) else None
        if self._draft is None or not self._draft.changed or wanted != self._wanted:
            self._draft, self._wanted = None, wanted
            self.look()

    def read(self) -> None:
        """Ask which protocols and ports there are."""
        wanted = self._wanted
        self.ask("the form", lambda service: _read(service, wanted), lambda form: FormRead(*form))

    @on(FormRead)
    def _form_read(self, message: FormRead) -> None:
        self._protocols, self._ports = message.protocols, message.ports
        if self._draft is None:
            terminal = message.terminal
            self._draft = Draft(self.shop.store or "") if terminal is None else Draft.of(terminal)
        self.query_one("#trouble").display = self.query_one(Empty).display = False
        self.query_one("#form").display = True
        self._show()

    def _show(self) -> None:
        draft = self._draft
        if draft is None:
            return
        lines = self.query_one("#fields", RowList)
        lines.show(drafts.rows(draft, self._protocols))
        title = f"Change {draft.name}" if draft.key else self.TITLE_TEXT
        self.query_one("#form", Panel).entitle(title, "not saved yet; w saves" if draft.changed else "")
        self._explain(lines.leads_to)
        self.refresh_bars()

    @on(RowList.Moved)
    def _moved(self, message: RowList.Moved) -> None:
        self._explain(message.leads_to)

    def _explain(self, field: object) -> None:
        if isinstance(field, Field):
            default = f" Without it: {field.default}." if field.default else ""
            self.query_one("#words", Static).update(Content(f"{field.help or field.title}{default}"))

    @on(RowList.Opened)
    def _opened(self) -> None:
        self.action_command("fill")

    def why_not(self, command: Command) -> str | None:
        """Return what is missing for a command."""
        draft = self._draft
        if draft is None:
            return f"{command.label}: what there is is still being read."
        if command.name in {"test", "save"} and not (draft.name and draft.protocol):
            return f"{command.label}: fill in name and protocol first."
        match command.name:
            case "save" if not draft.changed:
                return "Save: nothing was changed."
            case "test" if draft.key and draft.changed:
                return "Test: save the changes first with w."
            case "remove" if draft.key is None:
                return "Remove: it is not saved yet; Esc leaves it."
        return self._no_pairing(draft) if command.name == "pair" else None

    def _no_pairing(self, draft: Draft) -> str | None:
        pairs = any(each["name"] == draft.protocol and each["pairs"] for each in self._protocols)
        if not pairs:
            return "Pair: a terminal of this protocol is not paired with."
        return None if draft.key and not draft.changed else "Pair: save it first with w."

    # --- filling in -----------------------------------------------------------------------

    def do_fill(self) -> None:
        """Choose or type the value of the line under the cursor."""
        field, draft = self.query_one("#fields", RowList).leads_to, self._draft
        if not isinstance(field, Field) or draft is None:
            return
        if field.kind == "protocol" and draft.key:
            self.say("Protocol: remove the terminal and add it anew to change this.", "attention")
            return
        offered = drafts.choices(field, self._protocols, self._ports)
        if field.kind == "device":
            offered.append(Choice(_TYPED, "Type another", "for a port that is not plugged in now"))
        if offered:
            self.choose(field.title, offered, lambda value: self._fill(field, value))
        else:
            self._type(field)

    def _fill(self, field: Field, value: str) -> None:
        if value == _TYPED:
            self._type(field)
        elif self._draft is not None:
            self._draft = self._draft.filled(field, value)
            self._show()

    def _type(self, field: Field) -> None:
        secret = field.kind == "secret"
        value = "" if secret or self._draft is None else self._draft.value(field)
        kept = "It is kept in the vault, never shown again." if secret else ""
        self.confirm(
            field.title,
            " ".join(filter(None, (field.help, kept))),
            lambda typed: self._fill(field, typed),
            asks=field.title,
            value=value,
            hidden=secret,
        )

    def do_ports(self) -> None:
        """Look for serial ports again."""
        self.say("Looking for serial ports …")
        self.look()

    # --- testing and saving ------------------------------------------------------------------

    def do_test(self) -> None:
        """Connect and ask how it is; saves nothing."""
        if (draft := self._draft) is not None:
            self.say("Connecting; no money is moved …")
            self.ask("the test", lambda service: _try(service, draft), Tried)

    @on(Tried)
    def _tried(self, message: Tried) -> None:
        told = message.answer
        named = f", terminal {told['terminal_id']}" if told["terminal_id"] else ""
        self.say(
            f"It answered in {told['milliseconds']} ms{named}: {told['text']}",
            "ok" if told["ready"] else "attention",
        )

    def do_save(self) -> None:
        """Save it."""
        if (draft := self._draft) is not None:
            self.ask("the save", lambda service: _save(service, draft), _saved, changing=True)

    def do_pair(self) -> None:
        """Ask for what pairing takes, one after the other."""
        self.confirm(
            "Pair: the name",
            "The name that the acquirer gave the shop for pairing.",
            self._ask_password,
            asks="Name",
        )

    def _ask_password(self, username: str) -> None:
        self.confirm(
            "Pair: the password",
            "The password that came with the name. It is used once and not kept.",
            lambda password: self._ask_code(username, password),
            asks="Password",
            hidden=True,
        )

    def _ask_code(self, username: str, password: str) -> None:
        self.confirm(
            "Pair: the code",
            "The code that the terminal shows now, in its menu for pairing.",
            lambda code: self._pair(username, password, code),
            asks="Code",
        )

    def _pair(self, username: str, password: str, code: str) -> None:
        if self._draft is None or self._draft.key is None:
            return
        key = self._draft.key
        self.say("Pairing …")
        self.ask(
            "the pairing",
            lambda service: service.pair_terminal(key, username=username, password=password, code=code),
            _paired,
            changing=True,
        )

    def do_remove(self) -> None:
        """Remove it after its key was typed."""
        draft = self._draft
        if draft is None or draft.key is None:
            return
        key = draft.key
        self.confirm(
            f"Remove {draft.name}",
            "Tills can no longer use it. Its payments stay in the journal.",
            lambda _: self.ask(
                "the removal", lambda service: service.remove_terminal(key), _removed, changing=True
            ),
            typed=key,
        )

    @on(Saved)
    def _saved(self, message: Saved) -> None:
        self._draft = None
        self.say(message.said, "ok")
        self.post_message(Go("terminals", store=self.shop.store))

    def failed(self, message: Failed) -> None:
        """Say what went wrong; what was filled in stays."""
        super().failed(message)
        if message.about == "the form" and self._draft is None:
            self.query_one(Empty).display = False
            trouble = self.query_one(Trouble)
            trouble.display = True
            trouble.show(message.problem, keys="F5 tries again.")


def _read(
    service: Service, wanted: str | None
) -> tuple[list[ProtocolAnswer], list[PortAnswer], TerminalAnswer | None]:
    protocols = service.terminal_protocols()["protocols"]
    ports = service.terminal_ports()["ports"]
    return protocols, ports, None if wanted is None else service.terminal(wanted)


def _try(service: Service, draft: Draft) -> StatusOfTerminalAnswer:
    return service.test_terminal(draft.key) if draft.key else service.try_terminal(**draft.details())


def _save(service: Service, draft: Draft) -> TerminalAnswer:
    if draft.key is None:
        return service.add_terminal(**draft.details())
    return service.set_terminal(draft.key, **draft.changes())


def _saved(terminal: TerminalAnswer) -> Saved:
    return Saved(f"{terminal['name']} is saved.")


def _removed(terminal: TerminalAnswer) -> Saved:
    return Saved(f"{terminal['name']} is removed.")


def _paired(terminal: TerminalAnswer) -> Saved:
    return Saved(f"{terminal['name']} is paired.")
