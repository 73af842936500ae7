"""Xero's own file of a chart of accounts.

XERO.md 7: read row by row, nothing guessed.

The columns: Code, Name, Type, Tax Code, Description, Dashboard, Expense Claims, Enable
Payments, Balance; the first four with a star before them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.accounting.xero.chart_words import AccountType, type_of
from services.books.ledger_facts import Account, TaxRate
from services.contract.problem import Refused
from services.contract.text import printable

CODE_LENGTH = 10
NAME_LENGTH = 150
MOST_ROWS = 5_000
_NEEDED = ("code", "name", "type")
_YES = frozenset({"yes", "true", "1", "y"})
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class FileAccount:
    """An account of the file; `note` says what of it was left out."""

    account: Account
    note: str = ""


@dataclass(frozen=True, slots=True)
class FileRefusal:
    """A row that is not taken; `row` as a spreadsheet counts."""

    row: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class ChartOfFile:
    """What a file holds."""

    accounts: tuple[FileAccount, ...]
    refused: tuple[FileRefusal, ...]


def read_chart(text: str, rates: Iterable[TaxRate]) -> ChartOfFile:
    """Return the accounts of a file and the rows that are refused.

    `rates` are those that tax codes may name, by name or type. Raises Refused for a file
    that is no chart of accounts.
    """
    rows = list(_rows(text))
    heading = [cell.strip().lstrip("*").strip().casefold() for cell in rows[0]] if rows else []
    lacking = [name for name in _NEEDED if name not in heading]
    if lacking:
        raise _no_chart(f"Its first row has no column {', '.join(name.capitalize() for name in lacking)}.")
    if len(rows) > MOST_ROWS:
        raise _no_chart(f"It has more than {MOST_ROWS} rows.")
    reader = _Reader({name.casefold(): rate for rate in rates for name in (rate.name, rate.tax_type)})
    for number, cells in enumerate(rows[1:], start=2):
        if any(cell.strip() for cell in cells):
            reader.take(number, dict(zip(heading, (printable(cell).strip() for cell in cells), strict=False)))
    return ChartOfFile(tuple(reader.accounts.values()), tuple(reader.refused))


def _rows(text: str) -> Iterable[Sequence[str]]:
    """Yield the rows; the first line says what stands between two cells."""
    first = text.partition("\n")[0]
    between = max(",;\t", key=first.count)
    try:
        yield from csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=between)
    except csv.Error as error:
        raise _no_chart("It cannot be read as rows of cells.", str(error)) from error


def _no_chart(why: str, detail: str = "") -> Refused:
    return Refused(
        "The file is no chart of accounts.",
        why,
        "In Xero: Accounting, Chart of accounts, Export; then import that file.",
        detail,
        code="no_chart",
    )


class _Reader:
    """Takes rows one by one."""

    def __init__(self, rates: Mapping[str, TaxRate]) -> None:
        self._rates = rates
        self.accounts: dict[str, FileAccount] = {}
        self.refused: list[FileRefusal] = []

    def take(self, row: int, cells: Mapping[str, str]) -> None:
        kind = type_of(cells.get("type", ""))
        reason = self._fault(cells, kind)
        if reason is not None or kind is None:
            shown = ", ".join(cell for cell in cells.values() if cell)[:_SHOWN]
            self.refused.append(FileRefusal(row, shown, reason or ""))
            return
        tax = cells.get("tax code", "")
        rate = self._rates.get(tax.casefold())
        note = f"Tax code {tax} is not known before the shop is connected." if tax and rate is None else ""
        account = Account(
            code=cells["code"],
            name=cells["name"],
            type=kind.type,
            klass=kind.klass,
            payments_enabled=cells.get("enable payments", "").casefold() in _YES,
            system=kind.system,
            tax_type=rate.tax_type if rate else None,
        )
        self.accounts[account.code] = FileAccount(account, note)

    def _fault(self, cells: Mapping[str, str], kind: AccountType | None) -> str | None:
        code, name = cells.get("code", ""), cells.get("name", "")
        if not code:
            return "It has no code, and a mapping names accounts by their codes."
        if len(code) > CODE_LENGTH:
            return f"The code is longer than {CODE_LENGTH} characters."
        if code in self.accounts:
            return f"The code {code} stood in a row before."
        if not name or len(name) > NAME_LENGTH:
            return "It has no name." if not name else f"The name is longer than {NAME_LENGTH} characters."
        if kind is None:
            given = cells.get("type", "")
            return f"{given} is not one of Xero's types of accounts." if given else "It has no type."
        return None


def account_to_json(account: Account) -> dict[str, object]:
    """Return an account as plain data, to be kept."""
    return {
        "code": account.code,
        "name": account.name,
        "type": account.type,
        "klass": account.klass,
        "payments": account.payments_enabled,
        "system": account.system,
        "tax_type": account.tax_type,
    }


def account_from_json(data: Mapping[str, object]) -> Account:
    """Return the account that `account_to_json` wrote."""
    return Account(
        code=str(data["code"]),
        name=str(data["name"]),
        type=str(data["type"]),
        klass=str(data["klass"]),
        payments_enabled=data["payments"] is True,
        system=None if data["system"] is None else str(data["system"]),
        tax_type=None if data["tax_type"] is None else str(data["tax_type"]),
    )
