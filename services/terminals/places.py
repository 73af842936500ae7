"""Which terminal an attempt was sent to. Pure.

Another may stand behind its key by now. What a terminal tells of its last transaction, or
does not know, says something only where it is the one that was asked (TERMINALS.md 6,
point 6).
"""

from __future__ import annotations

from collections.abc import Mapping

from services.contract.cards import without_card_numbers
from services.contract.terminals import PaymentKind
from services.terminals.driver import Request
from services.terminals.problems import no_original

WHERE = "where"
"""Part of a baseline, and of a result: the line's own name, such as host and port."""
MOVED = "The terminal was set up at another place since this payment was sent."


def is_at(before: str, where: str) -> bool:
    """Whether a place that was kept is `where`.

    The name of a serial device can hold digits that look like a card number: those are
    kept masked.
    """
    return before in {where, without_card_numbers(where)}


def has_moved(baseline: Mapping[str, str], where: str) -> bool:
    """Whether an attempt was sent elsewhere than `where`; false if unknown."""
    return not is_at(baseline.get(WHERE, where), where)


def must_be_reversible(request: Request, where: str) -> None:
    """Raise Refused for a reversal of what was not sent to `where`.

    For protocols that name the payment by a number of the terminal's own, or not at all:
    another terminal would take back another customer's.
    """
    before = request.original.where if request.original is not None else ""
    if request.kind is PaymentKind.REVERSAL and before and not is_at(before, where):
        raise no_original(f"The payment was taken at {before}; at {where} another terminal may stand.")
