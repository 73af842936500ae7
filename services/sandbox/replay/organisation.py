"""The practice organisation as a bundle describes the real one. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from services.contract.problem import Refused
from services.sandbox.xero.chart import COUNTRIES, accounts_of, country_of
from services.sandbox.xero.model import CLASS_OF_TYPE
from services.sandbox.xero.settings import ANY_CLASS

Row = Mapping[str, Any]

_MS_DATE = re.compile(r"/Date\((-?\d{1,16})(?:[+-]\d{4})?\)/")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# For types of accounts that only some countries have.
_TYPE_OF_CLASS = {
    "ASSET": "CURRENT",
    "EQUITY": "EQUITY",
    "EXPENSE": "EXPENSE",
    "LIABILITY": "CURRLIAB",
    "REVENUE": "REVENUE",
}
_APPLIES = {
    "CanApplyToAssets": "ASSET",
    "CanApplyToEquity": "EQUITY",
    "CanApplyToExpenses": "EXPENSE",
    "CanApplyToLiabilities": "LIABILITY",
    "CanApplyToRevenue": "REVENUE",
}


def practice_organisation(
    tenant: str, name: str, country: str, reference: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the settings of a practice organisation (`PracticeConfig.from_json`).

    Raises Refused for a country whose practice organisation is not built in.
    """
    if country not in COUNTRIES:
        raise Refused(
            f"A failure in {country} cannot be replayed by this version.",
            f"Its practice organisations are of {', '.join(COUNTRIES)}.",
            "Read the bundle itself: days, documents and the ledger's answers are in it.",
            code="country_not_replayed",
        )
    made: dict[str, Any] = {"country": country, "tenant": tenant, "name": name}
    rows = {kind: _rows(reference, kind) for kind in ("organisation", "actions", "accounts", "tax_rates")}
    for facts in rows["organisation"][:1]:
        made |= _facts(facts)
    if rows["actions"]:
        made["actions"] = {str(row["Name"]): str(row.get("Status")) for row in rows["actions"]}
    if rows["accounts"]:
        made["accounts"] = [*_accounts(rows["accounts"]), *_system_accounts(country, rows["accounts"])]
    if rows["tax_rates"]:
        made["tax_rates"] = [_rate(row) for row in rows["tax_rates"]]
    if "tracking" in reference:
        made["tracking"] = [_tracking(row) for row in _rows(reference, "tracking")]
    made["contacts"] = list(_contacts(reference.get("contacts") or ()))
    return made


def _rows(reference: Mapping[str, Any], kind: str) -> list[Row]:
    return list((reference.get(kind) or {}).get("rows") or ())


def _facts(row: Row) -> dict[str, Any]:
    named = {
        "currency": "BaseCurrency",
        "sales_tax_basis": "SalesTaxBasis",
        "sales_tax_period": "SalesTaxPeriod",
        "timezone": "Timezone",
    }
    told = {name: str(row[field]) for name, field in named.items() if row.get(field)}
    return told | {
        "period_lock_date": _day(row.get("PeriodLockDate")),
        "end_of_year_lock_date": _day(row.get("EndOfYearLockDate")),
    }


def _day(value: object) -> str:
    """Return a date of Xero's as ISO text; empty where there is none."""
    if not value:
        return ""
    if found := _MS_DATE.search(str(value)):
        return (_EPOCH + timedelta(milliseconds=int(found[1]))).date().isoformat()
    return str(value)[:10]


def _accounts(rows: Iterable[Row]) -> Iterator[dict[str, Any]]:
    for row in rows:
        kind = str(row.get("Type") or "")
        yield {
            "code": str(row.get("Code") or ""),
            "name": str(row.get("Name") or ""),
            "type": kind if kind in CLASS_OF_TYPE else _TYPE_OF_CLASS.get(str(row.get("Class")), "EXPENSE"),
            "tax_type": str(row.get("TaxType") or "NONE"),
            "enable_payments": row.get("EnablePaymentsToAccount") is True,
            "system": str(row.get("SystemAccount") or ""),
            "status": str(row.get("Status") or "ACTIVE"),
        }


def _system_accounts(country: str, rows: Iterable[Row]) -> Iterator[dict[str, Any]]:
    """Yield Xero's own accounts that the bundle does not have."""
    known = {str(row.get("SystemAccount") or "") for row in rows}
    for account in accounts_of(country_of(country)):
        if account.system and account.system not in known:
            yield {**vars(account), "code": f"P{account.code}"}


def _rate(row: Row) -> dict[str, Any]:
    flags = [name for name in _APPLIES if name in row]
    applies = [_APPLIES[name] for name in flags if row[name] is True] if flags else list(ANY_CLASS)
    return {
        "tax_type": str(row.get("TaxType") or ""),
        "name": str(row.get("Name") or ""),
        "rate": str(row.get("EffectiveRate") or "0"),
        "applies": applies,
        "report_type": str(row.get("ReportTaxType") or "NONE"),
        "status": str(row.get("Status") or "ACTIVE"),
    }


def _tracking(row: Row) -> dict[str, Any]:
    options = [
        str(each.get("Name")) for each in row.get("Options") or () if each.get("Status", "ACTIVE") == "ACTIVE"
    ]
    return {
        "name": str(row.get("Name")),
        "options": options,
        "status": str(row.get("Status") or "ACTIVE"),
    }


def _contacts(rows: Iterable[Row]) -> Iterator[dict[str, Any]]:
    seen: set[str] = set()
    for row in rows:
        name = str(row.get("name") or "")
        if name and name.casefold() not in seen:
            seen.add(name.casefold())
            yield {"name": name, "status": "ACTIVE" if row.get("active", True) else "ARCHIVED"}
