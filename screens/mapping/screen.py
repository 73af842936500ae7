"""The mapping editor: settings on the left, a sample day beside them.

Details below.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from screens import moments
from screens.asking import Failed
from screens.commands import Command
from screens.mapping import questions, sample, view, words
from screens.mapping.charting import Charting
from screens.mapping.messages import ChangesKept, EditorRead, SampleRead
from screens.mapping.setting_list import SettingList
from screens.mapping.unsent import may_be_sent_again
from screens.messages import Go
from screens.widgets.lean import Reading
from screens.widgets.panel import Panel
from screens.widgets.row_list import RowList
from screens.widgets.trouble import Empty, Trouble
from services.contract.mapping_editor import EditorAnswer

_OF_A_SETTING = frozenset({"change", "tax", "suggestion", "account", "undo"})


class Mapping(Charting):
    """One store's mapping."""

    TITLE_TEXT = "Mapping"
    CSS_PATH = "mapping.tcss"
    HELP_TEXT = (
        "Where everything the tills say goes in the books. What is not mapped stands first, with the money"
        " it carries; ? marks a suggestion made from names. Changes are kept for you as you make them (±) and"
        " take effect when you save them as a version; the sample shows what they would post. As commands:"
        " tillbook mapping export, import, check, suggest, try, choices, history, chart, create-account"
    )
    REFRESHED_BY: ClassVar[tuple[str, ...]] = ("mapping", "reference", "import", "integration", "store")
    COMMANDS_HERE = (
        Command("change", "enter", "Change", "Choose what the setting is set to.", right="set_up", bar=95),
        Command("save", "w", "Save", "Save the changes as a new version.", right="set_up", bar=90),
        Command("suggestion", "a", "Accept", "Take the suggestion of this setting.", right="set_up", bar=85),
        Command("suggestions", "u", "Accept all", "Take every suggestion.", right="set_up", bar=58),
        Command("tax", "t", "Tax type", "Give it a tax type of its own.", right="set_up", bar=75),
        Command("undo", "z", "Undo", "Take this change back.", right="set_up", bar=56),
        Command("discard", "x", "Discard", "Take every unsaved change back.", right="set_up", bar=54),
        Command("account", "c", "New account", "Create an account for it in Xero.", right="set_up", bar=65),
        Command("refresh", "r", "Read chart", "Read accounts and tax rates again.", right="send", bar=70),
        Command("history", "h", "Versions", "Show the versions, and what each would post.", bar=72),
        Command("sample", "p", "Sample", "Show the sample alone, or the settings again.", bar=52),
        Command("earlier", "left_square_bracket", "Day before", "Take the day before as sample.", bar=0),
        Command("later", "right_square_bracket", "Day after", "Take the day after as sample.", bar=0),
        Command("chart", "i", "Import chart", "Import Xero's file of accounts.", right="set_up", bar=50),
        Command("xero", "o", "Chart in Xero", "Show where the chart stands in Xero.", bar=40),
    )

    def __init__(self) -> None:
        super().__init__()
        self._sampled: str | None = None
        """The date of the sample that is shown."""
        self._wanted: view.Chosen | None = None

    def content(self) -> ComposeResult:
        """Show the settings, the sample, and what the one under the cursor is about."""
        yield Static(Content("Reading …"), id="banner")
        yield Trouble(id="trouble")
        yield Empty(id="empty")
        with Horizontal(id="columns"):
            with Panel(title="Mapping", id="settings"):
                yield SettingList(id="list")
            with Panel(title="Sample", id="sample"):
                yield RowList(id="document")
        with Panel(title="", id="detail"), Reading(id="about"):
            yield Static(Content(""), id="words")

    def on_mount(self) -> None:
        """Begin with the settings."""
        self.query_one(Trouble).display = False
        self.query_one(Empty).display = False
        self.settings.focus()

    def visit(self, message: Go) -> None:
        """Go to the setting that somebody came for."""
        if isinstance(message.topic, view.Chosen):
            self._wanted = message.topic
            self.look()

    def note(self) -> str:
        """Return version and unsaved changes."""
        waiting = "  ! not kept yet" if self.unsent.of(self.shop.store) else ""
        return f"{view.note(self.editor)}{waiting}" if self.editor else ""

    # --- reading ------------------------------------------------------------------------

    def read(self) -> None:
        """Ask for the mapping; changes that could not be kept go first."""
        store = self.shop.store
        self.query_one(Empty).display = store is None
        self.query_one("#columns").display = store is not None
        if store is None:
            self.query_one(Empty).say("There is no store yet.", "tillbook init makes the first one.")
        elif self.unsent.of(store) and self.shop.link is None:
            self.send_unsent(store)
        else:
            self.ask("the mapping", lambda service: service.mapping_editor(store), EditorRead)

    @on(EditorRead)
    def _editor_read(self, message: EditorRead) -> None:
        before, self.editor = self.editor, message.answer
        wanted = self._wanted or self.settings.leads_to
        if before is not None and before["store"] != self.editor["store"]:
            before, self._sampled, wanted = None, None, self._wanted
        self.query_one(Trouble).display = False
        self.query_one("#columns").display = True
        self.query_one("#settings", Panel).entitle("Mapping", view.count(self.editor))
        self.query_one("#banner", Static).update(view.banner(self.editor, moments.now()))
        self.settings.show(view.rows(self.editor), at=view.cursor(before, self.editor, wanted))
        self._wanted = None
        self._tell()
        self._read_sample(self._sampled)

    @on(ChangesKept)
    def _changes_kept(self, message: ChangesKept) -> None:
        self.unsent.kept(message.answer["store"], message.sent)
        if message.answer["store"] == self.shop.store:
            self._editor_read(EditorRead(message.answer))

    def _read_sample(self, day: str | None) -> None:
        if (store := self.shop.store) is not None:
            self.ask("the sample", lambda service: service.mapping_sample(store, day), SampleRead)

    @on(SampleRead)
    def _sample_read(self, message: SampleRead) -> None:
        answer = message.answer
        self._sampled = answer["date"]
        panel = self.query_one("#sample", Panel)
        panel.entitle(sample.title(answer), sample.state(answer))
        self.query_one("#document", RowList).show(sample.rows(answer))

    def failed(self, message: Failed) -> None:
        """Show what went wrong; a change that could not be kept is sent again later."""
        super().failed(message)
        if message.about == "the change" and may_be_sent_again(message.problem):
            self.say("Not kept yet: it is sent as soon as the service answers.", "stopped")
        elif message.about == "the change":
            self.unsent.drop(self.shop.store)
        elif message.about == "the mapping" and self.editor is None:
            self.query_one("#banner", Static).update(Content(""))
            self.query_one("#columns").display = False
            trouble = self.query_one(Trouble)
            trouble.display = True
            trouble.show(message.problem, keys="F5 tries again.")
        elif message.about == "saving":
            self.look()
        self.refresh_bars()

    # --- the setting under the cursor -----------------------------------------------------

    @on(RowList.Moved, "#list")
    def _moved(self) -> None:
        self._tell()

    @on(RowList.Opened, "#list")
    def _opened(self) -> None:
        self.action_command("change")

    def _tell(self) -> None:
        setting = self.setting()
        if setting is not None and self.editor is not None:
            told = view.detail(setting, self.editor)
            self.explain(words.title(setting["part"], setting["key"]), told)
        self.refresh_bars()

    def why_not(self, command: Command) -> str | None:
        """Return why something cannot be done to the setting, or at all."""
        if self.editor is None:
            return f"{command.label}: the mapping is not read yet."
        if command.name in _OF_A_SETTING and (setting := self.setting()) is None:
            return f"{command.label}: go to a setting first."
        if command.name in _OF_A_SETTING:
            assert setting is not None  # noqa: S101 - looked at above
            return view.why_not(command.name, setting)
        return _why_not(command.name, self.editor)

    # --- looking ------------------------------------------------------------------------

    def do_history(self) -> None:
        """Show the versions."""
        self.post_message(Go("mapping_history", store=self.shop.store))

    def do_sample(self) -> None:
        """Show the sample alone, or the settings again."""
        alone = not self.has_class("-sample-alone")
        self.set_class(alone, "-sample-alone")
        self.query_one("#document" if alone else "#list").focus()

    def do_earlier(self) -> None:
        """Take the day before as sample."""
        self._step(-1)

    def do_later(self) -> None:
        """Take the day after as sample."""
        self._step(1)

    def _step(self, by: int) -> None:
        if self._sampled is not None:
            day = date.fromisoformat(self._sampled) + timedelta(days=by)
            self._read_sample(day.isoformat())


def _why_not(name: str, editor: EditorAnswer) -> str | None:
    changed = bool(editor["changes"])
    of_xero = editor["chart"]["source"] == "xero"
    may = {
        "save": (changed, "nothing was changed."),
        "discard": (changed, "nothing was changed."),
        "suggestions": (bool(questions.suggested(editor["settings"])), "there is no suggestion."),
        "chart": (not of_xero, "Xero tells the chart; r reads it again."),
        "refresh": (of_xero, "the shop is not connected to Xero."),
        "xero": (editor["chart"]["address"] is not None, "the shop is not connected to Xero."),
    }
    can, reason = may.get(name, (True, ""))
    return None if can else f"{_LABELS[name]}: {reason}"


_LABELS = {command.name: command.label for command in Mapping.COMMANDS_HERE}
