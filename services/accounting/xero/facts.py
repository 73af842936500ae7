"""Xero's reference data as what the books need to know of an organisation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from services.accounting.ledger import Organisation
from services.accounting.xero.incoming import amount_of, day_of, text
from services.books.countries import basis_of as basis_in_our_words
from services.books.ledger_facts import Account, LedgerFacts, TaxRate
from services.books.money import ZERO

Row = Mapping[str, Any]

_ACTIVE = "ACTIVE"
_HUNDRED = Decimal(100)
_APPLIES = {
    "CanApplyToAssets": "ASSET",
    "CanApplyToEquity": "EQUITY",
    "CanApplyToExpenses": "EXPENSE",
    "CanApplyToLiabilities": "LIABILITY",
    "CanApplyToRevenue": "REVENUE",
}
_NO_BASIS = frozenset({"", "NONE"})
# Xero writes ISO 3166 codes; older data and people write these.
_COUNTRIES = {"UK": "GB", "UNITED KINGDOM": "GB", "AUSTRALIA": "AU", "NEW ZEALAND": "NZ"}


def facts_from(
    organisation: Row, accounts: Iterable[Row], tax_rates: Iterable[Row], tracking: Iterable[Row]
) -> LedgerFacts:
    """Return the organisation's facts from the rows of `XeroLedger.reference`."""
    return LedgerFacts(
        connected=True,
        tax_rates={rate.tax_type: rate for rate in map(tax_rate_from, tax_rates)},
        accounts={account.code: account for account in map(account_from, accounts)},
        organisation=text(organisation, "Name") or None,
        currency=text(organisation, "BaseCurrency") or None,
        period_lock=day_of(organisation.get("PeriodLockDate")),
        year_end_lock=day_of(organisation.get("EndOfYearLockDate")),
        default_due_days=_due_days(organisation),
        tracking={
            text(row, "Name"): _options(row) for row in tracking if row.get("Status", _ACTIVE) == _ACTIVE
        },
    )


def account_from(row: Row) -> Account:
    """Return an account; one without a code goes by its id (XERO.md 6.9)."""
    return Account(
        code=text(row, "Code") or text(row, "AccountID"),
        name=text(row, "Name"),
        type=text(row, "Type"),
        klass=text(row, "Class"),
        active=row.get("Status", _ACTIVE) == _ACTIVE,
        payments_enabled=row.get("EnablePaymentsToAccount") is True,
        system=text(row, "SystemAccount") or None,
        tax_type=text(row, "TaxType") or None,
    )


def tax_rate_from(row: Row) -> TaxRate:
    """Return a tax rate; Xero states it in percent, we hold a fraction."""
    flags = [name for name in _APPLIES if name in row]
    return TaxRate(
        tax_type=text(row, "TaxType"),
        name=text(row, "Name"),
        rate=(amount_of(row, "EffectiveRate") or ZERO) / _HUNDRED,
        active=row.get("Status", _ACTIVE) == _ACTIVE,
        applies_to=frozenset(_APPLIES[name] for name in flags if row[name] is True) if flags else None,
    )


def organisation_from(connection_id: str, tenant: str, row: Row) -> Organisation:
    """Return an organisation with what is compared with the store."""
    return Organisation(
        tenant=tenant,
        connection_id=connection_id,
        name=text(row, "Name"),
        country=country_of(text(row, "CountryCode")),
        currency=text(row, "BaseCurrency"),
        tax_basis=basis_of(text(row, "SalesTaxBasis")),
        raw=dict(row),
    )


def basis_of(word: str) -> str:
    """Return `accrual` or `cash`; else Xero's own word (CLI.md).

    Empty for an organisation that is not registered for tax.
    """
    return "" if word.upper() in _NO_BASIS else basis_in_our_words(word) or word


def country_of(word: str) -> str:
    """Return a country as ISO 3166 alpha-2."""
    return _COUNTRIES.get(word.strip().upper(), word.strip().upper())


def actions_from(rows: Iterable[Row]) -> dict[str, bool]:
    """Return what this connection may do, by Xero's names of actions (XERO.md 4.8)."""
    return {text(row, "Name"): row.get("Status") == "ALLOWED" for row in rows}


def _options(row: Row) -> frozenset[str]:
    options = row.get("Options") or []
    return frozenset(text(option, "Name") for option in options if option.get("Status", _ACTIVE) == _ACTIVE)


def _due_days(organisation: Row) -> int | None:
    """Return the default terms of sales in days; None for another kind of rule."""
    terms = (organisation.get("PaymentTerms") or {}).get("Sales") or {}
    days = amount_of(terms, "Day")
    return int(days) if days is not None and terms.get("Type") == "DAYSAFTERBILLDATE" else None
