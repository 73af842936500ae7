"""What the desk says when it cannot do, or cannot know, something."""

from __future__ import annotations

from services.books.money import from_minor, text_of
from services.contract.problem import NotFound, Problem, Refused, Unreachable
from services.contract.terminals import PaymentState
from services.store.tables import Terminal, TerminalAttempt
from services.terminals.driver import Result

NOT_BEGUN = "The payment was not begun."


def busy(terminal: Terminal) -> Problem:
    """Return the problem of a terminal that something else runs on."""
    return Refused(
        f"The card terminal {terminal.name} is in use.",
        "Another payment or an end of day is running on it.",
        "Wait until it has finished, then try again.",
        code="terminal_busy",
    )


def being_begun(terminal: Terminal, reference: str) -> Problem:
    """Return the problem of an order that was given before and is still being begun.

    Not Refused: that would tell the till that nothing is charged under its reference.
    """
    return Unreachable(
        f"Payment {reference} is still being begun at the card terminal {terminal.name}.",
        "The same order was given before, and the terminal is asked about another payment first.",
        "Ask again under the same reference: it is charged once.",
        code="terminal_beginning",
    )


def busy_elsewhere(terminal: Terminal, attempt: TerminalAttempt, minutes: int) -> Problem:
    """Return the problem of a terminal that pays at the machine it belongs to."""
    return Refused(
        f"The card terminal {terminal.name} was not taken over.",
        f"The machine it belongs to has not finished payment {attempt.reference} of till {attempt.till}.",
        f"Wait until it has finished. If that machine is gone, try again in {minutes} minutes.",
        code="terminal_busy",
    )


def unresolved(terminal: Terminal, attempt: TerminalAttempt) -> Problem:
    """Return the problem of a terminal with a payment of unknown outcome."""
    return Refused(
        f"The card terminal {terminal.name} takes no payment now.",
        f"It is not known whether payment {attempt.reference} of till {attempt.till} was charged.",
        "Look at the terminal's journal or last slip, then settle it with `tillbook terminal resolve`.",
        code="terminal_unresolved",
    )


def unknown_reference(terminal: Terminal, reference: str, till: str | None) -> Problem:
    """Return the problem of a reference that no order was given under.

    Only of its own order a till can be told that nothing was charged.
    """
    return NotFound(
        f"The card terminal {terminal.name} knows no payment {reference}.",
        "No order was given to it under this reference.",
        "See which there are with `tillbook terminal attempts`."
        if till is None
        else "Give the order: nothing was charged under this reference of this till.",
        code="unknown_terminal_payment",
    )


def used_for_another(attempt: TerminalAttempt) -> Problem:
    """Return the problem of a reference that stands for another amount, or kind."""
    amount, cash = (
        text_of(from_minor(each, attempt.currency), attempt.currency)
        for each in (attempt.amount, attempt.cash_out)
    )
    more = f", with {cash} paid out in cash," if attempt.cash_out else ""
    return Refused(
        f"The till's reference {attempt.till_reference} was used for another payment.",
        f"It stands for a {attempt.kind} of {amount} {attempt.currency}{more} already.",
        "Use a new reference for each payment, and the same one to ask again for the same.",
        code="terminal_reference_used",
    )


def used_elsewhere(attempt: TerminalAttempt) -> Problem:
    """Return the problem of a reference that stands for another terminal's payment."""
    return Refused(
        f"The till's reference {attempt.till_reference} was used for another payment.",
        f"It stands for a {attempt.kind} at the card terminal {attempt.terminal} already.",
        "Use a new reference for each payment, and the same one to ask again for the same.",
        code="terminal_reference_used",
    )


def used_on_another_date(attempt: TerminalAttempt) -> Problem:
    """Return the problem of a reference that stands for a payment of another date."""
    return Refused(
        f"The till's reference {attempt.till_reference} was used for another payment.",
        f"It stands for the {attempt.kind} of {attempt.business_date} that is {attempt.state} already.",
        "Use a reference that never comes again, for example with the date in it.",
        code="terminal_reference_used",
    )


def cannot(terminal: Terminal, what: str) -> Problem:
    """Return the problem of something the protocol does not have."""
    return Refused(
        f"The card terminal {terminal.name} cannot do that.",
        f"Its protocol has no {what}.",
        "Do it on the terminal itself, if it can.",
        code="terminal_cannot",
    )


def wrong_amount(terminal: Terminal) -> Problem:
    """Return the problem of an amount that cannot be sent."""
    return Refused(
        "The amount cannot be sent to the card terminal.",
        f"It must be above zero and in {terminal.currency}.",
        "Correct the amount; for money back, ask for a refund.",
        code="terminal_amount",
    )


def card_number_typed(terminal: Terminal) -> Problem:
    """Return the problem of an answer to the terminal that holds a card number."""
    return Refused(
        f"The answer was not given to the card terminal {terminal.name}.",
        "It holds a card number, which never goes through Tillbook.",
        "Have the number entered at the card terminal itself.",
        code="card_number",
    )


def never_sent() -> Problem:
    """Return why an attempt that was written down and not sent is cancelled."""
    return Refused(
        "The payment was not sent to the card terminal.",
        "The service was stopped before.",
        "Take the payment again.",
        code="terminal_not_sent",
    )


def no_room() -> Problem:
    """Return why an attempt is cancelled that could not even be begun."""
    return Problem(
        "The payment was not sent to the card terminal.",
        "This machine has no room for another thread.",
        "Close what else runs on it, then take the payment again under a new reference.",
        code="terminal_not_sent",
    )


def approved_late(attempt: TerminalAttempt, result: Result) -> Problem:
    """Return the problem of an approval of what was settled otherwise meanwhile."""
    currency = result.currency or attempt.currency
    amount = text_of(from_minor(result.amount, currency), currency)
    return Problem(
        f"Payment {attempt.reference} may have been charged, though it is {attempt.state}.",
        f"The terminal approved {amount} {currency} after it had been settled (by: {attempt.settled_by}).",
        "Look at the terminal's journal or last slip, then settle it with"
        f" `tillbook terminal resolve {attempt.terminal} --payment {attempt.id} --as approved` or cancelled.",
        code="terminal_approved_late",
    )


def not_charged(why: str) -> Problem:
    """Return why an attempt is cancelled that the terminal does not hold."""
    return Refused("The card was not charged.", why, "Take the payment again.", code="terminal_not_charged")


def cannot_tell(attempt: TerminalAttempt, why: str) -> Problem:
    """Return why nobody knows whether an attempt was charged."""
    return Problem(
        f"It is not known whether payment {attempt.reference} was charged.",
        why,
        "Look at the terminal's journal or last slip, then settle it with `tillbook terminal resolve`.",
        code="terminal_unknown",
    )


def not_to_decide(attempt: TerminalAttempt) -> Problem:
    """Return why a person cannot settle an attempt."""
    return Refused(
        f"Payment {attempt.reference} cannot be settled by hand.",
        f"It is {attempt.state}; only one whose outcome is unknown can, as approved, declined or cancelled.",
        "See its state with `tillbook terminal list`.",
        code="terminal_not_unknown",
    )


def contradiction(attempt: TerminalAttempt, result: Result) -> Problem | None:
    """Return what is wrong with an approval for this attempt; None when nothing is.

    Less than asked is a partial approval. More, nothing, or another currency is not ours.
    Of cash-out without a sale the cash counts.
    """
    if result.state is not PaymentState.APPROVED:
        return None
    is_sale = attempt.amount > 0
    told, wanted = (result.amount, attempt.amount) if is_sale else (result.cash_out, attempt.cash_out)
    fits = 0 < told <= wanted and result.amount <= attempt.amount
    if fits and result.currency in {"", attempt.currency}:
        return None
    said = f"{told} {result.currency or attempt.currency}"
    asked = f"{wanted} {attempt.currency}"
    return cannot_tell(attempt, f"The terminal speaks of {said} where {asked} was asked (minor units).")
