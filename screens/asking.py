"""How a screen asks the service something: by message, never by a call.

The console runs the question in a thread and posts the answer back to the screen that
asked, as the message the screen named; what went wrong comes back as `Failed`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

from textual.message import Message
from textual.message_pump import MessagePump

from services.contract.problem import Problem

if TYPE_CHECKING:
    # A type only, and nowhere else: what can be asked is written down once, in the client.
    from console.client import Client

    Service: TypeAlias = Client

T = TypeVar("T")


class Ask(Message, Generic[T]):
    """A question to the service.

    `question` is run in a thread: it must touch nothing of the screen. `reply` makes the
    message that carries the answer. A newer question of the same `about` overtakes the
    older one: its answer is then never told.
    """

    def __init__(
        self,
        asker: MessagePump,
        about: str,
        question: Callable[[Service], T],
        reply: Callable[[T], Message],
        *,
        changing: bool = False,
    ) -> None:
        self.asker = asker
        self.about = about
        """Names the question among those of the asker, in a few words: "the month"."""
        self.question = question
        self.reply = reply
        self.changing = changing
        """Whether it changes something: such a question is never overtaken."""
        super().__init__()


@dataclass
class Failed(Message):
    """A question was not answered, or refused; `about` as it was asked."""

    about: str
    problem: Problem
    changing: bool = False


class Done(Message):
    """A change was made; `said` tells it. What it changed is told by an event too."""

    def __init__(self, _answer: object = None, said: str = "", doing: str = "") -> None:
        self.said = said
        self.doing = doing
        """What was said while it was under way."""
        super().__init__()
