"""Which account, tax type and tracking a line may have (XERO.md 6.8, 6.9, 6.11)."""

from __future__ import annotations

from services.sandbox.xero.book import Book
from services.sandbox.xero.fields import Findings, entries, text
from services.sandbox.xero.model import Account, TaxRate, Tracked, TrackingCategory, TrackingOption
from services.sandbox.xero.wire import Element

MAX_TRACKING = 2
# Xero's own accounts take no lines; Rounding is the one that does.
_OPEN_SYSTEM_ACCOUNTS = frozenset({"", "ROUNDING"})


def line_account(book: Book, element: Element, found: Findings, *, draft: bool) -> Account | None:
    """Return the account a line names, None where it names none it may have.

    Unknown, bank and system accounts are an error; on a draft the code is taken off
    with a warning. An archived account is an error either way.
    """
    code, uid = text(element, "AccountCode"), text(element, "AccountID")
    if not code and not uid:
        return None
    account = book.account(code, uid) or (book.account(code) if code else None)
    if account and account.status != "ACTIVE":
        found.error(
            f"Account code '{account.code or uid}' has been archived, or has been deleted."
            " Each line item must reference a valid account."
        )
        return None
    if account and account.type != "BANK" and account.system in _OPEN_SYSTEM_ACCOUNTS:
        return account
    if draft:
        found.warn(
            f"Account code '{code or uid}' has been removed as it does not match a recognised account."
        )
    else:
        found.error(f"Account code '{code or uid}' is not a valid code for this document.")
    return None


def line_tax(book: Book, word: str, account: Account | None, found: Findings) -> TaxRate | None:
    """Return the tax rate a line has by its tax type; None where it has none.

    A deleted or unknown one, and one that is not for the account's class, is an error.
    """
    if not word:
        return None
    rate = book.tax_rates.get(word)
    if rate is None or rate.status != "ACTIVE":
        found.error(f"The TaxType code {word} does not exist or cannot be used for this type of transaction.")
        return None
    if account and account.klass not in rate.applies:
        found.error(f"The TaxType code '{word}' cannot be used with account code '{account.code}'.")
    return rate


def line_tracking(book: Book, element: Element, found: Findings, *, draft: bool) -> list[Tracked]:
    """Return the tracking of a line, by ids or by names (wording unverified).

    What does not exist is an error; on a draft it is left out with a warning.
    """
    sent = entries(element, "Tracking")
    chosen = [_tracked(book, entry, found, draft=draft) for entry in sent]
    kept = [entry for entry in chosen if entry]
    if len(sent) > MAX_TRACKING or len({entry.category for entry in kept}) < len(kept):
        found.error(f"A line item can have at most {MAX_TRACKING} tracking categories, each of them once.")
    return kept


def _tracked(book: Book, entry: Element, found: Findings, *, draft: bool) -> Tracked | None:
    category = _category(book, text(entry, "TrackingCategoryID"), text(entry, "Name"))
    option = _option(category, text(entry, "TrackingOptionID"), text(entry, "Option")) if category else None
    if category and option:
        return Tracked(category.uid, option.uid)
    words = " ".join(filter(None, map(str, entry.values())))
    if draft:
        found.warn(f"The tracking '{words}' has been removed as it does not match an active option.")
    else:
        found.error(f"The tracking '{words}' does not match an active tracking category and option.")
    return None


def _category(book: Book, uid: str, name: str) -> TrackingCategory | None:
    active = (c for c in book.tracking.values() if c.status == "ACTIVE")
    return next((c for c in active if (c.uid == uid.lower() if uid else c.name == name)), None)


def _option(category: TrackingCategory, uid: str, name: str) -> TrackingOption | None:
    active = (o for o in category.options if o.status == "ACTIVE")
    return next((o for o in active if (o.uid == uid.lower() if uid else o.name == name)), None)
