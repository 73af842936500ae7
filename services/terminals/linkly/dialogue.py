"""What the EFT-Client shows, asks and prints while a request runs."""

from __future__ import annotations

from dataclasses import dataclass

from services.contract.terminals import ReceiptCopy
from services.terminals.driver import Answer, Hooks, Printed, PrinterFault, Prompt
from services.terminals.linkly.codes import Key
from services.terminals.linkly.responses import Display, Receipt

_MOST_TYPED = 60
_KEYS = {"cancel": Key.CANCEL, "ok": Key.CANCEL, "yes": Key.YES, "no": Key.NO, "text": Key.AUTHORISE}
NOT_PRINTED = "The receipt was not printed: have it repeated."


@dataclass(frozen=True, slots=True)
class Press:
    """A key the till presses, with what was typed."""

    key: Key
    text: str = ""


class Dialogue:
    """Between the client's display and the till, for one request.

    `blind`: no displays come, and cancel may be pressed without one.
    """

    def __init__(self, hooks: Hooks, *, blind: bool = False) -> None:
        self._hooks = hooks
        self._shown: Display | None = Display((), cancel=True) if blind else None
        self._pressed = False
        self._owed: Press | None = None
        self._copy = ReceiptCopy.CUSTOMER
        self.printed = False
        """Whether a receipt came."""

    def display(self, display: Display) -> None:
        """Show a display; ask what it asks. It takes the place of the one before."""
        if display == self._shown and not self._pressed:
            return
        self._hooks.withdraw()
        self._shown, self._pressed = display, False
        choices = choices_of(display)
        if choices:
            self._hooks.ask(Prompt(display.text, choices, display.secret))
        elif display.text:
            self._hooks.show(display.text)

    def receipt(self, receipt: Receipt) -> None:
        """Print a receipt, or note whose the next one is.

        The protocol cannot undo a payment for want of paper, so a fault is only shown.
        """
        if receipt.lines is None:
            self._copy = receipt.copy or self._copy
            return
        self.printed = True
        try:
            self._hooks.print(Printed(self._copy, receipt.lines))
        except PrinterFault:
            self._hooks.show(NOT_PRINTED)

    def pressed(self) -> Press | None:
        """Return the key the cashier pressed, or that aborts; at most one a display."""
        owed, self._owed = self._owed, None
        if self._pressed or owed is not None:
            return owed
        answer = self._hooks.answer()
        press = press_of(answer) if answer is not None else self._abort()
        self._pressed = press is not None
        return press

    def owe(self, press: Press) -> None:
        """Have a key pressed again that did not get through."""
        self._owed = press

    def end(self) -> None:
        """Take back a question that is still open."""
        self._hooks.withdraw()

    def _abort(self) -> Press | None:
        shown = self._shown
        if shown is None or not self._hooks.abort_wanted():
            return None
        if shown.cancel:
            return Press(Key.CANCEL)
        # Where it cannot be cancelled any more, declining the signature undoes it.
        return Press(Key.NO) if shown.no else None


def choices_of(display: Display) -> tuple[str, ...]:
    """Return what the cashier may answer; nothing where the display only tells."""
    asked = [
        name
        for name, wanted in (
            ("yes", display.yes),
            ("no", display.no),
            ("text", display.input or display.authorise),
            ("ok", display.ok),
        )
        if wanted
    ]
    return (*asked, "cancel") if asked and display.cancel else tuple(asked)


def press_of(answer: Answer) -> Press | None:
    """Return the key of an answer; None for one there is no key for."""
    pressed = _KEYS.get(answer.choice)
    if pressed is None:
        return None
    typed = "".join(letter if letter.isascii() else "?" for letter in answer.text[:_MOST_TYPED])
    return Press(pressed, typed if pressed is Key.AUTHORISE else "")
