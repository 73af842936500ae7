"""Deciding about a day that changed after posting: forecast first, then done."""

from __future__ import annotations

from dataclasses import dataclass

from textual import on
from textual.message import Message

from screens.day import changes
from screens.place import Place
from screens.widgets.chooser import Choice
from screens.widgets.question import LONGEST_REASON
from services.contract.changes import ResolveAnswer
from services.contract.problem import Refused


@dataclass
class Decision:
    """What a person wants done about a changed day."""

    store: str
    date: str
    by: str
    note: str = ""


@dataclass
class Foreseen(Message):
    """What a decision would do."""

    decision: Decision
    answer: ResolveAnswer


class Deciding(Place):
    """A place in which a person decides about a changed day."""

    def decide(self, store: str, date: str) -> None:
        """Choose what is done about the changes of a date."""
        choices = [Choice(by, by, words) for by, words in changes.WAYS.items()]
        self.choose(f"What changed on {date}", choices, lambda by: self._note(Decision(store, date, by)))

    def _note(self, decision: Decision) -> None:
        if decision.by != "keep":
            self._foresee(decision)
            return
        self.confirm(
            f"Leave {decision.date} as it is in Xero",
            "The difference stays, with your name and the reason.",
            lambda note: self._foresee(Decision(decision.store, decision.date, "keep", note)),
            asks="Reason",
            longest=LONGEST_REASON,
        )

    def _foresee(self, decision: Decision) -> None:
        self.say("Looking up what that would do …")
        self.ask(
            "the forecast",
            lambda service: service.resolve_change(
                decision.store, decision.date, by=decision.by, note=decision.note, dry_run=True
            ),
            lambda answer: Foreseen(decision, answer),
        )

    @on(Foreseen)
    def _foreseen(self, message: Foreseen) -> None:
        self.say("")
        decision, answer = message.decision, message.answer
        if not answer["possible"]:
            self.tell_whole(_refusal(answer))
            return
        self.confirm(
            f"{decision.by.capitalize()}: {decision.date}",
            changes.forecast(answer),
            lambda _: self.change(
                f"{decision.date}: {decision.by} is under way.",
                lambda service: service.resolve_change(
                    decision.store, decision.date, by=decision.by, note=decision.note
                ),
            ),
        )


def _refusal(answer: ResolveAnswer) -> Refused:
    """Return why a decision cannot be carried out, as it is told."""
    if not answer["reasons"]:
        return Refused(
            f"{answer['date']} cannot be decided so.", "Nothing of it can be done.", "Choose another way."
        )
    first, *others = answer["reasons"]
    more = " ".join(each["what"] for each in others)
    return Refused(first["what"], f"{first['why']} {more}".strip(), first["next"])
