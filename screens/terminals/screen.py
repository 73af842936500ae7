"""The card terminals of a store: state, payments, what to do about them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar, TypeVar, cast

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from screens.asking import Failed
from screens.commands import Command
from screens.messages import Go
from screens.place import Place
from screens.terminals import messages, view
from screens.terminals.obstacles import obstacle, undecided
from screens.widgets.chooser import Choice
from screens.widgets.panel import Panel
from screens.widgets.row_list import RowList
from screens.widgets.trouble import Empty, Trouble
from services.contract.terminal_shop import TerminalAnswer
from services.contract.terminals import PaymentAnswer

if TYPE_CHECKING:
    from screens.asking import Service

T = TypeVar("T")
_PAYMENTS_SHOWN = 100
_DECISIONS = (
    Choice("approved", "Approved", "the terminal's journal or slip shows the payment"),
    Choice("declined", "Declined", "the terminal refused the card"),
    Choice("cancelled", "Cancelled", "the terminal holds no such payment"),
)


class Terminals(Place):
    """The card terminals of a store."""

    TITLE_TEXT = "Card terminals"
    CSS_PATH = "terminals.tcss"
    HELP_TEXT = (
        "Each terminal with its state, and the payments of the one under the cursor. A payment whose outcome"
        " nobody knows blocks its terminal: u asks the terminal again, v writes down what you see on it. t"
        " asks how it is and moves no money. As commands: tillbook terminal list, test, totals, settle and"
        " resolve"
    )
    REFRESHED_BY: ClassVar[tuple[str, ...]] = ("terminal",)
    COMMANDS_HERE = (
        Command("test", "t", "Test", "Ask the terminal how it is.", right="use_terminals", bar=90),
        Command("add", "a", "Add", "Add a card terminal.", right="set_up_terminals", bar=88),
        Command("ask_again", "u", "Ask again", "Find out what became of a payment.", "use_terminals", bar=86),
        Command("decide", "v", "Decide", "Settle a payment by your word.", right="resolve_payments", bar=84),
        Command("answer", "r", "Answer", "Answer the terminal's question.", right="take_payments", bar=82),
        Command("abort", "x", "Abort", "Ask the running payment to abort.", right="take_payments", bar=80),
        Command("totals", "o", "Totals", "Read its totals.", right="use_terminals", bar=78),
        Command("settle", "d", "End of day", "Run its end of day.", right="use_terminals", bar=76),
        Command("money", "m", "Card money", "Compare terminals, receipts and clearing account.", bar=74),
        Command(
            "pay", "y", "Test payment", "Take a payment on a practice terminal.", "take_payments", bar=50
        ),
        Command("reprint", "i", "Reprint", "Show the last receipt again.", right="use_terminals", bar=30),
        Command("change", "c", "Change", "Change its settings.", right="set_up_terminals", bar=40),
        Command("switch", "f", "On or off", "Switch it off or on here.", right="set_up_terminals", bar=25),
        Command("tills", "k", "Till keys", "See which tills may use terminals.", bar=35),
    )

    def __init__(self) -> None:
        super().__init__()
        self._terminals: Sequence[TerminalAnswer] | None = None

    def content(self) -> ComposeResult:
        """Show the terminals above, payments and the one chosen below."""
        yield Trouble(id="trouble")
        yield Empty(id="empty")
        with Panel(title="Terminals", id="terminals"):
            yield RowList(id="list")
        with Vertical(id="lower"):
            with Panel(title="Payments", id="payments"):
                yield RowList(id="attempts")
            with Panel(title="Terminal", id="chosen"), VerticalScroll(can_focus=True):
                yield Static(Content(""), id="whole")

    def on_mount(self) -> None:
        """Say that they are being read."""
        self._show_lists(shown=False)
        self.query_one("#trouble").display = False
        self.query_one(Empty).say("Reading …")
        self.query_one("#list").focus()

    def _show_lists(self, *, shown: bool) -> None:
        for name in ("#terminals", "#lower"):
            self.query_one(name).display = shown

    def read(self) -> None:
        """Ask for the terminals of the store."""
        store = self.shop.store
        self.ask("the terminals", lambda service: service.terminals(store), messages.TerminalsRead)

    @on(messages.TerminalsRead)
    def _terminals_read(self, message: messages.TerminalsRead) -> None:
        self._terminals = found = message.answer["terminals"]
        self.query_one("#trouble").display = False
        empty = self.query_one(Empty)
        empty.display = not found
        self._show_lists(shown=bool(found))
        if not found:
            empty.say("There is no card terminal yet.", "a adds one; tillbook terminal add does the same.")
        self.query_one("#list", RowList).show(view.terminal_rows(found, self.times))
        self.query_one("#terminals", Panel).entitle("Terminals", str(len(found)))
        self._look_closer()
        self.refresh_bars()

    def _chosen(self) -> TerminalAnswer | None:
        leads_to = self.query_one("#list", RowList).leads_to
        return cast("TerminalAnswer", leads_to) if isinstance(leads_to, dict) else None

    def _payment(self) -> PaymentAnswer | None:
        leads_to = self.query_one("#attempts", RowList).leads_to
        return cast("PaymentAnswer", leads_to) if isinstance(leads_to, dict) else None

    def _look_closer(self) -> None:
        """Show the terminal under the cursor, and ask for its payments."""
        terminal = self._chosen()
        if terminal is None:
            return
        key = terminal["key"]
        self.ask(
            "the payments",
            lambda service: service.card_payments(terminal=key, limit=_PAYMENTS_SHOWN),
            lambda answer: messages.PaymentsRead(key, answer),
        )
        if not self.query_one("#attempts").has_focus:
            self._explain(terminal["name"], view.whole_terminal(terminal, self.times))

    @on(messages.PaymentsRead)
    def _payments_read(self, message: messages.PaymentsRead) -> None:
        terminal = self._chosen()
        if terminal is None or terminal["key"] != message.terminal:
            return
        attempts = self.query_one("#attempts", RowList)
        attempts.show(view.payment_rows(message.answer["payments"], self.times))
        self.query_one("#payments", Panel).entitle(f"Payments of {terminal['name']}")
        if attempts.has_focus:
            self._show_payment()
        self.refresh_bars()

    def _explain(self, title: str, told: Content) -> None:
        self.query_one("#whole", Static).update(told)
        self.query_one("#chosen", Panel).entitle(title)

    @on(RowList.Moved)
    def _moved(self, message: RowList.Moved) -> None:
        if message.listing.id == "list":
            self._look_closer()
        else:
            self._show_payment()
        self.refresh_bars()

    @on(RowList.Opened)
    def _opened(self, message: RowList.Opened) -> None:
        """Enter goes on: from a terminal to its payments, from a payment to all of it."""
        if message.listing.id == "list":
            self.query_one("#attempts").focus()
            self._show_payment()
        else:
            self.query_one("#chosen VerticalScroll").focus()

    def _show_payment(self) -> None:
        if payment := self._payment():
            self._explain(f"Payment {payment['id']}", view.whole_payment(payment, self.times))

    def why_not(self, command: Command) -> str | None:
        """Return why something cannot be done with the terminal under the cursor."""
        return obstacle(command, self._chosen(), self._payment())

    # --- asking the terminal ----------------------------------------------------------

    def _about(
        self,
        said: str,
        about: str,
        work: Callable[[Service, str], T],
        reply: Callable[[T], Message],
    ) -> None:
        """Ask something of the terminal under the cursor."""
        if terminal := self._chosen():
            key = terminal["key"]
            self.say(said)
            self.ask(about, lambda service: work(service, key), reply, changing=True)

    def do_test(self) -> None:
        """Ask the terminal how it is; moves no money."""
        self._about(
            "Asking …", "the test", lambda service, key: service.test_terminal(key), messages.StatusTold
        )

    @on(messages.StatusTold)
    def _status_told(self, message: messages.StatusTold) -> None:
        told = message.answer
        needs = f"; it needs {', '.join(told['needs'])}" if told["needs"] else ""
        self.say(
            f"{'Ready' if told['ready'] else 'Not ready'}: {told['text']}{needs} ({told['milliseconds']} ms)",
            "ok" if told["ready"] else "attention",
        )
        self.look()

    def do_totals(self) -> None:
        """Read its totals."""
        self._about(
            "Reading totals …",
            "the totals",
            lambda service, key: service.terminal_totals(key),
            messages.Counted,
        )

    def do_settle(self) -> None:
        """Run its end of day after a question."""
        terminal = self._chosen()
        self.confirm(
            f"End of day of {terminal['name'] if terminal else ''}",
            "The terminal hands its payments to the acquirer and begins to count anew. It takes no payment"
            " meanwhile.",
            lambda _: self._about(
                "The terminal runs its end of day …",
                "the end of day",
                lambda service, key: service.settle_terminal(key),
                messages.Counted,
            ),
        )

    @on(messages.Counted)
    def _counted(self, message: messages.Counted) -> None:
        answer = message.answer
        self._explain("End of day" if answer["closes"] else "Totals", view.totals(answer, self.times))
        self.query_one("#chosen VerticalScroll").focus()
        self.say(f"{'End of day' if answer['closes'] else 'Totals'}: {answer['state']}")

    def do_reprint(self) -> None:
        """Show the last receipt again."""
        self._about(
            "Asking …", "the reprint", lambda service, key: service.reprint(key), messages.PrintedAgain
        )

    @on(messages.PrintedAgain)
    def _printed_again(self, message: messages.PrintedAgain) -> None:
        answer = message.answer
        lines = [*answer["display"], *(line for each in answer["printed"] for line in each)]
        self._explain("Last receipt", Content("\n".join(lines) or "The terminal printed nothing."))
        self.say("")

    # --- payments -----------------------------------------------------------------------

    def do_pay(self) -> None:
        """Take a payment on a practice terminal."""
        self.confirm(
            "Test payment",
            "A payment on a practice terminal: no card is charged. Its cents decide what happens: 00 is"
            " approved, 51 declined.",
            self._pay,
            asks="Amount, such as 12.00",
        )

    def _pay(self, amount: str) -> None:
        reference = f"test-{self.times.moment:%Y%m%d%H%M%S%f}"
        self._about(
            "The payment runs; what the terminal shows stands on the right or below.",
            "the test payment",
            lambda service, key: service.pay(key, reference=reference, amount=amount),
            messages.paid,
        )

    def do_abort(self) -> None:
        """Ask the running payment to abort."""
        self._about(
            "Asked to abort; it may be approved all the same.",
            "the abort",
            lambda service, key: service.abort_payment(key),
            lambda answer: messages.done(answer, "Asked to abort."),
        )

    def do_answer(self) -> None:
        """Choose an answer to the terminal's question."""
        terminal = self._chosen()
        prompt = terminal["running"]["prompt"] if terminal and terminal["running"] else None
        if prompt is None:
            return
        choices = [Choice(each, each) for each in prompt["choices"]]
        asks, hidden = "text" in prompt["choices"], prompt["secret"]
        if not asks:
            self.choose(prompt["text"], choices, self._answer)
            return
        self.confirm(
            "The terminal asks",
            prompt["text"],
            lambda text: self._answer("text", text),
            asks="Answer",
            hidden=hidden,
        )

    def _answer(self, choice: str, text: str = "") -> None:
        self._about(
            "Answered.",
            "the answer",
            lambda service, key: service.answer_terminal(key, choice, text),
            lambda answer: messages.done(answer, "Answered."),
        )

    def do_ask_again(self) -> None:
        """Find out about what is unresolved."""
        self._about(
            "Asking the terminal what became of it …",
            "the outcome",
            lambda service, key: service.resolve_terminal(key),
            messages.resolved,
        )

    def do_decide(self) -> None:
        """Settle an unknown payment by one's word, with a note."""
        payment = self._undecided()
        if payment is not None:
            asked = f"{payment['amount']} {payment['currency']} of till {payment['till']}"
            title = f"{asked}: what does the terminal say?"
            self.choose(title, _DECISIONS, lambda state: self._ask_note(payment, state))

    def _undecided(self) -> PaymentAnswer | None:
        payment, terminal = self._payment(), self._chosen()
        if payment is not None and undecided(payment):
            return payment
        return terminal["unresolved"][0] if terminal and terminal["unresolved"] else None

    def _ask_note(self, payment: PaymentAnswer, state: str) -> None:
        who = self.shop.me["user"] if self.shop.me else ""
        self.confirm(
            f"{payment['amount']} {payment['currency']} is {state}",
            f"It is written down as the word of {who} and cannot be taken back. The terminal takes payments"
            " again.",
            lambda note: self._about(
                "Written down.",
                "the decision",
                lambda service, _key: service.decide_payment(payment["id"], state, note),
                messages.decided,
            ),
            asks="What you saw, and where",
        )

    @on(messages.Changed)
    def _changed(self, message: messages.Changed) -> None:
        self.say(message.said, "ok")
        self.look()

    # --- other places -------------------------------------------------------------------

    def do_add(self) -> None:
        """Go and add one."""
        self.post_message(Go("terminal", store=self.shop.store))

    def do_change(self) -> None:
        """Go and change the one under the cursor."""
        if terminal := self._chosen():
            self.post_message(Go("terminal", store=terminal["store"], topic=terminal["key"]))

    def do_switch(self) -> None:
        """Switch it on or off here, after a question when off."""
        terminal = self._chosen()
        if terminal is None:
            return
        on_now = terminal["enabled"]
        self.confirm(
            f"Switch {terminal['name']} {'off' if on_now else 'on'}",
            "Tills are told that it is off; nothing is lost." if on_now else "Tills can use it again.",
            lambda _: self._about(
                "Saved.",
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
