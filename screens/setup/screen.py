"""The set-up of a store's accounting.

Seven steps, kept by the service as they are done.
"""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from screens.asking import Failed
from screens.commands import Command
from screens.mapping.view import Chosen
from screens.messages import Go
from screens.setup import consent, view
from screens.setup.consenting import Consenting
from screens.setup.knowing import known_of
from screens.setup.view import Step
from screens.widgets.lean import Reading
from screens.widgets.panel import Panel
from screens.widgets.trouble import Trouble


@dataclass
class KnownRead(Message):
    """What the service knows of the set-up."""

    known: view.Known


class Setup(Consenting):
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
            "paste",
            "v",
            "Paste",
            "Paste the address that the browser ended at.",
            right="connect",
            bar=82,
            passing=True,
        ),
        Command(
            "copy", "c", "Copy", "Copy the address of the consent.", right="connect", bar=81, passing=True
        ),
        Command("call_off", "x", "Call off", "Call the consent off.", right="connect", bar=79, passing=True),
        Command("secret", "k", "With secret", "Begin with a client id and a secret.", right="connect", bar=0),
        Command("accounts", "a", "Accounts", "Ask for the right to create accounts.", right="connect", bar=0),
        Command("time", "t", "Sync time", "Set the sync time.", right="set_up", bar=0),
        Command("start", "d", "Start date", "Set the start date.", right="set_up", bar=0),
        Command("zone", "z", "Time zone", "Set the store's time zone.", right="set_up", bar=0),
        Command("numbers", "n", "Numbers", "Go to the numbering of documents.", bar=0),
        Command("sync_now", "y", "Sync now", "Finish, send what is due.", right="send", bar=80, passing=True),
        Command("leave", "e", "Save and exit", "Keep everything, and send nothing.", bar=65),
    )

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
            self.ask("the set-up", lambda service: known_of(service, store, may=may), KnownRead)

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
        elif self._step is Step.CONSENT and self._waiting():
            self.do_paste()
        elif self._step in {Step.APP, Step.CONSENT}:
            self._ask_client()
        elif self._step is Step.ORGANISATION:
            self.ask_organisation()
        elif self._step is Step.MAPPING:
            self.post_message(Go("mapping", store=self.shop.store))
        elif self._step is Step.SCHEDULE:
            self.ask_frequency()
        elif self._step is Step.REVIEW:
            self.do_sync_now()

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
