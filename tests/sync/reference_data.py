"""Reference data of a small New Zealand organisation, in Xero's words."""

from __future__ import annotations

from typing import Any


def reference_rows() -> dict[str, list[dict[str, Any]]]:
    """Return the reference data of a small New Zealand organisation, in Xero's words."""
    return {
        "organisation": [
            {"Name": "Queen St", "BaseCurrency": "NZD", "CountryCode": "NZ", "SalesTaxBasis": "INVOICE"}
        ],
        "actions": [{"Name": "CreateApprovedInvoice", "Status": "ALLOWED"}],
        "accounts": [
            _account("200", "Sales - Grocery", "REVENUE", "REVENUE"),
            _account("201", "Sales - Hardware", "REVENUE", "REVENUE"),
            _account("310", "Purchases", "DIRECTCOSTS", "EXPENSE"),
            _account("429", "General Expenses", "EXPENSE", "EXPENSE"),
            _account("490", "Cash over and short", "EXPENSE", "EXPENSE"),
            _account("611", "POS clearing - Cash", "CURRENT", "ASSET", payments=True),
            _account("612", "POS clearing - EFTPOS", "CURRENT", "ASSET", payments=True),
            _account("850", "Gift cards", "CURRLIAB", "LIABILITY", payments=True),
            {**_account("860", "Rounding", "EXPENSE", "EXPENSE"), "SystemAccount": "ROUNDING"},
        ],
        "tax_rates": [
            _rate("OUTPUT2", "15% GST on Income", "15", "Revenue", "Liabilities", "Assets"),
            _rate("INPUT2", "15% GST on Expenses", "15", "Expenses", "Assets"),
            _rate("NONE", "No GST", "0", "Revenue", "Liabilities", "Assets", "Expenses", "Equity"),
        ],
        "tracking": [],
        "contacts": [],
    }


def _account(code: str, name: str, kind: str, klass: str, *, payments: bool = False) -> dict[str, Any]:
    return {
        "AccountID": f"account-{code}",
        "Code": code,
        "Name": name,
        "Type": kind,
        "Class": klass,
        "Status": "ACTIVE",
        "EnablePaymentsToAccount": payments,
    }


def _rate(tax_type: str, name: str, percent: str, *applies: str) -> dict[str, Any]:
    return {
        "TaxType": tax_type,
        "Name": name,
        "EffectiveRate": percent,
        "Status": "ACTIVE",
        **{
            f"CanApplyTo{klass}": klass in applies
            for klass in ("Assets", "Equity", "Expenses", "Liabilities", "Revenue")
        },
    }
