"""What places that steer a store's accounting have in common.

Pausing, sending what is due, the schedule, the organisation: asked and said the same way
in the overview, the settings and the set-up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import on
from textual.message import Message

from screens.place import Place
from screens.settings.words import FREQUENCIES, organisation_note
from screens.widgets.chooser import Choice
from screens.widgets.question import LONGEST_REASON

if TYPE_CHECKING:
    from screens.asking import Service
    from services.contract.answers import OrganisationAnswer


@dataclass
class OrganisationsRead(Message):
    """The organisations that may be chosen."""

    answer: list[OrganisationAnswer]


class Integrating(Place):
    """A place from which a store's accounting is steered."""

    # --- pausing, sending --------------------------------------------------------------

    def pause(self, store: str, title: str, waits: str = "") -> None:
        """Ask for reason and end, then pause."""
        self.confirm(
            f"Pause {title}",
            "A document under way is finished; nothing else is sent until somebody resumes. Days are"
            f" kept. {waits}".rstrip(),
            lambda reason: self._pause_until(store, title, reason),
            asks="Reason, for those who come after you",
            longest=LONGEST_REASON,
        )

    def _pause_until(self, store: str, title: str, reason: str) -> None:
        self.confirm(
            f"Pause {title} until",
            "A time such as 2h, 08:00 or 2026-12-24 08:00 in the store's zone; or never: until somebody"
            " resumes.",
            lambda until: self.change(
                "Paused.",
                lambda service: service.pause(
                    store, reason=reason, until=None if until.casefold() == "never" else until
                ),
            ),
            asks="Until",
            value="never",
        )

    def resume(self, store: str, title: str, waits: str = "") -> None:
        """Ask, then resume."""
        self.confirm(
            f"Resume {title}",
            "What is due goes out, oldest day first; when the frequency is manual, only what somebody sends."
            f" {waits}".rstrip(),
            lambda _: self.change("Resumed.", lambda service: service.resume(store)),
        )

    def send_due(self, store: str, title: str, waits: str = "") -> None:
        """Ask, then queue what is due."""
        self.confirm(
            f"Send what is due to {title}",
            f"Days that failed are looked up first and are never sent twice. {waits}".rstrip(),
            lambda _: self.change("What is due is queued.", lambda service: service.sync(store)),
        )

    # --- the schedule --------------------------------------------------------------------

    def ask_frequency(self) -> None:
        """Choose when days are sent."""
        choices = [Choice(each, each, words) for each, words in FREQUENCIES.items()]
        self.choose("When days are sent", choices, lambda chosen: self._schedule(frequency=chosen))

    def ask_time(self) -> None:
        """Ask for the sync time."""
        self.confirm(
            "Sync time",
            "The store's own time of day, such as 20:00.",
            lambda at: self._schedule(at=at),
            asks="Time (HH:MM)",
        )

    def ask_start(self) -> None:
        """Ask for the start date."""
        self.confirm(
            "Start date",
            "Business dates before it are not sent unless somebody asks for them.",
            lambda start: self._schedule(start=start),
            asks="Date (YYYY-MM-DD)",
        )

    def _schedule(self, **changes: str) -> None:
        self.change_store("Saved.", lambda service, store: service.set_schedule(store, **changes))

    # --- the organisation ----------------------------------------------------------------

    def ask_organisation(self) -> None:
        """Ask the ledger which organisations there are."""
        if (store := self.shop.store) is not None:
            self.say("Asking Xero for the organisations …")
            self.ask("organisations", lambda service: service.organisations(store), OrganisationsRead)

    @on(OrganisationsRead)
    def _organisations_read(self, message: OrganisationsRead) -> None:
        self.say("")
        choices = [Choice(each["tenant"], each["name"], organisation_note(each)) for each in message.answer]
        names = {each["tenant"]: each["name"] for each in message.answer}
        self.choose("Organisation", choices, lambda tenant: self._confirm(tenant, names[tenant]))

    def _confirm(self, tenant: str, name: str) -> None:
        self.confirm(
            f"Send the days of {self.shop.name} to {name}",
            "Country, currency and tax basis are compared with the store; what does not match is refused."
            " Days made for an organisation of before stay with it and are never sent to another one.",
            lambda typed: self.change_store(
                f"Days go to {name} from now on.",
                lambda service, store: service.choose_organisation(store, tenant=tenant, confirm=typed),
                doing="Comparing the organisation with the store …",
            ),
            typed=name,
        )

    def change_store(self, said: str, question: Callable[[Service, str], object], *, doing: str = "") -> None:
        """Change something of the store looked at."""
        if (store := self.shop.store) is not None:
            self.change(said, lambda service: question(service, store), doing=doing)
