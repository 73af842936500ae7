"""The trial balance as Xero's report (`GET Reports/TrialBalance`)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from services.sandbox.xero import ledger
from services.sandbox.xero.book import Book
from services.sandbox.xero.model import Account
from services.sandbox.xero.money import ZERO
from services.sandbox.xero.settings import OrganisationSettings
from services.sandbox.xero.wire import Json, ms_instant

_SECTIONS = {
    "REVENUE": "Revenue",
    "EXPENSE": "Expenses",
    "ASSET": "Assets",
    "LIABILITY": "Liabilities",
    "EQUITY": "Equity",
}
_RESULT = ("REVENUE", "EXPENSE")
_COLUMNS = ("Account", "Debit", "Credit", "YTD Debit", "YTD Credit")
_Movements = dict[str, tuple[Decimal, Decimal]]


def trial_balance(book: Book, on: date) -> Json:
    """Return the report as at a date: this month's movement, and the year's balance.

    Income and costs of earlier financial years stand in Retained earnings.
    """
    movements = _movements(book, on)
    shown = f"{on.day} {on.strftime('%B %Y')}"
    sections = [_section(book, klass, movements) for klass in _SECTIONS]
    return {
        "ReportID": "TrialBalance",
        "ReportName": "Trial Balance",
        "ReportType": "TrialBalance",
        "ReportTitles": ["Trial Balance", book.organisation.name, f"As at {shown}"],
        "ReportDate": shown,
        "UpdatedDateUTC": ms_instant(book.clock()),
        "Fields": [],
        "Rows": [_header(), *filter(None, sections), _total(movements)],
    }


def _movements(book: Book, on: date) -> _Movements:
    """Return (this month, year to date) of each account's id."""
    year, month = _year_start(book.organisation, on), on.replace(day=1)
    sums: _Movements = {}
    for posting in ledger.postings(book):
        if posting.day > on:
            continue
        account = book.accounts[posting.account]
        earlier = account.klass in _RESULT and posting.day < year
        uid = book.system_account("RETAINEDEARNINGS").uid if earlier else account.uid
        this_month, so_far = sums.get(uid, (ZERO, ZERO))
        now = posting.amount if posting.day >= month else ZERO
        sums[uid] = (this_month + now, so_far + posting.amount)
    return sums


def _year_start(facts: OrganisationSettings, on: date) -> date:
    _, end_month = facts.year_end
    month = end_month % 12 + 1
    return date(on.year if on.month >= month else on.year - 1, month, 1)


def _section(book: Book, klass: str, movements: _Movements) -> Json | None:
    rows = [
        _row(account, *movements[account.uid])
        for account in sorted(book.accounts.values(), key=lambda a: (a.code, a.name))
        if account.klass == klass and any(movements.get(account.uid, ()))
    ]
    return {"RowType": "Section", "Title": _SECTIONS[klass], "Rows": rows} if rows else None


def _row(account: Account, month: Decimal, year: Decimal) -> Json:
    attributes = [{"Id": "account", "Value": account.uid}]
    name = f"{account.name} ({account.code})" if account.code else account.name
    cells = [{"Value": text, "Attributes": attributes} for text in (name, *_sides(month), *_sides(year))]
    return {"RowType": "Row", "Cells": cells}


def _sides(amount: Decimal) -> tuple[str, str]:
    return (str(amount), "") if amount > 0 else ("", str(-amount + ZERO))


def _header() -> Json:
    return {"RowType": "Header", "Cells": [{"Value": name} for name in _COLUMNS]}


def _total(movements: _Movements) -> Json:
    sums = [
        sum((max(sign * pair[column], ZERO) for pair in movements.values()), ZERO)
        for column in (0, 1)
        for sign in (1, -1)
    ]
    cells = [{"Value": "Total"}, *({"Value": str(amount)} for amount in sums)]
    return {"RowType": "Section", "Title": "", "Rows": [{"RowType": "SummaryRow", "Cells": cells}]}
