"""Whether this is the store's organisation: asked before any write.

Only a differing name can be confirmed by a person; another country, currency or tax
basis would make wrong books (CLI.md, organisation choose).
"""

from __future__ import annotations

import shlex

from services.accounting.ledger import Organisation
from services.books.documents import Finding
from services.books.records import StoreFacts

_BASES = frozenset({"accrual", "cash"})
_OTHER = "Choose another organisation, or connect again and pick the right one at Xero."


def compare(organisation: Organisation, store: StoreFacts, confirmed: str | None = None) -> list[Finding]:
    """Return everything that differs; empty when it may be used.

    `confirmed` is the organisation's name as a person repeated it.
    """
    checks = (
        _name(organisation, store, confirmed),
        _country(organisation, store),
        _currency(organisation, store),
        _basis(organisation, store),
    )
    return [finding for finding in checks if finding is not None]


def _name(organisation: Organisation, store: StoreFacts, confirmed: str | None) -> Finding | None:
    if _folded(organisation.name) == _folded(store.name) or confirmed == organisation.name:
        return None
    return Finding(
        "name_differs",
        f"The organisation is named {organisation.name}, the store {store.name}.",
        "They may belong together, but Tillbook cannot know.",
        f"If they do, confirm with: --confirm {shlex.quote(organisation.name)}. {_OTHER}",
    )


def _country(organisation: Organisation, store: StoreFacts) -> Finding | None:
    if organisation.country == store.country:
        return None
    return Finding(
        "country_differs",
        f"{organisation.name} is in {organisation.country or 'no known country'},"
        f" the store in {store.country}.",
        "Its tax rates are not those of the store.",
        f"{_OTHER} If the store's country is wrong, correct it with `tillbook store set`.",
    )


def _currency(organisation: Organisation, store: StoreFacts) -> Finding | None:
    if organisation.currency == store.currency:
        return None
    return Finding(
        "currency_differs",
        f"{organisation.name} keeps its books in {organisation.currency or 'no known currency'},"
        f" the store takes {store.currency}.",
        "Tillbook posts in the organisation's own currency only.",
        f"{_OTHER} If the store's currency is wrong, correct it with `tillbook store set`.",
    )


def _basis(organisation: Organisation, store: StoreFacts) -> Finding | None:
    basis = organisation.tax_basis
    if not basis or basis == store.gst_basis:
        return None
    if basis not in _BASES:
        return Finding(
            "tax_basis_unsupported",
            f"{organisation.name} accounts for tax by the scheme {basis}.",
            "Tillbook knows the accrual (invoice) and the cash (payments) basis only.",
            "Ask your accountant; hybrid and flat-rate schemes need documents that Tillbook does not make.",
        )
    return Finding(
        "tax_basis_differs",
        f"{organisation.name} accounts for tax on the {basis} basis, the store on {store.gst_basis}.",
        "Laybys and gift cards are taxed at other times.",
        f"Correct the store with `tillbook store set --gst-basis {basis}`, or choose another organisation.",
    )


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())
