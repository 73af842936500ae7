"""What to try next in the practice company: a line that moves on as it is done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from console.practice_month import UNMAPPED

if TYPE_CHECKING:
    from console.practice_month import Month
    from services.contract.answers import EventAnswer


@dataclass(frozen=True, slots=True)
class Seen:
    """Something that was done or happened: a place was come to, or an event."""

    kind: str
    """`at`, or the kind of an event."""
    what: str
    """The place, or the state of the event."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to try, and how it is seen to be done."""

    text: str
    done: Callable[[Seen], bool]


class Guide:
    """Leads through steps in order; what was done early counts when its turn comes."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self._steps = steps
        self._at = 0
        self._seen: set[Seen] = set()

    @property
    def hint(self) -> str:
        """What to try next; empty after the last."""
        if self._at >= len(self._steps):
            return ""
        return f"{self._at + 1}/{len(self._steps)}  {self._steps[self._at].text}"

    def at(self, place: str) -> None:
        """Note that the person came to a place."""
        self._note(Seen("at", place), at_once=True)

    def happened(self, event: EventAnswer) -> None:
        """Note that something changed at the service."""
        self._note(Seen(event["kind"], str(event.get("state") or "")), at_once=False)

    def _note(self, seen: Seen, *, at_once: bool) -> None:
        if not at_once:
            # A change counts whenever it was made; a visit only when it is asked for.
            self._seen.add(seen)
        if self._at < len(self._steps) and self._steps[self._at].done(seen):
            self._at += 1
        while self._at < len(self._steps) and any(map(self._steps[self._at].done, self._seen)):
            self._at += 1


def practice_steps(month: Month) -> tuple[Step, ...]:
    """Return the way through the practice month."""
    return (
        Step(
            "Practice: nothing here reaches a real organisation. Press 2 to see a month with a day in every"
            " state.",
            _come_to("days"),
        ),
        Step(
            f"{_told(month.blocked)} is blocked. Go to it with ← and →: the line at the foot says why."
            " Enter opens the day.",
            _come_to("day"),
        ),
        Step(
            f"The category {UNMAPPED} has no account, and nothing is sent to a guess. Press 3: the mapping.",
            _come_to("mapping"),
        ),
        Step(
            f"{UNMAPPED} stands first. Enter chooses its account (type 200, Enter), w saves the mapping.",
            _told_of("mapping"),
        ),
        Step(
            "Sending is paused, and stopped at a lost answer before. Press 1, then p: it resumes.",
            _told_of("integration", "connected"),
        ),
        Step(
            f"r sends what waits. The answer for {_told(month.unknown)} was lost: it is looked up, never sent"
            " twice. Press 4 for the log of every call.",
            _come_to("log"),
        ),
        Step(
            f"Somebody changed two days after they were posted: {_told(month.differs)} in Xero,"
            f" {_told(month.changed)} at the till. Press 2 and open one.",
            _come_to("day"),
        ),
        Step(
            "Press 6 for the card terminals, which are tried out here without a card.",
            _come_to("terminals"),
        ),
        Step(
            "y takes a test payment: 12.00 is approved, 12.51 declined. F1 explains, ^p finds every command,"
            " F2 changes the colours, q leaves and ends it all.",
            lambda _: False,
        ),
    )


def _come_to(place: str) -> Callable[[Seen], bool]:
    return lambda seen: seen == Seen("at", place)


def _told_of(kind: str, state: str | None = None) -> Callable[[Seen], bool]:
    return lambda seen: seen.kind == kind and state in {None, seen.what}


def _told(day: str) -> str:
    moment = date.fromisoformat(day)
    return f"{moment.day} {moment:%b}"
