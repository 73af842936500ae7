"""The set-up of a store's accounting.

Seven steps, kept by the service as they are done.
"""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from screens.asking import Failed
from screens.commands import Command
from screens.integrating import Integrating
from screens.mapping.view import Chosen
from screens.messages import Copy, Go
from screens.setup import consent, view
from screens.setup.view import Step
from screens.widgets.lean import Reading
from screens.widgets.panel import Panel
from screens.widgets.trouble import Trouble
from services.contract.problem import NotFound
from services.contract.replies import MappingAnswer

if TYPE_CHECKING:
    from screens.asking import Service


@dataclass
class KnownRead(Message):
    """What the service knows of the set-up."""

    known: view.Known


class Setup(Integrating):
    """The set-up of a store's accounting."""

    TITLE_TEXT = "Set-up"
    CSS_PATH = "setup.tcss"
    HELP_TEXT = (
        "Connects a store to Xero in seven steps. Every step is kept by the service as it is done: a dropped"
        " link loses nothing, and another person can go on. As commands: tillbook connect, organisation,"
        " mapping, schedule, sync"
    )
    REFRESHED_BY: ClassVar[tuple[str, ...]] = ("integration", "mapping", "reference", "store")
    COMMANDS_HERE = (
        Command("act", "enter", "Do it", "Do what this step is about.", right="connect", bar=95),
        Command("following", "right", "Next step", "Go to the next step.", bar=90),
        Command("before", "left", "Step back", "Go to the step before.", bar=85),
        Command(
            "paste", "v", "Paste", "Paste the address that the browser ended at.", right="connect", bar=70
        ),
        Command("copy", "c", "Copy address", "Copy the address of the consent.", right="connect", bar=60),
        Command("call_off", "x", "Call off", "Call the consent off.", right="connect", bar=55),
        Command("secret", "k", "With secret", "Begin with a client id and a secret.", right="connect", bar=0),
        Command("accounts", "a", "Accounts", "Ask for the right to create accounts.", right="connect", bar=0),
        Command("time", "t", "Sync time", "Set the sync time.", right="set_up", bar=0),
        Command("start", "d", "Start date", "Set the start date.", right="set_up", bar=0),
        Command("zone", "z", "Time zone", "Set the store's time zone.", right="set_up", bar=0),
        Command("numbers", "n", "Numbers", "Go to the numbering of documents.", bar=0),
        Command("sync_now", "y", "Sync now", "Finish, and send what is due.", right="send", bar=80),
        Command("leave", "e", "Save and exit", "Keep everything, and send nothing.", bar=65),
    )

    def __init__(self) -> None:
        super().__init__()
        self._known: view.Known | None = None
        self._step: Step | None = None
        self._accounts = False
        """Whether the right to create accounts is asked for."""

    def content(self) -> ComposeResult:
        """Show one step at a time."""
        yield Trouble(id="trouble")
        with Panel(title="Set-up", id="step"), Reading(id="scroll"), Horizontal(id="side-by-side"):
            yield Static(Content("Reading …"), id="words")
            yield Static(Content(""), id="code")

    def on_mount(self) -> None:
        """Begin where the set-up stands."""
        self.query_one("#trouble").display = self.query_one("#code").display = False
        self.query_one("#scroll").focus()

    def visit(self, message: Go) -> None:  # noqa: ARG002 - the store is looked at already
        """Go on with the first step that is not done."""
        self._step = None
        self.look()

    def note(self) -> str:
        """Return the step."""
        return view.trail(self._step) if self._step else ""

    def read(self) -> None:
        """Ask how far the set-up is."""
        store, may = self.shop.store, self.shop.may("connect")
        if store is not None:
            self.ask("the set-up", lambda service: _read(service, store, may=may), KnownRead)

    @on(KnownRead)
    def _known_read(self, message: KnownRead) -> None:
        before, self._known = self._known, message.known
        if self._step is None:
            self._step = view.first_unfinished(message.known)
        elif before is not None and self._went_on(before, message.known):
            self._step = view.first_unfinished(message.known)
            self.say(f"{view.trail(self._step)}: {view.TITLES[self._step]}", "ok")
        self._show()

    def _went_on(self, before: view.Known, now: view.Known) -> bool:
        """Whether what this step waited for happened."""
        given = self._step is Step.CONSENT and before.consenting == "waiting" and now.consenting == "done"
        return given or (
            self._step in {Step.CONSENT, Step.ORGANISATION} and now.connected and not before.connected
        )

    def _show(self) -> None:
        if self._known is None or self._step is None:
            return
        self.query_one("#trouble").display = False
        self.query_one("#step").display = True
        self.query_one("#step", Panel).entitle(view.TITLES[self._step], view.trail(self._step))
        user = self.shop.me["user"] if self.shop.me else "you"
        session = consent.Session(user, platform.node(), os.environ)
        words = view.body(self._step, self._known, session, self.times, accounts=self._accounts)
        self.query_one("#words", Static).update(words)
        self._show_code()
        self.refresh_bars()

    @on(events.Resize)
    def _show_code(self) -> None:
        """Show the address as a code where there is room beside the words."""
        here = self._step is Step.CONSENT and self._known is not None and not self._known.connected
        size = self.query_one("#scroll").size
        told = consent.code(self._known.consent, size.width, size.height) if here and self._known else None
        shown = self.query_one("#code", Static)
        shown.display = told is not None
        if told is not None:
            shown.update(told)

    def failed(self, message: Failed) -> None:
        """Show the whole of what went wrong: a refusal of Xero has a next step."""
        super().failed(message)
        if self._known is None:
            self.query_one("#step").display = False
            trouble = self.query_one(Trouble)
            trouble.display = True
            trouble.show(message.problem, keys="F5 tries again.")
        elif message.about == "organisations":
            self.tell_whole(message.problem)

    def why_not(self, command: Command) -> str | None:
        """Return why a step cannot be left, or a key does nothing in it."""
        step, known = self._step, self._known
        if step is None or known is None:
            return f"{command.label}: the set-up is not read yet."
        if command.name == "following":
            return view.may_leave(step, known) if step is not Step.REVIEW else "This is the last step."
        if command.name == "before":
            return "This is the first step." if step is Step.WHO else None
        return self._elsewhere(command, step, known)

    def _elsewhere(self, command: Command, step: Step, known: view.Known) -> str | None:
        """Return why a key that belongs to one step does nothing now."""
        here = step is Step.CONSENT and known.consenting == "waiting"
        if command.name in {"paste", "copy", "call_off"} and not here:
            return f"{command.label}: no consent is under way here."
        if command.name == "accounts" and step is not Step.APP:
            return f"{command.label}: go to the step of the app first."
        if command.name in {"time", "start", "zone", "numbers"} and step is not Step.SCHEDULE:
            return f"{command.label}: go to the step about when days are sent."
        if command.name == "sync_now" and (step is not Step.REVIEW or not known.connected or known.issues):
            return "Sync now: finish the steps before it."
        return None

    def do_following(self) -> None:
        """Go to the next step."""
        self._turn(1)

    def do_before(self) -> None:
        """Go to the step before."""
        self._turn(-1)

    def _turn(self, by: int) -> None:
        if self._step is not None:
            self._step = Step(self._step.value + by)
            self.say("")
            self._show()

    # --- doing a step ---------------------------------------------------------------

    def do_act(self) -> None:
        """Do what the step is about."""
        if self._step in {Step.WHO, None}:
            self._turn(1)
        elif self._step is Step.APP or (self._step is Step.CONSENT and not self._waiting()):
            self._ask_client()
        elif self._step is Step.ORGANISATION:
            self.ask_organisation()
        elif self._step is Step.MAPPING:
            self.post_message(Go("mapping", store=self.shop.store))
        elif self._step is Step.SCHEDULE:
            self.ask_frequency()
        elif self._step is Step.REVIEW:
            self.do_sync_now()

    def _waiting(self) -> bool:
        return self._known is not None and self._known.consenting == "waiting"

    def _ask_client(self) -> None:
        self.confirm(
            "Client id",
            "As Xero shows it for the app, under Configuration.",
            lambda client_id: self._begin(client_id, None, "pkce"),
            asks="Client id",
        )

    def do_secret(self) -> None:
        """Ask for a client id, then for its secret."""
        self.confirm("Client id", "Of a web app or a custom connection.", self._ask_secret, asks="Client id")

    def _ask_secret(self, client_id: str) -> None:
        self.confirm(
            "Client secret",
            "It goes into the keyring of the service and is never shown again.",
            lambda secret: self._begin(client_id, secret, "web"),
            asks="Client secret",
            hidden=True,
        )

    def _begin(self, client_id: str, secret: str | None, flow: str) -> None:
        self._step, accounts = Step.CONSENT, self._accounts
        self.change_store(
            "",
            lambda service, store: service.begin_consent(
                store,
                client_id=client_id,
                client_secret=secret,
                flow=flow,
                redirect=consent.REDIRECT,
                creates_accounts=accounts,
            ),
            doing="Beginning …",
        )

    def do_paste(self) -> None:
        """Ask for the address that the browser ended at."""
        self.confirm(
            "Paste the address",
            f"The whole of it; it begins with {consent.REDIRECT}",
            lambda address: self.change_store(
                "", lambda service, store: service.paste(store, address), doing="Looking at it …"
            ),
            asks="Address",
        )

    def do_copy(self) -> None:
        """Copy the address of the consent."""
        if self._known is not None and self._known.consent is not None:
            self.post_message(Copy(self._known.consent["address"], "the address"))

    def do_call_off(self) -> None:
        """Call the consent off."""
        self.change_store("Called off.", lambda service, store: service.cancel_consent(store))

    def do_accounts(self) -> None:
        """Ask for the right to create accounts, or not."""
        self._accounts = not self._accounts
        self._show()

    def do_time(self) -> None:
        """Ask for the sync time."""
        self.ask_time()

    def do_start(self) -> None:
        """Ask for the start date."""
        self.ask_start()

    def do_zone(self) -> None:
        """Ask for the store's time zone."""
        known = self._known
        self.confirm(
            "Time zone",
            "The store's own, such as Pacific/Auckland: it decides which business date a sale belongs to.",
            lambda zone: self.change_store(
                "Saved.", lambda service, store: service.set_store(store, timezone=zone)
            ),
            asks="Time zone",
            value=known.store["timezone"] if known else "",
        )

    def do_numbers(self) -> None:
        """Go to the numbering of documents, which is part of the mapping."""
        self.post_message(Go("mapping", store=self.shop.store, topic=Chosen("number", "number")))

    def do_sync_now(self) -> None:
        """Finish, and send what is due."""
        self.confirm(
            "Sync now",
            "Every closed day from the start date on is posted, oldest first. The service does it; you"
            " can leave.",
            lambda _: self._finish(),
        )

    def _finish(self) -> None:
        self.change_store("What is due is queued.", lambda service, store: service.sync(store))
        self.post_message(Go("days", store=self.shop.store))

    def do_leave(self) -> None:
        """Keep everything, send nothing."""
        self.post_message(Go("overview", store=self.shop.store))

    def changed(self) -> None:
        """Read what a step led to: the next one may be open now."""
        self.look()


def _read(service: Service, store: str, *, may: bool) -> view.Known:
    status = service.status()
    of_store = next((each for each in status["stores"] if each["key"] == store), None)
    details = next((each for each in service.stores() if each["key"] == store), None)
    if of_store is None or details is None:
        raise NotFound(f"There is no store {store}.", "It was removed, or renamed.", "Choose another with s.")
    integration = next(each for each in of_store["integrations"] if each["kind"] == "xero")
    asked = service.consent(store) if may else None
    connected = integration["state"] in {"connected", "paused", "error"}
    return view.Known(
        details,
        integration,
        asked if asked is not None and asked["state"] != "none" else None,
        service.schedule(store),
        tuple(service.check_mapping(store)["issues"]) if connected else (),
        _mapping(service, store),
        service.reference(store, "accounts") if connected else None,
    )


def _mapping(service: Service, store: str) -> MappingAnswer | None:
    try:
        return service.mapping(store)
    except NotFound:
        return None
