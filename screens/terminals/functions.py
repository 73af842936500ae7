"""What a terminal does beside payments: test, totals, end of day, reprint."""

from __future__ import annotations

from textual import on

from screens.terminals import messages, view
from screens.terminals.at_terminal import AtTerminal
from themes.states import SETTLEMENT, mark


class Functions(AtTerminal):
    """Asks a terminal for its service functions; none of them moves money of a card."""

    def do_test(self) -> None:
        """Ask the terminal how it is; moves no money."""
        self.about(
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
        self.about(
            "Reading totals …",
            "the totals",
            lambda service, key: service.terminal_totals(key),
            messages.Counted,
        )

    def do_settle(self) -> None:
        """Run its end of day after a question."""
        terminal = self.chosen()
        self.confirm(
            f"End of day of {terminal['name'] if terminal else ''}",
            "The terminal hands its payments to the acquirer and begins to count anew. It takes no payment"
            " meanwhile.",
            lambda _: self.about(
                "The terminal runs its end of day …",
                "the end of day",
                lambda service, key: service.settle_terminal(key),
                messages.Counted,
            ),
        )

    @on(messages.Counted)
    def _counted(self, message: messages.Counted) -> None:
        answer = message.answer
        what = "End of day" if answer["closes"] else "Totals"
        shown = mark(SETTLEMENT, answer["state"])
        self.show_answer(f"{what} of {self.name_of(answer['terminal'])}", view.totals(answer, self.times))
        self.say(f"{what}: {shown.word}", shown.role)

    def do_reprint(self) -> None:
        """Show the last receipt again."""
        self.about(
            "Asking …", "the reprint", lambda service, key: service.reprint(key), messages.PrintedAgain
        )

    @on(messages.PrintedAgain)
    def _printed_again(self, message: messages.PrintedAgain) -> None:
        name = self.name_of(message.answer["terminal"])
        self.show_answer(f"Last receipt of {name}", view.printout(message.answer))
        self.say("")
