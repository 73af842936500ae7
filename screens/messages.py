"""What the console tells screens, and what screens ask of the console."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from textual.message import Message

from services.contract.problem import Problem

if TYPE_CHECKING:
    from services.contract.answers import EventAnswer
    from services.contract.replies import MeAnswer


@dataclass(frozen=True, slots=True)
class Shop:
    """What every place knows of the shop: who looks, which stores, and which one."""

    me: MeAnswer | None = None
    stores: tuple[tuple[str, str], ...] = ()
    """Key and name of each store."""
    store: str | None = None
    """Key of the store looked at; None: all, or none yet."""
    practice: bool = False
    """Whether what is shown is the practice company."""
    zones: tuple[tuple[str, str], ...] = ()
    """Key and time zone of each store."""
    link: Problem | None = None
    """Why the service cannot be reached at the moment; None while it can."""
    hint: str = ""
    """What to try next, in the practice company; empty elsewhere."""

    @property
    def name(self) -> str:
        """The name of the store looked at."""
        return dict(self.stores).get(self.store or "", self.store or "")

    @property
    def zone(self) -> str | None:
        """The zone that the store looked at keeps its times in; None: not known yet."""
        return self.zone_of(self.store or "")

    def zone_of(self, store: str) -> str | None:
        """Return the zone of any store."""
        return dict(self.zones).get(store)

    def may(self, right: str) -> bool:
        """Whether the person has a right; not before the service said so."""
        return self.me is not None and right in self.me["may"]


@dataclass
class ShopChanged(Message):
    """What every place knows changed: another store, another right, the link."""

    shop: Shop

    def can_replace(self, message: Message) -> bool:
        """Only the newest matters."""
        return isinstance(message, ShopChanged)


@dataclass
class Happened(Message):
    """Things changed at the service, in order; many at once while much is sent."""

    events: list[EventAnswer] = field(default_factory=list)

    def kinds(self) -> frozenset[str]:
        """Return the kinds of what happened; `resync`: anything may have."""
        return frozenset(event["kind"] for event in self.events)

    def concerns(self, store: str | None, *kinds: str) -> bool:
        """Whether something of these kinds happened to the store; None: to any."""
        return any(
            event["kind"] == "resync"
            or (event["kind"] in kinds and (store is None or event["store"] in {None, store}))
            for event in self.events
        )


@dataclass
class Go(Message):
    """A screen asks to be left for another place; `to` names it, such as "days"."""

    to: str
    store: str | None = None
    date: str | None = None
    """A business date to look at there."""
    topic: object = None
    """What to look at there when it is no date: an attempt, a part of the settings."""


@dataclass
class Copy(Message):
    """A screen asks for text to be put on the clipboard of the person's terminal."""

    text: str
    what: str
