"""A connection to the service: every call, by subject, in `console.calls`.

Arguments left None are not sent. Dates and times are ISO strings, as everywhere on the
wire. Every method raises the problems of `console.transport`.
"""

from __future__ import annotations

from typing import Self

from console.calls.card_money import CardMoneyCalls
from console.calls.days import DaysCalls
from console.calls.ledger import LedgerCalls
from console.calls.mapping import MappingCalls
from console.calls.service import ServiceCalls
from console.calls.shop import ShopCalls
from console.calls.terminals import TerminalCalls
from console.transport import NoService

__all__ = ["Client", "NoService"]


class Client(CardMoneyCalls, DaysCalls, LedgerCalls, MappingCalls, ServiceCalls, ShopCalls, TerminalCalls):
    """A connection to the service; a context manager that closes it."""

    def __enter__(self) -> Self:
        """Return the client itself."""
        return self

    def __exit__(self, *_exception: object) -> None:
        """Close the connections."""
        self.close()
