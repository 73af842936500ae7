"""What happens to a card, by the last two digits of the amount."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the customer and the bank do."""

    condition: str = ""
    """ErrorCondition; empty is approved."""
    text: str = ""
    part: int = 1
    """The amount is divided by this: a partial approval."""
    signature: bool = False
    tip: int = 0
    """Minor units the customer adds."""
    waits: bool = False
    """The customer does nothing until the till aborts, or time is up."""


APPROVED = Outcome()
ABORTED = Outcome("Aborted", "Merchant abort")
OUTCOMES = {
    8: Outcome(signature=True),
    51: Outcome("Refusal", "51 : Insufficient funds"),
    54: Outcome("Refusal", "54 : Expired card"),
    55: Outcome("WrongPIN", "55 : Invalid PIN"),
    60: Outcome("Cancel", "108 Shopper cancelled tx"),
    61: Outcome("InvalidCard", "No payment app"),
    70: Outcome(part=2),
    72: Outcome(tip=50),
    80: Outcome(waits=True),
    91: Outcome("UnreachableHost", "91 : Network error"),
}


def outcome_of(amount: int) -> Outcome:
    """Return what happens at this amount, in minor units."""
    return OUTCOMES.get(amount % 100, APPROVED)
