"""A place with a card terminal under the cursor, to ask something of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum, auto
from typing import TYPE_CHECKING, TypeVar, cast

from textual.message import Message

from screens.place import Place
from screens.terminals import view
from screens.terminals.closer import CloserLook, Line
from screens.widgets.popup import Popup
from screens.widgets.row_list import RowList
from services.contract.terminal_shop import TerminalAnswer
from services.contract.terminals import PaymentAnswer

if TYPE_CHECKING:
    from screens.asking import Service

T = TypeVar("T")


class Subject(Enum):
    """What is looked at closely."""

    TERMINAL = auto()
    """The terminal under the cursor, as it is now."""
    PAYMENT = auto()
    """The payment under the cursor, as it is now."""
    ANSWER = auto()
    """What a terminal answered once, such as its totals; it stays until one moves on."""


class AtTerminal(Place):
    """Terminals in a list, their payments in another, one thing of them whole."""

    def __init__(self) -> None:
        super().__init__()
        self._subject = Subject.TERMINAL

    def chosen(self) -> TerminalAnswer | None:
        """Return the terminal under the cursor."""
        leads_to = self.query_one("#list", RowList).leads_to
        return cast("TerminalAnswer", leads_to) if isinstance(leads_to, dict) else None

    def name_of(self, key: str) -> str:
        """Return the name of a terminal that was asked something."""
        terminal = self.chosen()
        return terminal["name"] if terminal is not None and terminal["key"] == key else key

    def payment(self) -> PaymentAnswer | None:
        """Return the payment under the cursor.

        None while those of another terminal are listed.
        """
        leads_to, terminal = self.query_one("#attempts", RowList).leads_to, self.chosen()
        payment = cast("PaymentAnswer", leads_to) if isinstance(leads_to, dict) else None
        here = payment is not None and terminal is not None and payment["terminal"] == terminal["key"]
        return payment if here else None

    def look_at(self, subject: Subject) -> None:
        """Show something else closely from now on."""
        self._subject = subject
        self.look_again()

    def look_again(self) -> None:
        """Show what is looked at as it is now."""
        terminal, payment = self.chosen(), self.payment()
        if self._subject is Subject.PAYMENT and payment is not None:
            self._show(f"Payment {payment['id']}", view.whole_payment(payment, self.times))
        elif self._subject is not Subject.ANSWER and terminal is not None:
            self._show(terminal["name"], view.whole_terminal(terminal, self.times))

    def show_answer(self, title: str, lines: Sequence[Line]) -> None:
        """Show what a terminal answered; it stays when something happens meanwhile."""
        self._subject = Subject.ANSWER
        self._show(title, lines)
        self.keys_to("CloserLook Reading")

    def keys_to(self, name: str) -> None:
        """Have a widget take the keys; a question that is open keeps them."""
        if not self.query(Popup):
            self.query_one(name).focus()

    def forget_answer(self) -> None:
        """Go back to the terminal from what another one answered."""
        if self._subject is Subject.ANSWER:
            self._subject = Subject.TERMINAL

    def _show(self, title: str, lines: Sequence[Line]) -> None:
        self.query_one(CloserLook).show(title, lines)

    def about(
        self,
        said: str,
        about: str,
        work: Callable[[Service, str], T],
        reply: Callable[[T], Message],
    ) -> None:
        """Ask something of the terminal under the cursor."""
        if terminal := self.chosen():
            key = terminal["key"]
            self.say(said)
            self.ask(about, lambda service: work(service, key), reply, changing=True)
