"""Xero's reference data as the books need them; the organisation compared."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.accounting.ledger import Organisation
from services.accounting.xero.facts import (
    actions_from,
    basis_of,
    country_of,
    facts_from,
    organisation_from,
    tax_rate_from,
)
from services.accounting.xero.identity import compare
from services.books.records import StoreFacts

ORGANISATION: dict[str, Any] = {
    "Name": "Queen St Ltd",
    "BaseCurrency": "NZD",
    "CountryCode": "NZ",
    "SalesTaxBasis": "PAYMENTS",
    "PeriodLockDate": "/Date(1793404800000+0000)/",
    "PaymentTerms": {"Sales": {"Day": 20, "Type": "DAYSAFTERBILLDATE"}},
}
ACCOUNTS: list[dict[str, Any]] = [
    {
        "AccountID": "i-1",
        "Code": "200",
        "Name": "Sales",
        "Type": "REVENUE",
        "Class": "REVENUE",
        "Status": "ACTIVE",
    },
    {
        "AccountID": "i-2",
        "Code": "611",
        "Name": "Cash",
        "Type": "CURRENT",
        "Class": "ASSET",
        "Status": "ARCHIVED",
        "EnablePaymentsToAccount": True,
    },
    {
        "AccountID": "i-3",
        "Name": "Cheque account",
        "Type": "BANK",
        "Class": "ASSET",
        "EnablePaymentsToAccount": False,
    },
    {
        "AccountID": "i-4",
        "Code": "860",
        "Name": "Rounding",
        "Type": "EXPENSE",
        "Class": "EXPENSE",
        "SystemAccount": "ROUNDING",
    },
]
RATES: list[dict[str, Any]] = [
    {
        "TaxType": "OUTPUT2",
        "Name": "15%",
        "EffectiveRate": "15.0000",
        "Status": "ACTIVE",
        "CanApplyToRevenue": True,
        "CanApplyToAssets": False,
    },
    {"TaxType": "TAX001", "Name": "Old", "EffectiveRate": "12.5", "Status": "DELETED"},
]
TRACKING: list[dict[str, Any]] = [
    {
        "Name": "Region",
        "Status": "ACTIVE",
        "Options": [{"Name": "North", "Status": "ACTIVE"}, {"Name": "West", "Status": "ARCHIVED"}],
    },
    {"Name": "Old", "Status": "ARCHIVED", "Options": [{"Name": "x", "Status": "ACTIVE"}]},
]


def test_the_facts_are_what_xero_says() -> None:
    facts = facts_from(ORGANISATION, ACCOUNTS, RATES, TRACKING)
    assert facts.connected
    assert (facts.organisation, facts.currency) == ("Queen St Ltd", "NZD")
    assert facts.period_lock == date(2026, 10, 31)
    assert facts.year_end_lock is None
    assert facts.default_due_days == 20
    assert facts.tracking == {"Region": frozenset({"North"})}


def test_accounts_keep_what_decides_their_use() -> None:
    accounts = facts_from(ORGANISATION, ACCOUNTS, [], []).accounts
    assert set(accounts) == {"200", "611", "i-3", "860"}
    assert not accounts["611"].active
    assert accounts["i-3"].takes_payments  # a bank account, although payments are not "enabled"
    assert not accounts["200"].takes_payments
    assert accounts["860"].system == "ROUNDING"


def test_rates_are_exact_fractions_with_the_classes_they_are_for() -> None:
    rates = facts_from(ORGANISATION, [], RATES, []).tax_rates
    assert rates["OUTPUT2"].rate == Decimal("0.15")
    assert rates["OUTPUT2"].applies_to == frozenset({"REVENUE"})
    assert rates["TAX001"].rate == Decimal("0.125")
    assert not rates["TAX001"].active
    assert rates["TAX001"].applies_to is None


def test_a_rate_read_as_a_number_is_as_exact() -> None:
    assert tax_rate_from({"TaxType": "T", "EffectiveRate": Decimal("17.5")}).rate == Decimal("0.175")


@pytest.mark.parametrize(
    "terms,days",
    [
        ({"Sales": {"Day": 7, "Type": "DAYSAFTERBILLDATE"}}, 7),
        ({"Sales": {"Day": 20, "Type": "OFFOLLOWINGMONTH"}}, None),
        ({"Bills": {"Day": 7, "Type": "DAYSAFTERBILLDATE"}}, None),
        ({}, None),
        (None, None),
    ],
)
def test_default_terms_count_only_when_they_are_days(terms: object, days: int | None) -> None:
    assert facts_from({**ORGANISATION, "PaymentTerms": terms}, [], [], []).default_due_days == days


@pytest.mark.parametrize(
    "word,basis",
    [
        ("ACCRUAL", "accrual"),
        ("ACCRUALS", "accrual"),
        ("INVOICE", "accrual"),
        ("Standard", "accrual"),
        ("CASH", "cash"),
        ("PAYMENTS", "cash"),
        ("FLATRATECASH", "FLATRATECASH"),
        ("HYBRID", "HYBRID"),
        ("NONE", ""),
        ("", ""),
    ],
)
def test_the_tax_basis_in_our_words(word: str, basis: str) -> None:
    assert basis_of(word) == basis


@pytest.mark.parametrize("word,country", [("UK", "GB"), ("GB", "GB"), ("nz", "NZ"), ("", "")])
def test_the_country_in_iso(word: str, country: str) -> None:
    assert country_of(word) == country


def test_actions_are_allowed_or_not() -> None:
    rows = [
        {"Name": "CreateManualJournal", "Status": "NOT-ALLOWED"},
        {"Name": "UseMulticurrency", "Status": "ALLOWED"},
    ]
    assert actions_from(rows) == {"CreateManualJournal": False, "UseMulticurrency": True}


STORE = StoreFacts("queen-st", "Queen St Ltd", "NZ", "NZD", "Pacific/Auckland", gst_basis="cash")


def _organisation(**given: object) -> Organisation:
    return organisation_from("c-1", "t-1", {**ORGANISATION, **given})


def test_the_same_organisation_has_nothing_to_say() -> None:
    assert compare(_organisation(), STORE) == []
    assert compare(_organisation(Name="queen  st LTD"), STORE) == []


@pytest.mark.parametrize(
    "given,code",
    [
        ({"Name": "King St Ltd"}, "name_differs"),
        ({"CountryCode": "AU"}, "country_differs"),
        ({"BaseCurrency": "AUD"}, "currency_differs"),
        ({"SalesTaxBasis": "INVOICE"}, "tax_basis_differs"),
        ({"SalesTaxBasis": "HYBRID"}, "tax_basis_unsupported"),
    ],
)
def test_each_difference_is_named(given: dict[str, object], code: str) -> None:
    findings = compare(_organisation(**given), STORE)
    assert [finding.code for finding in findings] == [code]
    assert all((finding.what, finding.why, finding.next) for finding in findings)


def test_a_differing_name_can_be_confirmed_and_nothing_else() -> None:
    assert compare(_organisation(Name="King St Ltd"), STORE, "King St Ltd") == []
    assert [f.code for f in compare(_organisation(Name="King St Ltd"), STORE, "king")] == ["name_differs"]
    other = _organisation(Name="King St Ltd", BaseCurrency="AUD", SalesTaxBasis="FLATRATECASH")
    codes = [finding.code for finding in compare(other, STORE, "King St Ltd")]
    assert codes == ["currency_differs", "tax_basis_unsupported"]


def test_an_unsupported_scheme_is_named() -> None:
    assert "FLATRATECASH" in compare(_organisation(SalesTaxBasis="FLATRATECASH"), STORE)[0].what


def test_an_organisation_without_tax_has_no_basis_to_compare() -> None:
    assert compare(_organisation(SalesTaxBasis="NONE"), STORE) == []
