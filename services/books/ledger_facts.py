"""What the ledger last told us, as far as documents depend on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the chart; `type` and `klass` are Xero's words (BANK, ASSET …)."""

    code: str
    name: str
    type: str
    klass: str
    active: bool = True
    payments_enabled: bool = False
    system: str | None = None
    """System account name (DEBTORS, CREDITORS, GST, ROUNDING …)."""
    tax_type: str | None = None

    @property
    def takes_payments(self) -> bool:
        """BANK accounts always do, others when enabled (XERO.md 6.6)."""
        return self.type == "BANK" or self.payments_enabled


@dataclass(frozen=True, slots=True)
class TaxRate:
    """A tax type with its effective rate as a fraction (0.15)."""

    tax_type: str
    name: str
    rate: Decimal
    active: bool = True
    applies_to: frozenset[str] | None = None
    """Account classes (REVENUE, EXPENSE, ASSET, LIABILITY, EQUITY); None: not known."""


@dataclass(frozen=True, slots=True)
class LedgerFacts:
    """The organisation as last read; not `connected`: the country's own rates."""

    connected: bool
    tax_rates: Mapping[str, TaxRate]
    accounts: Mapping[str, Account]
    """By code; empty before the first reference read."""
    organisation: str | None = None
    currency: str | None = None
    period_lock: date | None = None
    year_end_lock: date | None = None
    default_due_days: int | None = None
    tracking: Mapping[str, frozenset[str]] | None = None
    """Active tracking categories with their options; None: not known."""
