"""Adding a card terminal, or changing one: a line each, Enter fills it in."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from screens.asking import Failed
from screens.commands import Command
from screens.messages import Go
from screens.terminals import form
from screens.terminals.draft import Draft
from screens.terminals.filling import Filling
from screens.terminals.form import FormRead, Saved, Tried
from screens.terminals.messages import Arrived
from screens.terminals.pairing import Pairing
from screens.widgets.panel import Panel
from screens.widgets.row_list import RowList
from screens.widgets.trouble import Empty, Trouble


class AddTerminal(Filling, Pairing):
    """Adding or changing a card terminal."""

    TITLE_TEXT = "Add a card terminal"
    CSS_PATH = "adding.tcss"
    HELP_TEXT = (
        "Fill in a line with Enter; only what counts beside the rest is listed. For a serial port, those"
        " that were found are offered. t connects and asks the terminal how it is; it moves no money and"
        " saves nothing. w saves. As commands: tillbook terminal protocols, ports, add, test, set, pair and"
        " remove"
    )
    COMMANDS_HERE = (
        Command("fill", "enter", "Fill in", "Fill in the line under the cursor.", bar=95),
        Command("test", "t", "Test", "Connect and ask how it is; moves no money.", "use_terminals", bar=90),
        Command("save", "w", "Save", "Save the terminal.", right="set_up_terminals", bar=88),
        Command(
            "pair",
            "l",
            "Pair",
            "Pair with a terminal that shows a code.",
            "set_up_terminals",
            bar=86,
            passing=True,
        ),
        Command("ports", "p", "Ports", "Look for serial ports again.", right="use_terminals", bar=72),
        Command(
            "remove", "x", "Remove", "Remove the terminal.", right="set_up_terminals", bar=74, passing=True
        ),
    )

    def __init__(self) -> None:
        super().__init__()
        self._wanted: str | None = None

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
        for name in ("#trouble", "#form", "#meaning"):
            self.query_one(name).display = False
        self.query_one(Empty).say("Reading …")
        self.query_one("#fields").focus()

    def visit(self, message: Go) -> None:
        """Begin with the terminal one came for, or anew; keep what is not saved."""
        wanted = message.topic if isinstance(message.topic, str) else None
        if self.draft is None or not self.draft.changed or wanted != self._wanted:
            self._leave_open_questions()  # they are about the draft that goes
            self.draft, self._wanted = None, wanted
            self.look()

    def read(self) -> None:
        """Ask which protocols and ports there are."""
        wanted = self._wanted
        self.ask("the form", lambda service: form.read(service, wanted), lambda read: FormRead(*read))

    @on(FormRead)
    def _form_read(self, message: FormRead) -> None:
        self.protocols, self.ports = message.protocols, message.ports
        anew = self.draft is None
        if anew:
            terminal = message.terminal
            self.draft = Draft(self.shop.store or "") if terminal is None else Draft.of(terminal)
        self.query_one("#trouble").display = self.query_one(Empty).display = False
        self.query_one("#form").display = self.query_one("#meaning").display = True
        self.show_draft(at=0 if anew else None)

    def why_not(self, command: Command) -> str | None:
        """Return what is missing for a command."""
        draft = self.draft
        if draft is None:
            return f"{command.label}: what there is is still being read."
        if command.name in {"test", "save"} and not (draft.name and draft.protocol):
            return f"{command.label}: fill in name and protocol first."
        match command.name:
            case "save" if not draft.changed:
                return "Save: nothing was changed."
            case "remove" if draft.key is None:
                return "Remove: it is not saved yet; Esc leaves it."
            case "test":
                return self._no_test(draft)
        return self._no_pairing(draft) if command.name == "pair" else None

    def _no_test(self, draft: Draft) -> str | None:
        if draft.key and draft.changed:
            return "Test: save the changes first with w."
        if self.pairs and not draft.kept:
            return f"Test: {'' if draft.key else 'save it with w, then '}pair with it first with l."
        return None

    def _no_pairing(self, draft: Draft) -> str | None:
        if not self.pairs:
            return "Pair: a terminal of this protocol is not paired with."
        return None if draft.key and not draft.changed else "Pair: save it first with w."

    # --- testing and saving ------------------------------------------------------------------

    def do_test(self) -> None:
        """Connect and ask how it is; saves nothing."""
        if (draft := self.draft) is not None:
            self.say("Connecting; no money is moved …")
            self.ask("the test", lambda service: form.try_out(service, draft), Tried, changing=True)

    @on(Tried)
    def _tried(self, message: Tried) -> None:
        told = message.answer
        named = f", terminal {told['terminal_id']}" if told["terminal_id"] else ""
        needs = f"; it needs {', '.join(told['needs'])}" if told["needs"] else ""
        self.say(
            f"It answered in {told['milliseconds']} ms{named}: {told['text']}{needs}",
            "ok" if told["ready"] else "attention",
        )

    def do_save(self) -> None:
        """Save it."""
        if (draft := self.draft) is not None:
            paired = not self.pairs or bool(draft.kept)
            self.ask(
                "the save",
                lambda service: form.save(service, draft),
                lambda terminal: Saved(terminal, f"{terminal['name']} is saved.", paired),
                changing=True,
            )

    def do_remove(self) -> None:
        """Remove it after its key was typed."""
        draft = self.draft
        if draft is None or draft.key is None:
            return
        key = draft.key
        self.confirm(
            f"Remove {draft.name}",
            "Tills can no longer use it, and its secrets are forgotten. Its payments stay in the journal.",
            lambda _: self.ask(
                "the removal",
                lambda service: service.remove_terminal(key),
                lambda terminal: Saved(terminal, f"{terminal['name']} is removed."),
                changing=True,
            ),
            typed=key,
        )

    @on(Saved)
    def _saved(self, message: Saved) -> None:
        terminal = message.terminal
        self._leave_open_questions()  # they are about the draft that goes
        if not message.paired:
            self.draft, self._wanted = Draft.of(terminal), terminal["key"]
            self.say(f"{message.said} Pair with it next: l", "ok")
            self.show_draft()
            return
        self.draft = None
        arrived = Arrived(terminal["key"], message.said)
        self.post_message(Go("terminals", store=self.shop.store, topic=arrived))

    def failed(self, message: Failed) -> None:
        """Say what went wrong; what was filled in stays."""
        super().failed(message)
        if message.about == "the form" and self.draft is None:
            self.query_one(Empty).display = False
            trouble = self.query_one(Trouble)
            trouble.display = True
            trouble.show(message.problem, keys="F5 tries again.")
