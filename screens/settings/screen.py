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

from screens.asking import Done, Failed
from screens.commands import Command
from screens.messages import Go
from screens.moments import now
from screens.place import Place
from screens.settings import view
from screens.widgets.chooser import Choice
from screens.widgets.panel import Panel
from screens.widgets.row_list import RowList
from screens.widgets.trouble import Empty, Trouble
from services.contract.answers import IntegrationAnswer, OrganisationAnswer
from services.contract.problem import NotFound

if TYPE_CHECKING:
    from screens.asking import Service


@dataclass
class KnownRead(Message):
    """Everything that is known of the integration."""

    known: view.Known


@dataclass
class OrganisationsRead(Message):
    """The organisations that may be chosen."""

    answer: list[OrganisationAnswer]


@dataclass
class Foreseen(Message):
    """What a disconnection would leave unsent."""

    answer: IntegrationAnswer


class Settings(Place):
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
        Command("setup", "w", "Set-up", "Go through the set-up again.", right="connect", bar=60),
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
        with Panel(title="What it means", id="meaning"):
            yield Static(Content(""), id="words")

    def on_mount(self) -> None:
        """Say that it is being read."""
        self.query_one("#trouble").display = False
        self.query_one("#empty").display = False
        self.query_one("#lines").focus()

    def read(self) -> None:
        """Ask for everything of the integration."""
        if (store := self.shop.store) is not None:
            self.ask("the settings", lambda service: _read(service, store), KnownRead)

    @on(KnownRead)
    def _known_read(self, message: KnownRead) -> None:
        self._known = known = message.known
        self.query_one("#trouble").display = False
        self.query_one("#settings").display = True
        self.query_one("#settings", Panel).entitle(f"Accounting of {known.store['name']}")
        lines = self.query_one("#lines", RowList)
        lines.show(view.rows(known, now()))
        self._explain(lines.leads_to)
        self.refresh_bars()

    def failed(self, message: Failed) -> None:
        """Show what went wrong in place of the settings."""
        super().failed(message)
        if message.about == "the settings" and self._known is None:
            self.query_one("#settings").display = False
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
                words = view.receipt(disconnection)
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
        if command.name == "change" and self._setting() not in _CHANGES:
            return "This line only tells; it is changed elsewhere."
        if command.name == "change" and self._setting() in _SET_UP and not self.shop.may("set_up"):
            return "You may not change settings; a manager may."
        if command.name in {"pause", "retry", "disconnect"} and state in {"not_set_up", "setup_unfinished"}:
            return f"{command.label}: the integration is not set up; w goes through it."
        if command.name == "disconnect" and state == "disconnected":
            return "It is disconnected already."
        return None

    # --- changing -------------------------------------------------------------------

    def do_change(self) -> None:
        """Change the setting under the cursor."""
        getattr(self, f"_change_{self._setting()}")()

    def _change_frequency(self) -> None:
        choices = [Choice(each, each, words) for each, words in view.FREQUENCIES.items()]
        self.choose("When days are sent", choices, lambda chosen: self._schedule(frequency=chosen))

    def _change_at(self) -> None:
        self.confirm(
            "Sync time",
            "The store's own time of day, such as 20:00.",
            lambda at: self._schedule(at=at),
            asks="Time (HH:MM)",
        )

    def _change_start(self) -> None:
        self.confirm(
            "Start date",
            "Business dates before it are not sent unless somebody asks for them.",
            lambda start: self._schedule(start=start),
            asks="Date (YYYY-MM-DD)",
        )

    def _change_on_change(self) -> None:
        choices = [Choice(each, each, words) for each, words in view.ON_CHANGE.items()]
        self.choose(
            "After a change at the tills",
            choices,
            lambda chosen: self._change(
                f"After a change: {chosen}.",
                lambda service, store: service.set_store(store, on_change=chosen),
            ),
        )

    def _change_mapping(self) -> None:
        self.post_message(Go("mapping", store=self.shop.store))

    def _change_reference(self) -> None:
        self._change("Reading from Xero …", lambda service, store: service.refresh_reference(store))

    def _change_organisation(self) -> None:
        if (store := self.shop.store) is not None:
            self.say("Asking Xero for the organisations …")
            self.ask("organisations", lambda service: service.organisations(store), OrganisationsRead)

    @on(OrganisationsRead)
    def _organisations_read(self, message: OrganisationsRead) -> None:
        choices = [
            Choice(
                each["tenant"],
                each["name"],
                f"{each['country']} {each['currency']}{' (chosen)' if each['chosen'] else ''}",
            )
            for each in message.answer
        ]
        names = {each["tenant"]: each["name"] for each in message.answer}
        self.choose("Organisation", choices, lambda tenant: self._choose_organisation(tenant, names[tenant]))

    def _choose_organisation(self, tenant: str, name: str) -> None:
        self.confirm(
            f"Send to {name}",
            "Days made for the organisation of before stay with it and are never sent to another one.",
            lambda typed: self._change(
                f"Days go to {name} from now on.",
                lambda service, store: service.choose_organisation(store, tenant=tenant, confirm=typed),
            ),
            typed=name,
        )

    def _schedule(self, **changes: str) -> None:
        self._change("Saved.", lambda service, store: service.set_schedule(store, **changes))

    # --- pausing and ending ---------------------------------------------------------

    def do_pause(self) -> None:
        """Pause for a reason, or resume."""
        if self._known is not None and self._known.integration["state"] == "paused":
            self.confirm(
                "Resume",
                "What waited is sent now, oldest day first.",
                lambda _: self._change("Resumed.", lambda service, store: service.resume(store)),
            )
            return
        self.confirm(
            "Pause",
            f"A document under way is finished; nothing else is sent until somebody resumes. {self._waits()}",
            self._until,
            asks="Reason, for those who come after you",
        )

    def _until(self, reason: str) -> None:
        self.confirm(
            "Pause until",
            "A time such as 2h or tomorrow 08:00 in the store's zone, or never: until somebody resumes.",
            lambda until: self._change(
                "Paused.",
                lambda service, store: service.pause(
                    store, reason=reason, until=None if until == "never" else until
                ),
            ),
            asks="Until",
            value="never",
        )

    def _waits(self) -> str:
        return view.unsent(self._known.integration).split(".", 1)[0] + "." if self._known else ""

    def do_retry(self) -> None:
        """Queue what is due."""
        self.confirm(
            "Send what is due",
            "Days that failed are looked up first and are never sent twice.",
            lambda _: self._change("What is due is queued.", lambda service, store: service.sync(store)),
        )

    def do_disconnect(self) -> None:
        """Show what would stay unsent, then ask."""
        if (store := self.shop.store) is not None:
            self.ask("the forecast", lambda service: service.disconnect(store, dry_run=True), Foreseen)

    @on(Foreseen)
    def _foreseen(self, message: Foreseen) -> None:
        name = message.answer["organisation"] or ""
        self.confirm(
            f"Disconnect from {name}",
            view.unsent(message.answer),
            lambda _: self._change("Disconnected.", lambda service, store: service.disconnect(store)),
            typed=name,
        )

    def do_setup(self) -> None:
        """Go to the set-up."""
        self.post_message(Go("setup", store=self.shop.store))

    def _change(self, said: str, question: Callable[[Service, str], object]) -> None:
        if (store := self.shop.store) is not None:
            self.say(said, "ok")
            self.ask("the change", lambda service: question(service, store), Done, changing=True)


_CHANGES = frozenset({"organisation", "frequency", "at", "start", "on_change", "mapping", "reference"})
_SET_UP = frozenset({"organisation", "frequency", "at", "start", "on_change"})


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
    )
