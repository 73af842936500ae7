"""What happens to a card, by the last two digits of the amount."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the customer and the bank do."""

    code: int = 0x00
    """Result code; 00 is approved."""
    text: str = ""
    statuses: tuple[int, ...] = (0x0A, 0x04)
    """Intermediate status messages before the result."""
    part: int = 1
    """The amount is divided by this: a partial approval."""
    signature: bool = False
    waits: bool = False
    """The customer does nothing until the till aborts, or time is up."""


APPROVED = Outcome()
OUTCOMES = {
    8: Outcome(signature=True, text="UNTERSCHRIFT"),
    51: Outcome(0x05, "Abgelehnt"),
    54: Outcome(0x78, "Karte verfallen"),
    55: Outcome(0x05, "Geheimzahl falsch", (0x0A, 0x15)),
    60: Outcome(0x6C, "Abbruch durch Kunde", (0x0A,)),
    61: Outcome(0x7A, "Karte unbekannt", (0x0A, 0x48)),
    70: Outcome(part=2),
    80: Outcome(waits=True, statuses=(0x0A,)),
    81: Outcome(statuses=(0x0A,) + (0x0E,) * 6 + (0x04,)),
    91: Outcome(0x9B, "Netzfehler"),
}


def outcome_of(amount: int) -> Outcome:
    """Return what happens at this amount, in minor units."""
    return OUTCOMES.get(amount % 100, APPROVED)
