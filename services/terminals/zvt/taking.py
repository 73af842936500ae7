"""What a running transaction says, taken in: committed before it is acknowledged."""

from __future__ import annotations

from dataclasses import dataclass

from services.contract.terminals import PaymentState, ReceiptCopy
from services.terminals.driver import Hooks, Printed, PrinterFault, Request, Result
from services.terminals.zvt import commands, messages, printing
from services.terminals.zvt.apdu import Apdu
from services.terminals.zvt.charsets import Charset
from services.terminals.zvt.codes import (
    ABORTED_BY_KEY,
    NO_ERROR,
    NOT_SUPPORTED,
    PRINTER_FAULT,
    Command,
)
from services.terminals.zvt.commands import Draft
from services.terminals.zvt.last import Last, is_the_same, same_transaction
from services.terminals.zvt.messages import Aborted, StatusInformation
from services.terminals.zvt.results import result_of
from services.terminals.zvt.texts import Language, result_text

_GOODS_NOT_ISSUED = 0x66


@dataclass(frozen=True, slots=True)
class Style:
    """How a terminal writes, and how that is shown and printed here."""

    charset: Charset
    language: Language = "en"
    line_width: int = 40
    """Characters a receipt line holds."""


class Paper:
    """Gathers the lines of a receipt until it is whole, then hands it over."""

    def __init__(self, hooks: Hooks, style: Style) -> None:
        self._hooks = hooks
        self._style = style
        self._lines: list[str] = []
        self._copy = ReceiptCopy.CUSTOMER

    def take(self, message: Apdu) -> Draft:
        """Take in 06 D1 or 06 D3; a till that cannot print says so."""
        try:
            if message.command == Command.PRINT_LINE:
                self._line(message.data)
            else:
                self._block(message.data)
        except PrinterFault:
            self._lines.clear()
            return commands.rejected(PRINTER_FAULT)
        return commands.accepted()

    def finish(self) -> None:
        """Hand over what has no last line; a printer fault is too late to tell by now."""
        try:
            self._flush()
        except PrinterFault:
            self._lines.clear()

    def _line(self, data: bytes) -> None:
        line = printing.print_line(data, self._style.charset)
        if line.copy not in {None, self._copy}:
            self._flush()
        self._copy = line.copy or self._copy
        if line.text or not line.last:
            self._lines.append(self._laid_out(line.text, line.attribute))
        if line.last:
            self._flush()

    def _block(self, data: bytes) -> None:
        block = printing.print_text_block(data, self._style.charset)
        if block.copy is not self._copy:
            self._flush()
        self._copy = block.copy
        self._lines += map(self._laid_out, block.lines, block.attributes)
        if block.last:
            self._flush()

    def _laid_out(self, text: str, attribute: int) -> str:
        return printing.laid_out(text, attribute, self._style.line_width)

    def _flush(self) -> None:
        if self._lines:
            lines, self._lines = tuple(self._lines), []
            self._hooks.print(Printed(self._copy, lines))


class Transaction:
    """Listens to a transaction, and knows in the end what became of it."""

    def __init__(
        self,
        request: Request,
        hooks: Hooks,
        style: Style,
        before: Last,
        *,
        partial: bool,
    ) -> None:
        self._request = request
        self._before = before.result
        self._hooks = hooks
        self._style = style
        self._partial = partial
        self._paper = Paper(hooks, style)
        self._approved: Result | None = None
        self._declined: StatusInformation | None = None
        self._doubtful = False
        self._end: Aborted | None = None
        self._completed = False

    def started(self) -> None:
        """Note that the terminal works on it."""
        self._hooks.acked()

    def wants_abort(self) -> bool:
        """Whether the till asked to abort."""
        return self._hooks.abort_wanted()

    def show(self, text: str) -> None:
        """Show what the terminal does."""
        self._hooks.show(text)

    def take(self, message: Apdu) -> Draft:
        """Answer a status information or a print; anything else is not supported."""
        if message.command == Command.STATUS_INFORMATION:
            return self._status(messages.status_information(message.data, self._style.charset))
        if message.command in {Command.PRINT_LINE, Command.PRINT_TEXT_BLOCK}:
            return self._paper.take(message)
        return commands.rejected(NOT_SUPPORTED)

    def late(self, message: Apdu) -> Draft | None:
        """Answer what belongs to something earlier; it settles nothing here."""
        return late_answer(message, self._hooks, self._style.charset)

    def ended(self, message: Apdu) -> None:
        """Take in 06 0F or 06 1E."""
        self._paper.finish()
        if message.command == Command.ABORTED:
            self._end = messages.aborted(message.data, self._style.charset)
        else:
            self._completed = True

    def result(self) -> Result:
        """Return what became of it: UNKNOWN where what was said contradicts itself."""
        if self._doubtful or (self._approved is not None) == (self._end is not None):
            return Result(PaymentState.UNKNOWN)
        return self._approved if self._approved is not None else self._refused()

    def _status(self, status: StatusInformation) -> Draft:
        if status.result != NO_ERROR:
            # After an approval this means that the terminal undid it.
            self._declined, self._doubtful = status, self._doubtful or self._approved is not None
            return commands.accepted()
        if not self._fits(status):
            self._doubtful = True
            return commands.rejected(_GOODS_NOT_ISSUED)
        result = result_of(status)
        if self._before is not None and is_the_same(result, self._before):
            # The one before, told once more: the terminal holds it, and it settles nothing here.
            return commands.accepted()
        if result != self._approved:
            self._hooks.commit(result)
            self._doubtful = self._doubtful or self._approved is not None
            self._approved = result
        return commands.accepted()

    def _fits(self, status: StatusInformation) -> bool:
        asked, said = self._request, status.amount
        if status.currency not in {"", asked.currency} or not said:
            return False
        return said == asked.amount or (self._partial and said < asked.amount)

    def _refused(self) -> Result:
        told, status = self._end or Aborted(None, "", ""), self._declined
        code = told.result if told.result is not None else (status.result if status else None)
        state = PaymentState.CANCELLED if code == ABORTED_BY_KEY else PaymentState.DECLINED
        words = (
            told.text or (status.text if status else "") or result_text(code or 0xFF, self._style.language)
        )
        return Result(
            state,
            code="" if code is None else f"{code:02X}",
            text=words,
            terminal_id=status.terminal_id if status else "",
            card=status.card if status else "",
            scheme=status.scheme if status else "",
        )


def late_answer(message: Apdu, hooks: Hooks, charset: Charset) -> Draft | None:
    """Return how to answer a message of an earlier transaction, None for not at all.

    A result that the journal holds already is acknowledged again. Any other is left
    unanswered: the terminal is asked about it instead, and nothing here may settle it.
    """
    if message.command == Command.STATUS_INFORMATION:
        known = hooks.last_result()
        said = result_of(messages.status_information(message.data, charset))
        return commands.accepted() if known is not None and same_transaction(known, said) else None
    if message.command in {Command.PRINT_LINE, Command.PRINT_TEXT_BLOCK}:
        return None
    return commands.accepted()
