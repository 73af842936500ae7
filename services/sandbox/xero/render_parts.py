"""How the settings of an organisation look in an answer."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from services.sandbox.xero.book import Book
from services.sandbox.xero.model import Account, Contact, TaxRate, TrackingCategory
from services.sandbox.xero.settings import ANY_CLASS, OrganisationSettings
from services.sandbox.xero.wire import Json, ms_date, ms_instant

_RATE_PLACES = Decimal("0.0001")
_SUBDIVISION = {
    "ASSET": "Assets",
    "EQUITY": "Equity",
    "EXPENSE": "Expenses",
    "LIABILITY": "Liabilities",
    "REVENUE": "Revenue",
}


def account(book: Book, entity: Account) -> Json:
    """Return an account; a bank account has EnablePaymentsToAccount false.

    XERO.md 6.6.
    """
    shown: Json = {"AccountID": entity.uid}
    if entity.code:
        shown["Code"] = entity.code
    shown |= {
        "Name": entity.name,
        "Status": entity.status,
        "Type": entity.type,
        "TaxType": entity.tax_type,
        "Class": entity.klass,
        "EnablePaymentsToAccount": entity.enable_payments and entity.type != "BANK",
        "ShowInExpenseClaims": False,
        "ReportingCode": entity.klass[:3],
        "HasAttachments": False,
        "AddToWatchlist": False,
        "UpdatedDateUTC": ms_instant(entity.updated),
    }
    if entity.description:
        shown["Description"] = entity.description
    if entity.system:
        shown["SystemAccount"] = entity.system
    if entity.type == "BANK":
        currency = entity.currency or book.organisation.currency
        shown |= {
            "BankAccountNumber": entity.bank_number,
            "BankAccountType": "BANK",
            "CurrencyCode": currency,
        }
    return shown


def tax_rate(entity: TaxRate) -> Json:
    """Return a tax rate with its CanApplyTo flags."""
    rate = entity.rate.quantize(_RATE_PLACES)
    component = {"Name": "Tax", "Rate": rate, "IsCompound": False, "IsNonRecoverable": False}
    return {
        "Name": entity.name,
        "TaxType": entity.uid,
        "ReportTaxType": entity.report_type,
        **{f"CanApplyTo{_SUBDIVISION[klass]}": klass in entity.applies for klass in ANY_CLASS},
        "DisplayTaxRate": rate,
        "EffectiveRate": rate,
        "Status": entity.status,
        "TaxComponents": [component],
    }


def tracking(entity: TrackingCategory) -> Json:
    """Return a tracking category with its options."""
    options = [{"TrackingOptionID": o.uid, "Name": o.name, "Status": o.status} for o in entity.options]
    return {
        "Name": entity.name,
        "Status": entity.status,
        "TrackingCategoryID": entity.uid,
        "Options": options,
    }


def contact(book: Book, entity: Contact) -> Json:
    """Return a contact."""
    types = {d.type for d in book.documents.of("contact", entity.uid)}
    shown: Json = {"ContactID": entity.uid, "ContactStatus": entity.status, "Name": entity.name}
    texts = {
        "ContactNumber": entity.number,
        "AccountNumber": entity.account_number,
        "FirstName": entity.first_name,
        "LastName": entity.last_name,
        "TaxNumber": entity.tax_number,
    }
    return (
        shown
        | {name: value for name, value in texts.items() if value}
        | {
            "EmailAddress": entity.email,
            "BankAccountDetails": "",
            "Addresses": [],
            "Phones": [],
            "UpdatedDateUTC": ms_instant(entity.updated),
            "ContactGroups": [],
            "IsSupplier": not types.isdisjoint({"ACCPAY", "ACCPAYCREDIT"}),
            "IsCustomer": not types.isdisjoint({"ACCREC", "ACCRECCREDIT"}),
            "ContactPersons": [],
            "HasAttachments": False,
            "HasValidationErrors": False,
        }
    )


def contact_in_document(entity: Contact) -> Json:
    """Return a contact as a document shows it."""
    return {
        "ContactID": entity.uid,
        "Name": entity.name,
        "Addresses": [],
        "Phones": [],
        "ContactGroups": [],
        "ContactPersons": [],
        "HasValidationErrors": False,
    }


def _plan(facts: OrganisationSettings) -> str:
    """Return Xero's word for the plan: the small one has a cap on invoices."""
    if facts.invoice_cap is not None:
        return "STARTER"
    return "DEMO" if facts.is_demo else "PREMIUM"


def organisation(book: Book) -> Json:
    """Return the organisation's facts.

    Lock dates only where they are set (XERO.md 6.10).
    """
    facts = book.organisation
    end_day, end_month = facts.year_end
    shown: Json = {
        "Name": facts.name,
        "LegalName": facts.name,
        "PaysTax": True,
        "Version": facts.version,
        "OrganisationType": "COMPANY",
        "BaseCurrency": facts.currency,
        "CountryCode": facts.country,
        "IsDemoCompany": facts.is_demo,
        "OrganisationStatus": "ACTIVE",
        "FinancialYearEndDay": end_day,
        "FinancialYearEndMonth": end_month,
        "SalesTaxBasis": facts.sales_tax_basis,
        "SalesTaxPeriod": facts.sales_tax_period,
        "DefaultSalesTax": "Tax Inclusive",
        "DefaultPurchasesTax": "Tax Exclusive",
    }
    locks = {"PeriodLockDate": facts.period_lock_date, "EndOfYearLockDate": facts.end_of_year_lock_date}
    return (
        shown
        | {name: ms_date(date.fromisoformat(text)) for name, text in locks.items() if text}
        | {
            "CreatedDateUTC": "/Date(1700000000000+0000)/",
            "OrganisationEntityType": "COMPANY",
            "Timezone": facts.timezone,
            "ShortCode": f"!prac{facts.country}",
            "OrganisationID": facts.tenant,
            "Edition": "BUSINESS",
            "Class": _plan(facts),
            "Addresses": [],
            "Phones": [],
            "ExternalLinks": [],
            "PaymentTerms": {},
        }
    )
