"""What is to become of payments whose outcome nobody knows."""

from __future__ import annotations

from textual import on

from screens.terminals import messages
from screens.terminals.at_terminal import AtTerminal
from screens.terminals.obstacles import undecided
from screens.terminals.view import asked
from screens.widgets.chooser import Choice
from screens.widgets.question import LONGEST_REASON
from services.contract.terminals import PaymentAnswer

_DECISIONS = (
    Choice("approved", "Approved", "the terminal's journal or slip shows the payment"),
    Choice("declined", "Declined", "the terminal refused the card"),
    Choice("cancelled", "Cancelled", "the terminal holds no such payment"),
)


class Deciding(AtTerminal):
    """Finds out by asking the terminal again, or by a person's word."""

    def do_ask_again(self) -> None:
        """Find out about what is unresolved."""
        self.about(
            "Asking the terminal what became of it …",
            "the outcome",
            lambda service, key: service.resolve_terminal(key),
            messages.resolved,
        )

    def do_decide(self) -> None:
        """Settle an unknown payment by one's word, with a note."""
        payment = self._undecided()
        if payment is not None:
            title = f"{asked(payment)} of till {payment['till']}: what does the terminal say?"
            self.choose(title, _DECISIONS, lambda state: self._ask_note(payment, state))

    def _undecided(self) -> PaymentAnswer | None:
        payment, terminal = self.payment(), self.chosen()
        if payment is not None and undecided(payment):
            return payment
        return terminal["unresolved"][0] if terminal and terminal["unresolved"] else None

    def _ask_note(self, payment: PaymentAnswer, state: str) -> None:
        who = self.shop.me["user"] if self.shop.me else ""
        counts = (
            "counts as charged and belongs to a receipt" if state == "approved" else "counts as not charged"
        )
        self.confirm(
            f"{asked(payment)} is {state}",
            f"It {counts}. That is written down as the word of {who} and cannot be taken back. The terminal"
            " takes payments again.",
            lambda note: self.about(
                "Writing it down …",
                "the decision",
                lambda service, _key: service.decide_payment(payment["id"], state, note),
                messages.decided,
            ),
            asks="What you saw, and where",
            longest=LONGEST_REASON,
        )

    @on(messages.Changed)
    def _changed(self, message: messages.Changed) -> None:
        self.say(message.said, message.role)
        self.look()
