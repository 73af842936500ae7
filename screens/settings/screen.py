"""Settings of an integration: a line each, Enter changes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from screens.asking import Failed
from screens.commands import Command
from screens.integrating import Integrating
from screens.messages import Go
from screens.settings import view
from screens.settings.words import ON_CHANGE
from screens.widgets.chooser import Choice
from screens.widgets.lean import Reading
from screens.widgets.panel import Panel
from screens.widgets.row_list import RowList
from screens.widgets.trouble import Empty, Trouble
from services.contract.answers import IntegrationAnswer
from services.contract.problem import NotFound

if TYPE_CHECKING:
    from screens.asking import Service

_UNSET = frozenset({"not_set_up", "setup_unfinished"})


@dataclass
class KnownRead(Message):
    """Everything that is known of the integration."""

    known: view.Known


@dataclass
class Foreseen(Message):
    """What a disconnection would leave unsent."""

    answer: IntegrationAnswer


class Settings(Integrating):
    """One store's accounting integration."""

    TITLE_TEXT = "Settings"
    CSS_PATH = "settings.tcss"
    HELP_TEXT = (
        "Everything that can be set of the store's accounting: when and where its days go, what is done"
        " after a change, pause and disconnect. As commands: tillbook schedule, organisation, pause,"
        " resume, disconnect"
    )
    REFRESHED_BY: ClassVar[tuple[str, ...]] = ("integration", "store", "mapping", "reference", "day")
    COMMANDS_HERE = (
        Command("change", "enter", "Change", "Change the setting under the cursor.", bar=95),
        Command("pause", "p", "Pause", "Pause, or resume.", right="pause", bar=85),
        Command("retry", "r", "Send due", "Send what is due now.", right="send", bar=70),
        Command("disconnect", "x", "Disconnect", "End the connection.", right="disconnect", bar=65),
        Command("setup", "w", "Set-up", "Go through the set-up again.", right="connect", bar=67),
    )

    def __init__(self) -> None:
        super().__init__()
        self._known: view.Known | None = None

    def content(self) -> ComposeResult:
        """Show the settings, and below what the one under the cursor means."""
        yield Trouble(id="trouble")
        yield Empty(id="empty")
        with Panel(title="Accounting", id="settings"):
            yield RowList(id="lines")
        with Panel(title="What it means", id="meaning"), Reading():
            yield Static(Content(""), id="words")

    def on_mount(self) -> None:
        """Say that it is being read."""
        self.query_one("#trouble").display = False
        self._show_parts(ready=False)
        self.query_one(Empty).say("Reading …")
        self.query_one("#lines").focus()

    def _show_parts(self, *, ready: bool) -> None:
        self.query_one("#settings").display = self.query_one("#meaning").display = ready
        self.query_one(Empty).display = not ready

    def read(self) -> None:
        """Ask for everything of the integration."""
        if (store := self.shop.store) is not None:
            self.ask("the settings", lambda service: _read(service, store), KnownRead)
        else:
            self.query_one(Empty).say(
                "There is no store yet.", "Add one with: tillbook store add, or tillbook init"
            )

    @on(KnownRead)
    def _known_read(self, message: KnownRead) -> None:
        first, self._known = self._known is None, message.known
        known = message.known
        self.query_one("#trouble").display = False
        self._show_parts(ready=True)
        self.query_one("#settings", Panel).entitle(f"Accounting of {known.store['name']}")
        lines = self.query_one("#lines", RowList)
        lines.show(view.rows(known, self.times))
        if first:
            lines.focus()
        self._explain(lines.leads_to)
        self.refresh_bars()

    def changed(self) -> None:
        """Read again what a change led to."""
        self.look()

    def failed(self, message: Failed) -> None:
        """Show what went wrong in place of the settings."""
        super().failed(message)
        if message.about == "the settings" and self._known is None:
            self.query_one(Empty).display = False
            trouble = self.query_one(Trouble)
            trouble.display = True
            trouble.show(message.problem, keys="F5 tries again.")

    @on(RowList.Moved)
    def _moved(self, message: RowList.Moved) -> None:
        self._explain(message.leads_to)
        self.refresh_bars()

    def _explain(self, setting: object) -> None:
        if isinstance(setting, view.Setting) and self._known is not None:
            words = Content(setting.meaning)
            disconnection = self._known.integration.get("disconnection")
            if setting.name == "state" and disconnection is not None:
                words = view.receipt(disconnection, self.times)
            self.query_one("#words", Static).update(words)

    @on(RowList.Opened)
    def _opened(self) -> None:
        self.action_command("change")

    def _setting(self) -> str:
        leads_to = self.query_one("#lines", RowList).leads_to
        return leads_to.name if isinstance(leads_to, view.Setting) else ""

    def why_not(self, command: Command) -> str | None:
        """Return why something cannot be changed."""
        if self._known is None:
            return f"{command.label}: the settings are not read yet."
        state = self._known.integration["state"]
        if command.name == "change":
            return self._why_not_change()
        if command.name in {"pause", "retry", "disconnect"} and state in _UNSET:
            return f"{command.label}: the integration is not set up; w goes through it."
        if command.name in {"pause", "retry", "disconnect"} and state == "disconnected":
            return f"{command.label}: the shop is disconnected; w connects it again."
        return None

    def _why_not_change(self) -> str | None:
        setting = self._setting()
        needed = _CHANGES.get(setting)
        if needed is None:
            return "This line only tells; it is changed elsewhere."
        if needed and not self.shop.may(needed):
            return "You may not change settings; a manager may."
        assert self._known is not None  # noqa: S101 - looked at by why_not
        if setting in _OF_THE_LINK and self._known.integration["state"] in _UNSET:
            return "The integration is not set up; w goes through it."
        return None

    # --- changing -------------------------------------------------------------------

    def do_change(self) -> None:
        """Change the setting under the cursor."""
        setting = self._setting()
        asked: dict[str, Callable[[], object]] = {
            "frequency": self.ask_frequency,
            "at": self.ask_time,
            "start": self.ask_start,
            "organisation": self.ask_organisation,
            "on_change": self._change_on_change,
            "reference": self._change_reference,
            "mapping": lambda: self.post_message(Go("mapping", store=self.shop.store)),
            "last_sync": lambda: self.post_message(Go("log", store=self.shop.store)),
        }
        asked[setting]()

    def _change_on_change(self) -> None:
        choices = [Choice(each, each, words) for each, words in ON_CHANGE.items()]
        self.choose(
            "After a change at the tills",
            choices,
            lambda chosen: self.change_store(
                f"After a change: {chosen}.",
                lambda service, store: service.set_store(store, on_change=chosen),
            ),
        )

    def _change_reference(self) -> None:
        self.change_store(
            "Read from Xero.",
            lambda service, store: service.refresh_reference(store),
            doing="Reading from Xero …",
        )

    # --- pausing and ending ---------------------------------------------------------

    def do_pause(self) -> None:
        """Pause for a reason, or resume."""
        store, known = self.shop.store, self._known
        if store is None or known is None:
            return
        waits = f"Waiting: {view.waiting(known.integration)}."
        ask = self.resume if known.integration["state"] == "paused" else self.pause
        ask(store, known.store["name"], waits)

    def do_retry(self) -> None:
        """Queue what is due."""
        if (store := self.shop.store) is not None and self._known is not None:
            organisation = self._known.integration["organisation"] or "Xero"
            self.send_due(store, organisation, f"Waiting: {view.waiting(self._known.integration)}.")

    def do_disconnect(self) -> None:
        """Show what would stay unsent, then ask."""
        if (store := self.shop.store) is not None:
            self.say("Looking up what would stay unsent …")
            self.ask("the forecast", lambda service: service.disconnect(store, dry_run=True), Foreseen)

    @on(Foreseen)
    def _foreseen(self, message: Foreseen) -> None:
        self.say("")
        name = message.answer["organisation"] or ""
        self.confirm(
            f"Disconnect from {name}",
            view.unsent(message.answer),
            lambda _: self.change_store(
                "Disconnected; the receipt is under State.",
                lambda service, store: service.disconnect(store),
                doing="Ending the connection at Xero …",
            ),
            typed=name,
        )

    def do_setup(self) -> None:
        """Go to the set-up."""
        self.post_message(Go("setup", store=self.shop.store))


_CHANGES = {
    "organisation": "connect",
    "frequency": "set_up",
    "at": "set_up",
    "start": "set_up",
    "on_change": "set_up",
    "reference": "send",
    "mapping": "",
    "last_sync": "",
}
"""Right that changing a setting needs; empty: everybody may go there."""
_OF_THE_LINK = frozenset({"organisation", "reference"})


def _read(service: Service, store: str) -> view.Known:
    """Read everything of one store's integration."""
    status = service.status()
    of_store = next((each for each in status["stores"] if each["key"] == store), None)
    details = next((each for each in service.stores() if each["key"] == store), None)
    if of_store is None or details is None:
        raise NotFound(f"There is no store {store}.", "It was removed, or renamed.", "Choose another with s.")
    return view.Known(
        details,
        next(each for each in of_store["integrations"] if each["kind"] == "xero"),
        service.schedule(store),
        service.mapping_versions(store),
        service.reference(store, "accounts"),
        tuple(service.disconnections(store)),
    )
