"""A payment at a terminal: begun, aborted, answered, and followed to its end."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on

from screens.terminals import messages, view
from screens.terminals.at_terminal import AtTerminal, Subject
from screens.widgets.chooser import Choice
from services.contract.terminal_shop import TerminalAnswer
from services.contract.terminals import PaymentAnswer, PromptAnswer

_UNDER_WAY = frozenset({"pending", "sent", "acked"})


class Paying(AtTerminal):
    """Tells what became of the payment that was last begun, aborted or answered here."""

    def __init__(self) -> None:
        super().__init__()
        self._followed: int | None = None

    def do_pay(self) -> None:
        """Take a payment on a practice terminal."""
        self.confirm(
            "Test payment",
            "A payment on a practice terminal: no card is charged. Its cents decide what happens: 00 is"
            " approved, 51 declined, 70 approved in part, 80 waits until x on its line aborts it.",
            self._pay,
            asks="Amount, such as 12.00",
        )

    def _pay(self, amount: str) -> None:
        reference = f"test-{self.times.moment:%Y%m%d%H%M%S%f}"
        self.look_at(Subject.TERMINAL)
        self.about(
            "The payment begins …",
            "the test payment",
            lambda service, key: service.pay(key, reference=reference, amount=amount),
            messages.Begun,
        )

    @on(messages.Begun)
    def _begun(self, message: messages.Begun) -> None:
        payment = message.answer["payment"]
        self._followed = payment["id"]
        if message.answer["running"]:
            amount, name = f"{payment['amount']} {payment['currency']}", self.name_of(payment["terminal"])
            self.say(f"Payment of {amount} on {name} is under way; x on its line aborts it.")
        self.look()

    def follow_elsewhere(self, terminals: Sequence[TerminalAnswer]) -> None:
        """Tell what became of it at a terminal that is not under the cursor.

        The payments of the one that is are read, and the payment is shown among them.
        """
        chosen = self.chosen()
        for each in terminals:
            if chosen is None or each["key"] != chosen["key"]:
                newest = [] if each["last"] is None else [each["last"]]
                self.follow([*newest, *each["unresolved"]], f" on {each['name']}")

    def follow(self, payments: Sequence[PaymentAnswer], where: str = "") -> PaymentAnswer | None:
        """Tell what became of the payment that is followed; return it once it ended."""
        payment = next((each for each in payments if each["id"] == self._followed), None)
        if payment is None or payment["state"] in _UNDER_WAY:
            return None
        self._followed = None
        self.say(*view.outcome(payment, where))
        return payment

    def do_abort(self) -> None:
        """Ask the running payment to abort."""
        self._follow_running()
        terminal = self.chosen()
        name = terminal["name"] if terminal is not None else ""
        self.about(
            f"Asking {name} to abort …",
            "the abort",
            lambda service, key: service.abort_payment(key),
            lambda answer: messages.Told(
                answer, f"{name} was asked to abort; the payment may be approved all the same."
            ),
        )

    def _follow_running(self) -> None:
        terminal = self.chosen()
        if terminal is not None and terminal["running"] is not None:
            self._followed = terminal["running"]["payment"]["id"]

    @on(messages.Told)
    def _told(self, message: messages.Told) -> None:
        self.say(message.said)
        self.look()

    def do_answer(self) -> None:
        """Choose an answer to the terminal's question, or type it."""
        terminal = self.chosen()
        prompt = terminal["running"]["prompt"] if terminal and terminal["running"] else None
        if prompt is not None:
            self._follow_running()
            self._ask(prompt)

    def _ask(self, prompt: PromptAnswer) -> None:
        if "text" not in prompt["choices"]:
            self.choose(prompt["text"], [Choice(each, each) for each in prompt["choices"]], self._answer)
            return
        self.confirm(
            "The terminal asks",
            prompt["text"],
            lambda text: self._answer("text", text),
            asks="Answer",
            hidden=prompt["secret"],
        )

    def _answer(self, choice: str, text: str = "") -> None:
        self.about(
            "Answering …",
            "the answer",
            lambda service, key: service.answer_terminal(key, choice, text),
            lambda answer: messages.Told(answer, "Answered."),
        )
