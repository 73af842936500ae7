"""Which handler answers which endpoint of the accounting API."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from services.sandbox.xero import api_documents as documents
from services.sandbox.xero import api_settings as settings
from services.sandbox.xero.asking import Ask
from services.sandbox.xero.document_rules import CREDIT_NOTES, INVOICES, Kind
from services.sandbox.xero.problems import Answer, HttpProblem, not_found

Handler = Callable[[Ask], Answer]
_ID = "[^/]+"


def _of_kind(name: str, kind: Kind) -> list[tuple[str, str, Handler]]:
    return [
        ("GET", name, partial(documents.list_documents, kind=kind)),
        ("PUT", name, partial(documents.create_documents, kind=kind)),
        ("POST", f"{name}(/{_ID})?", partial(documents.update_documents, kind=kind)),
        ("GET", f"{name}/{_ID}", partial(documents.one_document, kind=kind)),
    ]


_ROUTES: list[tuple[str, str, Handler]] = [
    ("GET", "Organisation", settings.organisation),
    ("GET", "Organisation/Actions", settings.actions),
    ("GET", "Currencies", settings.currencies),
    ("GET", "TaxRates", settings.tax_rates),
    ("GET", "TrackingCategories", settings.tracking),
    ("GET", "Accounts", settings.accounts),
    ("GET", f"Accounts/{_ID}", settings.account),
    ("PUT", "Accounts", settings.create_account),
    ("GET", "Contacts", settings.contacts),
    ("GET", f"Contacts/{_ID}", settings.contact),
    ("PUT", "Contacts", settings.create_contacts),
    ("POST", f"Contacts(/{_ID})?", settings.update_contacts),
    ("GET", "Reports/TrialBalance", settings.trial_balance),
    *_of_kind("Invoices", INVOICES),
    *_of_kind("CreditNotes", CREDIT_NOTES),
    ("PUT", f"CreditNotes/{_ID}/Allocations", partial(documents.allocate, kind=CREDIT_NOTES)),
    ("DELETE", f"CreditNotes/{_ID}/Allocations/{_ID}", partial(documents.release, kind=CREDIT_NOTES)),
    ("GET", "Payments", documents.list_payments),
    ("GET", f"Payments/{_ID}", documents.one_payment),
    ("PUT", "Payments", documents.create_payments),
    ("POST", "Payments", documents.create_payments),
    ("POST", f"Payments/{_ID}", documents.delete_payment),
    ("GET", "ManualJournals", documents.list_journals),
    ("GET", f"ManualJournals/{_ID}", documents.one_journal),
    ("PUT", "ManualJournals", documents.create_journals),
    ("POST", f"ManualJournals(/{_ID})?", documents.update_journals),
]
_COMPILED = [(method, re.compile(pattern, re.IGNORECASE), handler) for method, pattern, handler in _ROUTES]


def handler_of(method: str, path: str) -> Handler:
    """Return the handler of an endpoint.

    Raise HttpProblem: 404, or 405 for another method.
    """
    known = [(its_method, handler) for its_method, pattern, handler in _COMPILED if pattern.fullmatch(path)]
    if not known:
        raise not_found()
    handler = dict(known).get(method)
    if handler is None:
        raise HttpProblem(Answer(405, "", "", {"Allow": ", ".join(sorted({name for name, _ in known}))}))
    return handler
