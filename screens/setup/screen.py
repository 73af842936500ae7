"""The set-up of a store's accounting.

Seven steps, kept by the service as they are done.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from screens.asking import Done, Failed
from screens.commands import Command
from screens.messages import Copy, Go
from screens.place import Place
from screens.setup import view
from screens.setup.view import Step
from screens.widgets.chooser import Choice
from screens.widgets.panel import Panel
from screens.widgets.trouble import Trouble
from services.contract.answers import OrganisationAnswer
from services.contract.problem import NotFound
from services.contract.replies import MappingAnswer

if TYPE_CHECKING:
    from screens.asking import Service


@dataclass
class KnownRead(Message):
    """What the service knows of the set-up."""

    known: view.Known


@dataclass
class OrganisationsRead(Message):
    """The organisations that may be chosen."""

    answer: list[OrganisationAnswer]


class Setup(Place):
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
        Command("time", "t", "Sync time", "Set the sync time.", right="set_up", bar=0),
        Command("start", "d", "Start date", "Set the start date.", right="set_up", bar=0),
        Command("sync_now", "y", "Sync now", "Finish, and send what is due.", right="send", bar=80),
    )

    def __init__(self) -> None:
        super().__init__()
        self._known: view.Known | None = None
        self._step: Step | None = None

    def content(self) -> ComposeResult:
        """Show one step at a time."""
        yield Trouble(id="trouble")
        with Panel(title="Set-up", id="step"), VerticalScroll(id="scroll"):
            yield Static(Content("Reading …"), id="words")

    def on_mount(self) -> None:
        """Begin where the set-up stands."""
        self.query_one("#trouble").display = False
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
        height = self.query_one("#scroll").size.height
        words = view.body(self._step, self._known, user=user, environ=os.environ, height=height)
        self.query_one("#words", Static).update(words)
        self.refresh_bars()

    def failed(self, message: Failed) -> None:
        """Show the whole of what went wrong: a refusal of Xero has a next step."""
        super().failed(message)
        if self._known is None:
            self.query_one("#step").display = False
            trouble = self.query_one(Trouble)
            trouble.display = True
            trouble.show(message.problem, keys="F5 tries again.")
        else:
            told = f"{message.problem.what} {message.problem.why} {message.problem.next}"
            self.say(told, "stopped")

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
        if command.name in {"time", "start"} and step is not Step.SCHEDULE:
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
            self._ask_organisation()
        elif self._step is Step.MAPPING:
            self.post_message(Go("mapping", store=self.shop.store))
        elif self._step is Step.SCHEDULE:
            self._ask_frequency()
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
        self._step = Step.CONSENT
        self._change(
            "Beginning …",
            lambda service, store: service.begin_consent(
                store, client_id=client_id, client_secret=secret, flow=flow, redirect=view.REDIRECT
            ),
        )

    def do_paste(self) -> None:
        """Ask for the address that the browser ended at."""
        self.confirm(
            "Paste the address",
            f"The whole of it; it begins with {view.REDIRECT}",
            lambda address: self._change(
                "Looking at it …", lambda service, store: service.paste(store, address)
            ),
            asks="Address",
        )

    def do_copy(self) -> None:
        """Copy the address of the consent."""
        if self._known is not None and self._known.consent is not None:
            self.post_message(Copy(self._known.consent["address"], "the address"))

    def do_call_off(self) -> None:
        """Call the consent off."""
        self._change("Called off.", lambda service, store: service.cancel_consent(store))

    def _ask_organisation(self) -> None:
        if (store := self.shop.store) is not None:
            self.say("Asking Xero for the organisations …")
            self.ask("organisations", lambda service: service.organisations(store), OrganisationsRead)

    @on(OrganisationsRead)
    def _organisations_read(self, message: OrganisationsRead) -> None:
        names = {each["tenant"]: each["name"] for each in message.answer}
        choices = [
            Choice(each["tenant"], each["name"], view.organisation_note(each)) for each in message.answer
        ]
        self.choose("Organisation", choices, lambda tenant: self._choose(tenant, names[tenant]))

    def _choose(self, tenant: str, name: str) -> None:
        self.confirm(
            f"Send the days of {self.shop.name} to {name}",
            "Country, currency and tax basis are compared with the store; what does not match is refused.",
            lambda typed: self._change(
                f"Days go to {name}.",
                lambda service, store: service.choose_organisation(store, tenant=tenant, confirm=typed),
            ),
            typed=name,
        )

    def _ask_frequency(self) -> None:
        choices = [
            Choice("daily", "daily", "each day after it closed; enough for most shops"),
            Choice("real-time", "real-time", "each receipt as a document of its own"),
            Choice("weekly", "weekly", "one summary a week"),
            Choice("monthly", "monthly", "one summary a month"),
            Choice("manual", "manual", "nothing is sent unasked"),
        ]
        self.choose("When days are sent", choices, lambda chosen: self._set(frequency=chosen))

    def do_time(self) -> None:
        """Ask for the sync time."""
        self.confirm("Sync time", "The store's own time of day.", lambda at: self._set(at=at), asks="HH:MM")

    def do_start(self) -> None:
        """Ask for the start date."""
        self.confirm(
            "Start date",
            "No earlier day is sent unasked.",
            lambda day: self._set(start=day),
            asks="YYYY-MM-DD",
        )

    def _set(self, **changes: str) -> None:
        self._change("Saved.", lambda service, store: service.set_schedule(store, **changes))

    def do_sync_now(self) -> None:
        """Finish, and send what is due."""
        self.confirm(
            "Sync now",
            "Every closed day from the start date on is posted, oldest first. The service does it; you"
            " can leave.",
            lambda _: self._finish(),
        )

    def _finish(self) -> None:
        self._change("What is due is queued.", lambda service, store: service.sync(store))
        self.post_message(Go("days", store=self.shop.store))

    def _change(self, said: str, question: Callable[[Service, str], object]) -> None:
        if (store := self.shop.store) is not None:
            self.say(said)
            self.ask("the change", lambda service: question(service, store), Done, changing=True)

    @on(Done)
    def _done(self) -> None:
        self.look()


def _read(service: Service, store: str, *, may: bool) -> view.Known:
    status = service.status()
    of_store = next((each for each in status["stores"] if each["key"] == store), None)
    details = next((each for each in service.stores() if each["key"] == store), None)
    if of_store is None or details is None:
        raise NotFound(f"There is no store {store}.", "It was removed, or renamed.", "Choose another with s.")
    integration = next(each for each in of_store["integrations"] if each["kind"] == "xero")
    consent = service.consent(store) if may else None
    connected = integration["state"] in {"connected", "paused", "error"}
    return view.Known(
        details,
        integration,
        consent if consent is not None and consent["state"] != "none" else None,
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
