"""The card terminals of a store: state, payments, what to do about them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical

from screens.asking import Failed
from screens.commands import Command
from screens.messages import Go
from screens.terminals import messages, view
from screens.terminals.at_terminal import Subject
from screens.terminals.closer import CloserLook
from screens.terminals.commands import COMMANDS
from screens.terminals.deciding import Deciding
from screens.terminals.functions import Functions
from screens.terminals.obstacles import obstacle
from screens.terminals.paying import Paying
from screens.widgets.panel import Panel
from screens.widgets.popup import Popup
from screens.widgets.row_list import RowList
from screens.widgets.trouble import Empty, Trouble
from services.contract.terminal_shop import TerminalAnswer
from services.contract.terminals import PaymentAnswer

_PAYMENTS_SHOWN = 100


class Terminals(Functions, Paying, Deciding):
    """The card terminals of a store."""

    TITLE_TEXT = "Card terminals"
    CSS_PATH = "terminals.tcss"
    HELP_TEXT = (
        "Each terminal with its state, and the payments of the one under the cursor; Enter leads to them, and"
        " on to all of a payment. A payment whose outcome nobody knows blocks its terminal: u asks the"
        " terminal again, v writes down what you see on it. t asks how it is and moves no money. As commands:"
        " tillbook terminal list, show, attempts, test, pay, abort, answer, totals, settle, reprint, resolve"
        " and set"
    )
    REFRESHED_BY: ClassVar[tuple[str, ...]] = ("terminal",)
    COMMANDS_HERE = COMMANDS

    def __init__(self) -> None:
        super().__init__()
        self._terminals: Sequence[TerminalAnswer] | None = None
        self._payments: tuple[str, Sequence[PaymentAnswer]] = ("", ())
        """The key of the terminal whose payments are listed, and them."""
        self._arrived: messages.Arrived | None = None

    def content(self) -> ComposeResult:
        """Show the terminals above, payments and the one chosen below."""
        yield Trouble(id="trouble")
        yield Empty(id="empty")
        with Panel(title="Terminals", id="terminals"):
            yield RowList(id="list")
        with Vertical(id="lower"):
            with Panel(title="Payments", id="payments"):
                yield RowList(id="attempts")
            yield CloserLook(title="Terminal", id="chosen")

    def on_mount(self) -> None:
        """Say that they are being read."""
        self._show_lists(shown=False)
        self.query_one("#trouble").display = False
        self.query_one(Empty).say("Reading …")
        self.query_one("#list").focus()

    def _show_lists(self, *, shown: bool) -> None:
        for name in ("#terminals", "#lower"):
            self.query_one(name).display = shown

    def visit(self, message: Go) -> None:
        """Be come to for one of the terminals, perhaps after something was done with it."""
        topic = message.topic
        if isinstance(topic, str):
            self._arrived = messages.Arrived(topic)
        elif isinstance(topic, messages.Arrived):
            self._arrived = topic
        if self._arrived is not None:
            self._leave_open_questions()  # they are about the terminal one leaves

    # --- reading --------------------------------------------------------------------------

    def read(self) -> None:
        """Ask for the terminals of the store."""
        store = self.shop.store
        self.ask("the terminals", lambda service: service.terminals(store), messages.TerminalsRead)

    @on(messages.TerminalsRead)
    def _terminals_read(self, message: messages.TerminalsRead) -> None:
        before, self._terminals = self.chosen(), message.answer["terminals"]
        found = self._terminals
        self.query_one("#trouble").display = False
        empty = self.query_one(Empty)
        empty.display = not found
        self._show_lists(shown=bool(found))
        if not found:
            adds = "a adds one; tillbook terminal add does the same."
            allowed = self.shop.may("set_up_terminals")
            empty.say("There is no card terminal yet.", adds if allowed else "A manager may add one.")
        wanted = self._wanted(before["key"] if before else "")
        at = view.place_of(found, lambda each: each["key"] == wanted)
        self.query_one("#list", RowList).show(view.terminal_rows(found, self.times), at=at)
        now = self.chosen()
        if now is None or before is None or now["key"] != before["key"]:
            self.forget_answer()
            self._leave_questions_of(before)
        self.follow_elsewhere(found)
        self.query_one("#terminals", Panel).entitle("Terminals", str(len(found)))
        self._read_payments()
        self.refresh_bars()

    def _leave_questions_of(self, gone: TerminalAnswer | None) -> None:
        """Leave what was asked about a terminal that somebody removed meanwhile.

        The answer would be for the one that is under the cursor now.
        """
        if gone is not None and self.query(Popup):
            self._leave_open_questions()
            self.say(f"{gone['name']} is gone; nothing was done.", "attention")

    def _wanted(self, before: str) -> str:
        """Return the key of the terminal one came for, else of the one chosen before."""
        arrived, self._arrived = self._arrived, None
        if arrived is None:
            return before
        self.keys_to("#list")
        self._subject = Subject.TERMINAL
        if arrived.said:
            self.say(arrived.said, "ok")
        return arrived.terminal

    def _read_payments(self) -> None:
        """Show the terminal under the cursor, and ask for its payments."""
        terminal = self.chosen()
        if terminal is None:
            return
        key = terminal["key"]
        self.ask(
            "the payments",
            lambda service: service.card_payments(terminal=key, limit=_PAYMENTS_SHOWN),
            lambda answer: messages.PaymentsRead(key, answer),
        )
        self.look_again()

    @on(messages.PaymentsRead)
    def _payments_read(self, message: messages.PaymentsRead) -> None:
        terminal = self.chosen()
        if terminal is None or terminal["key"] != message.terminal:
            return
        payments = message.answer["payments"]
        at = self._same_payment(message.terminal, payments)
        self._payments = (message.terminal, payments)
        if (ended := self.follow(payments)) is not None:
            at, self._subject = payments.index(ended), Subject.PAYMENT
        self.query_one("#attempts", RowList).show(view.payment_rows(payments, self.times), at=at)
        self.query_one("#payments", Panel).entitle(f"Payments of {terminal['name']}")
        self.look_again()
        self.refresh_bars()

    def _same_payment(self, terminal: str, payments: Sequence[PaymentAnswer]) -> int:
        """Return where the payment under the cursor is now; the newest stays the newest."""
        attempts = self.query_one("#attempts", RowList)
        before = self.payment()
        listed, shown = self._payments
        at_newest = bool(shown) and before is not None and before["id"] == shown[0]["id"]
        if listed != terminal or before is None or (at_newest and not attempts.has_focus):
            return 0
        number = before["id"]
        return view.place_of(payments, lambda each: each["id"] == number) or 0

    # --- moving ---------------------------------------------------------------------------

    @on(RowList.Moved)
    def _moved(self, message: RowList.Moved) -> None:
        if message.listing.id == "list":
            self._subject = Subject.TERMINAL
            self._read_payments()
        else:
            self.look_at(Subject.PAYMENT)
        self.refresh_bars()

    @on(RowList.Opened)
    def _opened(self, message: RowList.Opened) -> None:
        """Enter goes on: from a terminal to its payments, from a payment to all of it."""
        if message.listing.id == "list":
            self.query_one("#attempts").focus()
        else:
            self.query_one(CloserLook).take_keys()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Look at what the list that has the keys now is about."""
        if event.widget.id == "attempts":
            self.look_at(Subject.PAYMENT)
        elif event.widget.id == "list":
            self.look_at(Subject.TERMINAL)

    def why_not(self, command: Command) -> str | None:
        """Return why something cannot be done with the terminal under the cursor."""
        return obstacle(command, self.chosen(), self.payment())

    # --- other places -------------------------------------------------------------------

    def do_add(self) -> None:
        """Go and add one."""
        self.post_message(Go("terminal", store=self.shop.store))

    def do_change(self) -> None:
        """Go and change the one under the cursor."""
        if terminal := self.chosen():
            self.post_message(Go("terminal", store=terminal["store"], topic=terminal["key"]))

    def do_switch(self) -> None:
        """Switch it on or off here, after a question."""
        terminal = self.chosen()
        if terminal is None:
            return
        on_now = terminal["enabled"]
        self.confirm(
            f"Switch {terminal['name']} {'off' if on_now else 'on'}",
            "Tills are told that it is off; nothing is lost." if on_now else "Tills can use it again.",
            lambda _: self.about(
                "Saving …",
                "the switch",
                lambda service, key: service.set_terminal(key, enabled=not on_now),
                messages.saved,
            ),
        )

    def do_money(self) -> None:
        """Go to the card money of the store."""
        self.post_message(Go("card_money", store=self.shop.store))

    def do_tills(self) -> None:
        """Go to the keys of the tills."""
        self.post_message(Go("till_keys", store=self.shop.store))

    def failed(self, message: Failed) -> None:
        """Show what went wrong in place of the list; else on the line."""
        super().failed(message)
        if message.about == "the terminals" and self._terminals is None:
            self.query_one(Empty).display = False
            trouble = self.query_one(Trouble)
            trouble.display = True
            trouble.show(message.problem, keys="F5 tries again.")
