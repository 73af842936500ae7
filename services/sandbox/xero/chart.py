"""The organisations a practice Xero starts with.

Chart, tax rates, contacts, tracking.

Codes and types follow the charts of the worked cases (ACCOUNTING.md 2 and 4): sales at
200, clearing accounts from 611 with payments enabled, liabilities at 850, 855 and 856,
Rounding at 860. Tax types and where they apply: XERO.md 6.9, ACCOUNTING.md 2 and 6.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from services.sandbox.xero.settings import (
    ANY_CLASS,
    OrganisationSettings,
    PracticeAccount,
    PracticeContact,
    PracticeTaxRate,
    PracticeTracking,
    SettingsError,
)

NZ_TENANT = "a5f0c6de-4e1f-5b1c-9d56-0c3d1f6b2a01"
AU_TENANT = "b6a1d7ef-5f20-5c2d-8e67-1d4e2a7c3b02"
GB_TENANT = "c7b2e8f0-6a31-5d3e-9f78-2e5f3b8d4c03"

_SALES = ("ASSET", "EQUITY", "LIABILITY", "REVENUE")
_PURCHASES = ("ASSET", "EQUITY", "EXPENSE", "LIABILITY")


@dataclass(frozen=True)
class Country:
    """What differs between the countries' charts."""

    tenant: str
    store: str
    street: str
    currency: str
    basis: str
    period: str
    timezone: str
    year_end: tuple[int, int]
    sales: str
    purchases: str
    untaxed_sales: str
    none: str
    tax_word: str
    card: str
    untaxed_name: str
    rates: tuple[PracticeTaxRate, ...]


def _rate(
    tax_type: str, name: str, percent: str, applies: tuple[str, ...], report: str = "", status: str = "ACTIVE"
) -> PracticeTaxRate:
    return PracticeTaxRate(tax_type, name, Decimal(percent), applies, report or tax_type, status)


_NZ_RATES = (
    _rate("OUTPUT2", "15% GST on Income", "15", _SALES, "OUTPUT"),
    _rate("INPUT2", "15% GST on Expenses", "15", _PURCHASES, "INPUT"),
    _rate("ZERORATED", "Zero Rated", "0", ("LIABILITY", "REVENUE"), "OUTPUT"),
    _rate("NONE", "No GST", "0", ANY_CLASS),
    _rate("GSTONIMPORTS", "GST on Imports", "0", ("LIABILITY",)),
    _rate("TAX001", "12.5% GST on Income", "12.5", _SALES, "OUTPUT", "DELETED"),
    _rate("TAX002", "Accommodation 9%", "9", _SALES, "OUTPUT"),
)
_AU_RATES = (
    _rate("OUTPUT", "GST on Income", "10", _SALES),
    _rate("INPUT", "GST on Expenses", "10", _PURCHASES),
    _rate("EXEMPTOUTPUT", "GST Free Income", "0", _SALES),
    _rate("EXEMPTEXPENSES", "GST Free Expenses", "0", _PURCHASES),
    _rate("EXEMPTEXPORT", "GST Free Exports", "0", ("REVENUE",)),
    _rate("INPUTTAXED", "Input Taxed", "0", _SALES),
    _rate("BASEXCLUDED", "BAS Excluded", "0", ANY_CLASS),
    _rate("GSTONIMPORTS", "GST on Imports", "0", ("LIABILITY",)),
    _rate("TAX001", "Old levy on Income", "2", _SALES, "OUTPUT", "DELETED"),
    _rate("TAX002", "Wine equalisation 29%", "29", _SALES, "OUTPUT"),
)
_GB_RATES = (
    _rate("OUTPUT2", "20% (VAT on Income)", "20", _SALES, "OUTPUT"),
    _rate("INPUT2", "20% (VAT on Expenses)", "20", _PURCHASES, "INPUT"),
    _rate("RROUTPUT", "5% (VAT on Income)", "5", _SALES, "OUTPUT"),
    _rate("RRINPUT", "5% (VAT on Expenses)", "5", _PURCHASES, "INPUT"),
    _rate("ZERORATEDOUTPUT", "Zero Rated Income", "0", _SALES),
    _rate("ZERORATEDINPUT", "Zero Rated Expenses", "0", _PURCHASES),
    _rate("EXEMPTOUTPUT", "Exempt Income", "0", _SALES),
    _rate("EXEMPTINPUT", "Exempt Expenses", "0", _PURCHASES),
    _rate("NONE", "No VAT", "0", ANY_CLASS),
    _rate("TAX001", "17.5% (VAT on Income)", "17.5", _SALES, "OUTPUT", "DELETED"),
    _rate("TAX002", "12.5% (VAT on Income)", "12.5", _SALES, "OUTPUT"),
)

COUNTRIES = {
    "NZ": Country(
        NZ_TENANT, "Queen St Store", "Queen St", "NZD", "INVOICE", "TWOMONTHS", "NEWZEALANDSTANDARDTIME",
        (31, 3), "OUTPUT2", "INPUT2", "ZERORATED", "NONE", "GST", "EFTPOS", "Zero rated", _NZ_RATES,
    ),
    "AU": Country(
        AU_TENANT, "George St Store", "George St", "AUD", "ACCRUALS", "QUARTERLY1", "AUSEASTERNSTANDARDTIME",
        (30, 6), "OUTPUT", "INPUT", "EXEMPTOUTPUT", "BASEXCLUDED", "GST", "EFTPOS", "GST free", _AU_RATES,
    ),
    "GB": Country(
        GB_TENANT, "High St Store", "High St", "GBP", "ACCRUAL", "QUARTERLY", "GMTSTANDARDTIME",
        (31, 3), "OUTPUT2", "INPUT2", "ZERORATEDOUTPUT", "NONE", "VAT", "Cards", "Zero rated", _GB_RATES,
    ),
}  # fmt: skip


def country_of(code: str) -> Country:
    """Return what is built in for a country; raise SettingsError for another one."""
    if code not in COUNTRIES:
        raise SettingsError(
            f"No practice organisation is built in for {code!r}: there are {', '.join(COUNTRIES)}."
        )
    return COUNTRIES[code]


def accounts_of(country: Country) -> tuple[PracticeAccount, ...]:
    """Return the chart of accounts."""
    return (*_income(country), *_costs(country), *_clearing(country), *_balances(country))


def settings_of(code: str) -> OrganisationSettings:
    """Return the facts of the built-in organisation of a country."""
    country = country_of(code)
    return OrganisationSettings(
        tenant=country.tenant,
        name=f"{country.store} (practice)",
        country=code,
        currency=country.currency,
        sales_tax_basis=country.basis,
        sales_tax_period=country.period,
        timezone=country.timezone,
        year_end=country.year_end,
    )


def contacts_of(country: Country) -> tuple[PracticeContact, ...]:
    """Return the contacts: the till's own, customers on account, suppliers.

    An archived one.
    """
    return (
        PracticeContact(f"POS Sales - {country.street}", "POS-1"),
        PracticeContact("Harbour Cafe", "C-100", "accounts@harbour-cafe.invalid"),
        PracticeContact("Corner Garage", "C-101"),
        PracticeContact("Wholesale Ltd", "S-200", "orders@wholesale.invalid"),
        PracticeContact("Petty Cash Purchases", "S-201"),
        PracticeContact("Closed Supplier Ltd", "S-299", status="ARCHIVED"),
    )


def tracking_of() -> tuple[PracticeTracking, ...]:
    """Return the tracking categories: two active ones and one archived."""
    return (
        PracticeTracking("Region", ("North", "South", "Online")),
        PracticeTracking("Department", ("Grocery", "Hardware", "Delicatessen")),
        PracticeTracking("Old shop", ("Mall",), "ARCHIVED"),
    )


def _income(country: Country) -> tuple[PracticeAccount, ...]:
    sales = country.sales
    return (
        PracticeAccount("200", "Sales - Grocery", "REVENUE", sales),
        PracticeAccount("201", "Sales - Hardware", "REVENUE", sales),
        PracticeAccount("202", f"Sales - {country.untaxed_name}", "REVENUE", country.untaxed_sales),
        PracticeAccount("205", "Discounts given", "REVENUE", sales),
        PracticeAccount("210", "Sales - Services", "REVENUE", sales),
        PracticeAccount("260", "Card surcharge income", "OTHERINCOME", sales),
        PracticeAccount("265", "Delivery income", "OTHERINCOME", sales),
        PracticeAccount("270", "Interest income", "OTHERINCOME", country.none),
    )


def _costs(country: Country) -> tuple[PracticeAccount, ...]:
    names = {
        "400": "Advertising",
        "412": "Consulting & accounting",
        "416": "Cleaning",
        "425": "Freight & courier",
        "429": "General expenses",
        "433": "Insurance",
        "445": "Light, power, heating",
        "453": "Office expenses",
        "469": "Rent",
        "473": "Repairs & maintenance",
        "489": "Telephone & internet",
    }
    taxed = (PracticeAccount(code, name, "EXPENSE", country.purchases) for code, name in names.items())
    return (
        PracticeAccount("310", "Purchases - Grocery", "DIRECTCOSTS", country.purchases),
        PracticeAccount("311", "Purchases - Hardware", "DIRECTCOSTS", country.purchases),
        *taxed,
        PracticeAccount("404", "Bank fees", "EXPENSE", country.none),
        PracticeAccount("477", "Wages", "EXPENSE", country.none),
        PracticeAccount("490", "Cash over/short", "EXPENSE", country.none),
        PracticeAccount("499", "Sundries of the old shop", "EXPENSE", country.purchases, status="ARCHIVED"),
    )


def _clearing(country: Country) -> tuple[PracticeAccount, ...]:
    tenders = {"611": "Cash", "612": country.card, "613": "Credit card", "614": "Buy now pay later",
               "615": "Cheque", "616": "Online", "617": "Vouchers", "618": "Account"}  # fmt: skip
    return tuple(
        PracticeAccount(code, f"POS clearing - {name}", "CURRENT", country.none, enable_payments=True)
        for code, name in tenders.items()
    )


def _balances(country: Country) -> tuple[PracticeAccount, ...]:
    none = country.none
    return (
        PracticeAccount("090", "Business bank account", "BANK", none),
        PracticeAccount("", "Takings savings account", "BANK", none),
        PracticeAccount("610", "Accounts Receivable", "CURRENT", none, system="DEBTORS"),
        PracticeAccount("630", "Stock on hand", "INVENTORY", none),
        PracticeAccount("710", "Shop equipment", "FIXED", country.purchases),
        PracticeAccount("800", "Accounts Payable", "CURRLIAB", none, system="CREDITORS"),
        PracticeAccount("801", "Unpaid expense claims", "CURRLIAB", none, system="UNPAIDEXPCLM"),
        PracticeAccount("820", country.tax_word, "CURRLIAB", none, system="GST"),
        PracticeAccount("840", "Historical adjustment", "CURRLIAB", none, system="HISTORICAL"),
        PracticeAccount("850", "Gift card liability", "CURRLIAB", none, enable_payments=True),
        PracticeAccount("855", "Layby deposits", "CURRLIAB", none),
        PracticeAccount("856", "Tips payable", "CURRLIAB", none),
        PracticeAccount("860", "Rounding", "EXPENSE", none, system="ROUNDING"),
        PracticeAccount("877", "Tracking transfers", "CURRLIAB", none, system="TRACKINGTRANSFERS"),
        PracticeAccount("960", "Retained earnings", "EQUITY", none, system="RETAINEDEARNINGS"),
        PracticeAccount("970", "Owner A funds introduced", "EQUITY", none, enable_payments=True),
    )
