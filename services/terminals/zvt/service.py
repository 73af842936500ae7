"""What is taken in while a service function runs."""

from __future__ import annotations

from services.terminals.driver import Hooks, SchemeTotal, Totals
from services.terminals.problems import Refusal
from services.terminals.zvt import commands, messages
from services.terminals.zvt.apdu import Apdu
from services.terminals.zvt.codes import NO_ERROR, NOT_SUPPORTED, Command
from services.terminals.zvt.commands import Draft
from services.terminals.zvt.last import Last
from services.terminals.zvt.messages import EnquiryCompletion, StatusInformation
from services.terminals.zvt.results import result_of
from services.terminals.zvt.taking import Paper, Style, late_answer
from services.terminals.zvt.texts import result_text, what_follows

_UNSIGNED = "unsigned"
"""Sums are digits only: they do not say whether more was taken or more given back."""


class Reading:
    """Listens to any service function: shows, prints, and keeps what was said."""

    def __init__(self, hooks: Hooks, style: Style) -> None:
        self._hooks = hooks
        self._style = style
        self._paper = Paper(hooks, style)
        self.statuses: list[StatusInformation] = []
        self.end = Apdu(Command.COMPLETION)

    def started(self) -> None:
        """Nothing to note."""

    def wants_abort(self) -> bool:
        """Return false: a service function runs to its end."""
        return False

    def show(self, text: str) -> None:
        """Show what the terminal does."""
        self._hooks.show(text)

    def take(self, message: Apdu) -> Draft:
        """Keep a status information, print what is to be printed."""
        if message.command == Command.STATUS_INFORMATION:
            status = messages.status_information(message.data, self._style.charset)
            if self.statuses[-1:] != [status]:  # not told again because our answer was lost
                self.statuses.append(status)
            self.heard()
            return commands.accepted()
        if message.command in {Command.PRINT_LINE, Command.PRINT_TEXT_BLOCK}:
            return self._paper.take(message)
        return commands.rejected(NOT_SUPPORTED)

    def heard(self) -> None:
        """Do what has to be done before a status information is acknowledged."""

    def late(self, message: Apdu) -> Draft | None:
        """Answer what belongs to something earlier."""
        return late_answer(message, self._hooks, self._style.charset)

    def ended(self, message: Apdu) -> None:
        """Take in the end."""
        self._paper.finish()
        self.end = message

    def check(self, what: str) -> None:
        """Raise Refusal when the terminal ended it with 06 1E, or with an error."""
        code = None
        if self.end.command == Command.ABORTED:
            code = messages.aborted(self.end.data, self._style.charset).result or 0xFF
        elif failed := [status for status in self.statuses if status.result not in {None, NO_ERROR}]:
            code = failed[-1].result
        if code is not None:
            raise Refusal(what, result_text(code, self._style.language), f"{code:02X}")

    def enquiry(self) -> EnquiryCompletion:
        """Return how a status enquiry ended."""
        if self.end.command == Command.ABORTED:
            return EnquiryCompletion(messages.aborted(self.end.data, self._style.charset).result, "")
        return messages.enquiry_completion(self.end.data, self._style.charset)

    def last(self) -> Last:
        """Return the last transaction, as a silent repeat receipt tells it."""
        if self.end.command == Command.ABORTED or not self.statuses:
            code = messages.aborted(self.end.data, self._style.charset).result if self.end.data else None
            return Last(None, "" if code is None else f"{code:02X}")
        return Last(result_of(self.statuses[-1]))


class Counting(Reading):
    """Listens to an end of day: the totals are kept before they are acknowledged."""

    def __init__(self, hooks: Hooks, style: Style, currency: str) -> None:
        super().__init__(hooks, style)
        self._currency = currency

    def heard(self) -> None:
        """Put the totals on the disk."""
        if self.statuses[-1].result in {None, NO_ERROR}:
            self._hooks.keep(self.totals())

    def _what_follows(self) -> str:
        """Return what the terminal does next, such as an update; often nothing."""
        code = messages.completion(self.end.data).result if self.end.command == Command.COMPLETION else None
        return "" if code in {None, NO_ERROR} else what_follows(code or NO_ERROR, self._style.language)

    def totals(self) -> Totals:
        """Return the totals by scheme; schemes without a transaction are left out."""
        told = [status for status in self.statuses if status.result in {None, NO_ERROR}]
        blocks = [status.totals for status in told if status.totals is not None]
        amounts = [status.amount for status in told if status.amount is not None]
        return Totals(
            currency=self._currency,
            schemes=tuple(
                SchemeTotal(scheme, count, amount, _UNSIGNED)
                for block in blocks
                for scheme, count, amount in block.sums
                if count or amount
            ),
            amount=sum(amounts) if amounts else None,
            reference=" ".join(f"{block.first_receipt}-{block.last_receipt}" for block in blocks),
            text=" ".join(filter(None, [*(status.text for status in told), self._what_follows()])),
        )
