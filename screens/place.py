"""What every place of the console is.

One line on top, keys below, one list of commands.

A place asks the service by message (`ask`) and gets its answers by message; handlers own
what is shown. It is made once and kept: coming back costs no new widgets.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.css.query import NoMatches
from textual.message import Message
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget

from screens.asking import Ask, Done, Failed
from screens.commands import Command, bindings_of, refusal
from screens.messages import Go, Happened, Shop, ShopChanged
from screens.moments import Times
from screens.widgets.chooser import Choice, Chooser
from screens.widgets.hint_line import HintLine
from screens.widgets.key_bar import Key, KeyBar
from screens.widgets.notice import Notice
from screens.widgets.popup import Popup
from screens.widgets.question import Question
from screens.widgets.status_line import StatusLine
from screens.widgets.top_bar import TopBar
from services.contract.problem import Problem, Unreachable

if TYPE_CHECKING:
    from screens.asking import Service

T = TypeVar("T")
_NO_SERVICE = frozenset({Unreachable.code, "no_service"})
"""Codes that mean the service itself gave no answer, as the line on top says; what it could
not reach, such as a terminal, has codes of its own."""


class LeanScreen(Screen[None]):
    """A screen that is not painted anew when the focus moves.

    Textual's own repaints all of it at each move (its `focused` asks for a refresh): 18
    kilobytes over SSH. What shows the focus repaints itself.
    """

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)


class Place(LeanScreen):
    """One place of the console."""

    TITLE_TEXT: ClassVar[str] = ""
    """Its name, as the top line and the help say it."""
    COMMANDS_HERE: ClassVar[tuple[Command, ...]] = ()
    """What can be done here, the most usual first."""
    HELP_TEXT: ClassVar[str] = ""
    """What the place is for, in a few sentences; shown by the help."""
    REFRESHED_BY: ClassVar[tuple[str, ...]] = ()
    """Kinds of events after which what is shown is read again."""
    EVERYWHERE: ClassVar[tuple[Command, ...]] = ()
    """What can be done in every place; the console fills it in."""

    AUTO_FOCUS = ""

    def __init_subclass__(cls, **more: Any) -> None:  # noqa: ANN401 - Textual's own arguments
        """Make the bindings of its commands before Textual collects them."""
        cls.BINDINGS = [*cls.__dict__.get("BINDINGS", []), *bindings_of(cls.COMMANDS_HERE)]
        super().__init_subclass__(**more)

    def __init__(self) -> None:
        super().__init__(name=type(self).__name__)
        self.shop = Shop()
        """What is known of the shop; the console keeps it current."""
        self._stale = True

    def compose(self) -> ComposeResult:
        """Put the content between the lines on top and below."""
        with Vertical(id="head"):
            yield TopBar(self.TITLE_TEXT)
            yield HintLine()
        yield from self.content()
        with Vertical(id="foot"):
            yield KeyBar()
        yield StatusLine()

    def content(self) -> ComposeResult:
        """Return what the place shows."""
        yield from ()

    @property
    def times(self) -> Times:
        """How times are told here: in the zone of the store looked at."""
        return Times.of(self.shop.zone)

    # --- what the console tells -----------------------------------------------------

    @on(ShopChanged)
    def _shop_changed(self, message: ShopChanged) -> None:
        before, self.shop = self.shop, message.shop
        self.refresh_bars()
        came_back = before.link is not None and self.shop.link is None
        if before.store != self.shop.store or before.me != self.shop.me or came_back:
            self.look()

    @on(Happened)
    def _something_happened(self, message: Happened) -> None:
        message.stop()  # the console, which told it, would tell it again to every place
        if message.concerns(self.shop.store, *self.REFRESHED_BY):
            self.look()

    def on_screen_resume(self) -> None:
        """Read again what may have changed while another place was looked at."""
        self.refresh_bars()
        if self._stale:
            self.look()

    def on_screen_suspend(self) -> None:
        """Remember that things may change unseen."""
        self._stale = True

    def visit(self, message: Go) -> None:
        """Be come to for something: a date, a topic. Called before it is shown."""

    def look(self) -> None:
        """Read what is shown; at once when it can be seen, else when it is."""
        if not self.is_current or self.shop.me is None:
            self._stale = True
            return
        self._stale = False
        self.read()

    def read(self) -> None:
        """Ask the service for what is shown."""

    # --- asking ---------------------------------------------------------------------

    def ask(
        self,
        about: str,
        question: Callable[[Service], T],
        reply: Callable[[T], Message],
        *,
        changing: bool = False,
    ) -> None:
        """Ask the service; its answer comes as the message that `reply` makes."""
        self.post_message(Ask(self, about, question, reply, changing=changing))

    def change(self, said: str, question: Callable[[Service], object], *, doing: str = "") -> None:
        """Have the service change something; `said` is told when it has, not before."""
        self.say(doing)
        self.ask("the change", question, lambda answer: Done(answer, said, doing), changing=True)

    @on(Done)
    def _told_of_change(self, message: Done) -> None:
        if message.said or (message.doing and self.query_one(StatusLine).said == message.doing):
            self.say(message.said, "ok")
        self.changed()

    def changed(self) -> None:
        """Show what a change of one's own led to, before its event comes in."""

    @on(Failed)
    def _told_of_failure(self, message: Failed) -> None:
        message.stop()  # else the console would take it for a failure of its own question
        self.failed(message)

    def failed(self, message: Failed) -> None:
        """Say what went wrong; a change that was refused is told whole."""
        problem = message.problem
        self.say(f"{problem.what} {problem.next}".strip(), "stopped")
        if message.changing and problem.code not in _NO_SERVICE:
            self.tell_whole(problem)

    def tell_whole(self, problem: Problem) -> None:
        """Show the whole of a problem until it is closed."""
        self._leave_open_questions()
        self.mount(Notice(problem))

    # --- saying and asking people ---------------------------------------------------

    def say(self, text: str, role: str = "idle") -> None:
        """Say something on the line above the keys."""
        self.query_one(StatusLine).say(text, role)

    def confirm(
        self,
        title: str,
        consequences: str,
        then: Callable[[str], None],
        *,
        typed: str = "",
        asks: str = "",
        value: str = "",
        hidden: bool = False,
        empty: bool = False,
        longest: int = 0,
    ) -> None:
        """Ask a person before something with consequences; see `Question`."""
        self._leave_open_questions()
        self.mount(
            Question(
                title,
                consequences,
                then,
                typed=typed,
                asks=asks,
                value=value,
                hidden=hidden,
                empty=empty,
                longest=longest,
            )
        )

    def choose(self, title: str, choices: Sequence[Choice], then: Callable[[str], None]) -> None:
        """Let a person choose one of many by typing; see `Chooser`."""
        self._leave_open_questions()
        self.mount(Chooser(title, choices, then))

    def _leave_open_questions(self) -> None:
        for old in self.query(Popup):
            old.leave()

    # --- commands -------------------------------------------------------------------

    def why_not(self, command: Command) -> str | None:  # noqa: ARG002 - for places to override
        """Return why a command cannot be done now; None: it can.

        Rights and the link were looked at before.
        """
        return None

    def obstacle(self, command: Command) -> str | None:
        """Return why a command cannot be done, for whatever reason; None: it can."""
        if command.right is not None and self.shop.me is None:
            unknown = "it is not known yet who you are."
            return f"{command.label}: {unknown if self.shop.link is None else self.shop.link.what}"
        if command.right is not None and not self.shop.may(command.right):
            return refusal(command)
        if command.right is not None and self.shop.link is not None:
            return f"{command.label}: {self.shop.link.what}"
        return self.why_not(command) if command in self.COMMANDS_HERE else None

    def commands(self) -> tuple[Command, ...]:
        """Return everything that can be done here, what is everywhere included."""
        return (*self.COMMANDS_HERE, *self.EVERYWHERE)

    def action_command(self, name: str) -> None:
        """Do a command of this place, or say why not."""
        command = next(each for each in self.COMMANDS_HERE if each.name == name)
        reason = self.obstacle(command)
        if reason is not None:
            self.say(reason, "attention")
            return
        getattr(self, f"do_{name}")()

    def refresh_bars(self) -> None:
        """Show on top and below what is true now."""
        try:
            bar = self.query_one(KeyBar)
        except NoMatches:  # not composed yet
            return
        bar.show([Key(command, self.obstacle(command) is None) for command in self.commands()])
        self.query_one(TopBar).show(self.shop, self.note())
        self.query_one(HintLine).show(self.shop.hint)

    def note(self) -> str:
        """Return what the top line adds to the store's name."""
        return ""
