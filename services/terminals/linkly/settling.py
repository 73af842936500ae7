"""What a client and the cloud of Linkly have in common: totals and refusals."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace

from services.contract.terminals import PaymentKind
from services.terminals.driver import Hooks, Request, Totals
from services.terminals.linkly.codes import ALREADY_SETTLED, SettlementKind, code_text
from services.terminals.linkly.responses import Outcome
from services.terminals.linkly.totals import SettlementResponse
from services.terminals.problems import Refusal, no_original


class Settling(ABC):
    """Settles and reads totals, by settlements of any kind.

    `read` is the kind that is asked for between two settlements.
    """

    def __init__(self, read: SettlementKind) -> None:
        self._read = read

    def settle(self, hooks: Hooks) -> Totals:
        """Settle; where that was done already, return the totals it had."""
        told = self._settled(SettlementKind.SETTLE, hooks)
        if told.outcome.code == ALREADY_SETTLED:
            again = self.settlement(SettlementKind.LAST, hooks)
            return replace(again, text=f"settled already; {again.text}")
        return _checked(told)

    def totals(self, hooks: Hooks) -> Totals:
        """Read the totals; closes nothing."""
        return self.settlement(self._read, hooks)

    def settlement(self, kind: SettlementKind, hooks: Hooks, *, reset: bool = False) -> Totals:
        """Run a settlement of any kind; `reset` starts a shift's totals anew."""
        return _checked(self._settled(kind, hooks, reset=reset))

    @abstractmethod
    def _settled(self, kind: SettlementKind, hooks: Hooks, *, reset: bool = False) -> SettlementResponse:
        """Ask for a settlement and return its answer."""


def handle_of(request: Request, *, unmatched: bool) -> str:
    """Return the RFN of the payment to give back of; raise Refused without one.

    `unmatched`: a refund may do without.
    """
    handle = request.original.provider if request.original is not None else ""
    free = request.kind is PaymentKind.PAYMENT or (unmatched and request.kind is PaymentKind.REFUND)
    if not handle and not free:
        raise no_original("The payment it belongs to (its RFN) is not known.")
    return handle


def words(outcome: Outcome) -> str:
    """Return what the terminal said, or what its code means."""
    return code_text(outcome.code, outcome.text)


def _checked(told: SettlementResponse) -> Totals:
    if not told.outcome.success:
        raise Refusal("The totals were not given.", words(told.outcome), told.outcome.code)
    return told.totals
