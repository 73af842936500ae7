"""What happens to a card: the cents of the amount are the response code.

As on Linkly's own test PIN pad; what no test pad can do has cents of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

CANCELLED = "TM"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the customer and the bank do."""

    code: str = "00"
    text: str = "APPROVED"
    displays: tuple[str, ...] = ("SWIPE CARD", "PROCESSING")
    part: int = 1
    """The amount is divided by this: a partial approval."""
    signature: bool = False
    waits: bool = False
    """The customer does nothing until the till cancels."""
    surcharge: int = 0

    @property
    def approved(self) -> bool:
        """Whether money moves."""
        return self.code in {"00", "08"}


ABORTED = Outcome(CANCELLED, "OPERATOR CANCELLED")
UNSIGNED = Outcome(CANCELLED, "SIGNATURE DECLINED")
OUTCOMES = {
    0: Outcome(),
    8: Outcome("08", "APPROVED WITH SIG", signature=True),
    50: Outcome("50", "SYSTEM ERROR"),
    51: Outcome("51", "DECLINED"),
    54: Outcome("54", "EXPIRED CARD"),
    55: Outcome("55", "INCORRECT PIN", ("SWIPE CARD", "ENTER PIN", "PROCESSING")),
    60: Outcome(CANCELLED, "CANCELLED BY CARDHLD", ("SWIPE CARD",)),
    70: Outcome(part=2),
    80: Outcome(displays=("SWIPE CARD",), waits=True),
    88: Outcome(surcharge=15),
    91: Outcome("X0", "NO RESPONSE"),
    95: Outcome("Z5", "POWER FAIL"),
}


def outcome_of(amount: int) -> Outcome:
    """Return what happens at this amount, in minor units."""
    cents = amount % 100
    return OUTCOMES.get(cents, Outcome(f"{cents:02d}", "DECLINED"))
