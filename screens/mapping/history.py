"""The versions of a mapping: who saved what, and what each would have posted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message

from screens import moments
from screens.asking import Failed
from screens.commands import Command
from screens.mapping import versions
from screens.mapping.messages import EditorRead
from screens.messages import Go
from screens.place import Place
from screens.widgets.panel import Panel
from screens.widgets.row_list import RowList
from screens.widgets.trouble import Empty, Trouble
from services.contract.changes import MappingEffectAnswer
from services.contract.mapping_editor import MappingHistoryAnswer


@dataclass
class HistoryRead(Message):
    """The versions of a mapping."""

    answer: MappingHistoryAnswer


@dataclass
class EffectRead(Message):
    """What a version would have posted in place of what was."""

    version: int
    answer: MappingEffectAnswer


class MappingHistory(Place):
    """The versions of one store's mapping."""

    TITLE_TEXT = "Mapping versions"
    CSS_PATH = "history.tcss"
    HELP_TEXT = (
        "Every version of the mapping: when, by whom, what it changed. Enter compares what it would have"
        " posted over the last 30 days with what was posted; nothing is sent. b makes your unsaved changes"
        " what leads back to it. As commands: tillbook mapping history, mapping diff --from N --to N --dates"
    )
    REFRESHED_BY: ClassVar[tuple[str, ...]] = ("mapping",)
    COMMANDS_HERE = (
        Command("effect", "enter", "Would post", "Compare with what was posted, 30 days.", bar=95),
        Command("back_to", "b", "Bring back", "Change back to this version.", right="set_up", bar=85),
        Command("editor", "h", "Editor", "Go back to the editor.", bar=70),
    )

    def __init__(self) -> None:
        super().__init__()
        self._history: MappingHistoryAnswer | None = None
        self._effects: dict[int, MappingEffectAnswer] = {}

    def content(self) -> ComposeResult:
        """Show the versions, and what the one under the cursor is."""
        yield Trouble(id="trouble")
        yield Empty(id="empty")
        with Horizontal(id="columns"):
            with Panel(title="Versions", id="versions"):
                yield RowList(id="list")
            with Panel(title="", id="version"):
                yield RowList(id="told")

    def on_mount(self) -> None:
        """Begin with the versions."""
        self.query_one(Trouble).display = False
        self.query_one(Empty).display = False
        self._list.focus()

    @property
    def _list(self) -> RowList:
        return self.query_one("#list", RowList)

    def read(self) -> None:
        """Ask for the versions."""
        if (store := self.shop.store) is not None:
            self.ask("the versions", lambda service: service.mapping_history(store), HistoryRead)

    @on(HistoryRead)
    def _history_read(self, message: HistoryRead) -> None:
        before, self._history = self._history, message.answer
        if before is not None and before != message.answer:
            self._effects = {}
        found = message.answer["versions"]
        self.query_one(Trouble).display = False
        self.query_one("#columns").display = bool(found)
        empty = self.query_one(Empty)
        empty.display = not found
        empty.say("No mapping was saved yet.", "h goes to the editor; w saves the first version there.")
        self.query_one("#versions", Panel).entitle("Versions", f"{len(found)}, ✓ in force")
        self._list.show(versions.rows(message.answer, moments.now()))
        self._tell()

    def failed(self, message: Failed) -> None:
        """Show what went wrong in place of the versions."""
        super().failed(message)
        if message.about == "the versions" and self._history is None:
            self.query_one("#columns").display = False
            trouble = self.query_one(Trouble)
            trouble.display = True
            trouble.show(message.problem, keys="F5 tries again.")

    @on(RowList.Moved, "#list")
    def _moved(self) -> None:
        self._tell()

    @on(RowList.Opened, "#list")
    def _opened(self) -> None:
        self.action_command("effect")

    def _version(self) -> int | None:
        leads_to = self._list.leads_to
        return leads_to if isinstance(leads_to, int) else None

    def _tell(self) -> None:
        version = self._version()
        if version is None or self._history is None:
            return
        told = versions.told(self._history, version, self._effects.get(version))
        self.query_one("#version", Panel).entitle(f"Version {version}")
        self.query_one("#told", RowList).show(told)
        self.refresh_bars()

    def why_not(self, command: Command) -> str | None:
        """Return why a version cannot be compared or brought back."""
        if command.name != "editor" and self._version() is None:
            return f"{command.label}: there is no version yet."
        newest = self._history["versions"][0]["version"] if self._history and self._version() else None
        if command.name == "back_to" and self._version() == newest:
            return "Bring back: this version is in force."
        return None

    def do_effect(self) -> None:
        """Compare what the version would have posted with what was."""
        store, version = self.shop.store, self._version()
        if store is not None and version is not None:
            self.say("Building the days of the last 30 days …")
            self.ask(
                "the effect",
                lambda service: service.mapping_effect(store, after=version),
                partial(EffectRead, version),
            )

    @on(EffectRead)
    def _effect_read(self, message: EffectRead) -> None:
        self._effects[message.version] = message.answer
        self.say("Nothing was sent.", "ok")
        self._tell()

    def do_back_to(self) -> None:
        """Ask, then change back to the version."""
        store, version = self.shop.store, self._version()
        if store is None or version is None:
            return
        self.confirm(
            f"Bring version {version} back",
            "What leads back to it becomes your unsaved changes, in place of those you have now. Look at them"
            " in the editor; nothing is in force before you save.",
            lambda _: self.ask(
                "the change",
                lambda service: service.take_mapping_version(store, version),
                EditorRead,
                changing=True,
            ),
        )

    @on(EditorRead)
    def _taken(self) -> None:
        self.post_message(Go("mapping", store=self.shop.store))

    def do_editor(self) -> None:
        """Go back to the editor."""
        self.post_message(Go("mapping", store=self.shop.store))
