"""The scopes there are, and which one each endpoint wants (XERO.md 4.5)."""

from __future__ import annotations

IDENTITY = frozenset({"openid", "profile", "email", "offline_access"})
_WITH_READ = (
    "accounting.invoices",
    "accounting.payments",
    "accounting.banktransactions",
    "accounting.manualjournals",
    "accounting.settings",
    "accounting.contacts",
    "accounting.attachments",
)
_REPORTS = (
    "aged", "balancesheet", "banksummary", "budgetsummary", "executivesummary", "profitandloss",
    "taxreports", "trialbalance",
)  # fmt: skip
ALL_SCOPES = (
    IDENTITY
    | {f"{name}{suffix}" for name in _WITH_READ for suffix in ("", ".read")}
    | {f"accounting.reports.{name}.read" for name in _REPORTS}
    | {"accounting.budgets.read"}
)

_OF_RESOURCE = {
    "organisation": "accounting.settings",
    "accounts": "accounting.settings",
    "taxrates": "accounting.settings",
    "trackingcategories": "accounting.settings",
    "currencies": "accounting.settings",
    "contacts": "accounting.contacts",
    "invoices": "accounting.invoices",
    "creditnotes": "accounting.invoices",
    "payments": "accounting.payments",
    "manualjournals": "accounting.manualjournals",
}


def wanted(method: str, path: str) -> frozenset[str]:
    """Return the scopes of which one lets a call through."""
    resource = path.casefold().partition("/")[0]
    if resource == "reports":
        return frozenset({f"accounting.reports.{path.casefold().rpartition('/')[2]}.read"})
    scope = _OF_RESOURCE[resource]
    return frozenset({scope, f"{scope}.read"} if method == "GET" else {scope})
