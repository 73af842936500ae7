"""What is known of a country's taxes before the ledger has been asked.

Tax types and rates: XERO.md 6.9, ACCOUNTING.md 2; where a type may be used: ACCOUNTING.md 2
("OUTPUT types do not apply to EXPENSE accounts, INPUT types not to REVENUE"). The ledger's
own rates replace these at the first reference read.
"""

from __future__ import annotations

from decimal import Decimal
from types import MappingProxyType

from services.books.ledger_facts import LedgerFacts, TaxRate

AUSTRALIA = "AU"
NEW_ZEALAND = "NZ"
UNITED_KINGDOM = "GB"

_SALES = frozenset({"ASSET", "EQUITY", "LIABILITY", "REVENUE"})
_PURCHASES = frozenset({"ASSET", "EQUITY", "EXPENSE", "LIABILITY"})
_ALL = _SALES | _PURCHASES

_TEN, _FIFTEEN, _TWENTY, _FIVE, _NIL = map(Decimal, ("0.10", "0.15", "0.20", "0.05", "0"))

_RATES: dict[str, tuple[tuple[str, str, Decimal, frozenset[str]], ...]] = {
    AUSTRALIA: (
        ("OUTPUT", "GST on Income", _TEN, _SALES),
        ("INPUT", "GST on Expenses", _TEN, _PURCHASES),
        ("CAPEXINPUT", "GST on Capital", _TEN, _PURCHASES),
        ("EXEMPTOUTPUT", "GST Free Income", _NIL, _SALES),
        ("EXEMPTEXPENSES", "GST Free Expenses", _NIL, _PURCHASES),
        ("EXEMPTEXPORT", "GST Free Exports", _NIL, _SALES),
        ("EXEMPTCAPITAL", "GST Free Capital", _NIL, _PURCHASES),
        ("INPUTTAXED", "Input Taxed", _NIL, _ALL),
        ("BASEXCLUDED", "BAS Excluded", _NIL, _ALL),
    ),
    NEW_ZEALAND: (
        ("OUTPUT2", "15% GST on Income", _FIFTEEN, _SALES),
        ("INPUT2", "15% GST on Expenses", _FIFTEEN, _PURCHASES),
        ("ZERORATED", "Zero Rated", _NIL, _ALL),
        ("NONE", "No GST", _NIL, _ALL),
    ),
    UNITED_KINGDOM: (
        ("OUTPUT2", "20% (VAT on Income)", _TWENTY, _SALES),
        ("INPUT2", "20% (VAT on Expenses)", _TWENTY, _PURCHASES),
        ("CAPEXOUTPUT2", "20% (VAT on Capital Sales)", _TWENTY, _SALES),
        ("CAPEXINPUT2", "20% (VAT on Capital Purchases)", _TWENTY, _PURCHASES),
        ("RROUTPUT", "5% (VAT on Income)", _FIVE, _SALES),
        ("RRINPUT", "5% (VAT on Expenses)", _FIVE, _PURCHASES),
        ("ZERORATEDOUTPUT", "Zero Rated Income", _NIL, _SALES),
        ("ZERORATEDINPUT", "Zero Rated Expenses", _NIL, _PURCHASES),
        ("EXEMPTOUTPUT", "Exempt Income", _NIL, _SALES),
        ("EXEMPTEXPENSES", "Exempt Expenses", _NIL, _PURCHASES),
        ("NONE", "No VAT", _NIL, _ALL),
    ),
    "ZA": (
        ("OUTPUT3", "Standard Rate Sales", _FIFTEEN, _SALES),
        ("INPUT3", "Standard Rate Purchases", _FIFTEEN, _PURCHASES),
        ("NONE", "No VAT", _NIL, _ALL),
    ),
}
OUTSIDE_THE_RETURN = frozenset({"BASEXCLUDED", "NONE"})
"""The tax types of lines that no box of a return counts."""
_ELSEWHERE = (("NONE", "No Tax", _NIL, _ALL),)
# CLI.md, The mapping file: Xero's words for the two bases.
_BASES = {
    "ACCRUAL": "accrual",
    "ACCRUALS": "accrual",
    "INVOICE": "accrual",
    "STANDARD": "accrual",
    "CASH": "cash",
    "PAYMENTS": "cash",
}


def built_in(country: str) -> LedgerFacts:
    """Return a country's tax rates as an unconnected ledger; `country` is ISO 3166.

    A country that is not known here has only the tax type for no tax.
    """
    rates = {
        tax_type: TaxRate(tax_type, name, rate, applies_to=classes)
        for tax_type, name, rate, classes in _RATES.get(country, _ELSEWHERE)
    }
    return LedgerFacts(connected=False, tax_rates=MappingProxyType(rates), accounts=MappingProxyType({}))


def has_rates(country: str) -> bool:
    """Return whether a country's own tax rates are built in."""
    return country in _RATES


def no_tax(country: str) -> str:
    """Return the tax type of lines outside the tax (CLI.md, `no_tax`).

    BASEXCLUDED in Australia, else NONE.
    """
    return "BASEXCLUDED" if country == AUSTRALIA else "NONE"


def basis_of(word: str) -> str | None:
    """Return `accrual` or `cash` for Xero's word, None for any other (CLI.md)."""
    return _BASES.get(word.strip().upper())
